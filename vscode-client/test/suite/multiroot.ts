/** A window with two folders: one server, and the settings of each folder. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { caretOn, diagnostics, show, textOf } from './support/notebooks';
import * as screen from './support/screen';
import { when } from './support/waiting';

suite('a workspace of two folders', () => {
  let one: vscode.Uri;
  let two: vscode.Uri;

  suiteSetup(async () => {
    // VS Code may look for the workspace's file before its server can be reached. It takes it for empty then, until it is written.
    const { workspaceFile } = vscode.workspace;
    assert.ok(workspaceFile);
    await vscode.workspace.fs.writeFile(workspaceFile, await vscode.workspace.fs.readFile(workspaceFile));
    [one, two] = await when('both folders', [vscode.workspace.onDidChangeWorkspaceFolders], () => {
      const [first, second] = (vscode.workspace.workspaceFolders ?? []).map((each) => each.uri);
      return first !== undefined && second !== undefined && ([first, second] as const);
    });
    await write(two, '.vscode/settings.json', JSON.stringify({ 'notelift.extract.folder': 'lib' }));
    await write(two, 'pyproject.toml', '[tool.notelift]\nignore = ["NL"]\n');
  });

  test("each folder's pyproject.toml holds for its notebooks", async () => {
    const warned = await opened(one, 'saved.ipynb');
    await diagnostics(warned.cellAt(2), 'a warning on `total`', (found) => found.length > 0);
    const quiet = await opened(two, 'saved.ipynb');
    // The status comes after the diagnostics.
    await screen.see('.statusbar-item', 'differs from a restart');
    assert.deepEqual(await diagnostics(quiet.cellAt(2), 'no warning', (found) => found.length === 0), []);
    assert.ok(vscode.languages.getDiagnostics(warned.cellAt(2).document.uri).length > 0);
  });

  test("each folder's settings hold for its notebooks", async () => {
    const notebook = await opened(one, 'saved.ipynb');
    const settings = vscode.workspace.getConfiguration('notelift', one);
    const set = async (rules: string[] | undefined) =>
      settings.update('ignore', rules, vscode.ConfigurationTarget.WorkspaceFolder);
    await diagnostics(notebook.cellAt(2), 'a warning on `total`', (found) => found.length > 0);
    await set(['NL']);
    await diagnostics(notebook.cellAt(2), 'no warning', (found) => found.length === 0);
    await set(undefined);
    await diagnostics(notebook.cellAt(2), 'a warning on `total`', (found) => found.length > 0);
  });

  test('modules go where the folder of the notebook says', async () => {
    const notebook = await opened(two, 'report.ipynb');
    await screen.see('.statusbar-item', 'As after a restart');
    await caretOn(notebook.cellAt(5), 'mean');
    const done = vscode.commands.executeCommand('notelift.extract');
    await screen.click('.quick-input-list-row', 'Extract `mean` to a module...');
    await screen.see('.quick-input-widget', 'The name of the module');
    await screen.press('Enter');
    await screen.see('.quick-input-list-row', 'The workspace folder');
    const rows = await screen.texts('.quick-input-list-row');
    assert.match(rows[0] ?? '', /^lib/);
    assert.ok(rows.some((row) => row.includes(two.fsPath)), rows.join('\n'));
    assert.ok(!rows.some((row) => row.includes(one.fsPath)), rows.join('\n'));
    await screen.picture('several-folders');
    await screen.click('.quick-input-list-row', 'lib');
    await screen.click('.quick-input-list-row', 'mean.py');
    await done;
    const module = vscode.Uri.joinPath(two, 'notebooks', 'lib', 'mean.py');
    assert.match((await textOf(module)) ?? '', /def \w*mean\w*\(/);
  });

  test('a notebook that was never saved may go to either', async () => {
    const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, 'total = sum([1, 2])', 'python');
    const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData([cell]));
    await show(notebook);
    await screen.see('.codelens-decoration', 'makes total');
    await caretOn(notebook.cellAt(0), 'total');
    const done = vscode.commands.executeCommand('notelift.extract');
    await screen.click('.quick-input-list-row', 'Extract `total` to a module...');
    await screen.see('.quick-input-widget', 'The name of the module');
    await screen.press('Enter');
    await screen.see('.quick-input-list-row', one.fsPath);
    await screen.see('.quick-input-list-row', two.fsPath);
    await screen.press('Escape');
    await done;
  });
});

async function opened(folder: vscode.Uri, name: string): Promise<vscode.NotebookDocument> {
  const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.joinPath(folder, 'notebooks', name));
  await show(notebook);
  return notebook;
}

async function write(folder: vscode.Uri, name: string, text: string): Promise<void> {
  await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, name), new TextEncoder().encode(text));
}
