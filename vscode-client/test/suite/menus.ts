/** Where *Extract to Module* is found: each way ends in the question for the name. */
import * as vscode from 'vscode';
import { caretOn, open } from './support/notebooks';
import * as screen from './support/screen';

const TITLE = 'Extract to Module...';

suite('extract to module is offered', () => {
  let notebook: vscode.NotebookDocument;

  setup(async () => {
    notebook = await open('report.ipynb');
    await screen.see('.statusbar-item', 'As after a restart');
  });

  teardown(async () => {
    await screen.press('Escape');
    await screen.press('Escape');
  });

  test("in a name's context menu", async () => {
    await caretOn(notebook.cellAt(5), 'mean');
    await screen.press('Shift+F10');
    await screen.see('.monaco-menu .action-item', TITLE);
    await screen.picture('context-menu');
    await screen.click('.monaco-menu .action-item', TITLE);
    await screen.see('.quick-input-widget', 'to a module...');
  });

  test('in the palette', async () => {
    await caretOn(notebook.cellAt(5), 'mean');
    await screen.press('F1');
    await screen.see('.quick-input-widget input');
    await screen.type('notelift extract');
    await screen.click('.quick-input-list-row', `Notelift: ${TITLE}`);
    await screen.see('.quick-input-widget', 'to a module...');
  });

  test("in a cell's menu, for what the cell makes", async () => {
    await caretOn(notebook.cellAt(5), 'mean');
    // VS Code leaves most tools out of a new editor's cells, its own too, until a menu of the cell was open.
    await screen.press('Shift+F10');
    await screen.see('.monaco-menu .action-item', TITLE);
    await screen.press('Escape');
    await screen.see('.monaco-list-row.focused .cell-title-toolbar .codicon-notebook-execute-above');
    await screen.click('.monaco-list-row.focused .cell-title-toolbar .codicon-toolbar-more');
    await screen.see('.monaco-menu .action-item', TITLE);
    await screen.picture('cell-menu');
    await screen.click('.monaco-menu .action-item', TITLE);
    await screen.see('.quick-input-widget', 'to a module...');
  });
});
