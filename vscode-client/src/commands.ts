/** What users can do, from wherever they ask for it. */
import * as vscode from 'vscode';
import { makeChange, saveOpen } from './changes';
import { Extraction, type Extracted, type Selection } from './extract';
import { requireTrust, told } from './failures';
import type { ValueAsked } from './graph/messages';
import type { GraphPanels } from './graph/panels';
import { activeDocument, cellOf, notebookOf, rangeOf, show } from './places';
import type { ActionData, Change, Place, Run } from './protocol';
import { chooseKernel, restartKernel, runInOrder } from './runCells';
import type { Server } from './server';
import { statusOf, type ActiveStatus } from './status';
import { originalOf, pageOf, verify, type Original } from './verify';
import { lineageOf, type LineageView } from './views/lineage';
import type { ValueItem } from './views/values';
import type { VirtualDocuments } from './virtualDocuments';

/** The commands of the extension that need a notebook. */
export class Commands {
  private readonly extraction: Extraction;

  constructor(
    private readonly server: Server,
    private readonly status: ActiveStatus,
    private readonly documents: VirtualDocuments,
    private readonly lineage: LineageView,
    private readonly graphs: GraphPanels,
  ) {
    this.extraction = new Extraction(server, documents);
  }

  /** Registers them all. */
  register(): vscode.Disposable {
    const commands: Record<string, (argument: unknown) => Promise<void>> = {
      'notelift.extract': (argument) => this.extract(argument),
      'notelift.extractFunction': () => extractFunction(),
      'notelift.verify': (argument) => this.verifyValue(argument),
      'notelift.runOutdated': (argument) => this.runOutdated(argument),
      'notelift.reveal': (argument) => this.reveal(argument as Place | ValueItem),
      'notelift.showLineage': (argument) => this.showLineage(argument),
      'notelift.showGraph': (argument) => this.showGraph(argument),
      'notelift.exportGraph': () => this.graphs.exportActive(),
      'notelift.applyChange': (argument) => this.applyChange(argument as ActionData),
      'notelift.runCells': (argument) => this.runCells(argument as Run),
    };
    return vscode.Disposable.from(
      ...Object.entries(commands).map(([name, act]) =>
        vscode.commands.registerCommand(name, (argument: unknown) => told(this.server.log, () => act(argument))),
      ),
    );
  }

  private async extract(argument: unknown): Promise<void> {
    const data = isActionData(argument) ? argument : await this.extraction.choose(await this.selectionOf(argument));
    const extracted = data === undefined ? undefined : await this.extraction.run(data);
    if (extracted !== undefined) {
      void told(this.server.log, () => this.offerVerify(extracted));
    }
  }

  private async offerVerify({ module, targets, original }: Extracted): Promise<void> {
    const [target] = targets;
    const name = vscode.workspace.asRelativePath(module);
    const message = vscode.l10n.t('The module is in {0}. Until cells run, one undo in the notebook takes all of it back.', name);
    const button = vscode.l10n.t('Verify');
    const canVerify = target !== undefined && original !== undefined && targets.length === 1 && vscode.workspace.isTrusted;
    const chosen = await vscode.window.showInformationMessage(message, ...(canVerify ? [button] : []));
    if (chosen === button && canVerify) {
      await this.verify(original, target);
    }
  }

  private async verifyValue(argument: unknown): Promise<void> {
    requireTrust(vscode.l10n.t('Verify runs the code of the notebook: trust the workspace first'));
    const uri = isValueItem(argument) ? argument.notebook : this.inView();
    const notebook = uri === undefined ? undefined : notebookOf(uri.toString());
    if (notebook === undefined) {
      throw new Error(vscode.l10n.t('Open a notebook first: Verify runs one'));
    }
    const name = isValueItem(argument) ? argument.name : await this.askValue(vscode.l10n.t('The value to verify'));
    if (name !== undefined) {
      await this.verify(originalOf(notebook), name);
    }
  }

  private async verify(original: Original, target: string): Promise<void> {
    await this.server.ready();
    const { launch } = this.server;
    if (launch === undefined) {
      return;
    }
    const verdict = await verify(original, target, launch, this.server.log);
    const page = this.documents.add(`${target}.md`, pageOf(verdict, original.uri));
    await vscode.commands.executeCommand('markdown.showPreview', page);
  }

  /** The notebook or script of the active editor, else the one whose values are shown. */
  private inView(): vscode.Uri | undefined {
    return activeDocument() ?? this.status.current?.uri;
  }

  private async askValue(title: string): Promise<string | undefined> {
    const names = this.status.current?.status.variables.map((each) => each.name) ?? [];
    return names.length > 0
      ? vscode.window.showQuickPick(names, { title })
      : vscode.window.showInputBox({ title, placeHolder: 'model' });
  }

  private async runOutdated(argument: unknown): Promise<void> {
    const uri = notebookIn(argument) ?? this.inView();
    if (uri === undefined || notebookOf(uri.toString()) === undefined) {
      throw new Error(vscode.l10n.t('Open a notebook first: its kernel runs the cells'));
    }
    // What was told last may be from before a change, or made in a hurry.
    const { run_uris: cells, restart } = await statusOf(this.server, uri);
    if (cells.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('No cell has to run again.'));
      return;
    }
    await this.runCells({ kind: 'run', notebook: uri.toString(), cells, restart });
  }

  private async runCells(run: Run): Promise<void> {
    requireTrust(vscode.l10n.t('Running cells runs the code of the notebook: trust the workspace first'));
    const notebook = notebookOf(run.notebook);
    const cells = run.cells.map((uri) => cellOf(uri)).filter((cell) => cell !== undefined);
    if (notebook === undefined || cells.length < run.cells.length) {
      throw new Error(vscode.l10n.t('The notebook has changed in the meantime: try again'));
    }
    if (!(await chooseKernel(notebook))) {
      throw new Error(vscode.l10n.t('No cell was run: choose a kernel for the notebook, then try again'));
    }
    const notEnough = vscode.l10n.t('Restart the kernel and run all cells: running cells again is not enough here');
    if (run.restart && !(await restartKernel(notebook))) {
      throw new Error(notEnough);
    }
    const title = vscode.l10n.t('Running outdated cells');
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    const ran = await vscode.window.withProgress(options, (progress, token) =>
      runInOrder(notebook, cells, token, (cell) => {
        const message = vscode.l10n.t('cell {0}, {1} of {2}', cell.index, cells.indexOf(cell) + 1, cells.length);
        progress.report({ message, increment: 100 / cells.length });
      }, run.restart),
    );
    if (ran.kind === 'notRestarted') {
      throw new Error(vscode.l10n.t('{0}. The kernel was not restarted: the cells after cell {1} were not run', notEnough, ran.cell.index));
    }
    if (ran.kind === 'gone') {
      throw new Error(vscode.l10n.t('A cell was removed: the rest of the outdated cells were not run'));
    }
    if (ran.kind === 'failed') {
      throw new Error(vscode.l10n.t('Cell {0} did not run to its end: the cells after it were not run', ran.cell.index));
    }
    if (ran.kind === 'closed') {
      throw new Error(vscode.l10n.t('The notebook was closed: the rest of its outdated cells were not run'));
    }
  }

  private async applyChange(data: ActionData): Promise<void> {
    const change = await this.server.request<Change>('notelift/resolveChange', data);
    await saveOpen(change);
    if (!(await makeChange(change, data.notebook))) {
      throw new Error(vscode.l10n.t('VS Code did not apply the change'));
    }
  }

  private async showLineage(argument: unknown): Promise<void> {
    const uri = isValueItem(argument) ? argument.notebook : this.inView();
    if (uri === undefined) {
      throw new Error(vscode.l10n.t('Open a notebook first: lineage is of its values'));
    }
    const name = isValueItem(argument) ? argument.name : (nameAtCaret() ?? (await this.askValue(vscode.l10n.t('The value'))));
    if (name === undefined) {
      return;
    }
    await this.lineage.show(uri, name);
    await vscode.commands.executeCommand('notelift.lineage.focus');
  }

  /** Shows the graph, with the value of the tree or the name at the caret selected. */
  private showGraph(argument: unknown): Promise<void> {
    const uri = isValueItem(argument) ? argument.notebook : this.inView();
    if (uri === undefined) {
      throw new Error(vscode.l10n.t('Open a notebook first: the graph is of one'));
    }
    this.graphs.show(uri, isValueItem(argument) ? { name: argument.name, at: null } : valueAtCaret());
    return Promise.resolve();
  }

  /** Goes to a statement, or to the last one that makes or changes a value. */
  private async reveal(what: Place | ValueItem): Promise<void> {
    const place = isValueItem(what) ? await this.makerOf(what) : what;
    await show(place);
  }

  private async makerOf(value: ValueItem): Promise<Place> {
    const lineage = await lineageOf(this.server, value.notebook, value.name);
    const maker = lineage.statements.findLast((each) => each.role === 'value');
    if (maker === undefined) {
      throw new Error(vscode.l10n.t('What made `{0}` is gone', value.name));
    }
    return maker;
  }

  /** Where a command was asked for: a value of the tree, a cell by its menu or its lens, else the active editor. */
  private async selectionOf(argument: unknown): Promise<Selection> {
    if (!isValueItem(argument)) {
      return selectionOf(argument);
    }
    const maker = await this.makerOf(argument);
    return { uri: vscode.Uri.parse(maker.uri), range: rangeOf(maker.range), name: argument.name };
  }
}

async function extractFunction(): Promise<void> {
  const kind = 'refactor.extract.function.notelift';
  await vscode.commands.executeCommand('editor.action.codeAction', { kind, apply: 'ifSingle' });
}

/** A cell by its menu or its lens, else the active editor's selection. */
function selectionOf(argument: unknown): Selection {
  const cell = cellIn(argument);
  if (cell !== undefined) {
    return { uri: cell.document.uri, range: wholeOf(cell.document) };
  }
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId === 'python') {
    return { uri: editor.document.uri, range: editor.selection };
  }
  const notebook = vscode.window.activeNotebookEditor;
  const selected = notebook?.notebook.cellAt(notebook.selection.start);
  if (selected === undefined) {
    throw new Error(vscode.l10n.t('Put the caret on a name in a notebook first'));
  }
  return { uri: selected.document.uri, range: wholeOf(selected.document) };
}

function wholeOf(document: vscode.TextDocument): vscode.Range {
  const last = document.lineAt(document.lineCount - 1).range.end;
  return new vscode.Range(new vscode.Position(0, 0), last);
}

/** The cell that VS Code gives a command of the cell's menu, or the one that a lens names. */
function cellIn(argument: unknown): vscode.NotebookCell | undefined {
  if (typeof argument !== 'object' || argument === null) {
    return undefined;
  }
  if ('document' in argument && 'notebook' in argument) {
    return argument as vscode.NotebookCell;
  }
  return 'uri' in argument ? cellOf(String(argument.uri)) : undefined;
}

/** The notebook whose toolbar a command was chosen from. */
function notebookIn(argument: unknown): vscode.Uri | undefined {
  const editor: unknown = typeof argument === 'object' && argument !== null && 'notebookEditor' in argument ? argument.notebookEditor : undefined;
  return typeof editor === 'object' && editor !== null && 'notebookUri' in editor && editor.notebookUri instanceof vscode.Uri
    ? editor.notebookUri
    : undefined;
}

/** The name at the caret in a notebook or script with cells. */
function nameAtCaret(): string | undefined {
  const editor = activeDocument() === undefined ? undefined : vscode.window.activeTextEditor;
  const word = editor?.document.getWordRangeAtPosition(editor.selection.active);
  return editor?.document.languageId === 'python' && word !== undefined ? editor.document.getText(word) : undefined;
}

function valueAtCaret(): ValueAsked | undefined {
  const name = nameAtCaret();
  const editor = vscode.window.activeTextEditor;
  return name === undefined || editor === undefined
    ? undefined
    : { name, at: { uri: editor.document.uri.toString(), line: editor.selection.active.line } };
}

function isActionData(argument: unknown): argument is ActionData {
  return typeof argument === 'object' && argument !== null && 'assist' in argument && 'revision' in argument;
}

function isValueItem(argument: unknown): argument is ValueItem {
  return typeof argument === 'object' && argument !== null && 'name' in argument && 'notebook' in argument && !('document' in argument);
}
