/** A folder that the user does not trust: everything is analysed, and nothing of the folder runs. */
import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import * as vscode from 'vscode';
import { diagnostics, fresh, textOf } from './support/notebooks';
import * as notifications from './support/notifications';
import * as screen from './support/screen';
import { when } from './support/waiting';

suite('a folder that is not trusted', () => {
  let folder: vscode.Uri;
  let ran: vscode.Uri;

  suiteSetup(async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    const [workspace] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(workspace);
    folder = workspace.uri;
    ran = vscode.Uri.joinPath(folder, 'it-ran');
    await nameInterpreter(folder, ran);
  });

  test('is analysed', async () => {
    const notebook = await vscode.workspace.openNotebookDocument(await fresh('saved.ipynb'));
    await vscode.window.showNotebookDocument(notebook);
    await diagnostics(notebook.cellAt(2), 'a warning on `total`', (found) => found.length > 0);
    await screen.see('.statusbar-item', 'differs from a restart');
    await screen.picture('untrusted');
  });

  test('does not name the Python that is started', async () => {
    await vscode.commands.executeCommand('notelift.restart');
    await screen.see('.statusbar-item', 'differs from a restart');
    assert.equal(await textOf(ran), undefined);
  });

  test('is not where a setting of the user leads', async () => {
    const settings = vscode.workspace.getConfiguration('notelift');
    const before = settings.inspect<string>('interpreter')?.globalValue;
    await settings.update('interpreter', '${workspaceFolder}/python', vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('notelift.restart');
    assert.equal(await textOf(ran), undefined);
    await settings.update('interpreter', before, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('notelift.restart');
    await screen.see('.statusbar-item', 'differs from a restart');
  });

  test('runs no cells', async () => {
    const uri = await fresh('outdated.ipynb');
    const notebook = await vscode.workspace.openNotebookDocument(uri);
    await vscode.window.showNotebookDocument(notebook);
    const cells = [notebook.cellAt(0).document.uri.toString()];
    await vscode.commands.executeCommand('notelift.runCells', { kind: 'run', notebook: uri.toString(), cells, restart: false });
    await notifications.told('Running cells runs the code of the notebook: trust the workspace first');
  });

  test('is not verified; the message leads to where trust is given, and then its Python is started', async () => {
    const notebook = await vscode.workspace.openNotebookDocument(await fresh('report.ipynb'));
    await vscode.window.showNotebookDocument(notebook);
    const before = await vscode.workspace.fs.readDirectory(vscode.Uri.joinPath(notebook.uri, '..'));
    await vscode.commands.executeCommand('notelift.verify', { name: 'mean', notebook: notebook.uri });
    await notifications.told('Verify runs the code of the notebook: trust the workspace first');
    await screen.picture('verify-untrusted');
    assert.deepEqual(await vscode.workspace.fs.readDirectory(vscode.Uri.joinPath(notebook.uri, '..')), before);
    await notifications.answer('Manage Trust');
    await screen.click('.workspace-trust-editor .monaco-button', 'Trust');
    await when('the trust', [vscode.workspace.onDidGrantWorkspaceTrust], () => vscode.workspace.isTrusted);
    await notifications.told('is not a Python: it answered something else');
    assert.equal(await textOf(ran), 'started\n');
  });
});

/** Makes the folder name a Python that tells of each start. */
async function nameInterpreter(folder: vscode.Uri, ran: vscode.Uri): Promise<void> {
  const encode = (text: string) => new TextEncoder().encode(text);
  const script = vscode.Uri.joinPath(folder, 'python');
  await vscode.workspace.fs.writeFile(script, encode(`#!/bin/sh\necho started > '${ran.fsPath}'\n`));
  await chmod(script.fsPath, 0o755);
  const settings = JSON.stringify({ 'notelift.interpreter': script.fsPath });
  await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, '.vscode', 'settings.json'), encode(settings));
}
