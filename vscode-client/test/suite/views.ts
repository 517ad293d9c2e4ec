import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { caretOn, fresh, open } from './support/notebooks';
import * as screen from './support/screen';
import { when } from './support/waiting';

suite('the Notelift view', () => {
  test('lists the values with their states; a click goes to what made one', async () => {
    const notebook = await open('saved.ipynb');
    await vscode.commands.executeCommand('notelift.showStatus');
    await screen.see('.pane-body .monaco-list-row', 'total');
    await screen.see('.pane-body .monaco-list-row', 'differs from a restart');
    await screen.pictures('values');
    await screen.click('.pane-body .monaco-list-row', 'total');
    await when('the cell of `total`', [vscode.window.onDidChangeNotebookEditorSelection, vscode.window.onDidChangeActiveTextEditor], () => {
      return vscode.window.activeTextEditor?.document === notebook.cellAt(2).document;
    });
  });

  test('shows what a value comes from and goes to', async () => {
    const notebook = await open('report.ipynb');
    await caretOn(notebook.cellAt(4), 'gross');
    await vscode.commands.executeCommand('notelift.showLineage');
    await screen.see('.pane-body .monaco-list-row', 'is made and changed by');
    await screen.see('.pane-body .monaco-list-row', 'comes from');
    await screen.see('.pane-body .monaco-list-row', 'goes to');
    await screen.pictures('lineage');
    const rows = await screen.texts('.pane-body .monaco-list-row');
    assert.ok(rows.some((row) => row.includes('statistics.mean(gross)')), rows.join('\n'));
  });

  test('a hover says what made a value and what became of it', async () => {
    const notebook = await open('saved.ipynb');
    await caretOn(notebook.cellAt(2), 'total');
    // A lens that comes later moves the line from under the pointer.
    await screen.see('.codelens-decoration', 'outdated: ');
    await screen.hover('.view-line span > span', 'total');
    await screen.see('.monaco-hover', 'prices');
    await screen.pictures('hover');
  });
});

suite('scripts', () => {
  test('are followed from their first cell on, which is typed while a notebook is open', async () => {
    await open('saved.ipynb');
    await screen.see('.statusbar-item', 'differs from a restart');
    const document = await vscode.workspace.openTextDocument(await fresh('tools.py'));
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '# %%\nradius = 2\n\n# %%\n'));
    await screen.see('.statusbar-item', 'No cell has run');
  });

  test('a script with cells has lenses and symbols of its cells', async () => {
    const document = await vscode.workspace.openTextDocument(await fresh('script.py'));
    await vscode.window.showTextDocument(document);
    await screen.see('.codelens-decoration', 'makes area');
    await screen.picture('script');
  });
});
