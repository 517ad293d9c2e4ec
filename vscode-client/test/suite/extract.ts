import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { beside, caretOn, contents, open, run, textOf } from './support/notebooks';
import { choose } from './support/lightBulb';
import * as notifications from './support/notifications';
import * as screen from './support/screen';
import { when } from './support/waiting';

suite('extract to module', () => {
  test('asks for name and place, shows what is kept, applies, and one undo takes all of it back', async () => {
    const notebook = await open('report.ipynb');
    const before = contents(notebook);
    await caretOn(notebook.cellAt(5), 'mean');
    const done = vscode.commands.executeCommand('notelift.extract');
    await screen.click('.quick-input-list-row', 'Extract `mean` to a module...');
    await screen.see('.quick-input-widget', 'The name of the module');
    await screen.picture('extract-name');
    await screen.press('Enter');
    await screen.click('.quick-input-list-row', "The notebook's folder");
    await screen.see('.quick-input-widget', 'the module keeps');
    await screen.pictures('extract-summary');
    await screen.click('.quick-input-list-row', 'mean.py');
    await done;

    const module = vscode.window.visibleTextEditors.find((each) => each.document.uri.path.endsWith('.py'))?.document;
    assert.ok(module, 'the module is open beside');
    assert.match(module.getText(), /def \w*mean\w*\(/);
    assert.doesNotMatch(module.getText(), /print\(len/);
    const texts = notebook.getCells().map((cell) => cell.document.getText());
    assert.ok(texts.some((text) => text.includes('import') && text.includes('mean')), texts.join('\n---\n'));
    assert.equal(notebook.getCells().find((cell) => cell.metadata.id === 'repo3')?.outputs.length, 1, 'outputs stay');
    // What the extraction replaced ran with another text, and the import that it put in did not run.
    await screen.see('.codelens-decoration', 'edited since it ran | makes prices');
    await screen.see('.codelens-decoration', 'edited since it ran | makes mean');
    await screen.gone('.codelens-decoration', 'never run | makes');
    await screen.pictures('extracted');

    await screen.press('Control+Z');
    await when('the undo', [vscode.workspace.onDidChangeNotebookDocument], () => {
      return JSON.stringify(contents(notebook)) === JSON.stringify(before);
    });
    await when('the module is gone', [vscode.workspace.onDidDeleteFiles], async () => (await textOf(module.uri)) === undefined);
    assert.deepEqual(contents(notebook), before);
  });

  test('the rewritten notebook runs and gives the same output', async () => {
    const notebook = await open('report.ipynb');
    const settings = vscode.workspace.getConfiguration('notelift');
    await settings.update('extract.preview', false, vscode.ConfigurationTarget.Global);
    await caretOn(notebook.cellAt(5), 'mean');
    const done = vscode.commands.executeCommand('notelift.extract');
    await screen.click('.quick-input-list-row', 'Extract `mean` to a module...');
    await screen.see('.quick-input-widget', 'The name of the module');
    await screen.press('Enter');
    await screen.click('.quick-input-list-row', "The notebook's folder");
    await done;
    const last = notebook.cellAt(notebook.cellCount - 1);
    for (let index = 0; index < notebook.cellCount; index++) {
      if (notebook.cellAt(index).kind === vscode.NotebookCellKind.Code) {
        await run(notebook, index);
      }
    }
    const shown = last.outputs.flatMap((output) => output.items.map((item) => new TextDecoder().decode(item.data)));
    assert.deepEqual(shown, ['14.1\n']);
    assert.ok(await textOf(beside(notebook, 'mean.py')));
    await settings.update('extract.preview', undefined, vscode.ConfigurationTarget.Global);
  });

  test('verify runs the notebook as it was and the module, and shows that they agree', async () => {
    const notebook = await open('report.ipynb');
    await screen.see('.statusbar-item', 'As after a restart');
    await vscode.commands.executeCommand('notelift.showStatus');
    const done = vscode.commands.executeCommand('notelift.verify', { name: 'mean', notebook: notebook.uri });
    const page = await when('the result', [vscode.workspace.onDidOpenTextDocument], () =>
      vscode.workspace.textDocuments.find((each) => each.uri.scheme === 'notelift' && each.uri.path.endsWith('mean.md')),
    );
    await done;
    assert.match(page.getText(), /`mean` is the same from the notebook and from the module/);
    await screen.seeInside('is the same from the notebook and from the module');
    await screen.pictures('verified');
  });

  test('a lens offers it; a module that exists is added to, and undo gives it back', async () => {
    const notebook = await open('report.ipynb');
    const before = contents(notebook);
    const old = await textOf(beside(notebook, 'tools.py'));
    await screen.click('.codelens-decoration:has-text("makes gross") a', 'Extract...');
    await screen.click('.quick-input-list-row', 'Extract `gross` to a module...');
    await screen.see('.quick-input-widget', 'The name of the module');
    await screen.press('Control+A');
    await screen.type('tools');
    await screen.press('Enter');
    await screen.click('.quick-input-list-row', "The notebook's folder");
    await screen.see('.quick-input-widget', 'exists already');
    await screen.picture('module-exists');
    await screen.click('.quick-input-list-row', 'Add to it');
    await screen.click('.quick-input-list-row', 'tools.py');
    const added = await when('the module', [vscode.window.onDidChangeVisibleTextEditors], () =>
      vscode.window.visibleTextEditors.find((each) => each.document.uri.path.endsWith('tools.py')),
    );
    assert.match(added.document.getText(), /def once\(\):[^]*def \w*gross\w*\(/);
    await vscode.commands.executeCommand('undo');
    await when('the undo', [vscode.workspace.onDidChangeNotebookDocument], () => {
      return JSON.stringify(contents(notebook)) === JSON.stringify(before);
    });
    await when('the module as it was', [vscode.workspace.onDidSaveTextDocument], async () => (await textOf(beside(notebook, 'tools.py'))) === old);
  });

  test('all changes are shown first where that is asked for, and cancelled there', async () => {
    const notebook = await open('report.ipynb');
    const before = contents(notebook);
    await caretOn(notebook.cellAt(5), 'mean');
    const done = vscode.commands.executeCommand('notelift.extract');
    await screen.click('.quick-input-list-row', 'Extract `mean` to a module...');
    await screen.see('.quick-input-widget', 'The name of the module');
    await screen.press('Enter');
    await screen.click('.quick-input-list-row', "The notebook's folder");
    await screen.click('.quick-input-list-row', 'Show all changes first');
    await screen.see('.quick-input-widget', 'This is what the extraction changes');
    await screen.see('.multiDiffEntry', 'report.ipynb.py');
    await screen.picture('all-changes');
    await screen.click('.quick-input-list-row', 'Leave everything as it is');
    await done;
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.label));
    assert.deepEqual(tabs, ['report.ipynb']);
    assert.deepEqual(contents(notebook), before);
    assert.equal(await textOf(beside(notebook, 'mean.py')), undefined);
  });

  test('all changes are shown first, and made; what was extracted is verified by the button', async () => {
    const notebook = await open('report.ipynb');
    const { done } = await extract(notebook, 'mean');
    await screen.click('.quick-input-list-row', 'Show all changes first');
    await screen.see('.quick-input-widget', 'This is what the extraction changes');
    await screen.click('.quick-input-list-row', 'Extract');
    await done;
    assert.match((await textOf(beside(notebook, 'mean.py'))) ?? '', /def \w*mean\w*\(/);
    await notifications.told('one undo in the notebook takes all of it back');
    await notifications.answer('Verify');
    await notifications.told('Running the notebook and the module for `mean');
    await screen.seeInside('is the same from the notebook and from the module');
  });

  test('a notebook that changes while it is asked for is left alone', async () => {
    const notebook = await open('report.ipynb');
    const { done } = await extract(notebook, 'mean');
    await screen.see('.quick-input-widget', 'the module keeps');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(notebook.cellAt(5).document.uri, new vscode.Position(0, 0), '# more\n');
    assert.ok(await vscode.workspace.applyEdit(edit));
    const texts = () => notebook.getCells().map((cell) => cell.document.getText());
    const before = texts();
    await screen.click('.quick-input-list-row', 'mean.py');
    await done;
    await notifications.told('The notebook has changed in the meantime: try again');
    assert.deepEqual(texts(), before);
    assert.equal(await textOf(beside(notebook, 'mean.py')), undefined);
  });

  test('a module with changes that are not saved keeps them when an undo takes back what was added', async () => {
    const notebook = await open('report.ipynb');
    const before = contents(notebook);
    const tools = await vscode.workspace.openTextDocument(beside(notebook, 'tools.py'));
    const edit = new vscode.WorkspaceEdit();
    edit.insert(tools.uri, new vscode.Position(0, 0), '# mine\n');
    assert.ok(await vscode.workspace.applyEdit(edit));
    const mine = tools.getText();
    const { done } = await extract(notebook, 'mean', 'tools');
    await screen.click('.quick-input-list-row', 'Add to it');
    await screen.click('.quick-input-list-row', 'tools.py');
    await done;
    assert.match((await textOf(tools.uri)) ?? '', /^# mine[^]*def \w*mean\w*\(/);
    await vscode.commands.executeCommand('undo');
    await when('the undo', [vscode.workspace.onDidChangeNotebookDocument], () => {
      return JSON.stringify(contents(notebook)) === JSON.stringify(before);
    });
    await when('the module as it was', [vscode.workspace.onDidSaveTextDocument], async () => (await textOf(tools.uri)) === mine);
    assert.equal(tools.getText(), mine);
    await vscode.commands.executeCommand('redo');
    const both = /^# mine[^]*def \w*mean\w*\(/;
    await when('the redo', [vscode.workspace.onDidSaveTextDocument], async () => both.test((await textOf(tools.uri)) ?? ''));
  });

  test('two values of one module, one made from the other, are taken back and made again, on the disk too', async () => {
    const notebook = await open('report.ipynb');
    const module = beside(notebook, 'report.py');
    const now = async () => JSON.stringify([notebook.getCells().map((cell) => cell.document.getText()), await textOf(module)]);
    const events = [vscode.workspace.onDidSaveTextDocument, vscode.workspace.onDidChangeNotebookDocument] as vscode.Event<unknown>[];
    const files = [vscode.workspace.onDidCreateFiles, vscode.workspace.onDidDeleteFiles] as vscode.Event<unknown>[];
    const becomes = (what: string, state: string) => when(what, [...events, ...files], async () => (await now()) === state);
    const before = await now();
    const first = await extract(notebook, 'gross', 'report');
    await screen.click('.quick-input-list-row', 'report.py');
    await first.done;
    const one = await now();
    assert.match(one, /def compute_gross\(/);
    const second = await extract(notebook, 'mean', 'report');
    await screen.click('.quick-input-list-row', 'Add to it');
    await screen.click('.quick-input-list-row', 'report.py');
    await second.done;
    const both = await now();
    assert.match(both, /def compute_gross\([^]*def compute_mean\(/);
    await vscode.commands.executeCommand('undo');
    await becomes('the first value alone', one);
    await vscode.commands.executeCommand('redo');
    await becomes('both values again', both);
    await vscode.commands.executeCommand('undo');
    await becomes('the first value alone again', one);
    await vscode.commands.executeCommand('undo');
    await becomes('the notebook as it was, without a module', before);
    await vscode.commands.executeCommand('redo');
    await becomes('the first value again', one);
  });

  test('a name that cannot be extracted says why', async () => {
    const notebook = await open('report.ipynb');
    await caretOn(notebook.cellAt(1), 'json');
    await vscode.commands.executeCommand('notelift.extract');
    await notifications.told('Nothing here can be extracted');
  });

  test('the light bulb asks the same', async () => {
    const notebook = await open('report.ipynb');
    await screen.see('.statusbar-item', 'As after a restart');
    await choose(notebook.cellAt(5), 'mean', 'Extract `mean` to a module...', () => screen.picture('light-bulb'));
    await screen.see('.quick-input-widget', 'The name of the module');
    await screen.press('Escape');
  });

  test('a cell, as its menu hands it over, offers what it makes', async () => {
    const notebook = await open('report.ipynb');
    await screen.see('.statusbar-item', 'As after a restart');
    const done = vscode.commands.executeCommand('notelift.extract', notebook.cellAt(2));
    await screen.see('.quick-input-list-row', 'Extract `rate` to a module...');
    await screen.press('Escape');
    await done;
  });
});

/** Asks for a value to be extracted into a module of that name in the notebook's folder. */
async function extract(notebook: vscode.NotebookDocument, value: string, module = value): Promise<{ done: Thenable<unknown> }> {
  const cell = notebook.getCells().find((each) => new RegExp(`^${value} = `, 'm').test(each.document.getText()));
  assert.ok(cell, value);
  await caretOn(cell, value);
  const done = vscode.commands.executeCommand('notelift.extract');
  await screen.click('.quick-input-list-row', `Extract \`${value}\` to a module...`);
  await screen.see('.quick-input-widget', 'The name of the module');
  await screen.press('Control+A');
  await screen.type(module);
  await screen.press('Enter');
  await screen.click('.quick-input-list-row', "The notebook's folder");
  // In an object, so that nobody waits for it here.
  return { done };
}
