/** What the extension costs, as VS Code itself measures it: the numbers of *Developer: Startup Performance*. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
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

suite('the installed extension', () => {
  const folder = vscode.extensions.getExtension('notelift.notelift')?.extensionPath ?? '';

  test('has the licences of the libraries in it', () => {
    const notices = fs.readFileSync(path.join(folder, 'dist', 'ThirdPartyNotices.txt'), 'utf8');
    const titles = [...notices.matchAll(/^={80}\n(\S+) \d[\d.]* \((.+)\)\n={80}\n\n(.+)/gm)];
    const names = titles.map(([, name]) => name);
    // What the extension and its page import, and what is in the files of these.
    for (const name of ['vscode-languageclient', 'vscode-jsonrpc', 'semver', '@dagrejs/dagre', '@dagrejs/graphlib']) {
      assert.ok(names.includes(name), `${name} is not in ${names.join(', ')}`);
    }
    assert.equal(titles.length, notices.split(`${'='.repeat(80)}\n\n`).length - 1, 'each has a text');
  });

  test('has nothing that is not needed, and less than 15 MB', () => {
    const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    const names = files.map((each) => path.relative(folder, path.join(each.parentPath, each.name)));
    const needed =
      /^(?:package(?:\.nls)?\.json|readme\.md|changelog\.md|license\.txt|\.vsixmanifest|l10n\/bundle\.l10n\.json|dist\/(?:extension|main|protocolClient|graph)\.js|dist\/graph\.css|dist\/ThirdPartyNotices\.txt|media\/.+\.(?:png|svg|md)|bundled\/notelift-[^/]+\.whl)$/i;
    assert.deepEqual(names.filter((name) => !needed.test(name)), []);
    const bytes = names.reduce((sum, name) => sum + fs.statSync(path.join(folder, name)).size, 0);
    console.log(`      ${names.length} files, ${(bytes / 1e6).toFixed(1)} MB`);
    assert.ok(bytes < 15e6, `${bytes} bytes`);
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
