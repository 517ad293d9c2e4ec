/**
 * The server's private environment: made once from the wheel that the extension brings.
 *
 * The server needs compiled packages (libcst, ruff), which would make one extension for each platform and Python of
 * 40 MB and more. So the extension brings the server itself, and pip fetches what it needs into an environment of
 * its own in the extension's storage. No environment of the user is touched.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import type { Interpreter } from './interpreter';

/** The last file that is written: an environment without it was not finished. */
const STAMP = 'notelift-installed';
const A_DAY = 24 * 60 * 60 * 1000;

/** Why an environment could not be made; the message is a sentence. */
export class InstallationFailed extends Error {}

/** The wheel in the extension, and where its environments go. */
export class Environment {
  private constructor(
    private readonly wheel: string,
    private readonly root: string,
    private readonly name: string,
  ) {}

  /** Returns the environment for the wheel that the extension brings, undefined where it brings none. */
  static async of(context: vscode.ExtensionContext): Promise<Environment | undefined> {
    const bundled = context.asAbsolutePath('bundled');
    const files = await fs.readdir(bundled).catch(() => []);
    const wheel = files.find((file) => file.endsWith('.whl'));
    if (wheel === undefined) {
      return undefined;
    }
    const file = path.join(bundled, wheel);
    const digest = createHash('sha256').update(await fs.readFile(file)).digest('hex');
    return new Environment(file, path.join(context.globalStorageUri.fsPath, 'server'), digest.slice(0, 16));
  }

  /** Returns the Python of the environment that was made last, undefined while there is none. */
  async python(): Promise<string | undefined> {
    const [newest] = await this.finished();
    return newest === undefined ? undefined : pythonIn(newest);
  }

  /**
   * Makes the environment with `base` and returns its Python. Throws InstallationFailed.
   *
   * Each goes into a folder of its own: another window may make one at the same time, or run the server from one.
   */
  async install(base: Interpreter, log: vscode.LogOutputChannel, token: vscode.CancellationToken): Promise<string> {
    await fs.mkdir(this.root, { recursive: true });
    const folder = await fs.mkdtemp(path.join(this.root, `${this.name}-`));
    try {
      await logged(base.path, ['-I', '-m', 'venv', folder], log, token);
      const python = pythonIn(folder);
      const wanted = `notelift[verify] @ ${pathToFileURL(this.wheel).href}`;
      const options = ['--disable-pip-version-check', '--no-input', '--only-binary', ':all:'];
      await installWith(python, [...options, wanted], log, token);
      await fs.writeFile(path.join(folder, STAMP), '');
      await this.removeOthers(folder, log);
      return python;
    } catch (error) {
      await fs.rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** The folders of finished environments for this wheel, the newest first. */
  private async finished(): Promise<string[]> {
    const found: { folder: string; made: number }[] = [];
    for (const each of await fs.readdir(this.root).catch(() => [])) {
      const folder = path.join(this.root, each);
      const made = each.startsWith(`${this.name}-`) ? await modifiedAt(path.join(folder, STAMP)) : undefined;
      if (made !== undefined) {
        found.push({ folder, made });
      }
    }
    return found.sort((a, b) => b.made - a.made).map((each) => each.folder);
  }

  /** Earlier environments are of no use any more, nor are those that were begun long ago and not finished. */
  private async removeOthers(folder: string, log: vscode.LogOutputChannel): Promise<void> {
    for (const each of await fs.readdir(this.root)) {
      const other = path.join(this.root, each);
      const isFinished = (await modifiedAt(path.join(other, STAMP))) !== undefined;
      const begun = (await modifiedAt(other)) ?? 0;
      if (other !== folder && (isFinished || Date.now() - begun > A_DAY)) {
        // Windows keeps files that a server of another window runs from: they go the next time.
        await fs.rm(other, { recursive: true, force: true }).catch((error: unknown) => log.warn(String(error)));
      }
    }
  }
}

/** Runs pip. Throws InstallationFailed. */
async function installWith(python: string, args: string[], log: vscode.LogOutputChannel, token: vscode.CancellationToken): Promise<void> {
  try {
    await logged(python, ['-I', '-m', 'pip', 'install', ...args], log, token);
  } catch (error) {
    if (error instanceof InstallationFailed) {
      throw new InstallationFailed(vscode.l10n.t('{0}. pip has to reach a package index', error.message));
    }
    throw error;
  }
}

async function modifiedAt(file: string): Promise<number | undefined> {
  return fs.stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}

function pythonIn(folder: string): string {
  return process.platform === 'win32' ? path.join(folder, 'Scripts', 'python.exe') : path.join(folder, 'bin', 'python');
}

/** Runs a command with its output in the log. Throws InstallationFailed with the last error that it told. */
function logged(
  file: string,
  args: string[],
  log: vscode.LogOutputChannel,
  token: vscode.CancellationToken,
): Promise<void> {
  log.info([file, ...args].join(' '));
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    const cancelled = token.onCancellationRequested(() => child.kill());
    let output = '';
    const listen = (data: Buffer) => {
      output += data.toString();
      log.info(data.toString().trimEnd());
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('error', (error) => reject(new InstallationFailed(error.message)));
    child.on('close', (code) => {
      cancelled.dispose();
      if (token.isCancellationRequested) {
        reject(new vscode.CancellationError());
      } else if (code === 0) {
        resolve();
      } else {
        reject(new InstallationFailed(lastError(output) ?? vscode.l10n.t('{0} ended with {1}', file, code ?? 'a signal')));
      }
    });
  });
}

/** The last line that pip marks as an error, else the last line; undefined where nothing was said. */
function lastError(output: string): string | undefined {
  const lines = output.split(/\r?\n/).filter((line) => line.trim() !== '');
  const marked = lines.findLast((line) => line.startsWith('ERROR: '));
  return marked?.slice('ERROR: '.length) ?? lines.at(-1)?.trim();
}
