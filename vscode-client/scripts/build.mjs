// Bundles src/ into dist/: extension.js is the small gate that VS Code loads, main.js all else.
import * as esbuild from 'esbuild';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @type {esbuild.BuildOptions} */
const options = {
  absWorkingDir: root,
  entryPoints: { extension: 'src/extension.ts', main: 'src/main.ts' },
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // `./main` stays a require of dist/main.js: the gate must not contain it.
  external: ['vscode', './main'],
  // An import() in a CommonJS module is a require that is late.
  supported: { 'dynamic-import': false },
  minify: process.argv.includes('--minify'),
  sourcemap: process.argv.includes('--minify') ? false : 'linked',
  logLevel: 'warning',
};

if (process.argv.includes('--watch')) {
  await (await esbuild.context(options)).watch();
} else {
  await esbuild.build(options);
}
