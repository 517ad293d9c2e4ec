/** Private environments of several windows and versions: made by a real venv and pip, of a wheel that needs nothing. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { Environment } from '../../src/environment';

const PYTHON = process.env.E2E_PYTHON ?? 'python3';
const BASE = { path: PYTHON, version: [3, 10, 0], notelift: null, lacking: [] } as const;

/** Writes a wheel of a Notelift that has one module, which says its version. */
const WHEEL = `
import sys, zipfile
folder, version = sys.argv[1:]
info = f"notelift-{version}.dist-info"
files = {
    "notelift.py": f"version = '{version}'\\n",
    f"{info}/METADATA": f"Metadata-Version: 2.1\\nName: notelift\\nVersion: {version}\\n",
    f"{info}/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
}
with zipfile.ZipFile(f"{folder}/notelift-{version}-py3-none-any.whl", "w") as wheel:
    for name, text in files.items():
        wheel.writestr(name, text)
    wheel.writestr(f"{info}/RECORD", "".join(f"{name},,\\n" for name in [*files, f"{info}/RECORD"]))
`;

suite('private environments', () => {
  const log = vscode.window.createOutputChannel('Environments of tests', { log: true });
  const { token } = new vscode.CancellationTokenSource();
  let root: string;

  suiteSetup(async () => {
    root = await fs.mkdtemp(path.join(os.tmpdir(), 'notelift environments-'));
  });

  suiteTeardown(async () => {
    log.dispose();
    await fs.rm(root, { recursive: true, force: true });
  });

  /** The environment of an extension of that version; all versions have one storage. */
  async function environmentOf(version: string): Promise<Environment> {
    const extension = path.join(root, version);
    const bundled = path.join(extension, 'bundled');
    if (!existsSync(bundled)) {
      await fs.mkdir(bundled, { recursive: true });
      execFileSync(PYTHON, ['-c', WHEEL, bundled, version]);
    }
    const context = {
      asAbsolutePath: (name: string) => path.join(extension, name),
      globalStorageUri: vscode.Uri.file(path.join(root, 'storage')),
    };
    const environment = await Environment.of(context as vscode.ExtensionContext);
    assert.ok(environment);
    return environment;
  }

  /** What the Notelift in an environment says of its version. */
  const versionIn = (python: string) => execFileSync(python, ['-I', '-c', 'import notelift; print(notelift.version, end="")']).toString();

  /** The folder of the environment that a Python is of. */
  const folderOf = (python: string) => path.dirname(path.dirname(python));

  const folders = async () => (await fs.readdir(path.join(root, 'storage', 'server'))).toSorted();

  test('two windows make one at the same time: both are whole, and the one that nobody uses goes', async () => {
    const [first, second] = await Promise.all([environmentOf('1.0'), environmentOf('1.0')]);
    const [one, two] = await Promise.all([first, second].map((each) => each.install(BASE, log, token)));
    assert.ok(one !== undefined && two !== undefined);
    assert.notEqual(one, two);
    assert.deepEqual([versionIn(one), versionIn(two)], ['1.0', '1.0']);
    const mine = await first.python();
    const theirs = mine === one ? two : one;
    assert.ok(mine === one || mine === two);

    const window = spawn(PYTHON, ['-c', 'input()']);
    await fs.writeFile(path.join(folderOf(theirs), 'notelift-users', String(window.pid)), '');
    await first.use(mine);
    await first.removeUnused(log);
    assert.equal((await folders()).length, 2, 'another window uses it');

    window.stdin.end();
    await new Promise((resolve) => window.once('close', resolve));
    await first.removeUnused(log);
    assert.deepEqual(await folders(), [path.basename(folderOf(mine))]);
    assert.equal(versionIn(mine), '1.0');
  }).timeout(180_000);

  test('a new version makes its own, and the old one goes when that is used; one that is being made stays', async () => {
    const old = await (await environmentOf('1.0')).python();
    assert.ok(old);
    const begun = path.join(root, 'storage', 'server', 'abc-begun');
    await fs.mkdir(begun);
    const next = await environmentOf('2.0');
    assert.equal(await next.python(), undefined, 'the environment of another version is none');
    const python = await next.install(BASE, log, token);
    await next.removeUnused(log);
    assert.equal(versionIn(old), '1.0', 'the server of this window still runs from it');
    assert.equal(await next.python(), python);
    await next.use(python);
    await next.removeUnused(log);
    assert.deepEqual(await folders(), ['abc-begun', path.basename(folderOf(python))].toSorted());
    assert.equal(versionIn(python), '2.0');
  }).timeout(180_000);
});
