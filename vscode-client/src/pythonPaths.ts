/** Where Pythons are, as each system writes paths. Nothing here looks at the disk. */
import * as path from 'node:path';

/** Returns the names by which a Python may be on the PATH, the most wanted first. */
export function namesOnPath(platform: NodeJS.Platform): readonly string[] {
  // On Windows `python3` is mostly a stub of the store, and `py` finds Pythons that are not on the PATH.
  return platform === 'win32' ? ['python', 'py', 'python3'] : ['python3', 'python'];
}

/** Returns the Python of a virtual environment. */
export function pythonIn(environment: string, platform: NodeJS.Platform): string {
  return platform === 'win32' ? path.win32.join(environment, 'Scripts', 'python.exe') : path.posix.join(environment, 'bin', 'python');
}

/** Returns the path that a setting names: without the quotes that Windows copies with paths, with folders filled in. */
export function expanded(setting: string, folders: { readonly workspace: string; readonly home: string }): string {
  return setting
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .replaceAll('${workspaceFolder}', () => folders.workspace)
    .replace(/^~(?=$|[/\\])/, () => folders.home);
}

/** Returns whether a text names a file by its whole path, not by a name that is looked for. */
export function isWholePath(text: string, platform: NodeJS.Platform): boolean {
  return platform === 'win32' ? path.win32.isAbsolute(text) : path.posix.isAbsolute(text);
}
