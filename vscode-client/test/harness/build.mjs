// Bundles the extensions of the tests (a kernel, and what stands for the Python extension) and the tests.
import * as esbuild from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';

/** Returns the folders of the extensions by their names and the file of the tests, all built into `out`. */
export async function buildTests(client, out) {
  const test = path.join(client, 'test');
  const extensions = { kernel: path.join(out, 'kernel'), python: path.join(out, 'python') };
  fs.rmSync(out, { recursive: true, force: true });
  for (const file of ['kernel/package.json', 'kernel/kernel.py', 'python/package.json']) {
    fs.mkdirSync(path.dirname(path.join(out, file)), { recursive: true });
    fs.copyFileSync(path.join(test, file), path.join(out, file));
  }
  await esbuild.build({
    entryPoints: {
      'kernel/extension': path.join(test, 'kernel', 'extension.ts'),
      'python/extension': path.join(test, 'python', 'extension.ts'),
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
  return { extensions, tests: path.join(out, 'index.js') };
}
