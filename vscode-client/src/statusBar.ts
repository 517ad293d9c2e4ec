/** The status bar: how far the active notebook's kernel is from a restart, or why nothing is known. */
import * as vscode from 'vscode';
import { differing, type ActiveStatus, type Watched } from './status';
import type { Server, ServerState } from './server';

/** One item, to be seen while a notebook is in view or the server is missing. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('notelift.status', vscode.StatusBarAlignment.Left, 10);
  private readonly registrations: vscode.Disposable;

  constructor(
    private readonly server: Server,
    private readonly status: ActiveStatus,
  ) {
    this.item.name = 'Notelift';
    this.registrations = vscode.Disposable.from(
      this.item,
      server.onDidChangeState(() => this.update()),
      status.onDidChange(() => this.update()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('notelift.statusBar')) {
          this.update();
        }
      }),
    );
    this.update();
  }

  dispose(): void {
    this.registrations.dispose();
  }

  private update(): void {
    const shown = wordsFor(this.server.state, this.status.current);
    const enabled = vscode.workspace.getConfiguration('notelift').get<boolean>('statusBar.enabled', true);
    if (shown === undefined || !enabled) {
      this.item.hide();
      return;
    }
    this.item.text = shown.text;
    this.item.tooltip = shown.tooltip;
    this.item.command = shown.command;
    this.item.backgroundColor = shown.isError ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    this.item.show();
  }
}

interface Words {
  readonly text: string;
  readonly tooltip: string;
  readonly command: string;
  readonly isError?: boolean;
}

function wordsFor(server: ServerState, watched: Watched | undefined): Words | undefined {
  if (server.kind === 'missing') {
    const text = `$(error) ${vscode.l10n.t('Notelift has no server')}`;
    return { text, tooltip: server.message, command: 'notelift.restart', isError: true };
  }
  if (server.kind === 'starting') {
    const text = `$(sync~spin) ${vscode.l10n.t('Notelift starts')}`;
    return { text, tooltip: vscode.l10n.t('Show the output'), command: 'notelift.showOutput' };
  }
  if (watched === undefined) {
    return undefined;
  }
  const { status } = watched;
  const tooltip = status.notes.join('\n') || vscode.l10n.t('Show the values of the notebook');
  return { text: stateWords(watched), tooltip, command: 'notelift.showStatus' };
}

function stateWords({ status }: Watched): string {
  const count = differing(status);
  if (count > 0) {
    const words =
      count === 1 ? vscode.l10n.t('1 value differs from a restart') : vscode.l10n.t('{0} values differ from a restart', count);
    return `$(warning) ${words}`;
  }
  if (status.variables.length === 0) {
    return `$(circle-outline) ${vscode.l10n.t('No cell has run')}`;
  }
  return `$(pass) ${vscode.l10n.t('As after a restart')}`;
}
