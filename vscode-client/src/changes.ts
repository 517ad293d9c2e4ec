/** Applies the server's changes of notebooks, scripts and files. */
import * as vscode from 'vscode';
import { editOf, type FutureCell } from './notebookEdit';
import { notebookOf, rangeOf } from './places';
import type { CellChange, Change } from './protocol';

/** Throws where a notebook or script is no file, as of a repository's history: it may be read only. */
export function requireWritable(notebook: vscode.Uri): void {
  if (!['file', 'untitled'].includes(notebook.scheme)) {
    const name = notebook.path.split('/').at(-1) ?? notebook.path;
    throw new Error(vscode.l10n.t('{0} is not a file that can be changed: save a copy of it, and change that', name));
  }
}

/** Returns a change as one edit; `notebook` is the URI of what it changes. Throws where that cannot be changed. */
export function changeAsEdit(change: Change, notebook: string): vscode.WorkspaceEdit {
  requireWritable(vscode.Uri.parse(notebook));
  const document = notebookOf(notebook);
  const onlyTexts = change.cells.length === 0 && change.files.length === 0;
  if (document === undefined || onlyTexts) {
    return textEdit(change);
  }
  const files = change.files.map((file) => ({
    uri: vscode.Uri.parse(file.uri),
    text: file.text,
    replaces: file.before !== null,
  }));
  return editOf(document, futureCells(document, change), files);
}

/** Returns the cells that the notebook has after a change. Throws where the change names a cell that is not there. */
export function futureCells(notebook: vscode.NotebookDocument, change: Change): FutureCell[] {
  let cells: FutureCell[] = notebook.getCells().map((cell) => ({
    original: cell,
    kind: cell.kind,
    text: withEdits(cell.document, change),
  }));
  for (const each of change.cells) {
    cells = withCellChange(cells, each);
  }
  return cells;
}

/** Edits of texts alone: they keep the cells, their URIs and the caret. */
function textEdit(change: Change): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const file of change.files) {
    const uri = vscode.Uri.parse(file.uri);
    if (file.before === null) {
      edit.createFile(uri, { contents: new TextEncoder().encode(file.text) });
    } else {
      const lines = file.before.split('\n').length;
      edit.replace(uri, new vscode.Range(0, 0, lines, 0), file.text);
    }
  }
  for (const text of change.texts) {
    edit.replace(vscode.Uri.parse(text.uri), rangeOf(text.range), text.newText);
  }
  return edit;
}

function withEdits(document: vscode.TextDocument, change: Change): string {
  const uri = document.uri.toString();
  const edits = change.texts
    .filter((each) => vscode.Uri.parse(each.uri).toString() === uri)
    .map((each) => ({ ...offsets(document, rangeOf(each.range)), newText: each.newText }))
    .sort((a, b) => b.start - a.start);
  let text = document.getText();
  for (const { start, end, newText } of edits) {
    text = text.slice(0, start) + newText + text.slice(end);
  }
  return text;
}

function withCellChange(cells: readonly FutureCell[], change: CellChange): FutureCell[] {
  const at = (uri: string | null): number => {
    if (uri === null) {
      return cells.length;
    }
    const wanted = vscode.Uri.parse(uri).toString();
    const index = cells.findIndex((cell) => cell.original?.document.uri.toString() === wanted);
    if (index < 0) {
      throw new Error(vscode.l10n.t('The notebook has changed in the meantime: try again'));
    }
    return index;
  };
  if ('insert' in change) {
    const { before, kind, source } = change.insert;
    const cellKind = kind === 'code' ? vscode.NotebookCellKind.Code : vscode.NotebookCellKind.Markup;
    return cells.toSpliced(at(before), 0, { original: undefined, kind: cellKind, text: source });
  }
  if ('remove' in change) {
    return cells.toSpliced(at(change.remove.uri), 1);
  }
  const from = at(change.move.uri);
  const to = at(change.move.before);
  const moved = cells.slice(from, from + 1);
  return cells.toSpliced(from, 1).toSpliced(to > from ? to - 1 : to, 0, ...moved);
}

function offsets(document: vscode.TextDocument, range: vscode.Range): { start: number; end: number } {
  return { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
}
