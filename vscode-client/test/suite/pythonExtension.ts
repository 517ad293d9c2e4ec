/** The Python extension's choice of an interpreter. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { open, textOf } from './support/notebooks';
import * as notifications from './support/notifications';
import * as screen from './support/screen';

suite('the Python extension', () => {
  const before = process.env.PATH;

  teardown(() => {
    process.env.PATH = before;
  });

  test('names the Python that runs the server; another choice is taken where there is none', async () => {
    const selected = await pythonIn('selected');
    process.env.PATH = path.dirname((await pythonIn('none', 'exit 1')).file);
    await behave({ selects: '/nowhere/python' });
    await open('live.ipynb');
    await vscode.commands.executeCommand('notelift.restart');
    await notifications.told('/nowhere/python cannot be run');
    await screen.see('.statusbar-item', 'Notelift has no server');
    await behave({ selects: selected.file });
    await screen.see('.statusbar-item', 'No cell has run');
    assert.equal(await textOf(vscode.Uri.file(selected.ran)), 'selected\n');
  });

  for (const how of ['fails', 'hangs'] as const) {
    test(`that ${how} is done without: python3 runs the server`, async () => {
      const found = await pythonIn(`on PATH where it ${how}`);
      process.env.PATH = `${path.dirname(found.file)}:${before ?? ''}`;
      await behave(how);
      await open('live.ipynb');
      await vscode.commands.executeCommand('notelift.restart');
      await screen.see('.statusbar-item', 'No cell has run');
      assert.match((await textOf(vscode.Uri.file(found.ran))) ?? '', /on PATH/);
    });
  }
});

async function behave(how: { selects: string } | 'fails' | 'hangs'): Promise<void> {
  await vscode.commands.executeCommand('testPython.behave', how);
}

/** Makes a `python3` in a folder of that name, which tells of its start: with the server, or what `otherwise` does. */
async function pythonIn(name: string, otherwise?: string): Promise<{ file: string; ran: string }> {
  const [workspace] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(workspace);
  const folder = path.join(workspace.uri.fsPath, name);
  const [file, ran] = [path.join(folder, 'python3'), path.join(folder, 'ran')];
  await fs.mkdir(folder, { recursive: true });
  const start = `echo '${name}' > '${ran}'\nexec '${process.env.E2E_PYTHON ?? 'python3'}' "$@"`;
  await fs.writeFile(file, `#!/bin/sh\n${otherwise ?? start}\n`, { mode: 0o755 });
  return { file, ran };
}
