/** Messages of extensions. VS Code shows no toasts under its driver for tests, so they are read in the list of them. */
import * as vscode from 'vscode';
import * as screen from './screen';

/** Resolves when a message with that text is there. */
export async function told(text: string): Promise<void> {
  // The list closes when it is empty, and a message that comes later does not open it.
  for (let attempt = 1; ; attempt++) {
    await vscode.commands.executeCommand('notifications.showList');
    try {
      await screen.see('.notifications-center .notification-list-item', text, 5_000);
      return;
    } catch (error) {
      if (attempt === 6) {
        throw error;
      }
    }
  }
}

/** Clicks a button of a message. */
export async function answer(button: string): Promise<void> {
  await vscode.commands.executeCommand('notifications.showList');
  await screen.click('.notifications-center .notification-list-item .monaco-button', button);
}

/** Takes all messages away. */
export async function clear(): Promise<void> {
  await vscode.commands.executeCommand('notifications.clearAll');
  await vscode.commands.executeCommand('notifications.hideList');
}
