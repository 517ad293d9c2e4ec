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
import * as vscode from 'vscode';
import type { Interpreter } from './interpreter';

/** The last file that is written: an environment without it was not finished. */
const STAMP = 'notelift-installed';

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

  /** Returns the Python of the environment, undefined while it is not installed. */
  async python(): Promise<string | undefined> {
    const folder = path.join(this.root, this.name);
    const finished = await fs.access(path.join(folder, STAMP)).then(
      () => true,
      () => false,
    );
    return finished ? pythonIn(folder) : undefined;
  }

  /** Makes the environment with `base` and returns its Python. Throws InstallationFailed. */
  async install(base: Interpreter, log: vscode.LogOutputChannel, token: vscode.CancellationToken): Promise<string> {
    const folder = path.join(this.root, this.name);
    await fs.rm(folder, { recursive: true, force: true });
    await fs.mkdir(this.root, { recursive: true });
    try {
      await logged(base.path, ['-I', '-m', 'venv', folder], log, token);
      const python = pythonIn(folder);
      const wanted = `notelift[verify] @ ${vscode.Uri.file(this.wheel).toString()}`;
      const options = ['--disable-pip-version-check', '--no-input', '--only-binary', ':all:'];
      await logged(python, ['-I', '-m', 'pip', 'install', ...options, wanted], log, token);
      await fs.writeFile(path.join(folder, STAMP), '');
      await this.removeOthers();
      return python;
    } catch (error) {
      await fs.rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** The environments of earlier versions of the extension are of no use any more. */
  private async removeOthers(): Promise<void> {
    for (const other of await fs.readdir(this.root)) {
      if (other !== this.name) {
        await fs.rm(path.join(this.root, other), { recursive: true, force: true });
      }
    }
  }
}

function pythonIn(folder: string): string {
  return process.platform === 'win32' ? path.join(folder, 'Scripts', 'python.exe') : path.join(folder, 'bin', 'python');
}

/** Runs a command with its output in the log. Throws InstallationFailed with the last line of what it said. */
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
    let last = '';
    const listen = (data: Buffer) => {
      const text = data.toString().trim();
      if (text !== '') {
        log.info(text);
        last = text.split('\n').at(-1) ?? last;
      }
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
        reject(new InstallationFailed(last || vscode.l10n.t('{0} ended with {1}', file, code ?? 'a signal')));
      }
    });
  });
}
