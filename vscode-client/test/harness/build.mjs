// Bundles the test extension (a kernel) and the tests.
import * as esbuild from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';

/** Returns the folder of the test extension and the file of the tests, both built into `out`. */
export async function buildTests(client, out) {
  const test = path.join(client, 'test');
  const extension = path.join(out, 'kernel');
  fs.rmSync(out, { recursive: true, force: true });
  fs.mkdirSync(extension, { recursive: true });
  for (const file of ['package.json', 'kernel.py']) {
    fs.copyFileSync(path.join(test, 'kernel', file), path.join(extension, file));
  }
  await esbuild.build({
    entryPoints: {
      'kernel/extension': path.join(test, 'kernel', 'extension.ts'),
      index: path.join(test, 'suite', 'index.ts'),
    },
    outdir: out,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    // Mocha is loaded from node_modules: it finds files of its own.
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return { extension, tests: path.join(out, 'index.js') };
}
