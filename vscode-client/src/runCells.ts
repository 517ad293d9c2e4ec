/** Runs cells of a notebook in its own kernel, one after the other, in the order that is asked for. */
import * as vscode from 'vscode';
import { columnOf } from './places';

/** How running a list of cells ended: all ran well, or one failed, or the notebook was closed meanwhile. */
export type Ran =
  { readonly kind: 'all' } | { readonly kind: 'failed'; readonly cell: vscode.NotebookCell } | { readonly kind: 'closed' };

/**
 * Shows the notebook, and has VS Code ask for a kernel where none is chosen. Returns whether there is one then.
 *
 * VS Code would ask when a cell runs, too, but does not tell who asked for that whether one was chosen.
 */
export async function chooseKernel(notebook: vscode.NotebookDocument): Promise<boolean> {
  if (vscode.window.activeNotebookEditor?.notebook !== notebook) {
    const viewColumn = columnOf(notebook.uri);
    await vscode.window.showNotebookDocument(notebook, viewColumn === undefined ? {} : { viewColumn });
  }
  return vscode.commands.executeCommand<boolean>('notebook.selectKernel', { skipIfAlreadySelected: true });
}

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
    if (columnOf(notebook.uri) === undefined) {
      // VS Code would run the cells of that place in the notebook that is open.
      return { kind: 'closed' };
    }
    tell(cell);
    const place = { ranges: [{ start: cell.index, end: cell.index + 1 }], document: notebook.uri };
    const cancelled = token.onCancellationRequested(() => vscode.commands.executeCommand('notebook.cancelExecution', place));
    try {
      const before = cell.executionSummary;
      await vscode.commands.executeCommand('notebook.cell.execute', place);
      if (!(await endOf(cell, before, token))) {
        return notebook.isClosed ? { kind: 'closed' } : stopped(token, cell);
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

/**
 * Returns whether a cell that was started ended well: VS Code answers before it has ended; `before` is of the last run. One that the user cancels is not
 * waited for, for a kernel that never came up tells of no end.
 */
function endOf(
  cell: vscode.NotebookCell,
  before: vscode.NotebookCellExecutionSummary | undefined,
  token: vscode.CancellationToken,
): Promise<boolean> {
  return new Promise((resolve) => {
    const listeners: vscode.Disposable[] = [];
    const look = () => {
      const isGone = token.isCancellationRequested || cell.notebook.isClosed || cell.index < 0;
      const summary = cell.executionSummary;
      const success = isGone ? false : summary === before ? undefined : summary?.success;
      if (success !== undefined) {
        vscode.Disposable.from(...listeners).dispose();
        resolve(success);
      }
    };
    listeners.push(
      vscode.workspace.onDidChangeNotebookDocument(look),
      vscode.workspace.onDidCloseNotebookDocument(look),
      token.onCancellationRequested(look),
    );
    look();
  });
}
