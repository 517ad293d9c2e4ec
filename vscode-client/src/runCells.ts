/** Runs cells of a notebook in its own kernel, one after the other, in the order that is asked for. */
import * as vscode from 'vscode';

/** How running a list of cells ended: `failed` is the cell that did not end well. */
export interface Ran {
  readonly failed: vscode.NotebookCell | undefined;
}

/**
 * Runs the cells in this order and stops at the first that fails.
 *
 * VS Code runs several cells of one request in document order, so each is a request of its own.
 */
export async function runInOrder(
  notebook: vscode.NotebookDocument,
  cells: readonly vscode.NotebookCell[],
  token: vscode.CancellationToken,
): Promise<Ran> {
  for (const cell of cells) {
    if (token.isCancellationRequested) {
      throw new vscode.CancellationError();
    }
    const before = cell.executionSummary;
    await vscode.commands.executeCommand('notebook.cell.execute', {
      ranges: [{ start: cell.index, end: cell.index + 1 }],
      document: notebook.uri,
    });
    const after = cell.executionSummary;
    if (after?.success !== true || after === before) {
      return { failed: cell };
    }
  }
  return { failed: undefined };
}

/** Restarts the kernel through the Jupyter extension. Returns whether that is there. */
export async function restartKernel(notebook: vscode.NotebookDocument): Promise<boolean> {
  const command = 'jupyter.restartkernel';
  if (!(await vscode.commands.getCommands(true)).includes(command)) {
    return false;
  }
  await vscode.commands.executeCommand(command, notebook.uri);
  return true;
}
