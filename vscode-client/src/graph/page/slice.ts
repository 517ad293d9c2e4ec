/** What a node comes from and goes to: the slice of a value, and where the value is used. */
import { groupBy } from './group';
import { rootOf, type Edge, type Graph, type Node } from './model';

/** The part of a graph that has to do with one node. */
export interface Slice {
  readonly selected: string;
  /** The statements that the node needs, the node's own with them, and whether that is certain. */
  readonly sources: ReadonlyMap<number, boolean>;
  readonly readers: ReadonlySet<number>;
}

export type Role = 'selected' | 'from' | 'mayFrom' | 'to';

/** What passes on the world's state is needed by a value, but a value does not go there. */
const CARRIES_VALUES = new Set(['name', 'object', 'file', 'output']);

/** Returns what a node comes from and goes to. */
export function sliceOf(graph: Graph, node: Node): Slice {
  const { flows } = graph.lineage;
  const own = needsOf(node);
  const sources = new Map(own);
  const waiting = [...own.keys()];
  const bySource = groupBy(flows, (flow) => flow.from);
  const byReader = groupBy(flows, (flow) => flow.to);
  for (let reader = waiting.pop(); reader !== undefined; reader = waiting.pop()) {
    const certain = sources.get(reader) === true;
    for (const flow of byReader.get(reader) ?? []) {
      const isCertain = certain && flow.certainty === 'must';
      if (!sources.has(flow.from) || (isCertain && sources.get(flow.from) === false)) {
        sources.set(flow.from, isCertain);
        waiting.push(flow.from);
      }
    }
  }
  const readers = new Set<number>(node.kind === 'file' ? node.readers : []);
  const names = node.kind === 'value' && node.names.length > 0 ? new Set(node.names) : undefined;
  for (const maker of own.keys()) {
    for (const flow of bySource.get(maker) ?? []) {
      const isOfNode = names === undefined || flow.kind === 'file' || names.has(rootOf(flow.name));
      if (isOfNode && CARRIES_VALUES.has(flow.kind) && !own.has(flow.to)) {
        readers.add(flow.to);
      }
    }
  }
  for (const reader of readers) {
    for (const flow of bySource.get(reader) ?? []) {
      if (CARRIES_VALUES.has(flow.kind) && !own.has(flow.to)) {
        readers.add(flow.to);
      }
    }
  }
  return { selected: node.id, sources, readers };
}

/** Returns what a node is in a slice, undefined where it has nothing to do with it. */
export function roleOf(node: Node, slice: Slice): Role | undefined {
  if (node.id === slice.selected) {
    return 'selected';
  }
  if (node.kind === 'cell') {
    const roles = new Set(node.values.map((value) => roleOf(value, slice)));
    const order: Role[] = ['from', 'mayFrom', 'to'];
    return roles.has('selected') ? 'from' : order.find((role) => roles.has(role));
  }
  const [made, read] = node.kind === 'file' ? [node.readers, node.writers] : [node.statements, node.statements];
  const found = made.filter((id) => slice.sources.has(id)).map((id) => slice.sources.get(id));
  if (found.length > 0) {
    return found.includes(true) ? 'from' : 'mayFrom';
  }
  return read.some((id) => slice.readers.has(id)) ? 'to' : undefined;
}

/** Returns on which side of the selected node an edge is, undefined where it is on none. */
export function sideOf(edge: Edge, slice: Slice): 'from' | 'to' | undefined {
  const isOf = (has: (id: number) => boolean) =>
    edge.flows.some(([from, to]) => (from === null || has(from)) && (to === null || has(to)));
  if (isOf((id) => slice.sources.has(id))) {
    return edge.from === slice.selected ? 'to' : 'from';
  }
  return isOf((id) => slice.readers.has(id) || slice.sources.has(id)) && touchesReaders(edge, slice) ? 'to' : undefined;
}

/** From the selected value to its readers, or between those: other values of its makers are none of it. */
function touchesReaders(edge: Edge, slice: Slice): boolean {
  return edge.from === slice.selected || edge.flows.some(([from]) => from === null || slice.readers.has(from));
}

function needsOf(node: Node): Map<number, boolean> {
  switch (node.kind) {
    case 'cell':
      return new Map(node.values.flatMap((value) => value.statements.map((id) => [id, true] as const)));
    case 'value':
      return new Map(node.needs);
    case 'file':
      return new Map(node.writers.map((id) => [id, true]));
  }
}

/** Returns the value that a name has at a place, or at the end where there is no place; undefined where none is. */
export function valueAt(graph: Graph, name: string, at: { readonly uri: string; readonly line: number } | null): Node | undefined {
  const having = graph.cells.flatMap((cell) => cell.values).filter((value) => value.names.includes(name));
  const { statements, flows } = graph.lineage;
  const here = statements.find(
    (each) => at !== null && each.uri === at.uri && each.range.start.line <= at.line && at.line <= each.range.end.line,
  );
  if (here === undefined) {
    return having.at(-1);
  }
  const made = having.find((value) => value.statements.includes(here.id));
  const sources = flows.filter((flow) => flow.to === here.id && rootOf(flow.name) === name).map((flow) => flow.from);
  return made ?? having.findLast((value) => value.statements.some((id) => sources.includes(id))) ?? having.at(-1);
}
