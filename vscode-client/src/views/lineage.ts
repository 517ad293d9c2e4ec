/** The tree *Lineage*: what a value comes from, what makes and changes it, and where it goes. */
import * as vscode from 'vscode';
import { placeWords } from '../places';
import type { Lineage, Place } from '../protocol';
import type { Server } from '../server';
import { identifierOf, type ActiveStatus } from '../status';

type Statement = Lineage['statements'][number];
type Role = 'from' | 'value' | 'to';

/** A group of statements, a statement in it, or a file that one reads or writes. */
type Node =
  | { readonly kind: 'group'; readonly role: Role }
  | { readonly kind: 'statement'; readonly statement: Statement }
  | { readonly kind: 'file'; readonly path: string; readonly direction: 'read' | 'write' };

/** The view of one value's lineage. It follows the value while its notebook is in view, and is empty after that. */
export class LineageView implements vscode.Disposable {
  private readonly tree = new LineageTree();
  private readonly view = vscode.window.createTreeView('notelift.lineage', { treeDataProvider: this.tree });
  private readonly registrations: vscode.Disposable;
  private shown: { readonly notebook: vscode.Uri; readonly name: string } | undefined;

  constructor(
    private readonly server: Server,
    status: ActiveStatus,
  ) {
    this.registrations = vscode.Disposable.from(
      this.tree,
      this.view,
      status.onDidChange((watched) => {
        if (watched?.uri.toString() !== this.shown?.notebook.toString()) {
          this.clear();
        } else if (this.shown !== undefined) {
          void this.show(this.shown.notebook, this.shown.name).catch((error: unknown) => {
            this.server.log.debug(String(error));
            this.clear();
          });
        }
      }),
    );
  }

  /** Shows the lineage of a value. Throws where there is no such value. */
  async show(notebook: vscode.Uri, name: string): Promise<void> {
    const lineage = await lineageOf(this.server, notebook, name);
    this.shown = { notebook, name };
    this.view.description = name;
    this.tree.show(lineage);
  }

  dispose(): void {
    this.registrations.dispose();
  }

  private clear(): void {
    this.shown = undefined;
    this.view.description = '';
    this.tree.show(undefined);
  }
}

/** Asks for the lineage of a value. Throws where there is no such value. */
export function lineageOf(server: Server, notebook: vscode.Uri, name: string): Promise<Lineage> {
  return server.request<Lineage>('notelift/lineage', { ...identifierOf(notebook), name });
}

/** Provides the lineage of one value. */
class LineageTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private lineage: Lineage | undefined;
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;

  /** Shows this lineage instead of the one before; nothing for undefined. */
  show(lineage: Lineage | undefined): void {
    this.lineage = lineage;
    this.changed.fire(undefined);
  }

  getChildren(parent?: Node): Node[] {
    const { lineage } = this;
    if (lineage === undefined) {
      return [];
    }
    if (parent === undefined) {
      const roles: Role[] = ['value', 'from', 'to'];
      const present = new Set(lineage.statements.map((each) => each.role));
      return roles.filter((role) => present.has(role)).map((role) => ({ kind: 'group', role }));
    }
    if (parent.kind === 'group') {
      return lineage.statements
        .filter((statement) => statement.role === parent.role)
        .map((statement) => ({ kind: 'statement', statement }));
    }
    if (parent.kind === 'statement') {
      return filesOf(lineage, parent.statement);
    }
    return [];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === 'group') {
      const item = new vscode.TreeItem(headingOf(node.role), vscode.TreeItemCollapsibleState.Expanded);
      item.id = node.role;
      return item;
    }
    if (node.kind === 'file') {
      const item = new vscode.TreeItem(node.path);
      item.iconPath = new vscode.ThemeIcon('file');
      item.description = node.direction === 'read' ? vscode.l10n.t('is read') : vscode.l10n.t('is written');
      return item;
    }
    return this.statementItem(node.statement);
  }

  dispose(): void {
    this.changed.dispose();
  }

  private statementItem(statement: Statement): vscode.TreeItem {
    const { lineage } = this;
    const [line = ''] = statement.source.split('\n');
    const hasFiles = lineage !== undefined && filesOf(lineage, statement).length > 0;
    const state = hasFiles ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None;
    const item = new vscode.TreeItem(line, state);
    item.description = placeWords(statement);
    item.iconPath = new vscode.ThemeIcon('symbol-variable');
    item.tooltip = new vscode.MarkdownString().appendCodeblock(statement.source, 'python');
    for (const why of lineage === undefined ? [] : reasonsOf(lineage, statement)) {
      item.tooltip.appendText(`${why}\n`);
    }
    item.command = { command: 'notelift.reveal', title: vscode.l10n.t('Go there'), arguments: [statement satisfies Place] };
    return item;
  }
}

function headingOf(role: Role): string {
  switch (role) {
    case 'value':
      return vscode.l10n.t('is made and changed by');
    case 'from':
      return vscode.l10n.t('comes from');
    case 'to':
      return vscode.l10n.t('goes to');
  }
}

function filesOf(lineage: Lineage, statement: Statement): Node[] {
  return lineage.files
    .filter((file) => file.statement === statement.id)
    .map((file) => ({ kind: 'file', path: file.path, direction: file.direction }));
}

/** What the statement gives to others, and whether that is certain. */
function reasonsOf(lineage: Lineage, statement: Statement): string[] {
  const given = lineage.flows.filter((flow) => flow.from === statement.id);
  const words = given.map((flow) =>
    flow.certainty === 'must' ? vscode.l10n.t('gives {0}', flow.name) : vscode.l10n.t('may give {0}', flow.name),
  );
  return [...new Set(words)];
}
