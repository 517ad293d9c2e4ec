/** Places in notebooks and scripts: found by what the server names, and shown. */
import * as vscode from 'vscode';
import type { Range } from 'vscode-languageclient';
import { hasCells } from './markers';
import type { Place } from './protocol';

/** Returns the open notebook with that URI, or the one that has a cell with it. */
export function notebookOf(uri: string): vscode.NotebookDocument | undefined {
  const wanted = vscode.Uri.parse(uri).toString();
  return vscode.workspace.notebookDocuments.find(
    (notebook) =>
      notebook.uri.toString() === wanted ||
      notebook.getCells().some((cell) => cell.document.uri.toString() === wanted),
  );
}

/**
 * Shows a part of a cell or script, in the editor that the notebook or script has, or else in that column. With `focus` the
 * caret goes there.
 */
export async function show(
  { uri, range }: Pick<Place, 'uri' | 'range'>,
  { focus = true, column }: { readonly focus?: boolean; readonly column?: vscode.ViewColumn } = {},
): Promise<void> {
  const cell = cellOf(uri);
  // In another group, as that of the graph, VS Code would open the text of the cell alone.
  const viewColumn = columnOf(cell?.notebook.uri ?? vscode.Uri.parse(uri)) ?? column;
  const options = { preserveFocus: !focus, ...(viewColumn === undefined ? {} : { viewColumn }) };
  if (cell === undefined || (focus && !cell.notebook.isUntitled)) {
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(uri), { ...options, selection: rangeOf(range) });
    return;
  }
  // To open a cell is to put the focus into it, or to open its text alone where its notebook has no file.
  const cells = new vscode.NotebookRange(cell.index, cell.index + 1);
  const editor = await vscode.window.showNotebookDocument(cell.notebook, { ...options, selections: [cells] });
  editor.revealRange(cells, vscode.NotebookEditorRevealType.InCenterIfOutsideViewport);
  if (focus) {
    await vscode.commands.executeCommand('notebook.cell.edit');
  }
}

/** Returns the column in which a notebook or script is open; undefined where it is in none. */
export function columnOf(uri: vscode.Uri): vscode.ViewColumn | undefined {
  const isOf = ({ input }: vscode.Tab) =>
    (input instanceof vscode.TabInputNotebook || input instanceof vscode.TabInputText) && input.uri.toString() === uri.toString();
  return vscode.window.tabGroups.all.find((group) => group.tabs.some(isOf))?.viewColumn;
}

/** Returns the notebook or script in the active editor that Notelift knows about: its URI for the server. */
export function activeDocument(): vscode.Uri | undefined {
  const notebook = vscode.window.activeNotebookEditor?.notebook;
  if (notebook !== undefined) {
    return notebook.notebookType === 'jupyter-notebook' ? notebook.uri : undefined;
  }
  const document = vscode.window.activeTextEditor?.document;
  const isScript = document?.languageId === 'python' && ['file', 'untitled'].includes(document.uri.scheme);
  return isScript && hasCells(document.getText()) ? document.uri : undefined;
}

/** Returns the notebook or file that is looked at, else the first folder: what settings and interpreters are asked for. */
export function activeResource(): vscode.Uri | undefined {
  return (
    vscode.window.activeNotebookEditor?.notebook.uri ??
    vscode.window.activeTextEditor?.document.uri ??
    vscode.workspace.workspaceFolders?.[0]?.uri
  );
}

/** Returns whether a notebook or script is a file. One that was never saved is in no folder. */
export function isSaved(uri: vscode.Uri): boolean {
  return uri.scheme !== 'untitled';
}

/** Returns a range of the protocol as one of VS Code. */
export function rangeOf(range: Range): vscode.Range {
  return new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
}

/** Returns where a place is, in words: the label of its cell and the line there. */
export function placeWords(place: Place): string {
  const line = place.range.start.line + 1;
  return vscode.l10n.t('{0}, line {1}', place.label, line);
}

/** Returns the cell of an open notebook whose document has that URI. */
export function cellOf(uri: string): vscode.NotebookCell | undefined {
  const wanted = vscode.Uri.parse(uri).toString();
  return notebookOf(uri)
    ?.getCells()
    .find((cell) => cell.document.uri.toString() === wanted);
}
