/** Where everything is drawn: cells as cards in layers, from top to bottom, with their values as chips in them. */
import { Graph as LayoutGraph, layout as layOut, type EdgeLabel, type GraphLabel, type NodeLabel } from '@dagrejs/dagre';
import { groupBy } from './group';
import type { CellNode, Edge, Graph, Node, ValueNode } from './model';
import { curve, detour, pulled, type Box, type Point } from './paths';

/** An edge as it is drawn: all edges between the same two things that are to be seen. */
export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  readonly edges: readonly Edge[];
  readonly path: string;
  /** Where the head of the arrow is, and whether it points up. */
  readonly head: Point;
  readonly isUp: boolean;
}

export interface Layout {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly edges: readonly DrawnEdge[];
  readonly collapsed: ReadonlySet<string>;
  readonly width: number;
  readonly height: number;
}

/** What is shown of a graph, and the words that take room in it. */
export interface LayoutOptions {
  readonly isShown: (node: Node) => boolean;
  readonly isExpanded: (cell: CellNode) => boolean;
  /** Whether an edge of imports is drawn; they never change where cells are. */
  readonly drawsImport: (edge: Edge) => boolean;
  readonly badgeOf: (node: Node) => string;
}

/** Sizes in pixels at a zoom of 100 %. Texts are monospaced, so that their width is known without drawing them. */
export const SIZES = { char: 7.3, header: 24, chip: 22, gap: 8, pad: 8, icon: 15, chevron: 16, line: 300, longest: 34 } as const;

const MARGIN = 24;
const BETWEEN_CARDS = 28;
const BETWEEN_LAYERS = 56;
/** With more cards the shortest arrows are not looked for at any price. */
const MANY_CARDS = 80;

type Cards = ReadonlyMap<string, { readonly width: number; readonly height: number; readonly chips: ReadonlyMap<string, Box> }>;

/** Lays a graph out. */
export function layoutOf(graph: Graph, options: LayoutOptions): Layout {
  const cells = graph.cells.filter(options.isShown);
  const collapsed = new Set(cells.filter((cell) => cell.values.length > 0 && !options.isExpanded(cell)).map((cell) => cell.id));
  const cards = new Map([
    ...cells.map((cell) => [cell.id, cardOf(cell, collapsed.has(cell.id), hasInner(cell, graph), options)] as const),
    ...graph.files.filter(options.isShown).map((file) => [file.id, fileCard(file.path)] as const),
  ]);
  const cardOfNode = (id: string): string => {
    const node = graph.nodes.get(id);
    return node?.kind === 'value' ? node.cell : id;
  };
  const seen = (id: string) => (collapsed.has(cardOfNode(id)) ? cardOfNode(id) : id);
  const drawn = graph.edges.filter((edge) => cards.has(cardOfNode(edge.from)) && cards.has(cardOfNode(edge.to)));
  const { places, routes } = placesOf(cards, drawn.filter((edge) => !edge.isImport), cardOfNode, importersOf(drawn, cardOfNode));
  const boxes = boxesOf(cards, places);
  const cardBoxes = [...places.values()];
  const between = groupBy(
    drawn.filter((edge) => !edge.isImport || options.drawsImport(edge)),
    (edge) => `${seen(edge.from)}\n${seen(edge.to)}`,
  );
  const edges = [...between].flatMap(([key, all]) => {
    const [from = '', to = ''] = key.split('\n');
    return from === to ? [] : [drawnEdge(from, to, all, boxes, cardBoxes, cardOfNode, routes)];
  });
  return {
    boxes,
    edges,
    collapsed,
    width: Math.max(0, ...cardBoxes.map((box) => box.x + box.width)) + MARGIN,
    height: Math.max(0, ...cardBoxes.map((box) => box.y + box.height)) + MARGIN,
  };
}

/** Returns a text that is no longer than `most` characters. */
export function shortened(text: string, most: number = SIZES.longest): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** Returns how wide a text is; characters of East Asia are twice as wide as others. */
export function widthOf(text: string): number {
  const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\ud800-\udbff]/g;
  return (text.length + (text.match(wide)?.length ?? 0)) * SIZES.char;
}

/** Returns the names that a collapsed cell shows. */
export function summaryOf(cell: CellNode): string {
  const names = [...new Set(cell.values.flatMap((value) => (value.does === 'uses' ? [] : value.names)))];
  const shown = names.slice(0, 3).map((name) => shortened(name, 16));
  return names.length === 0
    ? shortened(cell.values[0]?.text ?? '', 26)
    : shown.join(', ') + (names.length > shown.length ? ` +${names.length - shown.length}` : '');
}

function cardOf(cell: CellNode, isCollapsed: boolean, inner: boolean, options: LayoutOptions) {
  const { header, pad, gap, chip, chevron, icon, line } = SIZES;
  const badge = options.badgeOf(cell);
  const badgeWidth = badge === '' ? 0 : gap + icon + widthOf(badge);
  const title = chevron + widthOf(cell.label) + badgeWidth + (isCollapsed ? gap + widthOf(summaryOf(cell)) : 0);
  const chips = new Map<string, Box>();
  let [x, y, right]: [number, number, number] = [pad, header, title + pad];
  if (!isCollapsed) {
    for (const value of cell.values) {
      const width = chipWidth(value, options.badgeOf(value));
      if (x > pad && x + width > line) {
        [x, y] = [pad, y + chip + gap];
      }
      chips.set(value.id, { x, y, width, height: chip });
      right = Math.max(right, x + width);
      x += width + gap + (inner ? gap : 0);
    }
  }
  const bottom = isCollapsed ? header + 2 : y + chip + pad + (inner ? pad : 0);
  return { width: right + pad, height: bottom, chips };
}

function chipWidth(value: ValueNode, badge: string): number {
  const icons = (value.does === 'changes' || value.does === 'mayChange' ? 1 : 0) + (badge === '' ? 0 : 1);
  return 2 * SIZES.pad + widthOf(shortened(value.text)) + icons * SIZES.icon + widthOf(badge) + (badge === '' ? 0 : 4);
}

function fileCard(path: string) {
  return { width: widthOf(shortened(path)) + SIZES.icon + 3 * SIZES.pad, height: SIZES.header + 4, chips: new Map<string, Box>() };
}

/** Whether values of the cell are made from others of it: their arrows need room. */
function hasInner(cell: CellNode, graph: Graph): boolean {
  const own = new Set(cell.values.map((value) => value.id));
  return graph.edges.some((edge) => own.has(edge.from) && own.has(edge.to));
}

/** The cards from which only imports flow: they stand above the others. */
function importersOf(edges: readonly Edge[], cardOfNode: (id: string) => string): Set<string> {
  return new Set(edges.filter((edge) => edge.isImport).map((edge) => cardOfNode(edge.from)));
}

/** Places the cards: those with edges in layers, cells that only import above them, and those without any below. */
function placesOf(cards: Cards, edges: readonly Edge[], cardOfNode: (id: string) => string, importers: Set<string>) {
  const pairs = groupBy(
    edges.map((edge) => [cardOfNode(edge.from), cardOfNode(edge.to)] as const).filter(([from, to]) => from !== to),
    ([from, to]) => `${from}\n${to}`,
  );
  const joined = new Set([...pairs.values()].flatMap(([pair]) => [...(pair as readonly [string, string])]));
  const layers = new LayoutGraph<GraphLabel, NodeLabel, EdgeLabel>();
  const ranker = joined.size > MANY_CARDS ? 'tight-tree' : 'network-simplex';
  layers.setGraph({ rankdir: 'TB', nodesep: BETWEEN_CARDS, ranksep: BETWEEN_LAYERS, edgesep: 12, ranker });
  for (const [id, { width, height }] of cards) {
    if (joined.has(id)) {
      layers.setNode(id, { width, height });
    }
  }
  for (const all of pairs.values()) {
    const [from, to] = all[0] as readonly [string, string];
    layers.setEdge(from, to, { weight: all.length, minlen: 1 });
  }
  if (joined.size > 0) {
    // Its heuristic for the best order takes twice the time, and makes large graphs wider.
    layOut(layers, { disableOptimalOrderHeuristic: true });
  }
  const places = new Map<string, Box>();
  const width = Math.max(640, ...layers.nodes().map((id) => (layers.node(id).x ?? 0) + layers.node(id).width / 2));
  const alone = [...cards.keys()].filter((id) => !joined.has(id));
  const top = inRows(alone.filter((id) => importers.has(id)), cards, width, MARGIN, places);
  let bottom = top;
  for (const id of layers.nodes()) {
    const { x = 0, y = 0, width: cardWidth, height } = layers.node(id);
    places.set(id, { x: MARGIN + x - cardWidth / 2, y: top + y - height / 2, width: cardWidth, height });
    bottom = Math.max(bottom, top + y + height / 2 + BETWEEN_LAYERS);
  }
  inRows(alone.filter((id) => !importers.has(id)), cards, width, bottom, places);
  const routes = new Map(
    layers.edges().map((edge) => [
      `${edge.v}\n${edge.w}`,
      (layers.edge(edge).points ?? []).map((point: Point) => ({ x: MARGIN + point.x, y: top + point.y })),
    ]),
  );
  return { places, routes };
}

/** Places cards in rows from `top` on; returns where the next thing can be. */
function inRows(ids: readonly string[], cards: Cards, width: number, top: number, places: Map<string, Box>): number {
  let [x, y, height] = [MARGIN, top, 0];
  for (const id of ids) {
    const card = cards.get(id);
    if (card !== undefined) {
      if (x > MARGIN && x + card.width > width) {
        [x, y, height] = [MARGIN, y + height + BETWEEN_CARDS, 0];
      }
      places.set(id, { x, y, width: card.width, height: card.height });
      x += card.width + BETWEEN_CARDS;
      height = Math.max(height, card.height);
    }
  }
  return ids.length === 0 ? top : y + height + BETWEEN_LAYERS;
}

function boxesOf(cards: Cards, places: ReadonlyMap<string, Box>): Map<string, Box> {
  const boxes = new Map(places);
  for (const [id, { chips }] of cards) {
    const place = places.get(id);
    for (const [chip, box] of place === undefined ? [] : chips) {
      boxes.set(chip, { ...box, x: box.x + (place?.x ?? 0), y: box.y + (place?.y ?? 0) });
    }
  }
  return boxes;
}

function drawnEdge(
  from: string,
  to: string,
  edges: readonly Edge[],
  boxes: ReadonlyMap<string, Box>,
  cards: readonly Box[],
  cardOfNode: (id: string) => string,
  routes: ReadonlyMap<string, Point[]>,
): DrawnEdge {
  const [source, reader] = [boxes.get(from), boxes.get(to)] as [Box, Box];
  const [sourceCard, readerCard] = [boxes.get(cardOfNode(from)), boxes.get(cardOfNode(to))] as [Box, Box];
  const middle = (box: Box) => box.x + box.width / 2;
  if (cardOfNode(from) === cardOfNode(to)) {
    const isUp = reader.y <= source.y;
    const head = { x: middle(reader) + (isUp ? -4 : 0), y: isUp ? reader.y + reader.height : reader.y };
    const start = { x: middle(source) + 4, y: source.y + source.height };
    return { from, to, edges, path: curve([start, head], isUp ? 12 : undefined), head, isUp };
  }
  const start = { x: middle(source), y: source.y + source.height };
  const out = { x: start.x, y: sourceCard.y + sourceCard.height };
  const head = { x: middle(reader), y: readerCard.y };
  const others = cards.filter((box) => box !== sourceCard && box !== readerCard);
  const laidOut = routes.get(`${cardOfNode(from)}\n${cardOfNode(to)}`);
  // The first and the last points of a route lie on the cards. Imports have none.
  const route = laidOut === undefined ? detour(out, head, others) : pulled([out, ...laidOut.slice(1, -1), head], others);
  return { from, to, edges, path: curve([start, ...route]), head, isUp: false };
}
