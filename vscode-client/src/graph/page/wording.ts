/** What is said of nodes and edges, in the user's language. */
import type { Words } from '../messages';
import type { Edge, Graph, Node } from './model';
import { roleOf, type Slice } from './slice';

/** Returns a text with `{0}`, `{1}`... replaced. */
export function filled(text: string, ...values: (string | number)[]): string {
  return text.replaceAll(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)] ?? ''));
}

/** Returns the state that is written on a node; nothing where it is as after a restart. */
export function badgeOf(node: Node, words: Words): string {
  if (node.kind === 'file' || node.state === null || node.state === 'fresh' || node.state === 'same') {
    return '';
  }
  return words[node.state];
}

/** Returns what a node is, for tips and screen readers. */
export function descriptionOf(node: Node, graph: Graph, words: Words): string {
  switch (node.kind) {
    case 'cell': {
      const made = node.values.filter((value) => value.does !== 'uses').flatMap((value) => value.names);
      const parts = [filled(words.cell, node.label), made.length > 0 ? filled(words.makes, made.join(', ')) : '', stateOf(node.state, node.reason, words)];
      return parts.filter(Boolean).join('; ');
    }
    case 'file':
      return filled(words.file, node.path);
    case 'value': {
      const cell = graph.nodes.get(node.cell);
      const label = cell?.kind === 'cell' ? cell.label : '';
      const parts = [deedOf(node, words), filled(words.cell, label), node.type ?? '', stateOf(node.state, node.reason, words)];
      return parts.filter(Boolean).join('; ');
    }
  }
}

/** Returns what flows along an edge, from where to where. */
export function edgeWords(from: string, to: string, edges: readonly Edge[], graph: Graph, words: Words): string {
  const names = [...new Set(edges.flatMap((edge) => edge.names))].join(', ');
  const certainty = edges.some((edge) => edge.certain) ? words.certain : words.possible;
  return `${nameOf(from, graph)} → ${nameOf(to, graph)}: ${names} (${certainty})`;
}

/** Returns what is said when a node is selected. */
export function summaryOfSlice(slice: Slice, graph: Graph, words: Words): string {
  const roles = [...graph.nodes.values()].filter((node) => node.kind === 'value').map((node) => roleOf(node, slice));
  const before = roles.filter((role) => role === 'from' || role === 'mayFrom').length;
  const after = roles.filter((role) => role === 'to').length;
  const made = before === 0 ? words.madeAlone : filled(words.madeFrom, before);
  const used = after === 0 ? words.unused : filled(words.usedBy, after);
  return filled(words.summary, nameOf(slice.selected, graph), made, used);
}

/** Returns how a node is called in a sentence. */
export function nameOf(id: string, graph: Graph | undefined): string {
  const node = graph?.nodes.get(id);
  if (node === undefined) {
    return id;
  }
  return node.kind === 'value' ? node.text : node.kind === 'cell' ? node.label : node.path;
}

function deedOf(node: Node & { kind: 'value' }, words: Words): string {
  switch (node.does) {
    case 'makes':
      return filled(words.makes, node.text);
    case 'changes':
      return filled(words.changes, node.text);
    case 'mayChange':
      return filled(words.mayChange, node.text);
    case 'imports':
    case 'uses':
      return node.text;
  }
}

function stateOf(state: keyof Words | null, reason: string, words: Words): string {
  return state === null ? '' : [words[state], reason].filter(Boolean).join(': ');
}
