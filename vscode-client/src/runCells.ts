/** Runs cells of a notebook in its own kernel, one after the other, in the order that is asked for. */
import * as vscode from 'vscode';

/** How running a list of cells ended: all ran well, or a cell did not start, or it failed. */
export type Ran =
  | { readonly kind: 'all' }
  | { readonly kind: 'failed'; readonly cell: vscode.NotebookCell }
  | { readonly kind: 'not started'; readonly cell: vscode.NotebookCell };

/**
 * Runs the cells in this order and stops at the first that does not run to its end. `tell` is called before each.
 *
 * VS Code runs several cells of one request in document order, so each is a request of its own. Throws
 * CancellationError when the user cancels; the cell that runs is interrupted then.
 */
export async function runInOrder(
  notebook: vscode.NotebookDocument,
  cells: readonly vscode.NotebookCell[],
  token: vscode.CancellationToken,
  tell: (cell: vscode.NotebookCell) => void,
): Promise<Ran> {
  for (const cell of cells) {
    if (token.isCancellationRequested) {
      throw new vscode.CancellationError();
    }
    tell(cell);
    const place = { ranges: [{ start: cell.index, end: cell.index + 1 }], document: notebook.uri };
    const cancelled = token.onCancellationRequested(() => vscode.commands.executeCommand('notebook.cancelExecution', place));
    try {
      const before = cell.executionSummary;
      await vscode.commands.executeCommand('notebook.cell.execute', place);
      if (cell.executionSummary === before) {
        // There is no kernel, or the user chose none.
        return { kind: 'not started', cell };
      }
      if (!(await endOf(cell))) {
        return stopped(token, cell);
      }
    } finally {
      cancelled.dispose();
    }
  }
  return { kind: 'all' };
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

function stopped(token: vscode.CancellationToken, cell: vscode.NotebookCell): Ran {
  if (token.isCancellationRequested) {
    throw new vscode.CancellationError();
  }
  return { kind: 'failed', cell };
}

/** Returns whether a cell that was started ended well: some kernels answer before it has ended. */
function endOf(cell: vscode.NotebookCell): Promise<boolean> {
  return new Promise((resolve) => {
    const listeners: vscode.Disposable[] = [];
    const look = () => {
      const success = cell.notebook.isClosed || cell.index < 0 ? false : cell.executionSummary?.success;
      if (success !== undefined) {
        vscode.Disposable.from(...listeners).dispose();
        resolve(success);
      }
    };
    listeners.push(vscode.workspace.onDidChangeNotebookDocument(look), vscode.workspace.onDidCloseNotebookDocument(look));
    look();
  });
}
