/** *Run Outdated Cells* when not all goes well. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, fresh, open, replaceText, restartKernels, run, show } from './support/notebooks';
import * as notifications from './support/notifications';
import * as screen from './support/screen';
import { when } from './support/waiting';

suite('run outdated cells', () => {
  setup(restartKernels);

  test('stops at the cell that fails, and says which', async () => {
    const notebook = await ran('rate = 2', 'gross = 10 / rate', 'print(gross)');
    await replaceText(notebook.cellAt(0), 'rate = 0');
    await screen.see('.notebook-toolbar-container', 'Run Outdated Cells');
    await vscode.commands.executeCommand('notelift.runOutdated');
    await notifications.told('Cell 1 did not run to its end: the cells after it were not run');
    assert.deepEqual(orders(notebook), [4, 5, 3]);
  });

  test('is cancelled: the cell that runs is interrupted, and those after it do not run', async () => {
    const { notebook, done } = await looping();
    await notifications.told('cell 1, 2 of 3');
    await notifications.answer('Cancel');
    await done;
    assert.deepEqual(orders(notebook), [4, 5, 3]);
    await when('the interrupt', [vscode.workspace.onDidChangeNotebookDocument], () => notebook.cellAt(1).executionSummary?.success === false);
    assert.equal(notebook.cellAt(2).executionSummary?.executionOrder, 3);
  });

  test('stops where the kernel is restarted meanwhile, and goes on with nothing when the cell runs again', async () => {
    const { notebook, done } = await looping();
    await restartKernels();
    await replaceText(notebook.cellAt(0), 'n = 1');
    await run(notebook, 0);
    await run(notebook, 0);
    await run(notebook, 0);
    await run(notebook, 1);
    await done;
    await notifications.told('Cell 1 did not run to its end: the cells after it were not run');
    assert.deepEqual(orders(notebook), [3, 4, 3]);
  });

  test('stops where the notebook is closed meanwhile', async () => {
    const { done } = await looping();
    await closeAll();
    await done;
    await notifications.told('The notebook was closed: the rest of its outdated cells were not run');
    await restartKernels();
  });

  test('runs those of the notebook whose button it was', async () => {
    const notebook = await ran('n = 1', 'print(n)');
    await replaceText(notebook.cellAt(0), 'n = 2');
    await screen.see('.notebook-toolbar-container', 'Run Outdated Cells');
    await open('live.ipynb');
    await vscode.commands.executeCommand('notelift.runOutdated', { notebookEditor: { notebookUri: notebook.uri } });
    assert.deepEqual(orders(notebook), [3, 4]);
  });

  for (const answer of ['restarts', 'declines']) {
    test(`runs all cells where the user ${answer} the kernel: only in a new one`, async () => {
      const notebook = await ran('n = 1', 'n += 1', 'print(n)');
      // The command of the Jupyter extension, which does not tell what the user answered.
      const jupyter = vscode.commands.registerCommand('jupyter.restartkernel', () => (answer === 'restarts' ? restartKernels() : undefined));
      const cells = notebook.getCells().map((cell) => cell.document.uri.toString());
      await vscode.commands.executeCommand('notelift.runCells', { kind: 'run', notebook: notebook.uri.toString(), cells, restart: true });
      jupyter.dispose();
      if (answer === 'declines') {
        await notifications.told('The kernel was not restarted: the cells after cell 0 were not run');
      }
      assert.deepEqual(orders(notebook), answer === 'restarts' ? [1, 2, 3] : [4, 2, 3]);
    });
  }

  test('has nothing to do where the kernel is as after a restart, and its button is gone', async () => {
    const notebook = await ran('n = 1', 'print(n)');
    await screen.see('.statusbar-item', 'As after a restart');
    await screen.gone('.notebook-toolbar-container', 'Run Outdated Cells');
    await vscode.commands.executeCommand('notelift.runOutdated');
    await notifications.told('No cell has to run again.');
    assert.deepEqual(orders(notebook), [1, 2]);
  });
});

suite('run outdated cells without a kernel', () => {
  const picker = '.quick-input-widget .quick-input-list-row';

  setup(async () => {
    await restartKernels();
    // VS Code lists kernels that were chosen before: here by another notebook.
    await open('live.ipynb');
    await vscode.commands.executeCommand('testKernel.offerAnother');
  });

  teardown(() => vscode.commands.executeCommand('testKernel.offerOne'));

  /** Opens a notebook that was saved with an outdated cell; nobody has chosen its kernel. */
  async function openSaved(): Promise<vscode.NotebookDocument> {
    const notebook = await vscode.workspace.openNotebookDocument(await fresh('saved.ipynb'));
    await vscode.window.showNotebookDocument(notebook);
    await screen.see('.statusbar-item', 'differs from a restart');
    return notebook;
  }

  test('has VS Code ask for one, and runs them in it', async () => {
    const notebook = await openSaved();
    const done = vscode.commands.executeCommand('notelift.runOutdated');
    await screen.see(picker, 'Select Another Kernel...');
    await screen.pictures('no-kernel');
    await screen.click(picker, 'Test kernel');
    await done;
    await screen.see('.statusbar-item', 'As after a restart');
    assert.equal(notebook.cellAt(2).executionSummary?.success, true);
  });

  test('says that no cell was run where none is chosen', async () => {
    const notebook = await openSaved();
    const before = orders(notebook);
    const done = vscode.commands.executeCommand('notelift.runOutdated');
    await screen.see(picker, 'Select Another Kernel...');
    await screen.press('Escape');
    await done;
    await notifications.told('No cell was run: choose a kernel for the notebook, then try again');
    assert.deepEqual(orders(notebook), before);
  });
});

/** Runs the outdated cells of a notebook, whose second of three does not end by itself; resolves when that runs. */
async function looping(): Promise<{ notebook: vscode.NotebookDocument; done: Thenable<unknown> }> {
  const notebook = await ran('n = 1', 'while n > 1:\n    pass\nm = n', 'total = m');
  await replaceText(notebook.cellAt(0), 'n = 2');
  await screen.see('.notebook-toolbar-container', 'Run Outdated Cells');
  const done = vscode.commands.executeCommand('notelift.runOutdated');
  await when('the start', [vscode.workspace.onDidChangeNotebookDocument], () => orders(notebook)[1] === 5);
  return { notebook, done };
}

/** Opens a notebook with these cells, and runs them. */
async function ran(...texts: string[]): Promise<vscode.NotebookDocument> {
  const cells = texts.map((text) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'python'));
  const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData(cells));
  await show(notebook);
  for (const cell of notebook.getCells()) {
    await run(notebook, cell.index);
  }
  await when('all ran', [vscode.workspace.onDidChangeNotebookDocument], () => orders(notebook).every((each) => each !== undefined));
  return notebook;
}

function orders(notebook: vscode.NotebookDocument): (number | undefined)[] {
  return notebook.getCells().map((cell) => cell.executionSummary?.executionOrder);
}
