/** The entry that VS Code calls in its extension host: it runs a session's tests with mocha. */
import * as fs from 'node:fs';
import Mocha from 'mocha';
import { closeAll } from './support/notebooks';
import { clear } from './support/notifications';
import { picture } from './support/screen';

const SUITES: Record<string, () => Promise<unknown>> = {
  main: () => import('./main'),
  multiroot: () => import('./multiroot'),
  trust: () => import('./trust'),
  activation: () => import('./activation'),
  plainPython: () => import('./plainPython'),
  noPython: () => import('./noPython'),
  firstUse: () => import('./firstUse'),
};

/** Runs the tests of the session. Throws when one fails, or when none is there to run. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'tdd', timeout: 90_000, slow: 10_000, color: false });
  if (process.env.E2E_GREP) {
    mocha.grep(process.env.E2E_GREP);
  }
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  const load = SUITES[process.env.E2E_SUITE ?? ''];
  if (load === undefined) {
    throw new Error(`there are no tests for the session ${process.env.E2E_SUITE ?? '(none)'}`);
  }
  await load();
  // What the window looks like when a test fails is an artefact.
  mocha.suite.afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      await picture(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-')}`);
    }
    await closeAll();
    await clear();
  });
  const results: { title: string; error: string | null; milliseconds: number }[] = [];
  const failures = await new Promise<number>((resolve) => {
    mocha
      .run(resolve)
      .on('pass', (test) => results.push({ title: test.fullTitle(), error: null, milliseconds: test.duration ?? 0 }))
      .on('fail', (test, error: Error) =>
        results.push({ title: test.fullTitle(), error: error.stack ?? String(error), milliseconds: 0 }),
      );
  });
  if (process.env.E2E_RESULTS !== undefined) {
    fs.writeFileSync(process.env.E2E_RESULTS, JSON.stringify(results, null, 2));
  }
  if (failures > 0 || (results.length === 0 && !process.env.E2E_GREP)) {
    throw new Error(results.length === 0 ? 'no test ran' : `${failures} of ${results.length} tests failed`);
  }
}
