/** What a window shows before it is reloaded: afterReload.ts looks for all of it. */
import * as vscode from 'vscode';
import { caretOn, diagnostics, open, run } from './support/notebooks';
import * as screen from './support/screen';
import { when } from './support/waiting';

suite('before the window is reloaded', () => {
  test('cells ran out of order, the values are listed, and the graph shows a slice', async () => {
    const notebook = await open('live.ipynb');
    for (const index of [0, 2, 1]) {
      await run(notebook, index);
    }
    const total = notebook.cellAt(1);
    await diagnostics(total, 'a warning on `total`', (found) => found.length > 0);
    // VS Code writes the counts into the metadata after the runs.
    await when('the counts', [vscode.workspace.onDidChangeNotebookDocument], () => total.metadata.execution_count === 3);
    await caretOn(total, 'total');
    await screen.press('Control+S');
    await when('the saved notebook', [vscode.workspace.onDidSaveNotebookDocument], () => !notebook.isDirty);
    await vscode.commands.executeCommand('notelift.showStatus');
    await screen.see('.pane-body .monaco-list-row', 'differs from a restart');
    await caretOn(total, 'total');
    await vscode.commands.executeCommand('notelift.showGraph');
    await screen.seeElementInside('.value.selected .name', 'total');
    await screen.seeElementInside('.value.from .name', 'prices');
    await vscode.commands.executeCommand('workbench.action.focusFirstEditorGroup');
    await screen.see('.statusbar-item', 'differs from a restart');
    await screen.picture('before-reload');
  });
});
