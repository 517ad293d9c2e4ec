/** A window that was reloaded, after afterReload.ts left nothing open in it but the graph. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import * as screen from './support/screen';
import { when } from './support/waiting';

suite('after the window is reloaded with the graph alone', () => {
  const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs).map((tab) => tab.label);

  test('the graph is drawn, with its selection and its slice', async () => {
    await screen.seeElementInside('.value.selected .name', 'total');
    await screen.seeElementInside('.value.from .name', 'prices');
    assert.deepEqual(tabs(), ['Lineage of live.ipynb']);
    await screen.pictures('reloaded-graph-alone');
  });

  test('it works on when the server was started again', async () => {
    await vscode.commands.executeCommand('notelift.restart');
    await screen.clickInside('.value .name', 'prices');
    await screen.seeElementInside('.value.selected .name', 'prices');
    await screen.seeElementInside('#status', 'prices: made from nothing else, used by 3');
  });

  test('its notebook is opened beside it, and it keeps the focus until Enter goes to the code', async () => {
    const beside = () => vscode.window.tabGroups.all.find((group) => group.viewColumn === vscode.ViewColumn.Two);
    await when('the notebook', [vscode.window.tabGroups.onDidChangeTabs], () => beside()?.tabs[0]?.label === 'live.ipynb');
    assert.equal(vscode.window.tabGroups.activeTabGroup.activeTab?.label, 'Lineage of live.ipynb');
    await screen.seeElementInside('main:has(#message:empty)');
    await screen.picture('graph-opened-notebook');
    await screen.press('Enter');
    const editor = await when('the cell', [vscode.window.onDidChangeActiveTextEditor], () => {
      const active = vscode.window.activeTextEditor;
      return active?.document.uri.scheme === 'vscode-notebook-cell' ? active : undefined;
    });
    assert.match(editor.document.getText(), /^prices = /);
    assert.deepEqual(tabs(), ['Lineage of live.ipynb', 'live.ipynb']);
  });
});
