/** The Python extension's choice of an interpreter, where that extension is installed. */
import * as vscode from 'vscode';

const EXTENSION = 'ms-python.python';

/** The part of the Python extension's interface that is used here. */
interface PythonApi {
  readonly ready: Promise<void>;
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly id: string; readonly path: string };
    resolveEnvironment(path: {
      readonly id: string;
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri: vscode.Uri | undefined } } | undefined>;
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

/** Returns the interpreter that is selected for a resource, undefined without the extension or a choice. */
export async function environmentOf(resource: vscode.Uri | undefined): Promise<string | undefined> {
  const api = await pythonApi();
  if (api === undefined) {
    return undefined;
  }
  const environment = await api.environments.resolveEnvironment(api.environments.getActiveEnvironmentPath(resource));
  return environment?.executable.uri?.fsPath;
}

/** Calls back when another interpreter is selected. */
export async function onDidChangeEnvironment(changed: () => void): Promise<vscode.Disposable | undefined> {
  return (await pythonApi())?.environments.onDidChangeActiveEnvironmentPath(changed);
}

/** Returns whether the Python extension is installed, whose picker can choose an interpreter. */
export function hasPythonExtension(): boolean {
  return vscode.extensions.getExtension(EXTENSION) !== undefined;
}

async function pythonApi(): Promise<PythonApi | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>(EXTENSION);
  if (extension === undefined) {
    return undefined;
  }
  const api = extension.isActive ? extension.exports : await extension.activate();
  await api.ready;
  return api;
}
