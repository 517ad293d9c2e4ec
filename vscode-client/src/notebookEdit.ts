/**
 * A change of a notebook as one edit that one undo takes back.
 *
 * VS Code undoes notebook edits together with new files or with edits of other texts, and text edits together with new files,
 * but not edits of a notebook's cells and of their texts together with files. So a change of a cell's text replaces the cell,
 * with its outputs, metadata and execution summary.
 */
import * as vscode from 'vscode';

/** A cell as it will be: one of the notebook, with the text that it will have, or a new one. */
export interface FutureCell {
  readonly original: vscode.NotebookCell | undefined;
  readonly kind: vscode.NotebookCellKind;
  readonly text: string;
}

/** A file as it will be; `there` is what it is now, undefined for a new one. */
export interface FutureFile {
  readonly uri: vscode.Uri;
  readonly text: string;
  readonly there: vscode.TextDocument | undefined;
}

/** Returns the edit that gives the notebook these cells, and the files their texts. */
export function editOf(
  notebook: vscode.NotebookDocument,
  cells: readonly FutureCell[],
  files: readonly FutureFile[],
): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  // New files come first: where one is in the way, nothing else is done.
  for (const { uri, text } of files.filter((file) => file.there === undefined)) {
    edit.createFile(uri, { contents: new TextEncoder().encode(text) });
  }
  edit.set(notebook.uri, cellEdits(notebook, cells));
  for (const { uri, text, there } of files) {
    if (there !== undefined) {
      edit.replace(uri, new vscode.Range(0, 0, there.lineCount, 0), text);
    }
  }
  return edit;
}

/** Replaces what changes between the cells that stay as they are and where they are. */
function cellEdits(notebook: vscode.NotebookDocument, cells: readonly FutureCell[]): vscode.NotebookEdit[] {
  const edits: vscode.NotebookEdit[] = [];
  const staying = cellsThatStay(cells);
  let old = 0;
  let next = 0;
  for (const index of [...staying, cells.length]) {
    const position = cells[index]?.original?.index ?? notebook.cellCount;
    const between = cells.slice(next, index);
    if (position > old || between.length > 0) {
      edits.push(vscode.NotebookEdit.replaceCells(new vscode.NotebookRange(old, position), between.map(dataOf)));
    }
    old = position + 1;
    next = index + 1;
  }
  return edits;
}

/** Returns the indices of the longest list of unchanged cells that keep their order: all others are put in anew. */
function cellsThatStay(cells: readonly FutureCell[]): number[] {
  const best: { length: number; before: number }[] = [];
  let last = -1;
  cells.forEach((cell, index) => {
    best.push({ length: 0, before: -1 });
    const own = best[index];
    if (own === undefined || cell.original?.document.getText() !== cell.text) {
      return;
    }
    own.length = 1;
    for (let earlier = 0; earlier < index; earlier++) {
      const other = best[earlier];
      const position = cells[earlier]?.original?.index ?? Infinity;
      if (other !== undefined && other.length >= own.length && position < cell.original.index) {
        own.length = other.length + 1;
        own.before = earlier;
      }
    }
    if (last < 0 || own.length > (best[last]?.length ?? 0)) {
      last = index;
    }
  });
  const staying: number[] = [];
  for (let index = last; index >= 0; index = best[index]?.before ?? -1) {
    staying.unshift(index);
  }
  return staying;
}

function dataOf(cell: FutureCell): vscode.NotebookCellData {
  const { original } = cell;
  const language = cell.kind === vscode.NotebookCellKind.Markup ? 'markdown' : 'python';
  const data = new vscode.NotebookCellData(cell.kind, cell.text, original?.document.languageId ?? language);
  if (original !== undefined) {
    data.outputs = original.outputs.map((each) => new vscode.NotebookCellOutput([...each.items], each.metadata));
    data.metadata = original.metadata;
    if (original.executionSummary !== undefined) {
      data.executionSummary = original.executionSummary;
    }
  }
  return data;
}
