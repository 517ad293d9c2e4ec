/** A window that was reloaded, after what beforeReload.ts did in it: the tests find everything, and open nothing. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { diagnostics } from './support/notebooks';
import * as screen from './support/screen';
import { when } from './support/waiting';

suite('after the window is reloaded', () => {
  let notebook: vscode.NotebookDocument;

  suiteSetup(async () => {
    notebook = await when('the notebook', [vscode.workspace.onDidOpenNotebookDocument], () =>
      vscode.workspace.notebookDocuments.find((each) => each.uri.path.endsWith('/live.ipynb')),
    );
  });

  test('the notebook and its graph have their tabs', () => {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    assert.deepEqual(
      tabs.map((tab) => tab.label),
      ['live.ipynb', 'Lineage of live.ipynb'],
    );
    const counts = notebook.getCells().map((cell) => cell.metadata.execution_count as unknown);
    assert.deepEqual(counts, [1, 3, 2]);
  });

  test('the warning is there again, and the status bar says the state', async () => {
    const [warning] = await diagnostics(notebook.cellAt(1), 'a warning on `total`', (found) => found.length > 0);
    assert.match(warning?.message ?? '', /total/);
    await screen.see('.statusbar-item', 'differs from a restart');
    await screen.see('.cell.code .squiggly-warning');
    await screen.see('.codelens-decoration', 'outdated: ');
  });

  test('the values are listed with their states', async () => {
    await screen.see('.pane-body .monaco-list-row', 'total');
    await screen.see('.pane-body .monaco-list-row', 'differs from a restart');
  });

  test('the graph has its selection and its slice', async () => {
    await screen.seeElementInside('.value.selected .name', 'total');
    await screen.seeElementInside('.value.from .name', 'prices');
    await screen.pictures('reloaded');
  });

  test('the notebook is closed, and its graph stays', async () => {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await vscode.window.tabGroups.close(tabs.filter((tab) => tab.input instanceof vscode.TabInputNotebook));
    await screen.seeElementInside('.value.selected .name', 'total');
  });
});
