import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { beside, caretOn, fresh, open, replaceText, show, textOf } from './support/notebooks';
import * as screen from './support/screen';
import { when } from './support/waiting';

/** Resolves when the page has drawn a value, and it is what a class says. */
const seeValue = (name: string, is = '') => screen.seeElementInside(`.value${is} .name`, name);

async function showGraphOf(cell: vscode.NotebookCell, name: string): Promise<void> {
  await caretOn(cell, name);
  await vscode.commands.executeCommand('notelift.showGraph');
  await seeValue(name, '.selected');
}

/** A notebook of an analysis that went on for long: tables that are loaded, cleaned, joined and drawn. */
async function openLarge(): Promise<vscode.NotebookDocument> {
  const sources = ['import pandas as pd\nimport matplotlib.pyplot as plt'];
  for (let part = 0; sources.length < 200; part++) {
    const before = part === 0 ? '' : `part_${part - 1}`;
    sources.push(
      `orders_${part} = pd.read_csv("orders_${part}.csv")\nlimit_${part} = ${part + 1}`,
      `orders_${part}["total"] = orders_${part}["price"] * orders_${part}["count"]`,
      `orders_${part} = orders_${part}.dropna()`,
      `big_${part} = orders_${part}[orders_${part}["total"] > limit_${part}]`,
      `print(len(big_${part}))`,
      `by_day_${part} = big_${part}.groupby("day").sum()`,
      `plt.plot(by_day_${part}["total"])`,
      part === 0 ? `part_${part} = by_day_${part}["total"].mean()` : `part_${part} = by_day_${part}["total"].mean() + ${before}`,
      `print(part_${part})`,
      `share_${part} = part_${part} / len(orders_${part})`,
    );
  }
  const cells = sources.slice(0, 200).map((source, index) => {
    return { cell_type: 'code', id: `cell${index}`, metadata: {}, execution_count: null, outputs: [], source };
  });
  const file = vscode.Uri.joinPath(await fresh('report.ipynb'), '..', 'large.ipynb');
  const text = JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
  const notebook = await vscode.workspace.openNotebookDocument(file);
  await show(notebook);
  return notebook;
}

suite('the lineage graph', () => {
  const settings = () => vscode.workspace.getConfiguration('workbench');

  teardown(async () => {
    await settings().update('colorTheme', undefined, vscode.ConfigurationTarget.Workspace);
  });

  test('opens from the menu of a name, with the value selected and its slice marked', async () => {
    const notebook = await open('report.ipynb');
    await screen.see('.statusbar-item', 'As after a restart');
    await caretOn(notebook.cellAt(4), 'gross');
    await screen.click('.view-line span > span', 'gross', { button: 'right' });
    // A menu takes no clicks in its first moments; keys it takes at once.
    await screen.hover('.monaco-menu .action-item', 'Show Lineage Graph');
    await screen.press('Enter');
    await seeValue('gross', '.selected');
    await screen.pictures('graph');
    assert.deepEqual(await screen.textsInside('.value.from .name'), ['prices', 'rate']);
    assert.deepEqual(await screen.textsInside('.value.to .name'), ['mean', 'print(round(mean, 2))']);
    assert.deepEqual(await screen.textsInside('.value.faint .name'), ['import json, statistics', 'print(len(prices))']);
    const [said = ''] = await screen.textsInside('#status');
    assert.equal(said, 'gross: made from 2, used by 2');
  });

  test('a click selects and shows the code, Enter goes there, arrows and Escape do what they say', async () => {
    const notebook = await open('report.ipynb');
    await showGraphOf(notebook.cellAt(5), 'mean');
    await screen.clickInside('.value .name', 'gross');
    await seeValue('gross', '.selected');
    const [editor] = vscode.window.visibleNotebookEditors;
    await when('the cell of `gross`', [vscode.window.onDidChangeNotebookEditorSelection], () => editor?.selection.start === 4);
    assert.equal(vscode.window.tabGroups.activeTabGroup.activeTab?.label, 'Lineage of report.ipynb', 'the focus stays in the graph');
    await screen.press('ArrowUp');
    await screen.press('Space');
    await screen.seeElementInside('.value.selected:focus .name');
    const [above = ''] = await screen.textsInside('.value.selected .name');
    assert.ok(['prices', 'rate'].includes(above), above);
    await screen.press('+');
    await screen.seeElementInside('#zoomReset', '125 %');
    await screen.press('0');
    await screen.seeElementInside('#zoomReset', '100 %');
    await screen.press('Escape');
    await screen.seeElementInside('#status', 'Nothing is selected');
    assert.deepEqual(await screen.textsInside('#graph :is(.selected, .from, .to, .faint)'), []);
    await screen.press('Enter');
    await when('the editor of the cell', [vscode.window.onDidChangeActiveTextEditor], () => {
      return vscode.window.activeTextEditor?.document === notebook.cellAt(2).document;
    });
    assert.equal(vscode.window.tabGroups.all.flatMap((group) => group.tabs).length, 2, 'no second editor of the notebook');
  });

  test('goes to the cells of a notebook that was never saved, and closes with it', async () => {
    const cells = ['a = 1', 'b = a'].map((text) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'python'));
    const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData(cells));
    await show(notebook);
    await vscode.commands.executeCommand('notelift.showGraph');
    await screen.clickInside('.value .name', 'b');
    await seeValue('b', '.selected');
    await screen.press('Enter');
    await when('the editor of the cell', [vscode.window.onDidChangeActiveTextEditor], () => {
      return vscode.window.activeTextEditor?.document === notebook.cellAt(1).document;
    });
    const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    assert.equal(tabs().length, 2, 'the cell is shown in its notebook');
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await when('the graph closed with its notebook', [vscode.window.tabGroups.onDidChangeTabs], () => tabs().length === 0);
  });

  test('follows the notebook: what is made anew, what is outdated, and the selection stays', async () => {
    const notebook = await open('outdated.ipynb');
    await showGraphOf(notebook.cellAt(2), 'gross');
    await replaceText(notebook.cellAt(4), 'doubled = [each * 2 for each in gross]');
    await seeValue('doubled', '.to');
    await seeValue('gross', '.selected');
    await vscode.commands.executeCommand('notebook.cell.execute', { ranges: [{ start: 0, end: 3 }], document: notebook.uri });
    await replaceText(notebook.cellAt(0), 'rate = 3');
    await screen.seeElementInside('.cell.edited .badge', 'edited');
    await screen.seeElementInside('.cell.outdated .badge', 'outdated');
    await seeValue('gross', '.selected.differs');
    await vscode.commands.executeCommand('notelift.showStatus');
    await screen.see('.pane-body .monaco-list-row', 'differs from a restart');
    await screen.picture('graph-outdated');
    await vscode.commands.executeCommand('workbench.action.webview.reloadWebviewAction');
    await seeValue('gross', '.selected');
  });

  test('is exported as Mermaid and as SVG', async () => {
    const notebook = await open('report.ipynb');
    await showGraphOf(notebook.cellAt(5), 'mean');
    for (const [form, name] of [['Mermaid file...', 'report-lineage.mmd'], ['SVG file...', 'report-lineage.svg']] as const) {
      const done = vscode.commands.executeCommand('notelift.exportGraph');
      await screen.click('.quick-input-list-row', form);
      await screen.see('.quick-input-widget', 'Export the lineage graph');
      await screen.picture(`graph-export-${name.slice(-3)}`);
      await screen.press('Enter');
      await done;
      // The dialog gives the focus back as it closes: a list that opens before that would lose it, and close.
      await screen.gone('.quick-input-widget');
      assert.ok(await textOf(beside(notebook, name)), name);
    }
    const mermaid = (await textOf(beside(notebook, 'report-lineage.mmd'))) ?? '';
    assert.match(mermaid, /^flowchart TD\n/);
    assert.match(mermaid, /^ {4}c2_prices --> c4_gross$/m);
    assert.match(mermaid, /^ {4}class c1_imports,c2_prices,c2_rate,c4_gross,c5_mean slice$/m);
    const svg = (await textOf(beside(notebook, 'report-lineage.svg'))) ?? '';
    assert.match(svg, /^<svg xmlns=/);
    assert.match(svg, />mean<\/text>/);
    assert.doesNotMatch(svg, /var\(|data-id/);
  });

  test('is readable with two hundred cells, in each kind of theme', async () => {
    const notebook = await openLarge();
    await vscode.commands.executeCommand('notelift.showGraph');
    await screen.seeElementInside('.cell .summary', 'orders_0');
    assert.equal((await screen.textsInside('.cell .label')).length, 200);
    assert.deepEqual(await screen.textsInside('.value .name'), [], 'cells hide their values');
    await screen.picture('graph-large');
    await screen.clickInside('#find');
    await screen.type('share_3');
    await screen.seeElementInside('#status', '1 found');
    await screen.press('Enter');
    await screen.seeElementInside('#status', 'share_3');
    await screen.picture('graph-large-found');
    await vscode.commands.executeCommand('workbench.action.focusFirstEditorGroup');
    await caretOn(notebook.cellAt(40), 'share_3');
    await vscode.commands.executeCommand('notelift.showGraph');
    await seeValue('share_3', '.selected');
    await seeValue('by_day_0', '.from');
    await screen.clickInside('#onlySlice');
    await screen.seeElementInside('#onlySlice:checked');
    assert.ok((await screen.textsInside('.cell .label')).length < 40, 'only what has to do with it');
    for (const [theme, name] of [['Dark Modern', 'dark'], ['Light Modern', 'light'], ['Default High Contrast', 'contrast']] as const) {
      await settings().update('colorTheme', theme, vscode.ConfigurationTarget.Workspace);
      await screen.seeElementInside(name === 'contrast' ? 'body.vscode-high-contrast' : `body.vscode-${name}`);
      await screen.picture(`graph-slice-${name}`);
    }
  });

  test('opens from the values, and a script has one too', async () => {
    const notebook = await open('saved.ipynb');
    await vscode.commands.executeCommand('notelift.showStatus');
    await screen.hover('.pane-body .monaco-list-row', 'total');
    await screen.click('.pane-body .monaco-list-row .action-label[aria-label="Show Lineage Graph"]');
    await seeValue('total', '.selected');
    const script = await vscode.workspace.openTextDocument(beside(notebook, 'script.py'));
    const editor = await vscode.window.showTextDocument(script);
    const place = script.positionAt(script.getText().indexOf('area'));
    editor.selection = new vscode.Selection(place, place);
    await vscode.commands.executeCommand('notelift.showGraph');
    await seeValue('area', '.selected');
    await screen.picture('graph-script');
  });
});
