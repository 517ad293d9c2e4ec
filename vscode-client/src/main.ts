/** Notelift itself: the server, what shows its answers, and the commands. */
import * as vscode from 'vscode';
import { actionMiddleware } from './actions';
import { Commands } from './commands';
import { GraphPanels } from './graph/panels';
import { notebookOf } from './places';
import type { StateChanged } from './protocol';
import { onDidChangeEnvironment } from './pythonExtension';
import { selectInterpreter } from './selectInterpreter';
import { Server } from './server';
import { ActiveStatus, differing } from './status';
import { StatusBar } from './statusBar';
import { LineageView } from './views/lineage';
import { ValuesTree } from './views/values';
import { VirtualDocuments } from './virtualDocuments';

let running: Server | undefined;

/** Starts the server and registers everything. The server comes up on its own time. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Notelift', { log: true });
  const server: Server = new Server(
    context,
    log,
    (self) => actionMiddleware(self, log),
    (client) => {
      client.onNotification('notelift/stateChanged', (params: StateChanged) => {
        status.stateChanged(params.uri);
        graphs.stateChanged(params.uri);
      });
    },
  );
  running = server;
  const status = new ActiveStatus(server);
  const documents = new VirtualDocuments();
  const lineage = new LineageView(server, status);
  const values = new ValuesTree(status);
  const valuesView = vscode.window.createTreeView('notelift.values', { treeDataProvider: values });
  const graphs = new GraphPanels(context.extensionUri, server);
  const commands = new Commands(server, status, documents, lineage, graphs);
  context.subscriptions.push(
    log,
    server,
    status,
    documents,
    lineage,
    graphs,
    values,
    valuesView,
    new StatusBar(server, status),
    commands.register(),
    status.onDidChange((watched) => {
      const count = watched === undefined ? 0 : differing(watched.status);
      valuesView.badge = count === 0 ? undefined : { value: count, tooltip: vscode.l10n.t('values that differ from a restart') };
      const canRun = watched !== undefined && watched.status.run_uris.length > 0 && notebookOf(watched.uri.toString()) !== undefined;
      void vscode.commands.executeCommand('setContext', 'notelift.hasOutdated', canRun);
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('notelift.interpreter')) {
        void server.restart();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => server.restart()),
  );
  void vscode.commands.executeCommand('setContext', 'notelift.active', true);
  status.follow();
  void server.restart();
  void followEnvironment(context, server, log);
}

/** Stops the server. */
export async function deactivate(): Promise<void> {
  await running?.stop();
}

/** Runs one of the commands that work before a notebook is open. */
export async function run(command: 'restart' | 'showOutput' | 'selectInterpreter' | 'installServer'): Promise<void> {
  switch (command) {
    case 'restart':
      return running?.restart();
    case 'showOutput':
      running?.log.show();
      return;
    case 'selectInterpreter':
      return selectInterpreter();
    case 'installServer':
      return running?.install();
  }
}

/** Another interpreter of the Python extension may have Notelift, or may be what is waited for. */
async function followEnvironment(context: vscode.ExtensionContext, server: Server, log: vscode.LogOutputChannel): Promise<void> {
  const changes = await onDidChangeEnvironment(log, () => {
    if (server.state.kind === 'missing') {
      void server.restart();
    }
  });
  if (changes !== undefined) {
    context.subscriptions.push(changes);
  }
}
