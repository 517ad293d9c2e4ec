/** What a person sees who has installed the extension and nothing else. */
import * as vscode from 'vscode';
import { diagnostics, open } from './support/notebooks';
import * as notifications from './support/notifications';
import * as screen from './support/screen';

/** pip fetches some 60 MB. */
const INSTALLATION = 240_000;

suite('the first use', () => {
  test('offers to install the server, installs it, and the warnings come', async () => {
    const notebook = await open('saved.ipynb');
    await notifications.told("Notelift's server is not installed yet");
    await screen.picture('not-installed');
    await notifications.answer('Install');
    await notifications.told("Installing Notelift's server");
    await screen.picture('installing');
    await screen.see('.statusbar-item', 'differs from a restart', INSTALLATION);
    await diagnostics(notebook.cellAt(2), 'a warning', (found) => found.length > 0);
    await screen.picture('installed');
  }).timeout(INSTALLATION + 60_000);

  test('the environment is there after a restart', async () => {
    await open('saved.ipynb');
    await screen.see('.statusbar-item', 'differs from a restart');
    await vscode.commands.executeCommand('notelift.restart');
    await screen.see('.statusbar-item', 'differs from a restart');
  });
});
