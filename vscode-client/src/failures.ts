/** Failures that a user is told of. */
import * as vscode from 'vscode';

/** Codes of the language server protocol. */
const CONTENT_MODIFIED = -32801;
const REQUEST_CANCELLED = -32800;

/** Why something is not done, with what the user can do about it. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly remedies: readonly { readonly title: string; readonly command: string; readonly argument?: string }[],
  ) {
    super(message);
  }
}

/** Throws where code of the workspace would run and the user does not trust it; `message` says what would run. */
export function requireTrust(message: string): void {
  if (!vscode.workspace.isTrusted) {
    throw new Refusal(message, [{ title: vscode.l10n.t('Manage Trust'), command: 'workbench.trust.manage' }]);
  }
}

/** Returns why something failed as a sentence. */
export function sentenceOf(error: unknown): string {
  if (codeOf(error) === CONTENT_MODIFIED) {
    return vscode.l10n.t('The notebook has changed in the meantime: try again');
  }
  return error instanceof Error ? error.message : String(error);
}

/** Runs what a user asked for; a failure becomes a message, and cancelling is none. */
export async function told<T>(log: vscode.LogOutputChannel, act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof vscode.CancellationError || isCancelled(error)) {
      return undefined;
    }
    log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    void tell(sentenceOf(error), error instanceof Refusal ? error.remedies : []);
    return undefined;
  }
}

/** Shows a failure with buttons that mend it. */
async function tell(message: string, remedies: Refusal['remedies']): Promise<void> {
  const chosen = await vscode.window.showErrorMessage(message, ...remedies);
  if (chosen !== undefined) {
    await vscode.commands.executeCommand(chosen.command, ...(chosen.argument === undefined ? [] : [chosen.argument]));
  }
}

/** Returns the path of the file that is in the way of a new module, as the server tells it, or undefined. */
export function fileInTheWay(error: unknown): string | undefined {
  const data: unknown = error instanceof Error && 'data' in error ? error.data : undefined;
  return typeof data === 'object' && data !== null && 'exists' in data ? String(data.exists) : undefined;
}

function isCancelled(error: unknown): boolean {
  return codeOf(error) === REQUEST_CANCELLED;
}

/** The code of an error that the server answered with. */
function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
