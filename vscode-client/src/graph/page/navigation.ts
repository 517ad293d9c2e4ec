/** Where the keyboard goes from a node: up to what it comes from, down to what it goes to, aside to its neighbours. */
import type { Layout } from './layout';
import type { Graph } from './model';

export type Step = 'up' | 'down' | 'next' | 'previous' | 'first' | 'last';

const STEPS: Readonly<Record<string, Step>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowRight: 'next',
  ArrowLeft: 'previous',
  Home: 'first',
  End: 'last',
};

/** Returns the step that a key makes. */
export function stepOf(key: string): Step | undefined {
  return STEPS[key];
}

/** Returns the node that a step leads to, undefined where there is none. */
export function neighbour(graph: Graph, layout: Layout, from: string, step: Step): string | undefined {
  const order = [...graph.nodes.keys()].filter((id) => layout.boxes.has(id));
  switch (step) {
    case 'up':
    case 'down':
      return nearest(layout, from, joined(graph, layout, from, step));
    case 'next':
      return order[order.indexOf(from) + 1];
    case 'previous':
      return order[order.indexOf(from) - 1];
    case 'first':
      return order[0];
    case 'last':
      return order.at(-1);
  }
}

/** The nodes at the other ends of a node's arrows; a cell has those of its values. */
function joined(graph: Graph, layout: Layout, id: string, step: 'up' | 'down'): string[] {
  const node = graph.nodes.get(id);
  const own = new Set([id, ...(node?.kind === 'cell' ? node.values.map((value) => value.id) : [])]);
  return layout.edges
    .filter((edge) => own.has(step === 'up' ? edge.to : edge.from))
    .map((edge) => (step === 'up' ? edge.from : edge.to))
    .filter((other) => !own.has(other));
}

function nearest(layout: Layout, from: string, others: readonly string[]): string | undefined {
  const distance = (id: string) => {
    const [a, b] = [layout.boxes.get(from), layout.boxes.get(id)];
    return a === undefined || b === undefined
      ? Infinity
      : Math.hypot(a.x + a.width / 2 - b.x - b.width / 2, a.y + a.height / 2 - b.y - b.height / 2);
  };
  return others.toSorted((a, b) => distance(a) - distance(b))[0];
}
