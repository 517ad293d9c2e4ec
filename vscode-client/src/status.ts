/** What the server says of the active notebook: asked again whenever that changes, and told to who shows it. */
import * as vscode from 'vscode';
import { activeDocument, notebookOf } from './places';
import type { DocumentIdentifier, Status } from './protocol';
import type { Server } from './server';

/** The notebook or script that is looked at, and what the server says of it. */
export interface Watched {
  readonly uri: vscode.Uri;
  readonly status: Status;
}

/** Follows the active editor. An editor of something else leaves the last notebook in view while that is open. */
export class ActiveStatus implements vscode.Disposable {
  private watched: Watched | undefined;
  private uri: vscode.Uri | undefined;
  private isOld = false;
  private asking: Promise<void> | undefined;
  private readonly changed = new vscode.EventEmitter<Watched | undefined>();
  private readonly registrations: vscode.Disposable;

  /** Fires when another notebook is active, or what is known of it changes. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly server: Server) {
    this.registrations = vscode.Disposable.from(
      this.changed,
      vscode.window.onDidChangeActiveNotebookEditor(() => this.follow()),
      vscode.window.onDidChangeActiveTextEditor(() => this.follow()),
      vscode.workspace.onDidCloseNotebookDocument((notebook) => this.forget(notebook.uri)),
      vscode.workspace.onDidCloseTextDocument((document) => this.forget(document.uri)),
      server.onDidChangeState(() => this.refresh()),
    );
  }

  /** What is known now; undefined where no notebook is in view, or the server does not know it. */
  get current(): Watched | undefined {
    return this.watched;
  }

  /** Looks again at the active editor. */
  follow(): void {
    const uri = activeDocument();
    void vscode.commands.executeCommand('setContext', 'notelift.hasCells', uri !== undefined);
    if (uri !== undefined && uri.toString() !== this.uri?.toString()) {
      this.uri = uri;
      this.refresh();
    }
  }

  /** The server says that the state of a notebook changed. */
  stateChanged(uri: string): void {
    // A script may have got its first cell.
    this.follow();
    if (this.uri !== undefined && vscode.Uri.parse(uri).toString() === this.uri.toString()) {
      this.refresh();
    }
  }

  dispose(): void {
    this.registrations.dispose();
  }

  private forget(uri: vscode.Uri): void {
    if (uri.toString() === this.uri?.toString()) {
      this.uri = undefined;
      this.become(undefined);
      this.follow();
    }
  }

  /** Asks the server. While it answers, all that changes is asked for once, after that. */
  private refresh(): void {
    this.isOld = true;
    this.asking ??= this.askUntilNew().finally(() => (this.asking = undefined));
  }

  private async askUntilNew(): Promise<void> {
    while (this.isOld) {
      this.isOld = false;
      const { uri } = this;
      const watched = uri === undefined || this.server.state.kind !== 'running' ? undefined : await this.ask(uri);
      if (uri?.toString() === this.uri?.toString()) {
        this.become(watched);
      }
    }
  }

  /** Returns what the server says now; undefined where it does not know the notebook. */
  private async ask(uri: vscode.Uri): Promise<Watched | undefined> {
    try {
      return { uri, status: await statusOf(this.server, uri) };
    } catch (error) {
      // The notebook was closed meanwhile, or the server stops.
      this.server.log.debug(String(error));
      return undefined;
    }
  }

  private become(watched: Watched | undefined): void {
    this.watched = watched;
    this.changed.fire(watched);
  }
}

/** Asks how far a notebook's kernel is from a restart. Throws where the server does not know the notebook. */
export function statusOf(server: Server, uri: vscode.Uri): Promise<Status> {
  return server.request<Status>('notelift/status', identifierOf(uri));
}

/** Returns how the server's requests name a notebook or script. */
export function identifierOf(uri: vscode.Uri): DocumentIdentifier {
  return notebookOf(uri.toString()) === undefined
    ? { textDocument: { uri: uri.toString() } }
    : { notebook: { uri: uri.toString() } };
}

/** Returns how many values differ from what a restart gives. */
export function differing(status: Status): number {
  return status.variables.filter((each) => each.state !== 'same').length;
}
