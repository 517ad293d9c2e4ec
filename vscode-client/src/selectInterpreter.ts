/** Lets the user choose the Python that runs the server. */
import * as vscode from 'vscode';
import { probe, Unusable } from './interpreter';
import { activeResource } from './places';
import { hasPythonExtension } from './pythonExtension';

/** Asks for a Python and writes it to `notelift.interpreter`. A Python that is of no use is said to be so at once. */
export async function selectInterpreter(): Promise<void> {
  const browse = { label: `$(folder-opened) ${vscode.l10n.t('Choose a file...')}`, act: choose };
  const clear = {
    label: `$(discard) ${vscode.l10n.t('Use the one of the Python extension, or python3')}`,
    description: vscode.l10n.t('clears notelift.interpreter'),
    act: clearAll,
  };
  const python = {
    label: `$(symbol-misc) ${vscode.l10n.t('Select it in the Python extension...')}`,
    act: async () => {
      await clearAll();
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

/** Writes the setting where it holds: the server starts again by itself when it changes. */
async function write(path: string): Promise<void> {
  const settings = settingsInView();
  await settings.update('interpreter', path, targetsOf(settings)[0] ?? vscode.ConfigurationTarget.Global);
}

/** Takes the setting away wherever it is set. */
async function clearAll(): Promise<void> {
  const settings = settingsInView();
  for (const target of targetsOf(settings)) {
    await settings.update('interpreter', undefined, target);
  }
}

function settingsInView(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('notelift', activeResource() ?? null);
}

/** Where the setting is set and counts, the strongest first. That of a folder without trust does not count. */
function targetsOf(settings: vscode.WorkspaceConfiguration): vscode.ConfigurationTarget[] {
  const set = settings.inspect<string>('interpreter');
  const { isTrusted } = vscode.workspace;
  return [
    ...(isTrusted && set?.workspaceFolderValue !== undefined ? [vscode.ConfigurationTarget.WorkspaceFolder] : []),
    ...(isTrusted && set?.workspaceValue !== undefined ? [vscode.ConfigurationTarget.Workspace] : []),
    ...(set?.globalValue !== undefined ? [vscode.ConfigurationTarget.Global] : []),
  ];
}
