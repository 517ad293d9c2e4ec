/** The menu of the light bulb. */
import type * as vscode from 'vscode';
import { caretOn } from './notebooks';
import * as screen from './screen';

const ROW = '.action-widget .monaco-list-row';

/**
 * Opens the menu on a word of a cell and clicks an entry; `shown` is called when the menu is there first. What comes above a
 * cell meanwhile, as its lenses, closes the menu: then it is opened again.
 */
export async function choose(cell: vscode.NotebookCell, word: string, entry: string, shown?: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await caretOn(cell, word);
    await screen.press('Control+.');
    try {
      await screen.see(ROW, entry, 8_000);
      await shown?.();
      await screen.click(ROW, entry, { limit: 3_000 });
      await screen.gone('.action-widget');
      return;
    } catch (error) {
      if (attempt === 4) {
        throw error;
      }
    }
  }
}
