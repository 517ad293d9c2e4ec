/** Pythons that are of no use, or stop being so: each is said in a message with what mends it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { choose } from './support/lightBulb';
import { beside, caretOn, contents, open, textOf } from './support/notebooks';
import * as notifications from './support/notifications';
import * as screen from './support/screen';
import { when } from './support/waiting';

/** What a Python says of itself. */
interface Said {
  readonly version: readonly [number, number, number];
  readonly notelift: string | null;
  readonly lacking: readonly string[];
}

const { version } = vscode.extensions.getExtension<unknown>('notelift.notelift')?.packageJSON as { version: string };
const GOOD: Said = { version: [3, 11, 2], notelift: version, lacking: [] };

/** Where the Pythons of the tests are: the path has a blank and a letter that is not ASCII. */
function folder(): string {
  const [workspace] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(workspace);
  return path.join(workspace.uri.fsPath, 'Pythöns of tests');
}

/** Makes the setting name a shell script that answers as a Python does, and does `otherwise` for all else. */
async function usePython(name: string, said: Said | undefined, otherwise: string): Promise<void> {
  const file = path.join(folder(), name);
  const answer = said === undefined ? '' : `if [ "$2" = -c ]; then echo '${JSON.stringify({ path: file, ...said })}'; exit; fi\n`;
  await fs.mkdir(folder(), { recursive: true });
  await fs.writeFile(file, `#!/bin/sh\n${answer}${otherwise}\n`, { mode: 0o755 });
  await vscode.workspace.getConfiguration('notelift').update('interpreter', file, vscode.ConfigurationTarget.Global);
}

suite('a Python', () => {
  let before: string | undefined;

  suiteSetup(() => {
    before = vscode.workspace.getConfiguration('notelift').inspect<string>('interpreter')?.globalValue;
  });

  suiteTeardown(() => vscode.workspace.getConfiguration('notelift').update('interpreter', before, vscode.ConfigurationTarget.Global));

  setup(() => open('live.ipynb'));

  test('that is too old', async () => {
    await usePython('old', { ...GOOD, version: [3, 9, 18] }, 'exit 1');
    await notifications.told('is Python 3.9.18, and Notelift needs 3.10 or newer');
    await screen.see('.statusbar-item', 'Notelift has no server');
    await notifications.answer('Select Interpreter...');
    await screen.see('.quick-input-widget', 'The Python that runs Notelift');
    await screen.press('Escape');
  });

  test('that is none', async () => {
    await usePython('none', undefined, 'echo hello');
    await notifications.told('is not a Python: it answered something else');
  });

  test('that lacks packages of the server makes an environment; where pip fails, its error is told and nothing stays', async () => {
    const made = path.join(folder(), 'made');
    // In place of `python -m venv FOLDER`: an environment whose pip has no network.
    const pip = '#!/bin/sh\\necho "Looking in indexes"\\necho "ERROR: No matching distribution found for libcst" >&2\\necho bye\\nexit 1\\n';
    await usePython(
      'lacking',
      { ...GOOD, lacking: ['pygls'] },
      `mkdir -p "$4/bin"; printf '${pip}' > "$4/bin/python"; chmod +x "$4/bin/python"; printf '%s' "$4" > '${made}'`,
    );
    await notifications.told("Notelift's server is not installed yet");
    await notifications.answer('Install');
    await notifications.told('could not be installed: No matching distribution found for libcst. pip has to reach a package index');
    await screen.picture('pip-failed');
    const environment = await textOf(vscode.Uri.file(made));
    assert.ok(environment);
    await assert.rejects(fs.stat(environment), 'the half-made environment is gone');
  });

  test('that needs a package of the system to make an environment says which', async () => {
    const said = 'The virtual environment was not created successfully because ensurepip is not\navailable.\n\n    apt install python3.11-venv\n\nFailing command: /x/bin/python3';
    await usePython('without-venv', { ...GOOD, lacking: ['pygls'] }, `echo '${said}'; exit 1`);
    await notifications.told("Notelift's server is not installed yet");
    await notifications.answer('Install');
    await notifications.told('this Python makes no environments without a package of the system: apt install python3.11-venv');
  });

  test('that is set in the workspace too is taken away from both', async () => {
    const settings = () => vscode.workspace.getConfiguration('notelift');
    await settings().update('interpreter', '/nowhere/of/workspace', vscode.ConfigurationTarget.Workspace);
    await notifications.told('/nowhere/of/workspace cannot be run');
    const done = vscode.commands.executeCommand('notelift.selectInterpreter');
    await screen.click('.quick-input-list-row', 'Use the one of the Python extension, or python3');
    await done;
    const set = settings().inspect<string>('interpreter');
    assert.deepEqual([set?.workspaceValue, set?.globalValue], [undefined, undefined]);
  });

  test('whose server runs keeps it where another cannot be installed', async () => {
    const python = process.env.E2E_PYTHON ?? 'python3';
    await usePython('kept', undefined, `if [ "$3" = venv ]; then echo 'ERROR: no space'; exit 1; fi\nexec '${python}' "$@"`);
    await screen.see('.statusbar-item', 'No cell has run');
    await vscode.commands.executeCommand('notelift.installServer');
    await notifications.told("Notelift's server could not be installed: no space");
    await screen.see('.statusbar-item', 'No cell has run');
    await screen.gone('.statusbar-item', 'Notelift has no server');
  });

  test('that makes an environment has pip go through the proxy of VS Code', async () => {
    const asked: string[] = [];
    const proxy = createServer().on('connect', ({ url }, socket) => {
      asked.push(url ?? '');
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      arrived.fire(undefined);
    });
    const arrived = new vscode.EventEmitter<undefined>();
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const network = vscode.workspace.getConfiguration('http');
    const index = process.env.PIP_INDEX_URL;
    try {
      const { port } = proxy.address() as AddressInfo;
      await network.update('proxy', `http://127.0.0.1:${port}`, vscode.ConfigurationTarget.Global);
      process.env.PIP_INDEX_URL = 'https://pypi.org/simple';
      await usePython('behind-proxy', { ...GOOD, lacking: ['pygls'] }, `exec '${process.env.E2E_PYTHON ?? 'python3'}' "$@"`);
      await notifications.told("Notelift's server is not installed yet");
      await notifications.answer('Install');
      await when('pip at the proxy', [arrived.event], () => asked.includes('pypi.org:443'));
      await notifications.told("Installing Notelift's server");
      await notifications.answer('Cancel');
      await notifications.told("Notelift's server was not installed: you cancelled it");
    } finally {
      if (index === undefined) {
        delete process.env.PIP_INDEX_URL;
      } else {
        process.env.PIP_INDEX_URL = index;
      }
      await network.update('proxy', undefined, vscode.ConfigurationTarget.Global);
      proxy.close();
    }
  });

  test('whose server ends at once', async () => {
    await usePython('ending', GOOD, 'echo "ImportError: no such thing" >&2; exit 3');
    await notifications.told("Notelift's server did not start: ImportError: no such thing");
    await screen.see('.statusbar-item', 'Notelift has no server');
    await screen.picture('ends-at-once');
  });

  test('whose server says nothing gives way to the next one', async () => {
    await usePython('silent', GOOD, 'exec cat > /dev/null');
    await notifications.told("Notelift's server did not start");
    await usePython('refusing', GOOD, 'echo "ImportError: nor this" >&2; exit 3');
    await notifications.told("Notelift's server did not start: ImportError: nor this");
  });

  test('whose server ends again and again is started three times, and then by a button', async () => {
    const running = vscode.Uri.file(path.join(folder(), 'running'));
    const python = process.env.E2E_PYTHON ?? 'python3';
    await usePython('dying', undefined, `if [ "$2" != -c ]; then echo $$ > '${running.fsPath}'; fi\nexec '${python}' "$@"`);
    await screen.see('.statusbar-item', 'No cell has run');
    for (let time = 1; time <= 4; time++) {
      process.kill(Number(await textOf(running)), 'SIGKILL');
      if (time < 4) {
        await screen.see('.statusbar-item', 'Notelift starts');
        await screen.see('.statusbar-item', 'No cell has run');
      }
    }
    await notifications.told("Notelift's server ended four times in three minutes");
    await screen.see('.statusbar-item', 'Notelift has no server');
    await notifications.answer('Try Again');
    await screen.see('.statusbar-item', 'No cell has run');
  });

  test('that has no ruff extracts nothing, and each way of asking says why', async () => {
    const python = environmentWithoutRuff(path.join(folder(), 'no ruff'));
    await usePython('no-ruff', undefined, `PATH= exec '${python}' "$@"`);
    const notebook = await open('report.ipynb');
    await screen.see('.statusbar-item', 'As after a restart');
    const before = contents(notebook);
    const why = 'ruff, which formats the module, is not installed: pip install ruff';
    await choose(notebook.cellAt(5), 'mean', 'Extract `mean` to a module...');
    await notifications.told(why);
    await screen.picture('no-ruff');
    await notifications.clear();
    await caretOn(notebook.cellAt(5), 'mean');
    const done = vscode.commands.executeCommand('notelift.extract');
    await screen.click('.quick-input-list-row', 'Extract `mean` to a module...');
    await done;
    await notifications.told(why);
    assert.deepEqual(contents(notebook), before);
    assert.equal(await textOf(beside(notebook, 'mean.py')), undefined);
  });
});

/** Makes an environment with all that the tests' Python has but programs, and returns its Python. */
function environmentWithoutRuff(made: string): string {
  const base = process.env.E2E_PYTHON ?? 'python3';
  execFileSync(base, ['-m', 'venv', '--without-pip', made]);
  const python = path.join(made, 'bin', 'python');
  const purelib = (of: string) => execFileSync(of, ['-c', "import sysconfig; print(sysconfig.get_path('purelib'), end='')"]).toString();
  writeFileSync(path.join(purelib(python), 'base.pth'), `import site; site.addsitedir(${JSON.stringify(purelib(base))})\n`);
  return python;
}
