/** What goes between the extension and the server beyond the Language Server Protocol: docs/protocol.md, typed. */
import type { Range } from 'vscode-languageclient';

/** A document of the server: a notebook or a script. */
export interface NotebookIdentifier {
  readonly notebook: { readonly uri: string };
}

/** A script with cells, in place of a notebook. */
export interface ScriptIdentifier {
  readonly textDocument: { readonly uri: string };
}

export type DocumentIdentifier = NotebookIdentifier | ScriptIdentifier;

/** What a code action of the server carries. `options` may be added to before it is resolved. */
export interface ActionData {
  readonly notebook: string;
  readonly revision: number;
  readonly assist: string;
  readonly place: readonly number[];
  readonly options: Readonly<Record<string, string | number | boolean | null>>;
}

/** The answer to `notelift/resolveChange`: texts first, all of them as they are now, then the cells one by one. */
export interface Change {
  readonly kind: 'change';
  readonly texts: readonly { readonly uri: string; readonly range: Range; readonly newText: string }[];
  readonly cells: readonly CellChange[];
  readonly files: readonly FileChange[];
}

/** A file's text; `before` is the one that it has now, null where there is no such file. */
export interface FileChange {
  readonly uri: string;
  readonly before: string | null;
  readonly text: string;
}

/** Cells are named by the URIs of their documents; `before` is null for the end. */
export type CellChange =
  | { readonly insert: { readonly before: string | null; readonly kind: 'code' | 'markdown'; readonly source: string } }
  | { readonly move: { readonly uri: string; readonly before: string | null } }
  | { readonly remove: { readonly uri: string } };

/** Cells to run in this order, in a new kernel where `restart` is set. */
export interface Run {
  readonly kind: 'run';
  readonly notebook: string;
  readonly cells: readonly string[];
  readonly restart: boolean;
}

/** A statement of a cell or script. `label` is what the user sees of its cell. */
export interface Place {
  readonly uri: string;
  readonly range: Range;
  readonly label: string;
}

/** What a plan is asked for beside its document. */
export interface PlanChoices {
  readonly targets: readonly string[];
  readonly module?: string;
  readonly function?: string;
  readonly folder?: string;
}

/** The answer to `notelift/planExtraction`. */
export interface Plan {
  readonly module: string;
  readonly function: string;
  readonly path: string;
  readonly source: string;
  readonly statements: readonly (Place & {
    readonly source: string;
    readonly certainty: 'must' | 'may';
    readonly reasons: readonly { readonly text: string }[];
  })[];
  readonly kept: number;
  readonly total: number;
  readonly warnings: readonly string[];
  /** Whether the notebook can be rewritten around the module, and why where it cannot. */
  readonly rewrites: boolean;
  readonly refusal: string | null;
  readonly leaves: readonly (Place & { readonly source: string })[];
}

export type VariableState = 'same' | 'differs' | 'missing_on_restart' | 'missing_in_kernel' | 'unknown';

export type CellState = 'fresh' | 'edited' | 'outdated' | 'never_run' | 'failed';

/** The answer to `notelift/status`. */
export interface Status {
  readonly notebook: string;
  readonly revision: number;
  readonly variables: readonly { readonly name: string; readonly state: VariableState; readonly reason: string }[];
  readonly cells: readonly { readonly cell: number; readonly uri: string; readonly state: CellState; readonly reason: string }[];
  /** The cells to run again, in order. */
  readonly run_uris: readonly string[];
  readonly restart: boolean;
  readonly notes: readonly string[];
}

/** What `notelift/stateChanged` tells. */
export interface StateChanged {
  readonly uri: string;
  readonly differing: number;
}

export type Certainty = 'must' | 'may';

/** The answer to `notelift/lineage`. */
export interface Lineage {
  readonly name: string | null;
  readonly type: string | null;
  readonly statements: readonly (Place & {
    readonly id: number;
    readonly role: 'from' | 'value' | 'to' | null;
    readonly cell: number;
    readonly source: string;
    readonly binds: readonly string[];
    readonly changes: readonly { readonly name: string; readonly certainty: Certainty; readonly why: string }[];
  })[];
  readonly flows: readonly {
    readonly from: number;
    readonly to: number;
    readonly kind: string;
    readonly name: string;
    readonly certainty: Certainty;
    readonly why: string;
  }[];
  readonly files: readonly {
    readonly statement: number;
    readonly path: string;
    readonly direction: 'read' | 'write';
  }[];
  readonly values: readonly {
    readonly name: string;
    readonly type: string | null;
    readonly made_by: readonly { readonly statement: number; readonly certainty: Certainty }[];
  }[];
}
