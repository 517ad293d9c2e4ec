/** A window with Python files that have no cells: the extension leaves it alone. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { fresh } from './support/notebooks';
import * as screen from './support/screen';

suite('Python files without cells', () => {
  test('start nothing; a first cell that is typed starts the server', async () => {
    const folder = await fresh('tools.py');
    const document = await vscode.workspace.openTextDocument(folder);
    const editor = await vscode.window.showTextDocument(document);
    await vscode.extensions.getExtension('notelift.notelift')?.activate();
    assert.deepEqual(await statusItems(), []);
    assert.ok(!(await isKnown('notelift.applyChange')));
    await vscode.commands.executeCommand('notelift.showStatus');
    await screen.see('.pane-body', 'Open a Jupyter notebook');
    await vscode.window.showTextDocument(document);

    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '# %%\nradius = 2\narea = radius**2\n\n# %%\n'));
    await screen.see('.codelens-decoration', 'makes radius, area');
    await screen.see('.statusbar-item', 'No cell has run');
    assert.ok(await isKnown('notelift.applyChange'));
  });
});

async function isKnown(command: string): Promise<boolean> {
  return (await vscode.commands.getCommands()).includes(command);
}

async function statusItems(): Promise<string[]> {
  return (await screen.texts('.statusbar-item')).filter((text) => /Notelift|restart|cell has run/.test(text));
}
