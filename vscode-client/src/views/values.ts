/** The tree *Values*: each variable of the active notebook, its state, and what made it. */
import * as vscode from 'vscode';
import { notebookOf } from '../places';
import type { Status, VariableState } from '../protocol';
import type { ActiveStatus, Watched } from '../status';

/** A variable in the tree; its commands get it as their argument. */
export interface ValueItem {
  readonly name: string;
  readonly notebook: vscode.Uri;
}

type Variable = Status['variables'][number];

/** The least expected state first. */
const ORDER: readonly VariableState[] = ['differs', 'missing_on_restart', 'missing_in_kernel', 'unknown', 'same'];

/** Provides the variables of the notebook in view. */
export class ValuesTree implements vscode.TreeDataProvider<ValueItem & { variable: Variable }>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  private readonly registrations: vscode.Disposable;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly status: ActiveStatus) {
    this.registrations = vscode.Disposable.from(
      this.changed,
      status.onDidChange(() => this.changed.fire(undefined)),
    );
  }

  getChildren(parent?: unknown): (ValueItem & { variable: Variable })[] {
    const watched = this.status.current;
    return parent !== undefined || watched === undefined ? [] : itemsOf(watched);
  }

  getTreeItem({ variable, ...value }: ValueItem & { variable: Variable }): vscode.TreeItem {
    const item = new vscode.TreeItem(variable.name);
    item.id = variable.name;
    item.description = wordsOf(variable.state);
    item.iconPath = iconOf(variable.state);
    item.tooltip = variable.reason || wordsOf(variable.state);
    item.contextValue = `value.${variable.state}${notebookOf(value.notebook.toString()) === undefined ? '' : '.notebook'}`;
    item.accessibilityInformation = { label: `${variable.name}, ${wordsOf(variable.state)}` };
    item.command = { command: 'notelift.reveal', title: vscode.l10n.t('Go to what made it'), arguments: [value] };
    return item;
  }

  dispose(): void {
    this.registrations.dispose();
  }
}

function itemsOf({ uri, status }: Watched): (ValueItem & { variable: Variable })[] {
  const rank = (variable: Variable) => ORDER.indexOf(variable.state);
  return status.variables
    .toSorted((a, b) => rank(a) - rank(b))
    .map((variable) => ({ name: variable.name, notebook: uri, variable }));
}

function wordsOf(state: VariableState): string {
  switch (state) {
    case 'same':
      return vscode.l10n.t('as after a restart');
    case 'differs':
      return vscode.l10n.t('differs from a restart');
    case 'missing_on_restart':
      return vscode.l10n.t('gone after a restart');
    case 'missing_in_kernel':
      return vscode.l10n.t('not in the kernel');
    case 'unknown':
      return vscode.l10n.t('cannot be told');
  }
}

function iconOf(state: VariableState): vscode.ThemeIcon {
  switch (state) {
    case 'same':
      return new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'));
    case 'differs':
    case 'missing_on_restart':
      return new vscode.ThemeIcon('warning', new vscode.ThemeColor('problemsWarningIcon.foreground'));
    case 'missing_in_kernel':
      return new vscode.ThemeIcon('circle-outline');
    case 'unknown':
      return new vscode.ThemeIcon('question');
  }
}
