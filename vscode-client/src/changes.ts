/** Applies the server's changes of notebooks, scripts and files. */
import * as vscode from 'vscode';
import { Refusal } from './failures';
import { editOf, type FutureCell } from './notebookEdit';
import { notebookOf, rangeOf } from './places';
import type { CellChange, Change } from './protocol';

/**
 * Throws where a notebook or script is not to be changed: it is no file, as one of a repository's history, or the user's
 * settings make it readonly. VS Code itself would let an extension change that.
 */
export function requireWritable(notebook: vscode.Uri): void {
  const name = notebook.path.split('/').at(-1) ?? notebook.path;
  if (!['file', 'untitled'].includes(notebook.scheme)) {
    throw new Error(vscode.l10n.t('{0} is not a file that can be changed: save a copy of it, and change that', name));
  }
  if (isMadeReadonly(notebook)) {
    throw new Refusal(vscode.l10n.t('{0} is readonly by the setting files.readonlyInclude', name), [
      { title: vscode.l10n.t('Open Settings'), command: 'workbench.action.openSettings', argument: 'files.readonly' },
    ]);
  }
}

/** Returns whether the settings name a file as one that is readonly. */
function isMadeReadonly(uri: vscode.Uri): boolean {
  const files = vscode.workspace.getConfiguration('files', uri);
  const named = (setting: string) =>
    Object.entries(files.get<Record<string, boolean>>(setting, {})).some(([glob, is]) => is && isNamedBy(glob, uri));
  return named('readonlyInclude') && !named('readonlyExclude');
}

/** Returns whether a pattern of the settings means a file: from the root of its folder where it is not absolute. */
function isNamedBy(glob: string, uri: vscode.Uri): boolean {
  const document = notebookOf(uri.toString())?.cellAt(0).document ?? openDocument(uri);
  if (document === undefined) {
    return false;
  }
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const patterns: vscode.GlobPattern[] = [glob, ...(folder === undefined ? [] : [new vscode.RelativePattern(folder, glob)])];
  const notebookType = document.uri.toString() === uri.toString() ? {} : { notebookType: 'jupyter-notebook' };
  return patterns.some((pattern) => vscode.languages.match({ ...notebookType, pattern }, document) > 0);
}

/**
 * Saves what is open and edited of the files that a change adds to: it goes on from what is typed there. Throws where one
 * cannot be saved, as when another program has changed it too.
 */
export async function saveOpen(change: Change): Promise<void> {
  for (const uri of filesThere(change)) {
    const document = openDocument(uri);
    if (document?.isDirty === true && !(await document.save())) {
      throw new Error(vscode.l10n.t('Nothing was changed: save {0} first, then try again', vscode.workspace.asRelativePath(uri)));
    }
  }
}

/**
 * Makes a change, and saves the files that it adds to, now and when it is undone or made again: the notebook imports what is
 * on the disk. Returns whether VS Code made it. Throws where something of it cannot be changed.
 */
export async function makeChange(change: Change, notebook: string): Promise<boolean> {
  requireWritable(vscode.Uri.parse(notebook));
  const documents = await Promise.all(filesThere(change).map((uri) => vscode.workspace.openTextDocument(uri)));
  const before = documents.map((document) => document.getText());
  if (!(await vscode.workspace.applyEdit(changeAsEdit(change, notebook, documents)))) {
    return false;
  }
  for (const [index, document] of documents.entries()) {
    saveWithUndo(document, [before[index] ?? '', document.getText()], notebook);
    if (!(await document.save())) {
      const name = vscode.workspace.asRelativePath(document.uri);
      throw new Error(vscode.l10n.t('{0} could not be saved, and the notebook imports from it: save it, or undo in the notebook', name));
    }
  }
  return true;
}

function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
}

/** The files of a change that exist. */
function filesThere(change: Change): vscode.Uri[] {
  return change.files.filter((file) => file.before !== null).map((file) => vscode.Uri.parse(file.uri));
}

/** Saves a file whenever an undo or redo gives it one of two texts, as long as the notebook or script is open. */
function saveWithUndo({ uri }: vscode.TextDocument, texts: readonly string[], notebook: string): void {
  const isOfChange = ({ document, reason }: vscode.TextDocumentChangeEvent) =>
    reason !== undefined && document.uri.toString() === uri.toString() && texts.includes(document.getText());
  const ends = (closed: { readonly uri: vscode.Uri }) => {
    if (closed.uri.toString() === vscode.Uri.parse(notebook).toString()) {
      listeners.dispose();
    }
  };
  const listeners = vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument((event) => {
      if (isOfChange(event)) {
        // Where it cannot be saved, VS Code says so, and the file stays marked as edited.
        void event.document.save();
      }
    }),
    vscode.workspace.onDidCloseNotebookDocument(ends),
    vscode.workspace.onDidCloseTextDocument(ends),
  );
}

/** Returns a change as one edit; `documents` are the files that it adds to. */
function changeAsEdit(change: Change, notebook: string, documents: readonly vscode.TextDocument[]): vscode.WorkspaceEdit {
  const document = notebookOf(notebook);
  const onlyTexts = change.cells.length === 0 && change.files.length === 0;
  if (document === undefined || onlyTexts) {
    return textEdit(change);
  }
  const files = change.files.map((file) => {
    const uri = vscode.Uri.parse(file.uri);
    return { uri, text: file.text, there: documents.find((each) => each.uri.toString() === uri.toString()) };
  });
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
