import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { codeOf, diagnostics, fresh, open, run, show } from './support/notebooks';
import * as screen from './support/screen';
import { when } from './support/waiting';

suite('warnings on cells', () => {
  test('a notebook that was saved out of order is warned of when it is opened', async () => {
    const notebook = await open('saved.ipynb');
    const [warning] = await diagnostics(notebook.cellAt(2), 'a warning on `total`', (found) => found.length > 0);
    assert.ok(warning);
    assert.equal(warning.severity, vscode.DiagnosticSeverity.Warning);
    assert.match(warning.message, /total/);
    await screen.see('.statusbar-item', 'differs from a restart');
    await screen.pictures('saved-out-of-order');
  });

  test('running cells out of order is seen as it happens, and running them in order makes it go', async () => {
    const notebook = await open('live.ipynb');
    await run(notebook, 0);
    await run(notebook, 1);
    await diagnostics(notebook.cellAt(1), 'no warning in order', (found) => found.length === 0);
    await run(notebook, 2);
    await run(notebook, 1);
    const found = await diagnostics(notebook.cellAt(1), 'a warning after the change', (all) => all.length > 0);
    assert.ok(found.every((each) => codeOf(each).startsWith('NL')));
    await screen.see('.statusbar-item', 'differs from a restart');
    await screen.pictures('run-out-of-order');
    for (const index of [0, 1, 2]) {
      await run(notebook, index);
    }
    await diagnostics(notebook.cellAt(1), 'no warning any more', (all) => all.length === 0);
    await screen.see('.statusbar-item', 'As after a restart');
  });

  test('the warnings of a notebook go when it is closed, and come when it is opened again', async () => {
    const uri = await fresh('saved.ipynb');
    const isWarned = () => vscode.languages.getDiagnostics().some(([where, all]) => where.path === uri.path && all.length > 0);
    for (let time = 1; time <= 2; time++) {
      // As a click in the explorer does it: what an extension opens stays open for minutes.
      await vscode.commands.executeCommand('vscode.open', uri);
      await when('a warning', [vscode.languages.onDidChangeDiagnostics], isWarned);
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      await when('no warning', [vscode.languages.onDidChangeDiagnostics], () => !isWarned());
    }
  });

  test('a notebook that was never saved is looked at too', async () => {
    const cells = ['prices = [1]', 'total = sum(prices)', 'prices.append(2)'].map(
      (text) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'python'),
    );
    const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData(cells));
    await show(notebook);
    for (const index of [0, 2, 1]) {
      await run(notebook, index);
    }
    await diagnostics(notebook.cellAt(1), 'a warning on `total`', (found) => found.length > 0);
    await screen.see('.statusbar-item', 'differs from a restart');
  });
});
