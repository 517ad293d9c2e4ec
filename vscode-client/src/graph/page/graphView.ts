/** What of a graph is shown and marked: the selection, the search, which cells show their values. */
import type { Lineage, Status } from '../../protocol';
import type { PageState, ValueAsked, Words } from '../messages';
import type { Marks } from './drawing';
import { layoutOf, type Layout } from './layout';
import { graphOf, type CellNode, type Edge, type Graph, type Node } from './model';
import type { Box } from './paths';
import { roleOf, sideOf, sliceOf, valueAt, type Slice } from './slice';
import { badgeOf } from './wording';

/** With more values than these, cells show theirs only where they are asked to, or are part of the slice. */
const MANY_VALUES = 120;

/** The choices of a user on one graph, which stay when the graph becomes another. */
export class GraphView {
  graph: Graph | undefined;
  layout: Layout | undefined;
  slice: Slice | undefined;
  query = '';
  onlySlice = false;
  private focused: string | undefined;
  private selected: string | undefined;
  private asked: ValueAsked | undefined;
  private detail: PageState['detail'] = 'auto';
  private readonly toggled = new Map<string, boolean>();

  constructor(
    private readonly words: Words,
    state: PageState | undefined,
  ) {
    if (state !== undefined) {
      this.selected = state.selected ?? undefined;
      this.onlySlice = state.onlySlice;
      this.detail = state.detail;
    }
  }

  /** What is kept for a reload of the window. */
  get state(): Omit<PageState, 'notebook'> {
    return { selected: this.selected ?? null, onlySlice: this.onlySlice, detail: this.detail };
  }

  get size(): { width: number; height: number } {
    return this.layout ?? { width: 1, height: 1 };
  }

  get boxOfSelected(): Box | undefined {
    return this.boxOf(this.selected);
  }

  get firstBox(): Box | undefined {
    return this.boxOf(this.graph?.nodes.keys().next().value);
  }

  /** The node that the keyboard comes to; the selected one, or the first, where none was there yet. */
  get focus(): string | undefined {
    const candidates = [this.focused, this.selected, this.cellOf(this.focused ?? this.selected), ...(this.graph?.nodes.keys() ?? [])];
    return candidates.find((id) => id !== undefined && this.layout?.boxes.has(id));
  }

  set focus(id: string | undefined) {
    this.focused = id;
  }

  /** The nodes that the search finds; undefined where nothing is searched for. */
  get matches(): readonly Node[] | undefined {
    const query = this.query.toLowerCase();
    const nodes = [...(this.graph?.nodes.values() ?? [])];
    return query === '' ? undefined : nodes.filter((node) => textsOf(node).some((text) => text.toLowerCase().includes(query)));
  }

  get marks(): Marks {
    const found = this.matches?.flatMap((node) => (node.kind === 'value' ? [node.id, node.cell] : [node.id]));
    return { slice: this.slice, found: found === undefined ? undefined : new Set(found), focus: this.focus };
  }

  get showsValues(): boolean {
    return this.detail === 'values' || (this.detail === 'auto' && !this.isLarge);
  }

  /** Another state of the notebook: what is selected stays, if it is still there. */
  become(lineage: Lineage, status: Status | null): void {
    this.graph = graphOf(lineage, status);
    if (this.asked !== undefined) {
      this.ask(this.asked);
    }
    this.select(this.graph.nodes.has(this.selected ?? '') ? this.selected : undefined);
  }

  /** Selects a value by its name; one that is not there yet when the graph comes. */
  ask(value: ValueAsked): void {
    this.asked = this.graph === undefined ? value : undefined;
    if (this.graph !== undefined) {
      const node = valueAt(this.graph, value.name, value.at);
      this.select(node?.id);
      this.focused = node?.id;
    }
  }

  /** Selects a node, or none. */
  select(id: string | undefined): void {
    const node = this.graph?.nodes.get(id ?? '');
    this.selected = node?.id;
    this.slice = node === undefined || this.graph === undefined ? undefined : sliceOf(this.graph, node);
    this.onlySlice &&= node !== undefined;
  }

  search(query: string): void {
    this.query = query.trim();
  }

  /** Goes to the next node that the search finds, and returns it. */
  nextFound(): string | undefined {
    const found = (this.matches ?? []).map((node) => node.id).filter((id) => this.boxOf(id) !== undefined);
    const next = found[found.indexOf(this.focused ?? '') + 1] ?? found[0];
    this.focused = next ?? this.focused;
    return next;
  }

  /** Where a node is, or its cell where that hides its values. */
  boxOf(id: string | undefined): Box | undefined {
    const boxes = this.layout?.boxes;
    return boxes?.get(id ?? '') ?? boxes?.get(this.cellOf(id) ?? '');
  }

  /** Shows the values of all cells, or of none. */
  showValues(shown: boolean): void {
    this.detail = shown ? 'values' : 'cells';
    this.toggled.clear();
  }

  /** Shows only what the selected node comes from and goes to, or all. */
  showOnlySlice(shown: boolean): void {
    this.onlySlice = shown && this.slice !== undefined;
  }

  /** Shows the values of a cell, or hides them. */
  toggle(cell: string | undefined): void {
    const node = this.graph?.nodes.get(cell ?? '');
    if (node?.kind === 'cell') {
      this.toggled.set(node.id, !this.isExpanded(node));
      this.focused = node.id;
    }
  }

  /** Returns the cell of a node. */
  cellOf(id: string | undefined): string | undefined {
    const node = this.graph?.nodes.get(id ?? '');
    return node?.kind === 'value' ? node.cell : node?.id;
  }

  layOut(): void {
    if (this.graph !== undefined) {
      const { isShown, drawsImport } = this;
      const badge = (node: Node) => badgeOf(node, this.words);
      this.layout = layoutOf(this.graph, { isShown, drawsImport, isExpanded: (cell) => this.isExpanded(cell), badgeOf: badge });
    }
  }

  readonly isShown = (node: Node): boolean => {
    return !this.onlySlice || this.slice === undefined || roleOf(node, this.slice) !== undefined;
  };

  readonly drawsImport = (edge: Edge): boolean => this.slice !== undefined && sideOf(edge, this.slice) !== undefined;

  private get isLarge(): boolean {
    const values = this.graph?.cells.filter(this.isShown).flatMap((cell) => cell.values) ?? [];
    return values.length > MANY_VALUES;
  }

  private isExpanded(cell: CellNode): boolean {
    const role = this.slice === undefined ? undefined : roleOf(cell, this.slice);
    const isOfSlice = role === 'selected' || role === 'from' || role === 'mayFrom';
    return this.toggled.get(cell.id) ?? (this.showsValues || isOfSlice);
  }
}

function textsOf(node: Node): readonly string[] {
  switch (node.kind) {
    case 'cell':
      return [node.label];
    case 'value':
      return [...node.names, node.text];
    case 'file':
      return [node.path];
  }
}
