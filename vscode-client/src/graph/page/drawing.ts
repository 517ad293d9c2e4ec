/** The drawing: a layout as SVG. The page shows it, and it is what is exported. */
import type { Words } from '../messages';
import { arrowHead, type Box } from './paths';
import { SIZES, shortened, summaryOf, widthOf, type DrawnEdge, type Layout } from './layout';
import type { CellNode, FileNode, Graph, Node, ValueNode } from './model';
import { roleOf, sideOf, type Slice } from './slice';
import { badgeOf, descriptionOf, edgeWords } from './wording';

/** What is marked in a drawing. */
export interface Marks {
  readonly slice: Slice | undefined;
  /** The nodes that a search found; undefined where nothing is searched for. */
  readonly found: ReadonlySet<string> | undefined;
  /** The node that the keyboard comes to first. */
  readonly focus: string | undefined;
}

/** Icons of 12 by 12. */
const ICONS = {
  warning: 'M6 1.2 11.4 11H.6ZM6 4.4v3.2M6 9.1v.4',
  edited: 'M1.5 10.5l.6-2.6L8.6 1.4l2 2-6.5 6.5Z',
  empty: 'M6 1.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9Z',
  failed: 'M2 2l8 8M10 2l-8 8',
  question: 'M4 4a2 2 0 1 1 2.6 1.9q-.6.3-.6 1.3M6 9.4v.5',
  file: 'M2.5.8h4.8l2.2 2.4v8H2.5ZM7 .8v2.7h2.5',
  expanded: 'M2.5 4.5 6 8l3.5-3.5',
  collapsed: 'M4.5 2.5 8 6l-3.5 3.5',
} as const;

const STATE_ICONS: Readonly<Record<string, keyof typeof ICONS>> = {
  edited: 'edited',
  outdated: 'warning',
  never_run: 'empty',
  failed: 'failed',
  differs: 'warning',
  missing_on_restart: 'warning',
  missing_in_kernel: 'empty',
  unknown: 'question',
};

/** Returns the content of an `svg` element. */
export function drawingOf(graph: Graph, layout: Layout, marks: Marks, words: Words): string {
  const nodes = [...graph.nodes.values()].filter((node) => layout.boxes.has(node.id));
  const pen = { graph, layout, marks, words };
  const isImport = (edge: DrawnEdge) => edge.edges.every((each) => each.isImport);
  return [
    // Where there is no way around the cells for an import, it passes behind them.
    '<g class="edges">',
    ...arrows(layout.edges.filter(isImport), pen),
    '</g><g class="cards">',
    ...nodes.map((node) => (node.kind === 'value' ? '' : card(node, pen))),
    '</g><g class="edges">',
    ...arrows(layout.edges.filter((edge) => !isImport(edge)), pen),
    '</g><g class="chips">',
    ...nodes.map((node) => (node.kind === 'value' ? chip(node, pen) : '')),
    '</g>',
  ].join('');
}

/** Returns a whole SVG document with its own style. */
export function documentOf(content: string, layout: Layout, style: string, title: string): string {
  const { width, height } = layout;
  const size = `width="${Math.ceil(width)}" height="${Math.ceil(height)}" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} class="drawing" role="img">
<title>${escaped(title)}</title>
<style>${escaped(style)}</style>
<rect class="paper" width="100%" height="100%"/>
${content.replaceAll(/ (?:tabindex|data-id|data-toggle|role|aria-[a-z]+)="[^"]*"/g, '')}
</svg>
`;
}

interface Pen {
  readonly graph: Graph;
  readonly layout: Layout;
  readonly marks: Marks;
  readonly words: Words;
}

function card(node: CellNode | FileNode, pen: Pen): string {
  const box = pen.layout.boxes.get(node.id) as Box;
  return node.kind === 'cell' ? cellCard(node, box, pen) : fileCard(node, box, pen);
}

function cellCard(cell: CellNode, { x, y, width, height }: Box, pen: Pen): string {
  const { header, chevron, gap, pad } = SIZES;
  const isCollapsed = pen.layout.collapsed.has(cell.id);
  const icon = isCollapsed ? 'collapsed' : 'expanded';
  const badge = badgeOf(cell, pen.words);
  const badgeX = width - pad - widthOf(badge) - SIZES.icon;
  const summaryX = chevron + widthOf(cell.label) + gap;
  const own = pen.words[isCollapsed ? 'expand' : 'collapse'];
  return [
    `<g ${attributes(cell, pen)} transform="translate(${x},${y})">`,
    `<title>${escaped(descriptionOf(cell, pen.graph, pen.words))}</title>`,
    `<rect class="card" width="${width}" height="${height}" rx="5"/>`,
    `<g class="toggle" data-toggle="${escaped(cell.id)}"><title>${escaped(own)}</title>`,
    `<rect class="hit" width="${chevron + 4}" height="${header}"/>${drawnIcon(icon, 4, 6)}</g>`,
    `<text class="label" x="${chevron + 3}" y="16.5">${escaped(cell.label)}</text>`,
    isCollapsed ? `<text class="summary" x="${summaryX}" y="16.5">${escaped(summaryOf(cell))}</text>` : '',
    badge === '' ? '' : drawnBadge(cell.state ?? '', badge, badgeX, 6),
    '</g>',
  ].join('');
}

function fileCard(file: FileNode, { x, y, width, height }: Box, pen: Pen): string {
  return [
    `<g ${attributes(file, pen)} transform="translate(${x},${y})">`,
    `<title>${escaped(descriptionOf(file, pen.graph, pen.words))}</title>`,
    `<rect class="card" width="${width}" height="${height}" rx="${height / 2}"/>`,
    drawnIcon('file', SIZES.pad + 3, 8),
    `<text class="path" x="${SIZES.pad + SIZES.icon + 4}" y="18.5">${escaped(shortened(file.path))}</text>`,
    '</g>',
  ].join('');
}

function chip(value: ValueNode, pen: Pen): string {
  const { x, y, width, height } = pen.layout.boxes.get(value.id) as Box;
  const text = shortened(value.text);
  const badge = badgeOf(value, pen.words);
  const hasPencil = value.does === 'changes' || value.does === 'mayChange';
  const textX = SIZES.pad + (hasPencil ? SIZES.icon : 0);
  return [
    `<g ${attributes(value, pen)} transform="translate(${x},${y})">`,
    `<title>${escaped(descriptionOf(value, pen.graph, pen.words))}</title>`,
    `<rect class="chip" width="${width}" height="${height}" rx="${value.does === 'uses' ? 2 : 11}"/>`,
    bar(value, width, height, pen),
    hasPencil ? drawnIcon('edited', SIZES.pad - 1, 5) : '',
    `<text class="name" x="${textX}" y="15.5">${escaped(text)}</text>`,
    badge === '' ? '' : drawnBadge(value.state ?? '', badge, textX + widthOf(text) + 4, 5),
    '</g>',
  ].join('');
}

/** Beside the colour: at the left of what the selected value comes from, at the right of what it goes to. */
function bar(node: Node, width: number, height: number, { marks }: Pen): string {
  const role = marks.slice === undefined ? undefined : roleOf(node, marks.slice);
  return role === undefined || role === 'selected'
    ? ''
    : `<rect class="bar" x="${role === 'to' ? width - 2 : -3}" y="3" width="5" height="${height - 6}" rx="2"/>`;
}

/** What is marked comes last: it lies above the rest. */
function arrows(edges: readonly DrawnEdge[], pen: Pen): string[] {
  return edges.map((edge) => arrow(edge, pen)).toSorted(([a], [b]) => a - b).map(([, text]) => text);
}

function arrow({ from, to, edges, path, head, isUp }: DrawnEdge, { graph, marks, words }: Pen): [number, string] {
  const { slice, found } = marks;
  const sides = slice === undefined ? [] : edges.map((edge) => sideOf(edge, slice));
  const side = sides.find((each) => each === 'from') ?? sides.find((each) => each === 'to');
  const isFaint = (slice !== undefined && side === undefined) || (found !== undefined && !(found.has(from) && found.has(to)));
  const classes = ['edge', edges.some((edge) => edge.certain) ? 'must' : 'may', side ?? '', isFaint ? 'faint' : ''];
  const title = edgeWords(from, to, edges, graph, words);
  const text = `<g class="${classes.filter(Boolean).join(' ')}"><title>${escaped(title)}</title><path class="line" d="${path}"/><path class="head" d="${arrowHead(head, isUp)}"/></g>`;
  return [side === undefined ? 0 : 1, text];
}

/** What every node has: its state as classes, and what a screen reader and the keyboard need. */
function attributes(node: Node, { graph, layout, marks, words }: Pen): string {
  const role = marks.slice === undefined ? undefined : roleOf(node, marks.slice);
  const isFaint = (marks.slice !== undefined && role === undefined) || (marks.found !== undefined && !marks.found.has(node.id));
  const kind = node.kind === 'value' ? `value ${node.does}` : node.kind;
  const classes = [kind, node.kind === 'file' ? '' : (node.state ?? ''), role ?? '', isFaint ? 'faint' : ''];
  const expanded = node.kind === 'cell' ? ` aria-expanded="${!layout.collapsed.has(node.id)}"` : '';
  return [
    `class="${classes.filter(Boolean).join(' ')}" data-id="${escaped(node.id)}" role="button"`,
    `tabindex="${node.id === marks.focus ? 0 : -1}" aria-pressed="${role === 'selected'}"${expanded}`,
    `aria-label="${escaped(descriptionOf(node, graph, words))}"`,
  ].join(' ');
}

function drawnBadge(state: string, text: string, x: number, y: number): string {
  const icon = STATE_ICONS[state];
  return `<g class="badge">${icon === undefined ? '' : drawnIcon(icon, x, y)}<text x="${x + SIZES.icon}" y="${y + 10.5}">${escaped(text)}</text></g>`;
}

function drawnIcon(name: keyof typeof ICONS, x: number, y: number): string {
  return `<path class="icon" transform="translate(${x},${y})" d="${ICONS[name]}"/>`;
}

/** Returns a text as it stands in XML, also in attributes. */
export function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  // Control characters are not allowed in XML at all.
  return text.replaceAll(/[&<>"]/g, (found) => entities[found] ?? found).replaceAll(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu, '�');
}
