import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { caretOn, codeOf, diagnostics, open, replaceText, run } from './support/notebooks';
import { choose } from './support/lightBulb';
import * as screen from './support/screen';
import { when } from './support/waiting';

/** Runs the cells in this order. */
async function runAll(notebook: vscode.NotebookDocument, order: number[]): Promise<void> {
  for (const index of order) {
    await run(notebook, index);
  }
}

suite('what warnings offer', () => {
  test('run outdated cells runs what is needed, in order, and the kernel is as after a restart', async () => {
    const notebook = await open('outdated.ipynb');
    await runAll(notebook, [0, 1, 2, 3, 4]);
    await replaceText(notebook.cellAt(0), 'rate = 3');
    await screen.see('.statusbar-item', 'values differ from a restart');
    await screen.see('.codelens-decoration', 'outdated: ');
    await screen.pictures('outdated');
    await screen.click('.notebook-toolbar-container .action-item', 'Run Outdated Cells');
    await screen.see('.statusbar-item', 'As after a restart');
    const orders = notebook.getCells().map((cell) => cell.executionSummary?.executionOrder);
    assert.deepEqual([orders[0], orders[2]], [6, 7]);
    assert.deepEqual([orders[1], orders[4]], [2, 5], 'the cells that do not depend on the change did not run');
    await diagnostics(notebook.cellAt(0), 'no warning on the edit', (found) => found.length === 0);
  });

  test('the quick fix moves the defining cell up, and the warning goes away', async () => {
    const notebook = await open('order.ipynb');
    await runAll(notebook, [1, 0]);
    await diagnostics(notebook.cellAt(0), 'a warning on the order', (found) => found.length > 0);
    await screen.see('.statusbar-item', 'differs from a restart');
    await choose(notebook.cellAt(0), 'prices', 'Move', () => screen.pictures('quick-fix'));
    await when('the cell above', [vscode.workspace.onDidChangeNotebookDocument], () =>
      notebook.cellAt(0).document.getText().startsWith('prices'),
    );
    await diagnostics(notebook.cellAt(1), 'no warning', (found) => found.length === 0);
  });

  test('a deleted cell leaves an orphaned name, and undo brings it back', async () => {
    const notebook = await open('orphan.ipynb');
    await runAll(notebook, [0, 1, 2]);
    await caretOn(notebook.cellAt(0), 'base');
    await screen.press('Escape');
    await screen.see('.monaco-list-row.code-cell-row.focused:not(:has(.monaco-editor.focused))');
    await screen.press('Delete');
    await when('the cell is gone', [vscode.workspace.onDidChangeNotebookDocument], () => notebook.cellCount === 2);
    const found = await diagnostics(notebook.cellAt(0), 'a warning on `base`', (all) => all.length > 0);
    assert.ok(found.some((each) => each.message.includes('base')), found.map((each) => each.message).join('\n'));
    assert.ok(found.some((each) => /^NL\d+$/.test(codeOf(each))));
    await screen.pictures('orphaned-name');
    await screen.press('Control+Z');
    await when('the cell is back', [vscode.workspace.onDidChangeNotebookDocument], () => notebook.cellCount === 3);
    await diagnostics(notebook.cellAt(1), 'no warning', (all) => all.length === 0);
  });

  test('a restarted kernel is noticed by its counts', async () => {
    const notebook = await open('live.ipynb');
    await runAll(notebook, [0, 1, 2]);
    await vscode.commands.executeCommand('testKernel.restart');
    await run(notebook, 0);
    await vscode.commands.executeCommand('notelift.showStatus');
    await screen.see('.pane-body .monaco-list-row', 'not in the kernel');
    await screen.pictures('restarted');
    const rows = await screen.texts('.pane-body .monaco-list-row');
    assert.ok(rows.some((row) => row.includes('total') && row.includes('not in the kernel')), rows.join('\n'));
  });
});
