import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { open } from './support/notebooks';
import * as notifications from './support/notifications';
import * as screen from './support/screen';

suite('an interpreter that is not there', () => {
  setup(() => open('live.ipynb'));

  test('is said in a message with the button that mends it, and in the status bar', async () => {
    await vscode.commands.executeCommand('notelift.restart');
    await notifications.told('/nowhere/python cannot be run: there is no such file');
    await screen.see('.statusbar-item', 'Notelift has no server');
    await screen.pictures('missing-interpreter');
    await notifications.answer('Select Interpreter...');
    await screen.see('.quick-input-widget', 'The Python that runs Notelift');
    await screen.picture('select-interpreter');
    await screen.press('Escape');
  });

  test('leaves commands that need the server with a sentence instead of silence', async () => {
    const done = vscode.commands.executeCommand('notelift.extract');
    await notifications.told('Notelift has no server that runs');
    await done;
  });

  test('is looked for again when the setting changes', async () => {
    const settings = vscode.workspace.getConfiguration('notelift');
    await settings.update('interpreter', '/nowhere/else', vscode.ConfigurationTarget.Global);
    await notifications.told('/nowhere/else cannot be run');
    assert.equal(settings.inspect('interpreter')?.workspaceValue, undefined);
  });
});
