/** The graph as a Mermaid flowchart: a subgraph for each cell, and the slice of what is selected as a class. */
import { shortened } from './layout';
import type { CellNode, Edge, Graph, Node } from './model';
import { roleOf, type Slice } from './slice';

/** What Mermaid reads as syntax, even within quotes, and the entity that stands for it. */
const ENTITIES: Readonly<Record<string, string>> = {
  '#': '#35;',
  '&': '#38;',
  '"': '#quot;',
  '<': '#lt;',
  '>': '#gt;',
  '`': '#96;',
  '\\': '#92;',
};

/** Returns the flowchart of the nodes that are shown. Nodes are named after their cells and names: the names stay when others change. */
export function mermaidOf(
  graph: Graph,
  slice: Slice | undefined,
  isShown: (node: Node) => boolean,
  drawsImport: (edge: Edge) => boolean,
): string {
  const cells = graph.cells.filter(isShown);
  const files = graph.files.filter(isShown);
  const nodes = [...cells.flatMap((cell) => cell.values), ...files];
  const names = namesOf(nodes, graph);
  const edges = graph.edges.filter((edge) => names.has(edge.from) && names.has(edge.to) && (!edge.isImport || drawsImport(edge)));
  const classes = slice === undefined ? [] : classesOf(nodes, slice, names);
  return [
    'flowchart TD',
    ...cells.flatMap((cell) => subgraph(cell, names)),
    ...files.map((file) => `    ${names.get(file.id) ?? ''}[("${mermaidText(file.path)}")]`),
    ...edges.map((edge) => `    ${names.get(edge.from) ?? ''} ${edge.certain ? '-->' : '-.->'} ${names.get(edge.to) ?? ''}`),
    ...classes,
    '',
  ].join('\n');
}

/** Returns a text as it stands within quotes. */
export function mermaidText(text: string): string {
  return text.replaceAll(/[#&"<>`\\]/g, (character) => ENTITIES[character] ?? character).replaceAll(/\s+/g, ' ');
}

function subgraph(cell: CellNode, names: ReadonlyMap<string, string>): string[] {
  const state = cell.state === null || cell.state === 'fresh' ? '' : ` (${cell.state.replace('_', ' ')})`;
  return [
    `    subgraph cell${cell.index}["${mermaidText(cell.label + state)}"]`,
    ...cell.values.map((value) => {
      const text = mermaidText(shortened(value.text, 50));
      return `        ${names.get(value.id) ?? ''}${value.does === 'uses' ? `["${text}"]` : `(["${text}"])`}`;
    }),
    '    end',
  ];
}

function classesOf(nodes: readonly Node[], slice: Slice, names: ReadonlyMap<string, string>): string[] {
  const having = (roles: readonly (string | undefined)[]) =>
    nodes.filter((node) => roles.includes(roleOf(node, slice))).map((node) => names.get(node.id) ?? '');
  const lines: string[] = [];
  const add = (name: string, style: string, members: readonly string[]) => {
    if (members.length > 0) {
      lines.push(`    classDef ${name} ${style}`, `    class ${members.join(',')} ${name}`);
    }
  };
  add('slice', 'stroke:#0969da,stroke-width:3px', having(['selected', 'from', 'mayFrom']));
  add('selected', 'stroke:#0969da,stroke-width:5px', having(['selected']));
  return lines;
}

function namesOf(nodes: readonly Node[], graph: Graph): Map<string, string> {
  const taken = new Set<string>();
  return new Map(
    nodes.map((node) => {
      const wanted = wantedName(node, graph);
      let name = wanted;
      for (let number = 2; taken.has(name); number++) {
        name = `${wanted}_${number}`;
      }
      taken.add(name);
      return [node.id, name];
    }),
  );
}

function wantedName(node: Node, graph: Graph): string {
  if (node.kind === 'file') {
    return `file_${asIdentifier(node.path)}`;
  }
  const cell = node.kind === 'value' ? graph.nodes.get(node.cell) : node;
  const index = cell?.kind === 'cell' ? cell.index : 0;
  const [name] = node.kind === 'value' && node.does !== 'imports' ? node.names : [];
  return `c${index}_${asIdentifier(name ?? (node.kind === 'value' ? node.does : 'cell'))}`;
}

/** Identifiers of Mermaid are letters, digits and underscores. */
function asIdentifier(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_]/gu, (character) => `u${(character.codePointAt(0) ?? 0).toString(16)}`);
}
