/** Finds a Python that can run the server, and says of each one what is wrong with it. */
import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { environmentOf } from './pythonExtension';
import { expanded, isWholePath, namesOnPath } from './pythonPaths';

/** The oldest Python that runs the server. */
const OLDEST: readonly [number, number] = [3, 10];

/** What a Python said of itself. */
export interface Interpreter {
  /** What starts it. */
  readonly path: string;
  readonly version: readonly [number, number, number];
  /** The version of Notelift that it has, or null. */
  readonly notelift: string | null;
  /** The packages of the server that it lacks. */
  readonly lacking: readonly string[];
}

/** A Python that somebody or something names. */
export interface Candidate {
  readonly path: string;
  /** Who names it, for messages. */
  readonly origin: 'setting' | 'pythonExtension' | 'path';
}

/** Why a Python is of no use; the message is a sentence. */
export class Unusable extends Error {}

/** Works on any Python from 2.7 on, so that an old one can be told by its version. */
const PROBE = `
import json, sys
found = {"path": sys.executable, "version": list(sys.version_info[:3]), "notelift": None, "lacking": []}
if sys.version_info >= (3, 10):
    import importlib.metadata, importlib.util, shutil
    try:
        found["notelift"] = importlib.metadata.version("notelift")
    except importlib.metadata.PackageNotFoundError:
        pass
    names = ("pygls", "lsprotocol", "libcst", "jedi")
    found["lacking"] = [name for name in names if importlib.util.find_spec(name) is None]
    # A program: it may be there without a package.
    if importlib.util.find_spec("ruff") is None and shutil.which("ruff") is None:
        found["lacking"].append("ruff")
print(json.dumps(found))
`;

/**
 * Returns the Pythons that may run the server, the most wanted first.
 *
 * The setting stands alone. In a workspace that is not trusted, what the workspace names or holds is not run: neither its
 * own setting, nor a user's setting that leads into it, nor the environment that the Python extension found in it.
 */
export async function candidates(resource: vscode.Uri | undefined, log: vscode.LogOutputChannel): Promise<Candidate[]> {
  // Where the workspace is not trusted VS Code leaves out what the workspace says: package.json restricts the setting.
  const set = pathMeant(vscode.workspace.getConfiguration('notelift', resource ?? null).get('interpreter', ''), resource);
  const isOfWorkspace = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(set)) !== undefined;
  if (set !== '' && (vscode.workspace.isTrusted || !isOfWorkspace)) {
    return [{ path: set, origin: 'setting' }];
  }
  const found: Candidate[] = [];
  if (vscode.workspace.isTrusted) {
    const environment = await environmentOf(resource, log);
    if (environment !== undefined) {
      found.push({ path: environment, origin: 'pythonExtension' });
    }
  }
  return [...found, ...namesOnPath(process.platform).map((path): Candidate => ({ path, origin: 'path' }))];
}

/** Asks a Python what it is. Throws Unusable where it cannot be run or is too old. */
export async function probe(path: string): Promise<Interpreter> {
  let output: string;
  try {
    output = await run(path, ['-I', '-c', PROBE]);
  } catch (error) {
    throw new Unusable(vscode.l10n.t('{0} cannot be run: {1}', path, reasonOf(error)));
  }
  let said: Interpreter;
  try {
    said = JSON.parse(output) as Interpreter;
  } catch {
    throw new Unusable(vscode.l10n.t('{0} is not a Python: it answered something else', path));
  }
  const [major, minor] = said.version;
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw new Unusable(
      vscode.l10n.t('{0} is Python {1}, and Notelift needs {2} or newer', path, said.version.join('.'), OLDEST.join('.')),
    );
  }
  // What is named by its path is started by that: it may be a script that sets up what the Python needs.
  return isWholePath(path, process.platform) ? { ...said, path } : said;
}

/** Returns what the value of a setting means for a notebook: a path or a name, empty where it is. */
export function pathMeant(value: string, resource: vscode.Uri | undefined): string {
  const folder = resource === undefined ? undefined : vscode.workspace.getWorkspaceFolder(resource);
  const workspace = (folder ?? vscode.workspace.workspaceFolders?.[0])?.uri.fsPath ?? '';
  return expanded(value, { workspace, home: homedir() });
}

function run(file: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file, args, { timeout: 30_000, windowsHide: true }, (error, stdout, stderr) => {
      if (error === null) {
        resolve(stdout);
      } else {
        reject(new Error(stderr.trim().split('\n').at(-1) || error.message, { cause: error }));
      }
    });
  });
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
    return vscode.l10n.t('there is no such file');
  }
  return error instanceof Error ? error.message : String(error);
}
