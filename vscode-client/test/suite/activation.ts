/** What the extension costs, as VS Code itself measures it: the numbers of *Developer: Startup Performance*. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { open } from './support/notebooks';
import * as screen from './support/screen';
import { when } from './support/waiting';

/** What a notebook may wait for the extension, in milliseconds, apart from the server. */
const BUDGET = 100;

suite('activation', () => {
  test('takes less than 100 ms of the extension host', async () => {
    await open('live.ipynb');
    await screen.see('.statusbar-item', 'No cell has run');
    const times = await activationTimes('notelift.notelift');
    console.log(`      loading ${times.load} ms, activate ${times.call} ms, its promise ${times.resolve} ms, by ${times.event}`);
    assert.equal(times.event, 'onNotebook:jupyter-notebook');
    assert.ok(times.load + times.call + times.resolve < BUDGET, JSON.stringify(times));
  });
});

interface Times {
  readonly load: number;
  readonly call: number;
  readonly resolve: number;
  readonly event: string;
}

/** Reads the row of an extension in VS Code's report: its name, whether at the start, three times, the event. */
async function activationTimes(extension: string): Promise<Times> {
  await vscode.commands.executeCommand('perfview.show');
  return when('the report', [vscode.workspace.onDidOpenTextDocument, vscode.workspace.onDidChangeTextDocument], () => {
    const report = vscode.workspace.textDocuments.find((each) => each.uri.scheme === 'perf')?.getText() ?? '';
    const row = report.split('\n').find((line) => line.startsWith(`| ${extension} `));
    const [, , , load, call, resolve, event] = row?.split('|').map((each) => each.trim()) ?? [];
    return event === undefined ? undefined : { load: Number(load), call: Number(call), resolve: Number(resolve), event };
  });
}
