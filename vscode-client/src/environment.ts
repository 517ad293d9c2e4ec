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
import { pipOptions } from './pipOptions';
import { pythonIn } from './pythonPaths';

/** The last file that is written: an environment without it was not finished. */
const STAMP = 'notelift-installed';
/** The folder in an environment that has a file for each window that uses it: the number of the window's process. */
const USERS = 'notelift-users';
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
    return newest === undefined ? undefined : pythonIn(newest, process.platform);
  }

  /**
   * Makes the environment with `base` and returns its Python. Throws InstallationFailed.
   *
   * Each goes into a folder of its own: another window may make one at the same time, or run the server from one. It is
   * in use from the start, so that no other window takes it away.
   */
  async install(base: Interpreter, log: vscode.LogOutputChannel, token: vscode.CancellationToken): Promise<string> {
    await fs.mkdir(this.root, { recursive: true });
    const folder = await fs.mkdtemp(path.join(this.root, `${this.name}-`));
    try {
      await markUsed(folder);
      await logged(base.path, ['-I', '-m', 'venv', folder], log, token);
      const python = pythonIn(folder, process.platform);
      const wanted = `notelift[verify] @ ${pathToFileURL(this.wheel).href}`;
      const options = ['--disable-pip-version-check', '--no-input', '--only-binary', ':all:', ...networkOptions()];
      await installWith(python, [...options, wanted], log, token);
      await fs.writeFile(path.join(folder, STAMP), '');
      return python;
    } catch (error) {
      await fs.rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Says that this window uses the environment of a Python, and no other any more. */
  async use(python: string): Promise<void> {
    for (const folder of await this.all()) {
      if (pythonIn(folder, process.platform) === python) {
        await markUsed(folder);
      } else {
        await fs.rm(path.join(folder, USERS, String(process.pid)), { force: true });
      }
    }
  }

  /**
   * Removes the environments that are of no use any more: finished ones of this version and of earlier ones that no window
   * uses, and those that were begun long ago. They are in use as long as the process of a window is there, for a server
   * loads some of its modules late.
   */
  async removeUnused(log: vscode.LogOutputChannel): Promise<void> {
    for (const folder of await this.all()) {
      const isFinished = (await modifiedAt(path.join(folder, STAMP))) !== undefined;
      const begun = (await modifiedAt(folder)) ?? 0;
      if (!(await isUsed(folder)) && (isFinished || Date.now() - begun > A_DAY)) {
        log.info(vscode.l10n.t('{0} is removed: no window uses it', folder));
        // Windows keeps files that are open: they go the next time.
        await fs.rm(folder, { recursive: true, force: true }).catch((error: unknown) => log.warn(String(error)));
      }
    }
  }

  private async all(): Promise<string[]> {
    return (await fs.readdir(this.root).catch(() => [])).map((each) => path.join(this.root, each));
  }

  /** The folders of finished environments for this wheel, the newest first. */
  private async finished(): Promise<string[]> {
    const found: { folder: string; made: number }[] = [];
    for (const folder of await this.all()) {
      const made = path.basename(folder).startsWith(`${this.name}-`) ? await modifiedAt(path.join(folder, STAMP)) : undefined;
      if (made !== undefined) {
        found.push({ folder, made });
      }
    }
    return found.sort((a, b) => b.made - a.made).map((each) => each.folder);
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

/** VS Code's settings of the network, for pip. */
function networkOptions(): string[] {
  const settings = vscode.workspace.getConfiguration('http');
  const proxy = settings.get('proxy', '');
  const [proxySupport, proxyStrictSSL] = [settings.get('proxySupport', 'override'), settings.get('proxyStrictSSL', true)];
  return pipOptions({ proxy, proxySupport, proxyStrictSSL }, process.env);
}

async function markUsed(folder: string): Promise<void> {
  await fs.mkdir(path.join(folder, USERS), { recursive: true });
  await fs.writeFile(path.join(folder, USERS, String(process.pid)), '');
}

async function isUsed(folder: string): Promise<boolean> {
  const users = await fs.readdir(path.join(folder, USERS)).catch(() => []);
  return users.some((each) => isRunning(Number(each)));
}

/** Returns whether there is a process of that number; one of another user counts too. */
function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function modifiedAt(file: string): Promise<number | undefined> {
  return fs.stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
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

/**
 * The last line that pip marks as an error, else the last line; undefined where nothing was said. Debian's Pythons cannot
 * make environments without a package of their own, which venv names some lines before its last.
 */
function lastError(output: string): string | undefined {
  const remedy = /^\s*(apt(?:-get)? install \S+)\s*$/m.exec(output)?.[1];
  if (remedy !== undefined) {
    return vscode.l10n.t('this Python makes no environments without a package of the system: {0}', remedy);
  }
  const lines = output.split(/\r?\n/).filter((line) => line.trim() !== '');
  const marked = lines.findLast((line) => line.startsWith('ERROR: '));
  return marked?.slice('ERROR: '.length) ?? lines.at(-1)?.trim();
}
