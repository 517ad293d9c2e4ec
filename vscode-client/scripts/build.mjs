// Bundles src/ into dist/: extension.js is the small gate that VS Code loads, protocolClient.js the library of the
// protocol, main.js all else; graph.js and graph.css are the page of the lineage graph. ThirdPartyNotices.txt has the
// licences of the libraries in them.
import * as esbuild from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { noticesOf } from './notices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: root,
  outdir: 'dist',
  bundle: true,
  minify: process.argv.includes('--minify'),
  sourcemap: process.argv.includes('--minify') ? false : 'linked',
  metafile: true,
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
};

if (process.argv.includes('--watch')) {
  for (const options of [extension, page]) {
    await (await esbuild.context(options)).watch();
  }
} else {
  const built = await Promise.all([extension, page].map((options) => esbuild.build(options)));
  const notices = noticesOf(path.resolve(root), built.map(({ metafile }) => metafile));
  fs.writeFileSync(`${root}/dist/ThirdPartyNotices.txt`, notices);
}
