// The folders that a session opens: the notebooks of test/workspace, and what they need beside them.
import fs from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Makes a folder for each name in `root`, and returns what to open: the one folder, or a workspace of several. */
export async function makeWorkspace(root, names) {
  const folders = names.map((name) => path.join(root, name));
  for (const folder of folders) {
    await fs.cp(fileURLToPath(new URL('../workspace', import.meta.url)), folder, { recursive: true });
  }
  if (folders.length === 1) {
    return folders[0];
  }
  const file = path.join(root, 'several.code-workspace');
  await fs.writeFile(file, JSON.stringify({ folders: names.map((name) => ({ path: name })) }));
  return file;
}
