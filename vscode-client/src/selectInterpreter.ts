/** Lets the user choose the Python that runs the server. */
import * as vscode from 'vscode';
import { probe, Unusable } from './interpreter';
import { hasPythonExtension } from './pythonExtension';

/** Asks for a Python and writes it to `notelift.interpreter`. A Python that is of no use is said to be so at once. */
export async function selectInterpreter(): Promise<void> {
  const browse = { label: `$(folder-opened) ${vscode.l10n.t('Choose a file...')}`, act: choose };
  const clear = {
    label: `$(discard) ${vscode.l10n.t('Use the one of the Python extension, or python3')}`,
    description: vscode.l10n.t('clears notelift.interpreter'),
    act: () => write(undefined),
  };
  const python = {
    label: `$(symbol-misc) ${vscode.l10n.t('Select it in the Python extension...')}`,
    act: async () => {
      await vscode.commands.executeCommand('python.setInterpreter');
    },
  };
  const items = [...(hasPythonExtension() ? [python] : []), browse, clear];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('The Python that runs Notelift'),
    placeHolder: vscode.l10n.t('Notebooks keep their own kernels'),
  });
  await picked?.act();
}

async function choose(): Promise<void> {
  const files = await vscode.window.showOpenDialog({ title: vscode.l10n.t('A Python, 3.10 or newer') });
  const [file] = files ?? [];
  if (file === undefined) {
    return;
  }
  try {
    await probe(file.fsPath);
  } catch (error) {
    if (!(error instanceof Unusable)) {
      throw error;
    }
    await vscode.window.showErrorMessage(error.message);
    return;
  }
  await write(file.fsPath);
}

/** The server starts again by itself when the setting changes. */
async function write(path: string | undefined): Promise<void> {
  const settings = vscode.workspace.getConfiguration('notelift');
  await settings.update('interpreter', path, vscode.ConfigurationTarget.Global);
}
