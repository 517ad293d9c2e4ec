/** What the server offers beside modules of values: each is reached as a person does it, and one undo takes it back. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { beside, caretOn, contents, diagnostics, fresh, open, restartKernels, run, show, textOf } from './support/notebooks';
import { choose } from './support/lightBulb';
import * as screen from './support/screen';
import { when } from './support/waiting';

const HELPERS = ['import math', 'def root(months):\n    return math.sqrt(months)', 'a = root(16)\nprint(a)'];
const AVERAGE = ['rows = [1, 2, 3]', 'total = sum(rows)\nmean = total / len(rows)\nshare = mean / total\nprint(share)'];

suite('refactorings of the server', () => {
  setup(restartKernels);

  test('statements become a function by the command', async () => {
    const notebook = await saved(AVERAGE);
    const before = contents(notebook);
    const cell = notebook.cellAt(1);
    await caretOn(cell, 'mean');
    assert.ok(vscode.window.activeTextEditor);
    vscode.window.activeTextEditor.selection = new vscode.Selection(1, 0, 2, 'share = mean / total'.length);
    await vscode.commands.executeCommand('notelift.extractFunction');
    await texted(notebook, (all) => all.includes('def compute_share('));
    for (const each of notebook.getCells()) {
      await run(notebook, each.index);
    }
    assert.deepEqual(printed(notebook.cellAt(notebook.cellCount - 1)), ['0.3333333333333333\n']);
    await undoTo(notebook, before);
  });

  test('a function moves to a module from the light bulb', async () => {
    const notebook = await saved(HELPERS);
    const before = contents(notebook);
    await choose(notebook.cellAt(1), 'root', 'Move `root` to a module...');
    await screen.see('.quick-input-widget', 'The name of the module');
    await screen.press('Control+A');
    await screen.type('roots');
    await screen.press('Enter');
    await screen.click('.quick-input-list-row', "The notebook's folder");
    await screen.see('.quick-input-widget', 'What will happen');
    await screen.picture('move-definitions');
    await screen.click('.quick-input-list-row', 'roots.py');
    await texted(notebook, (all) => all.includes('from roots import root') && !all.includes('def root('));
    const module = beside(notebook, 'roots.py');
    assert.match((await textOf(module)) ?? '', /import math[^]*def root\(months\):/);
    await undoTo(notebook, before);
    assert.equal(await textOf(module), undefined);
    await vscode.commands.executeCommand('redo');
    await texted(notebook, (all) => all.includes('from roots import root'));
    for (const each of notebook.getCells()) {
      await run(notebook, each.index);
    }
    assert.deepEqual(printed(notebook.cellAt(notebook.cellCount - 1)), ['4.0\n']);
  });

  test('a cell that a quick fix moves keeps its outputs and counts', async () => {
    const notebook = await open('order.ipynb');
    await run(notebook, 1);
    await run(notebook, 0);
    await diagnostics(notebook.cellAt(0), 'a warning on the order', (found) => found.length > 0);
    // VS Code writes the count into the metadata after the run.
    await when('the counts', [vscode.workspace.onDidChangeNotebookDocument], () => notebook.cellAt(0).metadata.execution_count === 2);
    const before = contents(notebook) as { text: string }[];
    await choose(notebook.cellAt(0), 'prices', 'Move');
    await when('the cell above', [vscode.workspace.onDidChangeNotebookDocument], () =>
      notebook.cellAt(0).document.getText().startsWith('prices'),
    );
    const byText = (cells: { text: string }[]) => cells.toSorted((a, b) => a.text.localeCompare(b.text));
    assert.deepEqual(byText(contents(notebook) as { text: string }[]), byText(before));
    await undoTo(notebook, before);
  });
});

/** Writes a notebook with these cells, and shows it. */
async function saved(cells: readonly string[]): Promise<vscode.NotebookDocument> {
  const all = cells.map((source, index) => ({
    cell_type: 'code',
    id: `made${index}`,
    metadata: {},
    source,
    execution_count: null,
    outputs: [],
  }));
  const metadata = { language_info: { name: 'python' } };
  const uri = vscode.Uri.joinPath(await fresh('live.ipynb'), '..', 'made.ipynb');
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(JSON.stringify({ cells: all, metadata, nbformat: 4, nbformat_minor: 5 })));
  const notebook = await vscode.workspace.openNotebookDocument(uri);
  await show(notebook);
  await screen.see('.statusbar-item', 'No cell has run');
  return notebook;
}

function texted(notebook: vscode.NotebookDocument, wanted: (all: string) => boolean): Promise<boolean> {
  return when('the change', [vscode.workspace.onDidChangeNotebookDocument, vscode.workspace.onDidChangeTextDocument], () =>
    wanted(
      notebook
        .getCells()
        .map((cell) => cell.document.getText())
        .join('\n'),
    ),
  );
}

function printed(cell: vscode.NotebookCell): string[] {
  return cell.outputs.flatMap((output) => output.items.map((item) => new TextDecoder().decode(item.data)));
}

async function undoTo(notebook: vscode.NotebookDocument, before: unknown): Promise<void> {
  const textsOf = (all: unknown) => JSON.stringify((all as { text: string }[]).map((each) => each.text));
  await vscode.commands.executeCommand('undo');
  await when('the undo', [vscode.workspace.onDidChangeNotebookDocument, vscode.workspace.onDidChangeTextDocument], () => {
    return textsOf(contents(notebook)) === textsOf(before);
  });
}
