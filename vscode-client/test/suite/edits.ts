/** One edit, one undo: what `editOf` makes is applied and undone in a real notebook editor. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { editOf, type FutureCell, type FutureFile } from '../../src/notebookEdit';
import { beside, contents, open, textOf } from './support/notebooks';
import { when } from './support/waiting';

const changed = [vscode.workspace.onDidChangeNotebookDocument];

/** The cells of a notebook in another order or with other texts; a text alone is a new cell. */
function cellsOf(notebook: vscode.NotebookDocument, ...wanted: (number | string | [number, string])[]): FutureCell[] {
  return wanted.map((each) => {
    if (typeof each === 'string') {
      return { original: undefined, kind: vscode.NotebookCellKind.Code, text: each };
    }
    const [index, text] = typeof each === 'number' ? [each, undefined] : each;
    const original = notebook.cellAt(index);
    return { original, kind: original.kind, text: text ?? original.document.getText() };
  });
}

suite('one edit of cells and files', () => {
  let notebook: vscode.NotebookDocument;
  let before: unknown;

  setup(async () => {
    notebook = await open('report.ipynb');
    before = contents(notebook);
  });

  async function applyAndUndo(cells: FutureCell[], files: FutureFile[], check: () => Promise<void> | void): Promise<void> {
    assert.ok(await vscode.workspace.applyEdit(editOf(notebook, cells, files)));
    assert.deepEqual(
      notebook.getCells().map((cell) => cell.document.getText()),
      cells.map((cell) => cell.text),
    );
    await check();
    const count = notebook.cellCount;
    await vscode.commands.executeCommand('undo');
    await when('the undo', changed, () => JSON.stringify(contents(notebook)) === JSON.stringify(before) || undefined);
    assert.ok(count > 0);
  }

  test('cells that change keep their outputs, metadata and counts; the others are not touched', async () => {
    const outputs = notebook.cellAt(3).outputs.length;
    const untouched = notebook.cellAt(2).document.uri.toString();
    const cells = cellsOf(notebook, 0, 1, 2, [3, 'print(len(prices), "prices")'], 4, 5, 6);
    await applyAndUndo(cells, [], () => {
      assert.equal(notebook.cellAt(3).outputs.length, outputs);
      assert.equal(notebook.cellAt(3).metadata.id, 'repo3');
      assert.equal(notebook.cellAt(3).executionSummary?.executionOrder, 3);
      assert.equal(notebook.cellAt(2).document.uri.toString(), untouched);
    });
  });

  test('cells come, go and move at several places at once', async () => {
    const cells = cellsOf(notebook, 'from mean import compute_mean', 0, 4, 1, [6, 'print(mean)'], 3, 'done = True');
    await applyAndUndo(cells, [], () => {
      assert.equal(notebook.cellAt(2).metadata.id, 'repo4');
      assert.equal(notebook.cellAt(5).outputs.length, 1);
    });
  });

  test('a new file goes with the undo', async () => {
    const uri = beside(notebook, 'made.py');
    await applyAndUndo(cellsOf(notebook, 0, 1, 'import made'), [{ uri, text: 'x = 1\n', there: undefined }], async () => {
      assert.equal(await textOf(uri), 'x = 1\n');
    });
    assert.equal(await textOf(uri), undefined);
  });

  test('a file that exists is not overwritten by a new one: nothing is applied', async () => {
    const uri = beside(notebook, 'tools.py');
    const old = await textOf(uri);
    const edit = editOf(notebook, cellsOf(notebook, 0, 1), [{ uri, text: 'x = 1\n', there: undefined }]);
    assert.equal(await vscode.workspace.applyEdit(edit), false);
    assert.deepEqual(contents(notebook), before);
    assert.equal(await textOf(uri), old);
  });
});
