// Runs the tests in a real VS Code, headless, on the packaged extension.
//
//     npm test                       all sessions
//     npm test -- --session main     one of test/sessions.json
//     npm test -- --grep extract     tests by their names
//     npm test -- --pictures         and put the README's pictures into media/pictures
//
// NOTELIFT_PYTHON names a Python with Notelift; without it one is made in the cache. Pictures, logs and results go to
// NOTELIFT_ARTEFACTS, by default .cache/artefacts.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { startBridge } from './bridge.mjs';
import { buildTests } from './build.mjs';
import { CannotInstall, installTools } from './tools.mjs';
import { VsCode } from './vscode.mjs';
import { makeWorkspace } from './workspaces.mjs';

const CLIENT = fileURLToPath(new URL('../..', import.meta.url));
const CACHE = path.join(CLIENT, '.cache');
const ARTEFACTS = process.env.NOTELIFT_ARTEFACTS ?? path.join(CACHE, 'artefacts');
/** VS Code's own themes, by what sessions.json calls them. */
const THEMES = { dark: 'Dark Modern', light: 'Light Modern' };
/** A session that hangs is ended after that; no test waits for it. */
const LIMIT = 8 * 60_000;

const { values: asked } = parseArgs({
  options: { session: { type: 'string', multiple: true }, grep: { type: 'string' }, keep: { type: 'boolean' }, pictures: { type: 'boolean' } },
});
const { sessions } = JSON.parse(fs.readFileSync(new URL('../sessions.json', import.meta.url), 'utf8'));

const tools = toolsOrSkip();
const python = pythonWithNotelift();
const vsix = packageExtension();
const tests = await buildTests(CLIENT, path.join(CACHE, 'tests'));
let failed = 0;
for (const session of sessions) {
  if (asked.session === undefined || asked.session.includes(session.name)) {
    console.log(`\n== VS Code, session ${session.name}: ${session.what}`);
    failed += (await runSession(session)) === 0 ? 0 : 1;
  }
}
if (asked.pictures && failed === 0) {
  takePictures();
}
process.exit(failed === 0 ? 0 : 1);

/** The README shows what the tests saw. */
function takePictures() {
  const folder = path.join(CLIENT, 'media', 'pictures');
  fs.mkdirSync(folder, { recursive: true });
  for (const name of ['outdated', 'extract-summary', 'graph-outdated']) {
    fs.copyFileSync(path.join(ARTEFACTS, 'main', `${name}.png`), path.join(folder, `${name}.png`));
  }
}

/** Returns the exit code of the session's tests. */
async function runSession(session) {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), `notelift-vscode-${session.name}-`));
  const artefacts = path.join(ARTEFACTS, session.name);
  fs.rmSync(artefacts, { recursive: true, force: true });
  fs.mkdirSync(artefacts, { recursive: true });
  const workspace = await makeWorkspace(root, session.folders ?? ['workspace']);
  const vscode = new VsCode(tools, root);
  const suites = [session.suite, ...(session.afterReloads ?? [])];
  const bridge = await startBridge(() => vscode.page, artefacts, suites);
  let timer;
  try {
    vscode.installExtension(vsix);
    await vscode.start({
      trust: session.trust,
      settings: { 'workbench.colorTheme': THEMES[session.theme], ...filled(session.settings) },
      env: {
        E2E_BRIDGE: String(bridge.port),
        E2E_GREP: asked.grep ?? '',
        E2E_PYTHON: python,
        E2E_RESULTS: path.join(artefacts, 'results.json'),
      },
    });
    const extensions = ['kernel', ...(session.with ?? [])].map((name) => tests.extensions[name]);
    const code = await vscode.open(workspace, { tests: tests.tests, extensions, theme: session.theme });
    const tooLong = new Promise((resolve) => (timer = setTimeout(() => resolve('hangs'), LIMIT)));
    const ended = await Promise.race([code, tooLong]);
    if (ended !== 0) {
      console.error(`session ${session.name}: ${ended === 'hangs' ? 'it hung and was ended' : `exit code ${ended}`}`);
      await vscode.page.screenshot({ path: path.join(artefacts, 'at-the-end.png') });
    }
    return ended === 'hangs' ? 1 : ended;
  } finally {
    clearTimeout(timer);
    await vscode.stop();
    bridge.end();
    for (const log of ['server.log', 'window.log'].filter((name) => fs.existsSync(path.join(root, name)))) {
      fs.copyFileSync(path.join(root, log), path.join(artefacts, log));
    }
    if (!asked.keep) {
      fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    }
  }
}

function filled(settings) {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, value === '${python}' ? python : value]),
  );
}

/** A machine that cannot have the tools skips these tests and says so; in CI that is a failure. */
function toolsOrSkip() {
  try {
    return installTools();
  } catch (error) {
    if (!(error instanceof CannotInstall)) {
      throw error;
    }
    console.error(`SKIPPED: the tests in VS Code cannot run on this machine: ${error.message}`);
    process.exit(process.env.CI ? 1 : 0);
  }
}

function pythonWithNotelift() {
  if (process.env.NOTELIFT_PYTHON !== undefined) {
    return process.env.NOTELIFT_PYTHON;
  }
  const folder = path.join(CACHE, 'python');
  const python = path.join(folder, 'bin', 'python');
  if (!fs.existsSync(python)) {
    must('python3', ['-m', 'venv', folder]);
  }
  must(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--editable', `${path.dirname(CLIENT)}[verify]`]);
  return python;
}

function packageExtension() {
  must('npm', ['run', '--silent', 'package']);
  return path.join(CLIENT, 'dist', 'notelift.vsix');
}

function must(command, args) {
  const done = spawnSync(command, args, { cwd: CLIENT, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, NODE_NO_WARNINGS: '1' } });
  if (done.status !== 0) {
    console.error(`${command} ${args.join(' ')} ended with ${done.status ?? done.error}`);
    process.exit(1);
  }
}
