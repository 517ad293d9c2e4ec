/** The part of the Python extension's interface that Notelift uses; how it answers is up to the test. */
import * as vscode from 'vscode';

/** `hangs` never tells which Python it is, as while an extension looks for all of a slow disk. */
type Behaviour = { readonly selects: string } | 'fails' | 'hangs';

let behaviour: Behaviour = { selects: 'python3' };

export function activate(context: vscode.ExtensionContext): unknown {
  const changed = new vscode.EventEmitter<unknown>();
  context.subscriptions.push(
    changed,
    vscode.commands.registerCommand('testPython.behave', (next: Behaviour) => {
      behaviour = next;
      changed.fire(undefined);
    }),
  );
  return {
    ready: Promise.resolve(),
    environments: {
      getActiveEnvironmentPath: () => ({ id: 'selected', path: 'selected' }),
      resolveEnvironment: () => resolved(behaviour),
      onDidChangeActiveEnvironmentPath: changed.event,
    },
  };
}

function resolved(now: Behaviour): Promise<unknown> {
  if (now === 'hangs') {
    return new Promise(() => {});
  }
  return now === 'fails'
    ? Promise.reject(new Error('no locator works'))
    : Promise.resolve({ executable: { uri: vscode.Uri.file(now.selects) } });
}
