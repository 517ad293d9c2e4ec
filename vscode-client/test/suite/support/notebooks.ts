/** Notebooks of the workspace: opened, run, edited, and what is said of them. */
import * as vscode from 'vscode';
import { when } from './waiting';

let copies = 0;

/** Copies the folder of the notebooks, so that each test has files of its own, and returns one of them. */
export async function fresh(name: string): Promise<vscode.Uri> {
  const [workspace] = vscode.workspace.workspaceFolders ?? [];
  if (workspace === undefined) {
    throw new Error('no folder is open');
  }
  copies += 1;
  const folder = vscode.Uri.joinPath(workspace.uri, `copy-${copies}`);
  await vscode.workspace.fs.copy(vscode.Uri.joinPath(workspace.uri, 'notebooks'), folder);
  return vscode.Uri.joinPath(folder, name);
}

/** Opens a copy of a notebook in an editor with the focus. */
export async function open(name: string): Promise<vscode.NotebookDocument> {
  const notebook = await vscode.workspace.openNotebookDocument(await fresh(name));
  await show(notebook);
  return notebook;
}

/** Shows a notebook in an editor with the focus, with the kernel of the tests. */
export async function show(notebook: vscode.NotebookDocument): Promise<void> {
  await vscode.window.showNotebookDocument(notebook);
  await vscode.commands.executeCommand('notebook.selectKernel', { id: 'test-kernel', extension: 'notelift-test.test-kernel' });
}

/** Restarts all kernels. Notebooks that were never saved have the same names one after the other, and so one kernel. */
export async function restartKernels(): Promise<void> {
  await vscode.extensions.getExtension('notelift-test.test-kernel')?.activate();
  await vscode.commands.executeCommand('testKernel.restart');
}

/** Returns the URI of a file in the folder of a notebook. */
export function beside(notebook: vscode.NotebookDocument, name: string): vscode.Uri {
  return vscode.Uri.joinPath(notebook.uri, '..', name);
}

/** Closes all editors without saving. */
export async function closeAll(): Promise<void> {
  while (vscode.window.tabGroups.all.some((group) => group.tabs.length > 0)) {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
}

/** Runs a cell in the kernel, and resolves when it has ended. */
export async function run(notebook: vscode.NotebookDocument, index: number): Promise<void> {
  const cell = notebook.cellAt(index);
  const before = cell.executionSummary;
  await vscode.commands.executeCommand('notebook.cell.execute', {
    ranges: [{ start: index, end: index + 1 }],
    document: notebook.uri,
  });
  await when(`cell ${index} ran`, [vscode.workspace.onDidChangeNotebookDocument], () => {
    const summary = cell.executionSummary;
    return summary !== before && summary?.success !== undefined;
  });
}

/** Types a text over that of a cell. */
export async function replaceText(cell: vscode.NotebookCell, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const last = cell.document.lineAt(cell.document.lineCount - 1).range.end;
  edit.replace(cell.document.uri, new vscode.Range(new vscode.Position(0, 0), last), text);
  if (!(await vscode.workspace.applyEdit(edit))) {
    throw new Error(`the text of cell ${cell.index} was not replaced`);
  }
}

/** Resolves with the diagnostics of a cell when `wanted` accepts them. */
export function diagnostics(
  cell: vscode.NotebookCell,
  what: string,
  wanted: (found: vscode.Diagnostic[]) => boolean,
): Promise<vscode.Diagnostic[]> {
  return when(what, [vscode.languages.onDidChangeDiagnostics], () => {
    const found = vscode.languages.getDiagnostics(cell.document.uri).filter((each) => each.source === 'notelift');
    return wanted(found) && found;
  });
}

/** Returns a diagnostic's code as text, whichever form it has. */
export function codeOf(diagnostic: vscode.Diagnostic): string {
  const { code } = diagnostic;
  return String(typeof code === 'object' ? code.value : code);
}

/** What of a notebook an undo must bring back. */
export function contents(notebook: vscode.NotebookDocument): unknown {
  return notebook.getCells().map((cell) => ({
    kind: cell.kind,
    text: cell.document.getText(),
    outputs: cell.outputs.map((output) => output.items.map((item) => [item.mime, new TextDecoder().decode(item.data)])),
    order: cell.executionSummary?.executionOrder ?? null,
    metadata: cell.metadata,
  }));
}

/** Puts the caret on the first place of a name in a cell, as a click there does. */
export async function caretOn(cell: vscode.NotebookCell, name: string): Promise<void> {
  const offset = cell.document.getText().indexOf(name);
  const place = cell.document.positionAt(offset);
  await vscode.commands.executeCommand('vscode.open', cell.document.uri, { selection: new vscode.Range(place, place) });
  await when('the editor of the cell', [vscode.window.onDidChangeActiveTextEditor], () => {
    return vscode.window.activeTextEditor?.document === cell.document;
  });
}

/** Returns the text of a file, undefined where there is none. */
export async function textOf(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}
