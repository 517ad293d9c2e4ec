/**
 * What VS Code loads: it waits for a notebook or for a script with cells, and loads the rest then.
 *
 * VS Code has no event for "a Python file with cells", only one for all Python files. So this file is small, and
 * looks at each Python document once when it is opened or saved, and at the lines that are typed.
 */
import * as vscode from 'vscode';
import { hasCells } from './markers';

type Main = typeof import('./main');

let main: Promise<Main> | undefined;
let waiting: vscode.Disposable | undefined;

/** Starts Notelift if something is open for it, else when that is. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  registerCommands(context);
  if (isWanted()) {
    await start(context);
    return;
  }
  const look = () => {
    if (isWanted()) {
      start(context).catch((error: unknown) => void vscode.window.showErrorMessage(vscode.l10n.t('Notelift did not start: {0}', String(error))));
    }
  };
  waiting = vscode.Disposable.from(
    vscode.workspace.onDidOpenNotebookDocument(look),
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.workspace.onDidChangeTextDocument((event) => {
      if (isPython(event.document) && event.contentChanges.some((change) => change.text.includes('%'))) {
        look();
      }
    }),
  );
  context.subscriptions.push(waiting);
}

/** Stops the server. */
export async function deactivate(): Promise<void> {
  await (await main)?.deactivate();
}

function start(context: vscode.ExtensionContext): Promise<Main> {
  main ??= load(context);
  return main;
}

async function load(context: vscode.ExtensionContext): Promise<Main> {
  waiting?.dispose();
  const loaded = await import('./main');
  loaded.activate(context);
  return loaded;
}

/** The commands that must work before a notebook is open, for they are how one finds out what is wrong. */
function registerCommands(context: vscode.ExtensionContext): void {
  for (const name of ['restart', 'showOutput', 'selectInterpreter', 'installServer'] as const) {
    const command = vscode.commands.registerCommand(`notelift.${name}`, async () => {
      await (await start(context)).run(name);
    });
    context.subscriptions.push(command);
  }
  const showStatus = () => vscode.commands.executeCommand('notelift.values.focus');
  context.subscriptions.push(vscode.commands.registerCommand('notelift.showStatus', showStatus));
}

function isWanted(): boolean {
  return (
    vscode.workspace.notebookDocuments.some((each) => each.notebookType === 'jupyter-notebook') ||
    vscode.workspace.textDocuments.some((each) => isPython(each) && hasCells(each.getText())) ||
    // A graph of the window before it was reloaded.
    vscode.window.tabGroups.all.some((group) =>
      group.tabs.some(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('notelift.graph')),
    )
  );
}

function isPython(document: vscode.TextDocument): boolean {
  return document.languageId === 'python';
}
