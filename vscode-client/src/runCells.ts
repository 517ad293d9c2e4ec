/** Runs cells of a notebook in its own kernel, one after the other, in the order that is asked for. */
import * as vscode from 'vscode';
import { columnOf } from './places';

/**
 * How running a list of cells ended: all ran well, or one failed, or one is gone, or the notebook was closed meanwhile, or
 * the first one ran in a kernel that has run others before.
 */
export type Ran =
  | { readonly kind: 'all' | 'gone' | 'closed' }
  | { readonly kind: 'failed' | 'notRestarted'; readonly cell: vscode.NotebookCell };

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
 * Runs the cells in this order and stops at the first that does not run to its end. `tell` is called before each. With
 * `restarted` it stops after the first, too, where the kernel is not a new one: users may decline the restart, which
 * Jupyter does not tell.
 *
 * VS Code runs several cells of one request in document order, so each is a request of its own. Throws
 * CancellationError when the user cancels; the cell that runs is interrupted then.
 */
export async function runInOrder(
  notebook: vscode.NotebookDocument,
  cells: readonly vscode.NotebookCell[],
  token: vscode.CancellationToken,
  tell: (cell: vscode.NotebookCell) => void,
  restarted: boolean,
): Promise<Ran> {
  for (const cell of cells) {
    if (token.isCancellationRequested) {
      throw new vscode.CancellationError();
    }
    if (columnOf(notebook.uri) === undefined) {
      // VS Code would run the cells of that place in the notebook that is open.
      return { kind: 'closed' };
    }
    if (cell.index < 0) {
      return { kind: 'gone' };
    }
    tell(cell);
    const place = { ranges: [{ start: cell.index, end: cell.index + 1 }], document: notebook.uri };
    const cancelled = token.onCancellationRequested(() => vscode.commands.executeCommand('notebook.cancelExecution', place));
    const end = endOf(cell, token);
    try {
      // VS Code may answer before the cell has ended, and where its notebook is closed not at all.
      const asked = vscode.commands.executeCommand('notebook.cell.execute', place);
      if (!(await Promise.race([end.reached, asked.then(() => end.reached)]))) {
        return stopped(token, cell);
      }
    } finally {
      cancelled.dispose();
      end.listeners.dispose();
    }
    if (restarted && cell === cells[0] && cell.executionSummary?.executionOrder !== 1) {
      return { kind: 'notRestarted', cell };
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
  return cell.notebook.isClosed ? { kind: 'closed' } : cell.index < 0 ? { kind: 'gone' } : { kind: 'failed', cell };
}

/**
 * Watches a cell that is about to start; `reached` is whether it ended well. `listeners` are to be disposed of.
 *
 * One that the user cancels is not waited for, for a kernel that never came up tells of no end. Nor does a kernel that is
 * restarted while the cell runs: the cell's next run has another count then.
 */
function endOf(cell: vscode.NotebookCell, token: vscode.CancellationToken): { reached: Promise<boolean>; listeners: vscode.Disposable } {
  const before = cell.executionSummary;
  let tell: (well: boolean) => void;
  const reached = new Promise<boolean>((resolve) => (tell = resolve));
  let order: number | undefined;
  const look = () => {
    const summary = cell.executionSummary;
    const isAnother = order !== undefined && summary?.executionOrder !== order;
    order ??= summary === before || summary?.success !== undefined ? undefined : summary?.executionOrder;
    if (isAnother || token.isCancellationRequested || cell.notebook.isClosed || cell.index < 0) {
      tell(false);
    } else if (summary !== before && summary?.success !== undefined) {
      tell(summary.success);
    }
  };
  const listeners = vscode.Disposable.from(
    vscode.workspace.onDidChangeNotebookDocument(look),
    vscode.workspace.onDidCloseNotebookDocument(look),
    token.onCancellationRequested(look),
  );
  return { reached, listeners };
}
