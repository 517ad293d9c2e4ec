/** The language server's life: found, started, restarted, and told of when it is not there. */
import * as vscode from 'vscode';
import type { LanguageClient, Middleware } from 'vscode-languageclient/node';
import { Refusal, sentenceOf } from './failures';
import { findLaunch, install, NoServer, tidy, type Launch, type Remedy } from './launch';
import { activeResource } from './places';
import { ServerProcess } from './serverProcess';

/** What the server does now; `missing` carries the sentence why there is none. */
export type ServerState =
  { readonly kind: 'starting' } | { readonly kind: 'running' } | { readonly kind: 'missing'; readonly message: string };

/** A server that is started at once and after each restart. */
export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private process: ServerProcess | undefined;
  private isReplacing = false;
  private deaths: number[] = [];
  private found: Launch | undefined;
  private current: ServerState = { kind: 'starting' };
  private queue: Promise<void> = Promise.resolve();
  private readonly changed = new vscode.EventEmitter<ServerState>();

  /** Fires with each new state. */
  readonly onDidChangeState = this.changed.event;

  /** `listen` is called with each new client before it starts, to register its notifications. */
  constructor(
    private readonly context: vscode.ExtensionContext,
    readonly log: vscode.LogOutputChannel,
    private readonly middleware: (server: Server) => Middleware,
    private readonly listen: (client: LanguageClient) => void,
  ) {}

  /** The client of the server that runs now. */
  get running(): LanguageClient | undefined {
    return this.client?.isRunning() === true ? this.client : undefined;
  }

  /** What the server does now. */
  get state(): ServerState {
    return this.current;
  }

  /** How programs of the server are started; undefined while there is none. */
  get launch(): Launch | undefined {
    return this.found;
  }

  /** Starts the server, or stops it and starts it again. Never throws: a message says what is wrong. */
  restart(): Promise<void> {
    this.queue = this.queue.then(() => this.replace());
    return this.queue;
  }

  /** Makes the private environment again, and starts the server from it. */
  async install(): Promise<void> {
    try {
      await install(this.context, this.log, activeResource());
    } catch (error) {
      const told = error instanceof NoServer ? error : new NoServer(sentenceOf(error), ['install', 'showOutput']);
      // A server that runs goes on.
      if (this.running === undefined) {
        this.report(told);
      } else {
        this.tell(told);
      }
      return;
    }
    await this.restart();
  }

  /** Sends a request. Throws where there is no server, or the server answers with an error. */
  async request<R>(method: string, params: unknown): Promise<R> {
    return (await this.ready()).sendRequest<R>(method, params);
  }

  /** Returns the client when the server runs. Throws where there is none. */
  async ready(): Promise<LanguageClient> {
    await this.queue;
    if (this.running === undefined) {
      throw new Refusal(vscode.l10n.t('Notelift has no server that runs: see its output'), [
        { title: vscode.l10n.t('Try Again'), command: 'notelift.restart' },
        { title: vscode.l10n.t('Show Output'), command: 'notelift.showOutput' },
      ]);
    }
    return this.running;
  }

  /** Stops the server. */
  async stop(): Promise<void> {
    this.queue = this.queue.then(() => this.end());
    await this.queue;
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async replace(): Promise<void> {
    await this.end();
    this.isReplacing = true;
    this.process = undefined;
    this.become({ kind: 'starting' });
    try {
      this.found = await findLaunch(this.context, this.log, activeResource());
      this.log.info(vscode.l10n.t('The server runs with {0}', this.found.python));
      await vscode.workspace.fs.createDirectory(this.context.globalStorageUri);
      // Not the workspace: nothing in it may pass for a module of the server.
      this.process = new ServerProcess(this.found, this.context.globalStorageUri.fsPath);
      this.client = await this.clientFor(this.process);
      await this.client.start();
      this.become({ kind: 'running' });
      await tidy(this.context, this.log, this.found);
    } catch (error) {
      this.report(error instanceof NoServer ? error : await this.whyNotStarted(error));
    } finally {
      this.isReplacing = false;
    }
  }

  private async end(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.found = undefined;
    // One that never came up cannot be stopped, which it says by an error: another one can be started all the same.
    await client?.dispose().catch((error: unknown) => this.log.warn(String(error)));
  }

  private async clientFor(process: ServerProcess): Promise<LanguageClient> {
    const { makeClient } = await import('./protocolClient');
    const client = makeClient({
      process,
      log: this.log,
      middleware: this.middleware(this),
      isRunning: (self) => {
        if (self === this.client) {
          this.become({ kind: 'running' });
        }
      },
      hasEnded: (self) => this.startsAgain(self),
    });
    this.listen(client);
    return client;
  }

  /** A server that dies is started again, but not for ever. */
  private startsAgain(client: LanguageClient): boolean {
    if (client !== this.client || this.isReplacing) {
      return false;
    }
    if (this.current.kind === 'starting') {
      // It was started again, and never came up.
      void this.whyNotStarted(undefined).then((why) => this.report(why));
      return false;
    }
    const now = Date.now();
    this.deaths = [...this.deaths.filter((each) => now - each < 180_000), now];
    if (this.deaths.length <= 3) {
      this.become({ kind: 'starting' });
      return true;
    }
    this.deaths = [];
    this.report(new NoServer(vscode.l10n.t("Notelift's server ended four times in three minutes"), this.remedies()));
    return false;
  }

  private become(state: ServerState): void {
    this.current = state;
    this.changed.fire(state);
  }

  /** The server's own words are the best reason; those of the connection only say that there is none. */
  private async whyNotStarted(error: unknown): Promise<NoServer> {
    const reason = (await this.process?.lastWords()) || sentenceOf(error);
    return new NoServer(vscode.l10n.t("Notelift's server did not start: {0}", reason), this.remedies());
  }

  /** What may mend a server that was found and does not run. */
  private remedies(): Remedy[] {
    return [...(this.found?.isPrivate === true ? (['install'] as const) : []), 'retry', 'selectInterpreter', 'showOutput'];
  }

  /** There is no server: says why. */
  private report(told: NoServer): void {
    this.become({ kind: 'missing', message: told.message });
    this.tell(told);
  }

  /** Says what is wrong, with buttons that mend it. */
  private tell(told: NoServer): void {
    this.log.error(told.message);
    const titles: Record<Remedy, string> = {
      install: vscode.l10n.t('Install'),
      selectInterpreter: vscode.l10n.t('Select Interpreter...'),
      retry: vscode.l10n.t('Try Again'),
      showOutput: vscode.l10n.t('Show Output'),
    };
    const items = told.remedies.map((remedy) => ({ title: titles[remedy], remedy }));
    void vscode.window.showErrorMessage(told.message, ...items).then((chosen) => {
      if (chosen !== undefined) {
        const command = chosen.remedy === 'install' ? 'installServer' : chosen.remedy === 'retry' ? 'restart' : chosen.remedy;
        void vscode.commands.executeCommand(`notelift.${command}`);
      }
    });
  }
}
