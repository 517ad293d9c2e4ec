/** The entry that VS Code calls in its extension host: it runs a session's tests with mocha. */
import * as fs from 'node:fs';
import Mocha from 'mocha';
import * as vscode from 'vscode';
import { closeAll } from './support/notebooks';
import { clear } from './support/notifications';
import { nextSuite, picture, suiteToRun } from './support/screen';

const SUITES: Record<string, () => Promise<unknown>> = {
  main: () => import('./main'),
  multiroot: () => import('./multiroot'),
  trust: () => import('./trust'),
  activation: () => import('./activation'),
  plainPython: () => import('./plainPython'),
  pythonExtension: () => import('./pythonExtension'),
  noPython: () => import('./noPython'),
  firstUse: () => import('./firstUse'),
  beforeReload: () => import('./beforeReload'),
  afterReload: () => import('./afterReload'),
  graphAlone: () => import('./graphAlone'),
};

/** Suites whose tests look at one window, one after the other, and leave it as it is. */
const KEEPING = new Set(['beforeReload', 'afterReload', 'graphAlone']);

interface Result {
  readonly title: string;
  readonly error: string | null;
  readonly milliseconds: number;
}

/** Runs the tests of the session in this window. Throws when one fails, or when none is there to run. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'tdd', timeout: 90_000, slow: 10_000, color: false });
  if (process.env.E2E_GREP) {
    mocha.grep(process.env.E2E_GREP);
  }
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  const name = await suiteToRun();
  const load = SUITES[name];
  if (load === undefined) {
    throw new Error(`there is no suite ${name}`);
  }
  await load();
  // What the window looks like when a test fails is an artefact.
  mocha.suite.afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      await picture(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-')}`);
    }
    if (!KEEPING.has(name)) {
      await closeAll();
      await clear();
    }
  });
  const results: Result[] = [];
  const failures = await new Promise<number>((resolve) => {
    mocha
      .run(resolve)
      .on('pass', (test) => results.push({ title: test.fullTitle(), error: null, milliseconds: test.duration ?? 0 }))
      .on('fail', (test, error: Error) =>
        results.push({ title: test.fullTitle(), error: error.stack ?? String(error), milliseconds: 0 }),
      );
  });
  if (process.env.E2E_RESULTS !== undefined) {
    keep(process.env.E2E_RESULTS, results);
  }
  if (failures > 0 || (results.length === 0 && !process.env.E2E_GREP)) {
    throw new Error(results.length === 0 ? 'no test ran' : `${failures} of ${results.length} tests failed`);
  }
  if ((await nextSuite()) !== null) {
    await reloaded();
  }
}

/** Adds the results to those of the window before it was reloaded. */
function keep(file: string, results: Result[]): void {
  const before = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as Result[]) : [];
  fs.writeFileSync(file, JSON.stringify([...before, ...results], null, 2));
}

/** Reloads the window by the user's command; this extension host ends with it, and the next suite runs in another. */
async function reloaded(): Promise<never> {
  await vscode.commands.executeCommand('workbench.action.reloadWindow');
  return new Promise(() => {});
}
