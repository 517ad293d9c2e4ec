/** Decides which Python starts the server, and asks the user where that takes a decision of theirs. */
import * as vscode from 'vscode';
import { Environment, InstallationFailed } from './environment';
import { candidates, probe, Unusable, type Interpreter } from './interpreter';

/** How to start a program of the server. */
export interface Launch {
  readonly python: string;
  /** Before the name of the command: `-I` keeps the notebook's folder, user sites and PYTHONPATH out. */
  readonly args: readonly string[];
  /** Whether it is the private environment's, which can be made again. */
  readonly isPrivate: boolean;
}

/** Why there is no server; the message is a sentence, `remedies` are what mends it. */
export class NoServer extends Error {
  constructor(
    message: string,
    readonly remedies: readonly Remedy[],
  ) {
    super(message);
  }
}

/** What a button of a message does. */
export type Remedy = 'install' | 'selectInterpreter' | 'retry' | 'showOutput';

/**
 * Returns how to start the server.
 *
 * A Python that has this version of Notelift is taken as it is, else the private environment. Throws NoServer where
 * neither is there.
 */
export async function findLaunch(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  resource: vscode.Uri | undefined,
): Promise<Launch> {
  const { usable, problems } = await probeAll(resource, log);
  const ready = usable.find((each) => fits(each, context) && each.lacking.length === 0);
  if (ready !== undefined) {
    return launchOf(ready.path, false);
  }
  const environment = await Environment.of(context);
  const python = await environment?.python();
  if (python !== undefined) {
    try {
      const installed = await probe(python);
      if (fits(installed, context) && installed.lacking.length === 0) {
        await environment?.use(python);
        return launchOf(installed.path, true);
      }
      log.warn(whatLacks(installed, context));
    } catch (error) {
      // The Python that it was made with is gone: it is made again.
      log.warn(messageOf(error));
    }
  }
  const [base] = usable;
  if (base === undefined) {
    throw new NoServer(problems.join('. '), ['selectInterpreter', 'retry', 'showOutput']);
  }
  if (environment === undefined) {
    throw new NoServer(whatLacks(base, context), ['selectInterpreter', 'retry', 'showOutput']);
  }
  throw new NoServer(
    vscode.l10n.t("Notelift's server is not installed yet. It goes into an environment of its own, made with {0}.", base.path),
    ['install', 'selectInterpreter'],
  );
}

/** Removes private environments that no window uses any more, where this one runs the server from the newest. */
export async function tidy(context: vscode.ExtensionContext, log: vscode.LogOutputChannel, launch: Launch): Promise<void> {
  if (launch.isPrivate) {
    await (await Environment.of(context))?.removeUnused(log);
  }
}

/** Makes the private environment with progress. Throws NoServer where it cannot be made, or was cancelled. */
export async function install(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  resource: vscode.Uri | undefined,
): Promise<void> {
  const environment = await Environment.of(context);
  const { usable, problems } = await probeAll(resource, log);
  const [base] = usable;
  if (environment === undefined) {
    throw new NoServer(vscode.l10n.t('This build of the extension brings no server to install'), ['selectInterpreter']);
  }
  if (base === undefined) {
    throw new NoServer(problems.join('. '), ['selectInterpreter', 'retry', 'showOutput']);
  }
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t("Installing Notelift's server"),
    cancellable: true,
  };
  try {
    await vscode.window.withProgress(options, (_, token) => environment.install(base, log, token));
  } catch (error) {
    if (error instanceof vscode.CancellationError) {
      throw new NoServer(vscode.l10n.t("Notelift's server was not installed: you cancelled it"), ['install']);
    }
    if (error instanceof InstallationFailed) {
      const message = vscode.l10n.t("Notelift's server could not be installed: {0}", error.message);
      throw new NoServer(message, ['install', 'selectInterpreter', 'showOutput']);
    }
    throw error;
  }
}

function launchOf(python: string, isPrivate: boolean): Launch {
  return { python, isPrivate, args: ['-I', '-X', 'utf8', '-m', 'notelift.cli'] };
}

async function probeAll(
  resource: vscode.Uri | undefined,
  log: vscode.LogOutputChannel,
): Promise<{ usable: Interpreter[]; problems: string[] }> {
  const usable: Interpreter[] = [];
  const problems: string[] = [];
  for (const candidate of await candidates(resource, log)) {
    try {
      usable.push(await probe(candidate.path));
    } catch (error) {
      if (!(error instanceof Unusable)) {
        throw error;
      }
      log.warn(error.message);
      problems.push(error.message);
    }
  }
  return { usable, problems };
}

/** The server of another minor version may speak otherwise. */
function fits(interpreter: Interpreter, context: vscode.ExtensionContext): boolean {
  return interpreter.notelift !== null && minor(interpreter.notelift) === minor(versionOf(context));
}

function whatLacks(interpreter: Interpreter, context: vscode.ExtensionContext): string {
  if (interpreter.notelift === null) {
    return vscode.l10n.t('{0} has no Notelift', interpreter.path);
  }
  if (!fits(interpreter, context)) {
    const wanted = versionOf(context);
    return vscode.l10n.t('{0} has Notelift {1}, the extension needs {2}', interpreter.path, interpreter.notelift, wanted);
  }
  return vscode.l10n.t('{0} lacks {1}', interpreter.path, interpreter.lacking.join(', '));
}

function versionOf(context: vscode.ExtensionContext): string {
  return (context.extension.packageJSON as { version: string }).version;
}

function minor(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
