/** Notebooks and scripts that are no files: never saved, or of a file system that cannot be written to. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { caretOn, contents, open, restartKernels, run, show, textOf } from './support/notebooks';
import * as notifications from './support/notifications';
import * as screen from './support/screen';
import { when } from './support/waiting';

const CELLS = ['prices = [12, 9]', 'total = sum(prices)', 'print(total)'];

/** The folder of the workspace, where modules of notebooks without one go. */
function workspace(): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  return folder.uri;
}

async function untitledNotebook(): Promise<vscode.NotebookDocument> {
  const cells = CELLS.map((text) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'python'));
  const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData(cells));
  await show(notebook);
  return notebook;
}

/** Extracts `total`, from the offers to the module in the workspace folder. */
async function extractTotal(): Promise<void> {
  const done = vscode.commands.executeCommand('notelift.extract');
  await screen.click('.quick-input-list-row', 'Extract `total` to a module...');
  await screen.see('.quick-input-widget', 'The name of the module');
  await screen.press('Enter');
  await screen.see('.quick-input-list-row', 'The workspace folder');
  assert.ok(!(await screen.texts('.quick-input-list-row')).some((row) => row.includes("The notebook's folder")));
  await screen.click('.quick-input-list-row', 'The workspace folder');
  await screen.click('.quick-input-list-row', 'total.py');
  await done;
}

suite('what was never saved', () => {
  setup(restartKernels);

  test('a notebook is extracted from into the workspace folder, and one undo takes it back', async () => {
    const notebook = await untitledNotebook();
    await caretOn(notebook.cellAt(1), 'total');
    await extractTotal();
    const module = vscode.Uri.joinPath(workspace(), 'total.py');
    assert.match((await textOf(module)) ?? '', /def \w*total\w*\(/);
    for (const cell of notebook.getCells()) {
      await run(notebook, cell.index);
    }
    const shown = notebook.getCells().flatMap((cell) => cell.outputs.flatMap((output) => output.items));
    assert.deepEqual(shown.map((item) => new TextDecoder().decode(item.data)), ['21\n']);
    await vscode.commands.executeCommand('undo');
    await when('the undo', [vscode.workspace.onDidChangeNotebookDocument], () => {
      return JSON.stringify(notebook.getCells().map((cell) => cell.document.getText())) === JSON.stringify(CELLS);
    });
    assert.equal(await textOf(module), undefined);
  });

  test('a notebook is gone to from its values, in its own editor', async () => {
    const notebook = await untitledNotebook();
    for (const cell of notebook.getCells()) {
      await run(notebook, cell.index);
    }
    await vscode.commands.executeCommand('notelift.showStatus');
    await screen.click('.pane-body .monaco-list-row', 'total');
    await when('the cell of `total`', [vscode.window.onDidChangeNotebookEditorSelection, vscode.window.onDidChangeActiveTextEditor], () => {
      return vscode.window.activeTextEditor?.document === notebook.cellAt(1).document;
    });
    assert.equal(vscode.window.tabGroups.all.flatMap((group) => group.tabs).length, 1);
  });

  test('a notebook is verified in the workspace folder, and nothing stays there', async () => {
    const notebook = await untitledNotebook();
    const before = await vscode.workspace.fs.readDirectory(workspace());
    await vscode.commands.executeCommand('notelift.verify', { name: 'total', notebook: notebook.uri });
    const page = await when('the result', [vscode.workspace.onDidOpenTextDocument], () =>
      vscode.workspace.textDocuments.find((each) => each.uri.scheme === 'notelift' && each.uri.path.endsWith('total.md')),
    );
    assert.match(page.getText(), /`total` is the same from the notebook and from the module/);
    assert.deepEqual(await vscode.workspace.fs.readDirectory(workspace()), before);
  });

  test('a script is extracted from into the workspace folder', async () => {
    const content = CELLS.map((text) => `# %%\n${text}\n`).join('');
    const script = await vscode.workspace.openTextDocument({ language: 'python', content });
    const editor = await vscode.window.showTextDocument(script);
    const place = script.positionAt(content.indexOf('total'));
    editor.selection = new vscode.Selection(place, place);
    await screen.see('.statusbar-item', 'No cell has run');
    await extractTotal();
    const module = vscode.Uri.joinPath(workspace(), 'total.py');
    assert.match((await textOf(module)) ?? '', /def \w*total\w*\(/);
    assert.match(script.getText(), /import compute_total/);
    await vscode.workspace.fs.delete(module);
  });
});

suite('what cannot be written to', () => {
  test('is analysed, and not extracted from', async () => {
    const files = new Map([['/fixed.ipynb', notebookText(CELLS)]]);
    const provider = vscode.workspace.registerFileSystemProvider('fixed', new Fixed(files), { isReadonly: true });
    try {
      const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.parse('fixed:/fixed.ipynb'));
      await show(notebook);
      await screen.see('.codelens-decoration', 'makes total');
      await caretOn(notebook.cellAt(1), 'total');
      const done = vscode.commands.executeCommand('notelift.extract');
      await screen.click('.quick-input-list-row', 'Extract `total` to a module...');
      await done;
      await notifications.told('fixed.ipynb is not a file that can be changed');
    } finally {
      provider.dispose();
    }
  });
});

suite('what the settings make readonly', () => {
  const files = () => vscode.workspace.getConfiguration('files');

  teardown(async () => {
    await files().update('readonlyInclude', undefined, vscode.ConfigurationTarget.Workspace);
    await files().update('readonlyExclude', undefined, vscode.ConfigurationTarget.Workspace);
  });

  /** Asks for the extraction of `mean`; resolves with the message of the refusal, and nothing is changed. */
  async function refused(pattern: string): Promise<void> {
    await files().update('readonlyInclude', { [pattern]: true }, vscode.ConfigurationTarget.Workspace);
    const notebook = await open('report.ipynb');
    const before = contents(notebook);
    await screen.see('.statusbar-item', 'As after a restart');
    await caretOn(notebook.cellAt(5), 'mean');
    const done = vscode.commands.executeCommand('notelift.extract');
    await screen.click('.quick-input-list-row', 'Extract `mean` to a module...');
    await done;
    await notifications.told('report.ipynb is readonly by the setting files.readonlyInclude');
    assert.deepEqual(contents(notebook), before);
    assert.equal(notebook.isDirty, false);
  }

  test('by a pattern is analysed, and not extracted from; the message leads to the setting', async () => {
    await refused('**/report.ipynb');
    await screen.picture('readonly');
    await notifications.answer('Open Settings');
    await screen.see('.settings-editor', 'Readonly Include');
  });

  test('by a pattern from the folder is not extracted from', () => refused('copy-*/*.ipynb'));

  test('and excepts is extracted from', async () => {
    await files().update('readonlyInclude', { '**/*.ipynb': true }, vscode.ConfigurationTarget.Workspace);
    await files().update('readonlyExclude', { '**/report.ipynb': true }, vscode.ConfigurationTarget.Workspace);
    const notebook = await open('report.ipynb');
    await screen.see('.statusbar-item', 'As after a restart');
    await caretOn(notebook.cellAt(5), 'mean');
    const done = vscode.commands.executeCommand('notelift.extract');
    await screen.click('.quick-input-list-row', 'Extract `mean` to a module...');
    await screen.see('.quick-input-widget', 'The name of the module');
    await screen.press('Escape');
    await done;
  });
});

function notebookText(cells: string[]): string {
  const all = cells.map((source, index) => ({
    cell_type: 'code', id: `fixed${index}`, metadata: {}, source, execution_count: null, outputs: [],
  }));
  return JSON.stringify({ cells: all, metadata: { language_info: { name: 'python' } }, nbformat: 4, nbformat_minor: 5 });
}

/** Files that are there, and can only be read. */
class Fixed implements vscode.FileSystemProvider {
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;

  constructor(private readonly files: ReadonlyMap<string, string>) {}

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {});
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const size = this.readFile(uri).length;
    return { type: vscode.FileType.File, ctime: 0, mtime: 0, size, permissions: vscode.FilePermission.Readonly };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    const text = this.files.get(uri.path);
    if (text === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    return new TextEncoder().encode(text);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [...this.files.keys()].map((each) => [each.slice(1), vscode.FileType.File]);
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }
}
