/** What goes between the extension and the page of the graph panel. */
import type { CellState, Lineage, Place, Status, VariableState } from '../protocol';

/** A value by where it is looked at: a name, in a line of a cell where there is a caret. */
export interface ValueAsked {
  readonly name: string;
  readonly at: { readonly uri: string; readonly line: number } | null;
}

export type ExportForm = 'svg' | 'mermaid';

/** What the page is told. */
export type ToPage =
  | {
      readonly kind: 'graph';
      readonly lineage: Lineage;
      /** Null where the server cannot tell how the kernel compares with a restart. */
      readonly status: Status | null;
    }
  | { readonly kind: 'select'; readonly value: ValueAsked }
  | { readonly kind: 'export'; readonly form: ExportForm }
  /** There is no graph to show, and why. */
  | { readonly kind: 'nothing'; readonly why: string };

/** What the page tells. */
export type FromPage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'reveal'; readonly place: Place; readonly focus: boolean }
  | { readonly kind: 'export' }
  | { readonly kind: 'exported'; readonly form: ExportForm; readonly text: string };

/** What a page keeps for a reload of the window. */
export interface PageState {
  readonly notebook: string;
  readonly selected: string | null;
  readonly onlySlice: boolean;
  readonly detail: 'auto' | 'values' | 'cells';
}

/** The words of the page, in the user's language. */
export type Words = Readonly<
  Record<
    | 'graph' | 'keys' | 'find' | 'values' | 'onlySlice' | 'zoomIn' | 'zoomOut' | 'zoomReset' | 'fit' | 'export'
    | 'certain' | 'possible' | 'comesFrom' | 'goesTo' | 'makes' | 'changes' | 'mayChange' | 'file' | 'cell'
    | 'expand' | 'collapse' | 'summary' | 'madeFrom' | 'madeAlone' | 'usedBy' | 'unused' | 'nothingFound' | 'found' | 'deselected'
    | CellState | VariableState,
    string
  >
>;
