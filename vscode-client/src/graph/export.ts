/** What becomes of an exported graph: a file, or the clipboard. */
import * as vscode from 'vscode';
import type { ExportForm } from './messages';

/** A form, and the file that it goes to; null for the clipboard. */
export interface ChosenExport {
  readonly form: ExportForm;
  readonly file: vscode.Uri | null;
}

/** Asks for a form and a file. Undefined where the user wants none. */
export async function chooseExport(notebook: vscode.Uri): Promise<ChosenExport | undefined> {
  const picked = await vscode.window.showQuickPick(
    [
      { label: vscode.l10n.t('SVG file...'), form: 'svg', extension: 'svg' } as const,
      { label: vscode.l10n.t('Mermaid file...'), form: 'mermaid', extension: 'mmd' } as const,
      { label: vscode.l10n.t('Mermaid text to the clipboard'), form: 'mermaid', extension: null } as const,
    ],
    { title: vscode.l10n.t('Export the lineage graph') },
  );
  if (picked === undefined || picked.extension === null) {
    return picked === undefined ? undefined : { form: picked.form, file: null };
  }
  const file = await vscode.window.showSaveDialog({
    defaultUri: proposed(notebook, picked.extension),
    filters: { [picked.form === 'svg' ? 'SVG' : 'Mermaid']: [picked.extension] },
    title: vscode.l10n.t('Export the lineage graph'),
  });
  return file === undefined ? undefined : { form: picked.form, file };
}

/** Writes the text there, and offers to open it. */
export async function keep({ file }: ChosenExport, text: string): Promise<void> {
  if (file === null) {
    await vscode.env.clipboard.writeText(text);
    void vscode.window.showInformationMessage(vscode.l10n.t('The graph is in the clipboard.'));
    return;
  }
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
  const open = vscode.l10n.t('Open');
  const message = vscode.l10n.t('The graph is in {0}.', vscode.workspace.asRelativePath(file));
  void vscode.window.showInformationMessage(message, open).then((chosen) => {
    if (chosen === open) {
      void vscode.commands.executeCommand('vscode.open', file);
    }
  });
}

/** Beside the notebook, with its name; a notebook that is not saved has no folder, so the workspace's is taken. */
function proposed(notebook: vscode.Uri, extension: string): vscode.Uri {
  const name = `${(notebook.path.split('/').at(-1) ?? '').replace(/\.[^.]*$/, '')}-lineage.${extension}`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return notebook.scheme === 'untitled' && folder !== undefined
    ? vscode.Uri.joinPath(folder, name)
    : notebook.with({ path: notebook.path.replace(/[^/]*$/, name) });
}
