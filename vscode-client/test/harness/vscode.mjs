// Starts VS Code's server and shows its workbench in a headless Chromium.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

/** Settings of a quiet window: no network, no tips, nothing that moves. */
const QUIET = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.autoSave': 'off',
  // Each test has a copy of the notebooks.
  'files.exclude': { 'copy-*': true },
  'files.hotExit': 'off',
  'git.enabled': false,
  'npm.fetchOnlinePackageInfo': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.editorAssociations': { '*.ipynb': 'jupyter-notebook' },
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** A window whose folder the user has not been asked about. */
const UNTRUSTED = { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' };

/** VS Code's own web resources come from a service worker; nothing but this machine may be reached. */
const BROWSER_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost',
];

/** What VS Code says of itself at length, as of the builds of native modules, which are missing on purpose. */
const NOISE =
  /^(?:Ignoring fetching|SettingsEditor2: |Updating additional|Creating a socket|Resolv|\[|Error: (?:Could not locate|Cannot find module '\.\/build)|Cannot find module '\.\/build)/;

/** A VS Code server with folders of its own under `root`. */
export class VsCode {
  constructor(tools, root) {
    this.tools = tools;
    this.root = root;
    this.extensions = path.join(root, 'extensions');
    fs.mkdirSync(this.extensions, { recursive: true });
  }

  /** Installs an extension as a user does. Throws with VS Code's words where it refuses. */
  installExtension(vsix) {
    const folders = ['--server-data-dir', path.join(this.root, 'data'), '--extensions-dir', this.extensions];
    const done = spawnSync(this.tools.node, [this.main, ...folders, '--install-extension', vsix, '--force'], {
      encoding: 'utf8',
      env: this.environment({}),
    });
    if (done.status !== 0 || !done.stdout.includes('successfully installed')) {
      throw new Error(`${vsix} was not installed: ${done.stdout}${done.stderr}`);
    }
  }

  /**
   * Starts the server; its extension host gets `env` beside the environment of this process. Without `trust` folders
   * are not trusted until the user says so.
   */
  async start({ settings = {}, env = {}, trust = true }) {
    const user = path.join(this.root, 'user');
    // The window is a remote one: settings of the machine, as of an interpreter, are in a file of their own.
    for (const scope of ['User', 'Machine']) {
      fs.mkdirSync(path.join(user, scope), { recursive: true });
      fs.writeFileSync(path.join(user, scope, 'settings.json'), JSON.stringify({ ...QUIET, ...(trust ? {} : UNTRUSTED), ...settings }));
    }
    const args = [
      ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--accept-server-license-terms'],
      ...['--server-data-dir', path.join(this.root, 'data'), '--user-data-dir', user],
      ...['--extensions-dir', this.extensions, '--disable-telemetry', ...(trust ? ['--disable-workspace-trust'] : [])],
      // Without it a built VS Code ignores the paths of tests and of an extension in development.
      '--enable-smoke-test-driver',
    ];
    // A group of its own, so that stopping it stops the extension hosts too.
    this.server = spawn(this.tools.node, [this.main, ...args], { env: this.environment(env), detached: true });
    const log = fs.createWriteStream(path.join(this.root, 'server.log'));
    this.server.stdout.pipe(log);
    this.server.stderr.pipe(log);
    this.port = await this.listening();
  }

  /** Opens the workbench on a folder or a workspace's file, runs the tests in it and resolves with their exit code. */
  async open(folder, { extensions, tests, theme }) {
    this.browser = await chromium.launch({ executablePath: this.tools.chromium, args: BROWSER_ARGS });
    const colorScheme = theme === 'light' ? 'light' : 'dark';
    this.page = await this.browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme });
    // What VS Code and its extensions log comes to the page's console.
    const log = fs.createWriteStream(path.join(this.root, 'window.log'));
    this.page.on('console', (message) => log.write(`${message.text()}\n`));
    const remote = (file) => `vscode-remote://127.0.0.1:${this.port}${path.resolve(file)}`;
    const payload = [
      ...extensions.map((extension) => ['extensionDevelopmentPath', remote(extension)]),
      ['extensionTestsPath', remote(tests)],
      ['skipWelcome', 'true'],
    ];
    const kind = folder.endsWith('.code-workspace') ? 'workspace' : 'folder';
    const query = new URLSearchParams({ [kind]: path.resolve(folder), payload: JSON.stringify(payload) });
    const ended = await this.ended();
    await this.page.goto(`http://127.0.0.1:${this.port}/?${query}`);
    return ended.code;
  }

  /** VS Code tells of its tests through two functions that it looks for in the page. */
  async ended() {
    let finish;
    const code = new Promise((resolve) => (finish = resolve));
    await this.page.exposeFunction('codeAutomationLog', (type, words) => {
      if (this.isOfTests(words)) {
        console[type === 'error' ? 'error' : 'log'](...words);
      }
    });
    await this.page.exposeFunction('codeAutomationExit', (status) => finish(status));
    return { code };
  }

  async stop() {
    await this.browser?.close();
    if (this.server?.pid !== undefined && this.server.exitCode === null) {
      process.kill(-this.server.pid, 'SIGTERM');
    }
  }

  get main() {
    return path.join(this.tools.vscode, 'out', 'server-main.js');
  }

  isOfTests(words) {
    return !NOISE.test(String(words[0]));
  }

  environment(more) {
    return { ...process.env, EXTENSIONS_GALLERY: '{}', ...more };
  }

  listening() {
    return new Promise((resolve, reject) => {
      let output = '';
      this.server.stdout.on('data', (data) => {
        output += data;
        const said = /Extension host agent listening on (\d+)/.exec(output);
        if (said) {
          resolve(Number(said[1]));
        }
      });
      this.server.once('exit', (status) => reject(new Error(`VS Code's server ended with ${status}: ${output}`)));
    });
  }
}
