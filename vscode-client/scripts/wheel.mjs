// Builds the server's wheel from the repository into bundled/, where the extension finds it.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = path.join(root, 'bundled');
const python = process.env.NOTELIFT_PYTHON ?? 'python3';

fs.rmSync(folder, { recursive: true, force: true });
const built = spawnSync(
  python,
  ['-m', 'pip', 'wheel', '--quiet', '--no-deps', '--disable-pip-version-check', '--wheel-dir', folder, path.dirname(root)],
  { stdio: 'inherit' },
);
if (built.status !== 0) {
  console.error(`the server's wheel was not built: ${python} -m pip wheel ended with ${built.status ?? built.error}`);
  process.exit(1);
}
