/** The panel of a notebook's lineage graph: its page, what the page is told, and what it asks for. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { sentenceOf, told } from '../failures';
import { notebookOf, show } from '../places';
import type { Lineage } from '../protocol';
import type { Server } from '../server';
import { identifierOf, statusOf } from '../status';
import { chooseExport, keep } from './export';
import type { ExportForm, FromPage, ToPage, ValueAsked } from './messages';
import { words } from './words';

/** Typing is over when nothing has changed for so many milliseconds. */
const PAUSE = 250;

/** One panel, which follows its notebook until it is closed. */
export class GraphPanel implements vscode.Disposable {
  private readonly registrations: vscode.Disposable[] = [];
  private isOld = false;
  private isReady = false;
  private asking: Promise<void> | undefined;
  private pause: NodeJS.Timeout | undefined;
  private selection: ValueAsked | undefined;
  private export: ((text: string) => void) | undefined;

  constructor(
    readonly notebook: vscode.Uri,
    private readonly panel: vscode.WebviewPanel,
    private readonly server: Server,
    dist: vscode.Uri,
  ) {
    panel.title = vscode.l10n.t('Lineage of {0}', nameOf(notebook));
    const icon = (theme: string) => vscode.Uri.joinPath(dist, '..', 'media', `graph-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
    this.registrations.push(
      panel.webview.onDidReceiveMessage((message: FromPage) => told(server.log, () => this.receive(message))),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (notebookOf(document.uri.toString())?.uri.toString() === notebook.toString() || document.uri.toString() === notebook.toString()) {
          this.refreshSoon();
        }
      }),
      vscode.workspace.onDidChangeNotebookDocument((event) => {
        if (event.notebook.uri.toString() === notebook.toString()) {
          this.refreshSoon();
        }
      }),
      vscode.workspace.onDidCloseNotebookDocument((closed) => {
        // One that was never saved is gone, or has another name now.
        if (closed.isUntitled && closed.uri.toString() === notebook.toString()) {
          panel.dispose();
        }
      }),
      server.onDidChangeState(() => this.refresh()),
    );
    panel.webview.html = pageOf(panel.webview, dist, notebook, panel.title);
  }

  /** Fires when the user closes the panel. */
  get onDidDispose(): vscode.Event<void> {
    return this.panel.onDidDispose;
  }

  /** Whether the panel is in front, and has the focus. */
  get isActive(): boolean {
    return this.panel.active;
  }

  /** Brings the panel to the front, and selects a value. */
  show(value: ValueAsked | undefined): void {
    this.panel.reveal(undefined, false);
    if (value !== undefined) {
      this.selection = value;
      this.tellSelection();
    }
  }

  /** Shows what the server says now. */
  refresh(): void {
    this.isOld = true;
    if (this.isReady) {
      this.asking ??= this.askUntilNew().finally(() => (this.asking = undefined));
    }
  }

  /** Asks for a form, and writes the drawing in it. */
  async exportAs(): Promise<void> {
    const chosen = await chooseExport(this.notebook);
    if (chosen !== undefined) {
      await keep(chosen, await this.exported(chosen.form));
    }
  }

  dispose(): void {
    clearTimeout(this.pause);
    vscode.Disposable.from(...this.registrations).dispose();
  }

  private exported(form: ExportForm): Promise<string> {
    return new Promise((resolve) => {
      this.export = resolve;
      this.tell({ kind: 'export', form });
    });
  }

  private async receive(message: FromPage): Promise<void> {
    switch (message.kind) {
      case 'ready':
        this.isReady = true;
        this.refresh();
        this.tellSelection();
        return;
      case 'reveal':
        return show(message.place, { focus: message.focus, column: this.columnBeside() });
      case 'export':
        return this.exportAs();
      case 'exported':
        this.export?.(message.text);
        return;
    }
  }

  /** Where a notebook opens that is open nowhere: the graph stays to be seen. */
  private columnBeside(): vscode.ViewColumn {
    return this.panel.viewColumn === vscode.ViewColumn.One ? vscode.ViewColumn.Beside : vscode.ViewColumn.One;
  }

  private refreshSoon(): void {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.refresh(), PAUSE);
  }

  /** While the server answers, all that changes is asked for once, after that. */
  private async askUntilNew(): Promise<void> {
    while (this.isOld) {
      this.isOld = false;
      try {
        await openAgain(this.notebook);
        // The status is told after all changes before it are known.
        const status = await statusOf(this.server, this.notebook);
        this.tell({ kind: 'graph', lineage: await graphOf(this.server, this.notebook), status });
      } catch (error) {
        this.server.log.debug(String(error));
        this.tell({ kind: 'nothing', why: this.whyNothing(error) });
      }
    }
  }

  private whyNothing(error: unknown): string {
    switch (this.server.state.kind) {
      case 'starting':
        return vscode.l10n.t('Notelift is starting.');
      case 'missing':
        return this.server.state.message;
      case 'running':
        return vscode.l10n.t('There is no graph of {0}: {1}', nameOf(this.notebook), sentenceOf(error));
    }
  }

  private tellSelection(): void {
    if (this.isReady && this.selection !== undefined) {
      this.tell({ kind: 'select', value: this.selection });
      this.selection = undefined;
    }
  }

  private tell(message: ToPage): void {
    void this.panel.webview.postMessage(message);
  }
}

function graphOf(server: Server, notebook: vscode.Uri): Promise<Lineage> {
  return server.request<Lineage>('notelift/lineage', identifierOf(notebook));
}

/** The graph may be shown alone, as when the window is reloaded: then the server must know its notebook again. */
async function openAgain(uri: vscode.Uri): Promise<void> {
  const isOpen = (each: { readonly uri: vscode.Uri }) => each.uri.toString() === uri.toString();
  const { notebookDocuments, textDocuments } = vscode.workspace;
  if (uri.scheme === 'untitled' || notebookDocuments.some(isOpen) || textDocuments.some(isOpen)) {
    return;
  }
  if (uri.path.endsWith('.ipynb')) {
    await vscode.workspace.openNotebookDocument(uri);
  } else {
    await vscode.workspace.openTextDocument(uri);
  }
}

function nameOf(uri: vscode.Uri): string {
  return uri.path.split('/').at(-1) ?? uri.path;
}

/** The page: it may load the extension's own files, and nothing else. */
function pageOf(webview: vscode.Webview, dist: vscode.Uri, notebook: vscode.Uri, title: string): string {
  const nonce = randomBytes(16).toString('base64');
  const file = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${escaped(vscode.env.language)}">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="${file('graph.css')}">
  <title>${escaped(title)}</title>
</head>
<body data-words="${escaped(JSON.stringify(words()))}" data-notebook="${escaped(notebook.toString())}">
  <script nonce="${nonce}" src="${file('graph.js')}"></script>
</body>
</html>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
