// Installs what the tests need and a machine may lack: VS Code's server, the Node that runs it, Chromium.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** VS Code as the npm package `code-server` carries it, and the Node that this version needs. */
const CODE_SERVER = '4.139.1';
const NODE = '24.21.0';

/** Why the tests cannot run on this machine. */
export class CannotInstall extends Error {}

/**
 * Returns the paths of VS Code's server, its Node and Chromium, installed at the first call.
 * Throws CannotInstall where npm or apt do not give them.
 */
export function installTools() {
  const cache = process.env.NOTELIFT_VSCODE_CACHE ?? path.join(os.homedir(), '.cache', 'notelift-vscode');
  fs.mkdirSync(cache, { recursive: true });
  return { vscode: installVsCode(cache), node: installNode(cache), chromium: findChromium() };
}

function installNode(cache) {
  const platform = process.platform === 'darwin' ? 'darwin' : 'linux';
  const name = `node-${platform}-${process.arch}`;
  const folder = once(cache, `node-${NODE}`, (made) => {
    fs.writeFileSync(path.join(made, 'package.json'), '{"private":true}');
    npm(made, ['install', `${name}@${NODE}`]);
  });
  return path.join(folder, 'node_modules', name, 'bin', 'node');
}

function installVsCode(cache) {
  return once(cache, `vscode-${CODE_SERVER}`, (made) => {
    npm(made, ['pack', `code-server@${CODE_SERVER}`]);
    const archive = path.join(made, `code-server-${CODE_SERVER}.tgz`);
    // The wrapper around VS Code is not needed.
    must('tar', ['xzf', archive, '--strip-components=3', 'package/lib/vscode'], made);
    fs.rmSync(archive);
    fs.rmSync(path.join(made, 'extensions', 'copilot'), { recursive: true, force: true });
    npm(made, ['install', '--omit=dev']);
  });
}

function findChromium() {
  const named = process.env.CHROMIUM;
  if (named !== undefined) {
    return named;
  }
  const found = () => ['chromium', 'chromium-browser', 'google-chrome'].map(which).find((each) => each !== undefined);
  const present = found();
  if (present !== undefined) {
    return present;
  }
  const root = process.getuid?.() === 0 ? [] : ['sudo', '--non-interactive'];
  const apt = [...root, 'apt-get'];
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  console.log('installing Chromium with apt');
  must(apt[0], [...apt.slice(1), 'update', '-qq'], '/', environment);
  const packages = ['chromium', 'fonts-dejavu-core'];
  must(apt[0], [...apt.slice(1), 'install', '-y', '-qq', '--no-install-recommends', ...packages], '/', environment);
  const installed = found();
  if (installed === undefined) {
    throw new CannotInstall('apt installed Chromium, and it is not on the PATH');
  }
  return installed;
}

/** Makes a folder of the cache; one that was begun and not finished is made again. */
function once(cache, name, make) {
  const folder = path.join(cache, name);
  if (!fs.existsSync(folder)) {
    console.log(`installing ${name} into ${cache}`);
    const begun = fs.mkdtempSync(path.join(cache, `${name}-`));
    make(begun);
    fs.renameSync(begun, folder);
  }
  return folder;
}

function npm(folder, args) {
  must('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], folder);
}

function must(command, args, cwd, env = process.env) {
  const done = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  if (done.status !== 0) {
    const reason = (done.stderr ?? '').trim().split('\n').at(-1) || done.error?.message;
    throw new CannotInstall(`${command} ${args.join(' ')}: ${reason}`);
  }
}

function which(name) {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file));
}
