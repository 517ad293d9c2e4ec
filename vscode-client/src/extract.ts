/** *Extract to Module*: asks for name and place, shows what will happen, applies it as one edit, and offers to verify. */
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { MODULE_KIND, offersAt, type Offer } from './actions';
import { futureCells, makeChange, requireWritable, saveOpen } from './changes';
import { fileInTheWay } from './failures';
import { isSaved, notebookOf, placeWords, show } from './places';
import type { ActionData, Change, DocumentIdentifier, Place, Plan, PlanChoices } from './protocol';
import type { Server } from './server';
import { identifierOf } from './status';
import { originalOf, type Original } from './verify';
import type { VirtualDocuments } from './virtualDocuments';

/** What is extracted from: a range of a cell or script. */
export interface Selection {
  readonly uri: vscode.Uri;
  readonly range: vscode.Range;
  /** Only offers about this name. */
  readonly name?: string;
}

/** What was extracted; `original` is the notebook as it was before. */
export interface Extracted {
  readonly module: vscode.Uri;
  readonly targets: readonly string[];
  readonly original: Original | undefined;
}

type Choices = Readonly<Record<string, string | boolean>>;

/** Extracts what an action names. Returns undefined where the user gives up. */
export class Extraction {
  constructor(
    private readonly server: Server,
    private readonly documents: VirtualDocuments,
  ) {}

  /** Asks which of the values at a place is extracted. */
  async choose(selection: Selection): Promise<ActionData | undefined> {
    const { offers, refusals } = await offersAt(await this.server.ready(), selection.uri, selection.range, MODULE_KIND);
    const { name } = selection;
    const fitting = name === undefined ? offers : offers.filter((each) => targetsOf(each.data).some((target) => isOf(target, name)));
    const [only] = fitting;
    if (only === undefined) {
      throw new Error(refusals[0] ?? vscode.l10n.t('Nothing here can be extracted: put the caret on a name that is assigned'));
    }
    return fitting.length === 1 ? only.data : pick(fitting);
  }

  /** Extracts, from the questions to the open module. */
  async run(data: ActionData): Promise<Extracted | undefined> {
    requireWritable(vscode.Uri.parse(data.notebook));
    const choices = await this.ask(data);
    if (choices === undefined) {
      return undefined;
    }
    const found = await this.resolve(withOptions(data, choices));
    if (found === undefined) {
      return undefined;
    }
    const { chosen } = found;
    if (!(await this.confirm(chosen, found.change))) {
      return undefined;
    }
    await saveOpen(found.change);
    // Notebook and module may have changed since it was asked for: the server refuses then, or answers anew.
    const change = await this.server.request<Change>('notelift/resolveChange', chosen);
    const [file] = change.files;
    if (file === undefined) {
      return undefined;
    }
    const notebook = notebookOf(data.notebook);
    const original = notebook === undefined ? undefined : originalOf(notebook);
    if (!(await makeChange(change, data.notebook))) {
      throw new Error(vscode.l10n.t('VS Code did not apply the change: the module may exist already'));
    }
    const module = vscode.Uri.parse(file.uri);
    if (vscode.workspace.getConfiguration('notelift').get<boolean>('extract.openModule', true)) {
      // The focus stays in the notebook, where one undo takes all of it back.
      await vscode.window.showTextDocument(module, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: false });
    }
    return { module, targets: targetsOf(data), original };
  }

  private async ask(data: ActionData): Promise<Choices | undefined> {
    const module = await askName(await this.proposedName(data));
    if (module === undefined) {
      return undefined;
    }
    const folder = await askFolder(vscode.Uri.parse(data.notebook));
    return folder === undefined ? undefined : { module, folder };
  }

  /** The name that the server takes where none is chosen. */
  private async proposedName(data: ActionData): Promise<string> {
    // One that was never saved is in no folder: any does, for the name.
    const folder = isSaved(vscode.Uri.parse(data.notebook)) ? {} : { folder: os.homedir() };
    try {
      const change = await this.server.request<Change>('notelift/resolveChange', withOptions(data, folder));
      return path.posix.basename(change.files[0]?.uri ?? '', '.py');
    } catch (error) {
      const exists = fileInTheWay(error);
      if (exists === undefined) {
        throw error;
      }
      return path.posix.basename(exists, '.py');
    }
  }

  /** Asks for the change until it can be made: where a file is in the way, it is added to or another is named. */
  private async resolve(chosen: ActionData): Promise<{ chosen: ActionData; change: Change } | undefined> {
    try {
      return { chosen, change: await this.server.request<Change>('notelift/resolveChange', chosen) };
    } catch (error) {
      const exists = fileInTheWay(error);
      if (exists === undefined) {
        throw error;
      }
      const add = { label: `$(add) ${vscode.l10n.t('Add to it')}`, options: { append: true } };
      const rename = { label: `$(edit) ${vscode.l10n.t('Choose another name...')}`, options: undefined };
      const title = vscode.l10n.t('{0} exists already', exists);
      const picked = await vscode.window.showQuickPick([add, rename], { title, ignoreFocusOut: true });
      if (picked === undefined) {
        return undefined;
      }
      if (picked.options !== undefined) {
        return this.resolve(withOptions(chosen, picked.options));
      }
      const module = await askName(`${path.posix.basename(exists, '.py')}_2`);
      return module === undefined ? undefined : this.resolve(withOptions(chosen, { module }));
    }
  }

  /** Shows what is kept and why, and what leaves the notebook. Returns whether to go on. */
  private async confirm(data: ActionData, change: Change): Promise<boolean> {
    if (!vscode.workspace.getConfiguration('notelift').get<boolean>('extract.preview', true)) {
      return true;
    }
    const items = await this.summary(data, change);
    const title = vscode.l10n.t('What will happen');
    for (;;) {
      const picked = await vscode.window.showQuickPick(items, {
        title,
        placeHolder: vscode.l10n.t('Enter extracts, Escape leaves everything as it is'),
        ignoreFocusOut: true,
        matchOnDescription: true,
        matchOnDetail: true,
      });
      if (picked?.place !== undefined) {
        await show(picked.place);
      } else if (picked?.act === 'diff') {
        return this.showDiff(data, change);
      } else {
        return picked?.act === 'extract';
      }
    }
  }

  private async summary(data: ActionData, change: Change): Promise<Item[]> {
    const [file] = change.files;
    const name = vscode.workspace.asRelativePath(vscode.Uri.parse(file?.uri ?? ''));
    const items: Item[] = [
      {
        label: `$(check) ${vscode.l10n.t('Extract')}`,
        description: file?.before === null ? vscode.l10n.t('writes {0}', name) : vscode.l10n.t('adds to {0}', name),
        act: 'extract',
      },
      { label: `$(diff) ${vscode.l10n.t('Show all changes first')}`, act: 'diff' },
    ];
    const targets = targetsOf(data);
    if (targets.length === 0) {
      return items;
    }
    const asked: PlanChoices & DocumentIdentifier = { ...data.options, ...identifierOf(vscode.Uri.parse(data.notebook)), targets };
    const plan = await this.server.request<Plan>('notelift/planExtraction', asked);
    items.push(...plan.warnings.map((warning) => ({ label: `$(warning) ${warning}`, act: 'extract' as const })));
    items.push(separator(vscode.l10n.t('the module keeps {0} of {1} statements', plan.kept, plan.total)));
    for (const each of plan.statements) {
      const maybe = each.certainty === 'may' ? `$(question) ${vscode.l10n.t('perhaps needed')}: ` : '';
      items.push({ ...lineOf(each), detail: maybe + each.reasons.map((reason) => reason.text).join('; '), place: each });
    }
    if (data.options.rewrite === true && plan.leaves.length > 0) {
      items.push(separator(vscode.l10n.t('these leave the notebook')));
      items.push(...plan.leaves.map((each) => ({ ...lineOf(each), place: each })));
    }
    return items;
  }

  /** Opens the module and each cell that changes as differences, and asks again there. */
  private async showDiff(data: ActionData, change: Change): Promise<boolean> {
    const pairs: [vscode.Uri, vscode.Uri | undefined, vscode.Uri][] = change.files.map((file) => {
      const name = path.posix.basename(file.uri);
      const after = this.documents.add(name, file.text);
      return [after, file.before === null ? undefined : this.documents.add(name, file.before), after];
    });
    const notebook = notebookOf(data.notebook);
    if (notebook !== undefined) {
      const name = `${path.posix.basename(notebook.uri.path)}.py`;
      const before = notebook.getCells().map((cell) => ({ kind: cell.kind, text: cell.document.getText() }));
      const after = this.documents.add(name, scriptOf(futureCells(notebook, change)));
      pairs.push([after, this.documents.add(name, scriptOf(before)), after]);
    }
    const title = vscode.l10n.t('Extract to module');
    await vscode.commands.executeCommand('vscode.changes', title, pairs);
    // Not a message: that would leave the window before the changes are read.
    const extract = { label: `$(check) ${vscode.l10n.t('Extract')}` };
    const leave = { label: `$(close) ${vscode.l10n.t('Leave everything as it is')}` };
    const chosen = await vscode.window.showQuickPick([extract, leave], {
      title: vscode.l10n.t('This is what the extraction changes'),
      ignoreFocusOut: true,
    });
    await closeTab(title);
    return chosen === extract;
  }
}

interface Item extends vscode.QuickPickItem {
  readonly act?: 'extract' | 'diff';
  readonly place?: Place;
}

async function pick(offers: readonly Offer[]): Promise<ActionData | undefined> {
  const items = offers.map((offer) => ({ label: offer.title, offer }));
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Extract to module') });
  return picked?.offer.data;
}

function askName(proposed: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Extract to module (1 of 2)'),
    prompt: vscode.l10n.t('The name of the module'),
    value: proposed,
    ignoreFocusOut: true,
    validateInput: (name) =>
      /^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name)
        ? undefined
        : vscode.l10n.t('Letters, digits and underscores, as a Python name'),
  });
}

/** Asks for the folder. The notebook's is "" for the server; one that was never saved is in none. */
async function askFolder(notebook: vscode.Uri): Promise<string | undefined> {
  const home = isSaved(notebook) ? vscode.Uri.joinPath(notebook, '..') : undefined;
  const proposed = vscode.workspace.getConfiguration('notelift', notebook).get('extract.folder', '').trim();
  const items: (vscode.QuickPickItem & { folder: string | undefined })[] = [];
  if (proposed !== '' && (home !== undefined || path.isAbsolute(proposed))) {
    items.push({ label: proposed, description: 'notelift.extract.folder', folder: proposed });
  }
  if (home !== undefined) {
    const description = vscode.workspace.asRelativePath(home);
    items.push({ label: vscode.l10n.t("The notebook's folder"), description, folder: '' });
  }
  for (const root of rootsOf(notebook).filter((each) => each.uri.toString() !== home?.toString())) {
    const isOneOfSeveral = (vscode.workspace.workspaceFolders ?? []).length > 1;
    const label = isOneOfSeveral ? vscode.l10n.t('The workspace folder {0}', root.name) : vscode.l10n.t('The workspace folder');
    items.push({ label, description: root.uri.fsPath, folder: root.uri.fsPath });
  }
  items.push({ label: `$(folder-opened) ${vscode.l10n.t('Choose a folder...')}`, folder: undefined });
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Extract to module (2 of 2)'),
    placeHolder: vscode.l10n.t('Where the module goes'),
    ignoreFocusOut: true,
  });
  if (picked === undefined || picked.folder !== undefined) {
    return picked?.folder;
  }
  const chosen = await vscode.window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true, ...(home && { defaultUri: home }) });
  return chosen?.[0]?.fsPath;
}

/** The workspace folder that a notebook is in; all of them for one that was never saved. */
function rootsOf(notebook: vscode.Uri): readonly vscode.WorkspaceFolder[] {
  const own = vscode.workspace.getWorkspaceFolder(notebook);
  return own === undefined ? (isSaved(notebook) ? [] : (vscode.workspace.workspaceFolders ?? [])) : [own];
}

function withOptions(data: ActionData, options: Choices): ActionData {
  return { ...data, options: { ...data.options, ...options } };
}

/** The targets of an action as the command line writes them; none for functions that move. */
function targetsOf(data: ActionData): string[] {
  const { targets } = data.options;
  return typeof targets === 'string' ? targets.split(' ') : [];
}

function isOf(target: string, name: string): boolean {
  return target === name || target.startsWith(`${name}@`);
}

function separator(label: string): Item {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function lineOf(statement: Place & { source: string }): { label: string; description: string } {
  const [line = ''] = statement.source.split('\n');
  return { label: line, description: placeWords(statement) };
}

/** A notebook as a script with cells, for showing what changes. */
function scriptOf(cells: readonly { kind: vscode.NotebookCellKind; text: string }[]): string {
  const isCode = (kind: vscode.NotebookCellKind) => kind === vscode.NotebookCellKind.Code;
  return cells.map(({ kind, text }) => `# %%${isCode(kind) ? '' : ' [markdown]'}\n${text}\n`).join('\n');
}

/** VS Code puts the number of files behind the title. */
async function closeTab(title: string): Promise<void> {
  const all = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const tabs = all.filter((tab) => tab.label.startsWith(title));
  await vscode.window.tabGroups.close(tabs);
}
