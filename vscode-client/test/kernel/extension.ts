/** A kernel for tests: a Python process for each notebook, with counts, outputs and errors as a real one has them. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import * as vscode from 'vscode';

interface Answer {
  readonly printed: string;
  readonly shown: string | null;
  readonly error: Error | null;
}

/** One process. Cells run one after the other. */
class Kernel implements vscode.Disposable {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly waiting: ((answer: Answer | undefined) => void)[] = [];
  private count = 0;

  constructor(folder: string) {
    this.process = spawn(process.env.E2E_PYTHON ?? 'python3', [path.join(__dirname, 'kernel.py')], { cwd: folder });
    createInterface({ input: this.process.stdout }).on('line', (line) => {
      this.waiting.shift()?.(JSON.parse(line) as Answer);
    });
  }

  /** Runs a cell; returns whether it ended without an error. */
  async run(cell: vscode.NotebookCell, controller: vscode.NotebookController): Promise<boolean> {
    const execution = controller.createNotebookCellExecution(cell);
    this.count += 1;
    execution.executionOrder = this.count;
    execution.start(Date.now());
    await execution.clearOutput();
    const answer = await this.ask(cell.document.getText());
    if (answer === undefined) {
      // As Jupyter has it: neither well nor badly.
      execution.end(undefined);
      return false;
    }
    await execution.replaceOutput(outputsOf(answer));
    execution.end(answer.error === null, Date.now());
    return answer.error === null;
  }

  /** Stops the cell that runs, as with Ctrl+C. */
  interrupt(): void {
    this.process.kill('SIGINT');
  }

  dispose(): void {
    this.process.kill('SIGKILL');
    this.waiting.splice(0).forEach((tell) => tell(undefined));
  }

  /** Returns undefined where the process ends before it answers. */
  private ask(code: string): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      if (this.process.killed) {
        resolve(undefined);
        return;
      }
      this.waiting.push(resolve);
      this.process.stdin.write(`${JSON.stringify(code)}\n`);
    });
  }
}

function outputsOf(answer: Answer): vscode.NotebookCellOutput[] {
  const items = [];
  if (answer.printed !== '') {
    items.push(vscode.NotebookCellOutputItem.stdout(answer.printed));
  }
  if (answer.shown !== null) {
    items.push(vscode.NotebookCellOutputItem.text(answer.shown, 'text/plain'));
  }
  if (answer.error !== null) {
    items.push(vscode.NotebookCellOutputItem.error(answer.error));
  }
  return items.map((item) => new vscode.NotebookCellOutput([item]));
}

export function activate(context: vscode.ExtensionContext): void {
  const kernels = new Map<string, Kernel>();
  const kernelOf = (notebook: vscode.NotebookDocument): Kernel => {
    const key = notebook.uri.toString();
    const kernel = kernels.get(key) ?? new Kernel(path.dirname(notebook.uri.fsPath));
    kernels.set(key, kernel);
    return kernel;
  };
  const stopAll = () => {
    kernels.forEach((kernel) => kernel.dispose());
    kernels.clear();
  };
  /** Adds a kernel to those that VS Code offers, as a preferred one. */
  const offer = (id: string, label: string): vscode.Disposable => {
    const controller = vscode.notebooks.createNotebookController(id, 'jupyter-notebook', label);
    controller.supportedLanguages = ['python'];
    controller.supportsExecutionOrder = true;
    controller.executeHandler = async (cells, notebook) => {
      for (const cell of cells) {
        if (!(await kernelOf(notebook).run(cell, controller))) {
          break;
        }
      }
    };
    controller.interruptHandler = (notebook) => {
      kernelOf(notebook).interrupt();
    };
    const prefer = (notebook: vscode.NotebookDocument) =>
      controller.updateNotebookAffinity(notebook, vscode.NotebookControllerAffinity.Preferred);
    vscode.workspace.notebookDocuments.forEach(prefer);
    return vscode.Disposable.from(controller, vscode.workspace.onDidOpenNotebookDocument(prefer));
  };
  let other: vscode.Disposable | undefined;
  context.subscriptions.push(
    offer('test-kernel', 'Test kernel'),
    vscode.commands.registerCommand('testKernel.restart', stopAll),
    // With two of them VS Code selects none by itself.
    vscode.commands.registerCommand('testKernel.offerAnother', () => (other ??= offer('other-kernel', 'Other kernel'))),
    vscode.commands.registerCommand('testKernel.offerOne', () => {
      other?.dispose();
      other = undefined;
    }),
    new vscode.Disposable(() => {
      other?.dispose();
      stopAll();
    }),
  );
}
