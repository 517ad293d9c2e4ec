/**
 * The client of the language server protocol: the only file that loads its library.
 *
 * That library is most of the extension's code. It is loaded when the server starts, so that nothing waits for it.
 */
import type * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  type DocumentSelector,
  type Middleware,
} from 'vscode-languageclient/node';
import type { ServerProcess } from './serverProcess';

/** Cells need a selector of their own: without it VS Code asks for no hovers, lenses and actions in them. */
const DOCUMENTS: DocumentSelector = [
  { notebook: 'jupyter-notebook', language: 'python' },
  { scheme: 'file', language: 'python' },
  { scheme: 'untitled', language: 'python' },
];

/** The commands that the text of a hover may call. */
const LINKED_COMMANDS = ['notelift.reveal', 'notelift.extract', 'notelift.showLineage'];

/** What a client is made of. */
export interface ClientParts {
  readonly process: ServerProcess;
  readonly log: vscode.LogOutputChannel;
  readonly middleware: Middleware;
  /** The server runs. */
  readonly isRunning: (client: LanguageClient) => void;
  /** The server ended by itself. Returns whether to start it again. */
  readonly hasEnded: (client: LanguageClient) => boolean;
}

/** What goes wrong is told once, by the extension: the library would tell each part of it in a message of its own. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** Returns a client that starts its server when it is started. */
export function makeClient({ process, log, middleware, isRunning, hasEnded }: ClientParts): LanguageClient {
  const client: LanguageClient = new QuietClient(
    'notelift',
    'Notelift',
    () => process.start(),
    {
      documentSelector: DOCUMENTS,
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: { commands: true, cellEdits: true },
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => ({ action: hasEnded(client) ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true }),
      },
      markdown: { isTrusted: { enabledCommands: LINKED_COMMANDS }, supportThemeIcons: true },
      middleware,
    },
  );
  client.onDidChangeState((event) => {
    if (event.newState === State.Running) {
      isRunning(client);
    }
  });
  return client;
}
