/** The Python extension's choice of an interpreter, where that extension is installed. */
import * as vscode from 'vscode';

const EXTENSION = 'ms-python.python';

/** How many milliseconds the extension may take to answer: it looks for all Pythons of the machine first. */
const PATIENCE = 10_000;

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

/**
 * Returns the interpreter that is selected for a resource, undefined without the extension or a choice. An extension that
 * fails, or does not answer in time, counts as none: the log says so.
 */
export function environmentOf(resource: vscode.Uri | undefined, log: vscode.LogOutputChannel): Promise<string | undefined> {
  return answer(log, () => inTime(selected(resource)));
}

/** Calls back when another interpreter is selected. */
export function onDidChangeEnvironment(log: vscode.LogOutputChannel, changed: () => void): Promise<vscode.Disposable | undefined> {
  return answer(log, async () => (await pythonApi())?.environments.onDidChangeActiveEnvironmentPath(changed));
}

async function selected(resource: vscode.Uri | undefined): Promise<string | undefined> {
  const environments = (await pythonApi())?.environments;
  const environment = await environments?.resolveEnvironment(environments.getActiveEnvironmentPath(resource));
  return environment?.executable.uri?.fsPath;
}

async function inTime<T>(answered: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(vscode.l10n.t('it does not answer'))), PATIENCE);
  });
  return Promise.race([answered, tooLate]).finally(() => clearTimeout(timer));
}

async function answer<T>(log: vscode.LogOutputChannel, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    log.warn(vscode.l10n.t('The Python extension is not asked: {0}', String(error)));
    return undefined;
  }
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
