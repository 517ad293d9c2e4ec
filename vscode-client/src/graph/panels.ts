/** The panels of lineage graphs, one for a notebook; they come back when the window is reloaded. */
import * as vscode from 'vscode';
import type { Server } from '../server';
import type { PageState, ValueAsked } from './messages';
import { GraphPanel } from './panel';

const TYPE = 'notelift.graph';

/** Opens panels, and opens again those that were open when the window was closed. */
export class GraphPanels implements vscode.WebviewPanelSerializer<PageState | undefined>, vscode.Disposable {
  private readonly panels = new Map<string, GraphPanel>();
  private readonly dist: vscode.Uri;
  private readonly registration: vscode.Disposable;

  constructor(
    extension: vscode.Uri,
    private readonly server: Server,
  ) {
    this.dist = vscode.Uri.joinPath(extension, 'dist');
    this.registration = vscode.window.registerWebviewPanelSerializer(TYPE, this);
  }

  /** Shows the graph of a notebook or script, beside it, with a value selected. */
  show(notebook: vscode.Uri, value: ValueAsked | undefined): void {
    const column = { viewColumn: vscode.ViewColumn.Beside };
    const panel = this.panels.get(notebook.toString()) ?? this.add(notebook, vscode.window.createWebviewPanel(TYPE, '', column));
    panel.show(value);
  }

  /** Writes the graph that is in front to where the user wants it. Throws where none is. */
  async exportActive(): Promise<void> {
    const active = [...this.panels.values()].find((panel) => panel.isActive);
    if (active === undefined) {
      throw new Error(vscode.l10n.t('Show the lineage graph of a notebook first'));
    }
    await active.exportAs();
  }

  /** The server says that the state of a notebook changed. */
  stateChanged(uri: string): void {
    this.panels.get(vscode.Uri.parse(uri).toString())?.refresh();
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: PageState | undefined): Promise<void> {
    if (state === undefined) {
      // It was closed before its page came up: there is nothing to show.
      panel.dispose();
    } else {
      this.add(vscode.Uri.parse(state.notebook), panel);
    }
    return Promise.resolve();
  }

  dispose(): void {
    this.registration.dispose();
    this.panels.forEach((panel) => {
      panel.dispose();
    });
  }

  private add(notebook: vscode.Uri, panel: vscode.WebviewPanel): GraphPanel {
    const key = notebook.toString();
    const added = new GraphPanel(notebook, panel, this.server, this.dist);
    this.panels.set(key, added);
    added.onDidDispose(() => {
      added.dispose();
      this.panels.delete(key);
    });
    return added;
  }
}
