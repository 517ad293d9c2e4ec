// Bundles src/ into dist/: extension.js is the small gate that VS Code loads, protocolClient.js the library of the
// protocol, main.js all else; graph.js and graph.css are the page of the lineage graph.
import * as esbuild from 'esbuild';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: root,
  outdir: 'dist',
  bundle: true,
  minify: process.argv.includes('--minify'),
  sourcemap: process.argv.includes('--minify') ? false : 'linked',
  logLevel: 'warning',
};

/** @type {esbuild.BuildOptions} */
const extension = {
  ...common,
  entryPoints: { extension: 'src/extension.ts', main: 'src/main.ts', protocolClient: 'src/protocolClient.ts' },
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // These stay a require of a file in dist/: what loads them late must not contain them.
  external: ['vscode', './main', './protocolClient'],
  // An import() in a CommonJS module is a require that is late.
  supported: { 'dynamic-import': false },
};

/** @type {esbuild.BuildOptions} */
const page = {
  ...common,
  entryPoints: [
    { in: 'src/graph/page/main.ts', out: 'graph' },
    { in: 'src/graph/page/page.css', out: 'graph' },
  ],
  platform: 'browser',
  format: 'iife',
  // The Chromium of the oldest VS Code that the extension runs in.
  target: 'chrome128',
  banner: { js: `/*!\n@dagrejs/dagre\n\n${fs.readFileSync(`${root}/node_modules/@dagrejs/dagre/LICENSE`, 'utf8')}*/` },
};

for (const options of [extension, page]) {
  if (process.argv.includes('--watch')) {
    await (await esbuild.context(options)).watch();
  } else {
    await esbuild.build(options);
  }
}
