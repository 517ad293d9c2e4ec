// The folder that a session opens: the notebooks of test/workspace, and what they need beside them.
import fs from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Makes the folder. */
export async function makeWorkspace(folder) {
  await fs.cp(fileURLToPath(new URL('../workspace', import.meta.url)), folder, { recursive: true });
}
