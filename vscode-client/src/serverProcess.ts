/** The process of the language server, and what it says when it ends. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Launch } from './launch';

/** Starts the server, again after each end, and keeps what the last one wrote to its errors. */
export class ServerProcess {
  private child: ChildProcess | undefined;
  private closed: Promise<void> = Promise.resolve();
  private errors = '';

  /** `folder` is where it runs. */
  constructor(
    private readonly launch: Launch,
    private readonly folder: string,
  ) {}

  /** Resolves with the process when it runs. Rejects where it cannot be started. */
  start(): Promise<ChildProcess> {
    const { python, args } = this.launch;
    const child = spawn(python, [...args, 'lsp'], { cwd: this.folder, windowsHide: true });
    this.child = child;
    this.errors = '';
    this.closed = new Promise((resolve) => child.once('close', () => resolve()));
    child.stderr.on('data', (data: Buffer) => (this.errors = (this.errors + data.toString()).slice(-10_000)));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('spawn', () => resolve(child));
    });
  }

  /** Ends the process, and returns the last line of its errors: of a traceback that is the error. */
  async lastWords(): Promise<string | undefined> {
    this.child?.kill();
    await this.closed;
    return this.errors.trim().split('\n').at(-1)?.trim();
  }
}
