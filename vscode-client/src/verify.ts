/** Runs a notebook and the module made from it apart, and shows how their values compare. */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { Refusal } from './failures';
import { pathMeant } from './interpreter';
import type { Launch } from './launch';
import { isSaved } from './places';
import { environmentOf } from './pythonExtension';

/** What `notelift verify --format json` prints. */
export interface Verdict {
  readonly target: string;
  readonly verdict: 'equal' | 'different' | 'cannot compare';
  readonly type: string;
  readonly difference: { readonly where: string; readonly notebook: string; readonly module: string } | null;
  readonly reason: string | null;
  readonly how: readonly string[];
}

/** A notebook as it was at a moment: `source` is the text of a file that `notelift` reads. */
export interface Original {
  readonly uri: vscode.Uri;
  readonly source: string;
}

/** Returns the notebook as it is typed now, without outputs. */
export function originalOf(notebook: vscode.NotebookDocument): Original {
  const cells = notebook.getCells().map((cell, index) => ({
    cell_type: cell.kind === vscode.NotebookCellKind.Code ? 'code' : 'markdown',
    id: `cell-${index}`,
    metadata: cell.document.languageId === 'python' ? {} : { vscode: { languageId: cell.document.languageId } },
    source: cell.document.getText(),
    ...(cell.kind === vscode.NotebookCellKind.Code ? { execution_count: null, outputs: [] } : {}),
  }));
  const metadata = { language_info: { name: 'python' } };
  return { uri: notebook.uri, source: JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }) };
}

/**
 * Runs `notelift verify` with progress and returns what it says.
 *
 * The notebook is put beside the saved one while it runs, so that its relative paths hold: what is compared is what
 * was typed, not what was saved. Throws CancellationError when the user cancels, Error with what went wrong.
 */
export async function verify(original: Original, target: string, launch: Launch, log: vscode.LogOutputChannel): Promise<Verdict> {
  const folder = folderOf(original.uri);
  const copy = path.join(folder, `.${path.posix.basename(original.uri.path, '.ipynb')}.notelift-${process.pid}.ipynb`);
  const timeout = vscode.workspace.getConfiguration('notelift', original.uri).get<number>('verify.timeout', 600);
  const python = await pythonFor(original.uri, log);
  const chosen = python === undefined ? [] : ['--python', python];
  const args = [...launch.args, 'verify', copy, target, '--format', 'json', '--timeout', String(timeout), ...chosen];
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Running the notebook and the module for `{0}`', target),
    cancellable: true,
  };
  await fs.writeFile(copy, original.source);
  try {
    return await vscode.window.withProgress(options, async (_, token) => {
      const output = await outputOf(launch.python, args, folder, log, token);
      return JSON.parse(output) as Verdict;
    });
  } finally {
    await fs.rm(copy, { force: true });
  }
}

/** The Python that runs notebook and module: the setting's, else the Python extension's, else that of the server. */
async function pythonFor(notebook: vscode.Uri, log: vscode.LogOutputChannel): Promise<string | undefined> {
  const set = vscode.workspace.getConfiguration('notelift', notebook).get('verify.python', '');
  return pathMeant(set, notebook) || (await environmentOf(notebook, log));
}

/** Where a notebook runs: in its folder, or in the workspace's while it was never saved. Throws where there is none. */
function folderOf(notebook: vscode.Uri): string {
  const root = vscode.workspace.workspaceFolders?.[0];
  if (notebook.scheme === 'file') {
    return path.dirname(notebook.fsPath);
  }
  if (isSaved(notebook) || root === undefined) {
    throw new Error(vscode.l10n.t('Save the notebook first: Verify runs it in its folder'));
  }
  return root.uri.fsPath;
}

/** The exit codes that come with a verdict; 2 stands for an error too, and then there is no output. */
function outputOf(
  file: string,
  args: readonly string[],
  cwd: string,
  log: vscode.LogOutputChannel,
  token: vscode.CancellationToken,
): Promise<string> {
  log.info([file, ...args].join(' '));
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    const cancelled = token.onCancellationRequested(() => child.kill('SIGINT'));
    let output = '';
    let errors = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => {
      errors += data.toString();
      log.info(data.toString().trimEnd());
    });
    child.on('error', reject);
    child.on('close', (code) => {
      cancelled.dispose();
      if (token.isCancellationRequested) {
        reject(new vscode.CancellationError());
      } else if (output.trim() !== '') {
        resolve(output);
      } else {
        reject(failure(errors.trim().split('\n').at(-1) || `notelift verify ended with ${code ?? 'a signal'}`));
      }
    });
  });
}

/** What went wrong. Where a package is missing, another Python mends it: that of the notebook's kernel. */
function failure(message: string): Error {
  const title = vscode.l10n.t('Choose the Python of Verify...');
  const remedy = { title, command: 'workbench.action.openSettings', argument: 'notelift.verify.python' };
  return /ModuleNotFoundError|ipykernel/.test(message) ? new Refusal(message, [remedy]) : new Error(message);
}

/** Returns the verdict as a page of Markdown. */
export function pageOf(verdict: Verdict, notebook: vscode.Uri): string {
  const name = path.posix.basename(notebook.path);
  const titles = {
    equal: vscode.l10n.t('`{0}` is the same from the notebook and from the module', verdict.target),
    different: vscode.l10n.t('`{0}` differs between the notebook and the module', verdict.target),
    'cannot compare': vscode.l10n.t('`{0}` cannot be compared', verdict.target),
  };
  const compared = vscode.l10n.t('{0} ran, and a module that was made from it for this comparison.', `\`${name}\``);
  const lines = [`# ${titles[verdict.verdict]}`, '', compared];
  if (verdict.type !== '') {
    lines.push('', vscode.l10n.t('Type of the value: {0}', `\`${verdict.type}\``));
  }
  if (verdict.difference !== null) {
    const { where, notebook: here, module } = verdict.difference;
    lines.push('', vscode.l10n.t('The first difference: {0}', `\`${where || verdict.target}\``));
    lines.push('', `| ${vscode.l10n.t('notebook')} | ${vscode.l10n.t('module')} |`, '| --- | --- |', `| ${here} | ${module} |`);
  }
  if (verdict.reason !== null) {
    lines.push('', verdict.reason);
  }
  lines.push('', `## ${vscode.l10n.t('How they were compared')}`, '', ...verdict.how.map((sentence) => `- ${sentence}`), '');
  return lines.join('\n');
}
