/** The window, as a person sees and uses it: through the browser that shows it. */
import * as vscode from 'vscode';

/** Clicks the first element that a selector finds, of those with the text where one is given. */
export const click = (selector: string, text?: string, how: { button?: 'left' | 'right'; limit?: number } = {}) =>
  ask('click', { selector, text, ...how });

/** Moves the pointer over an element. */
export const hover = (selector: string, text?: string) => ask('hover', { selector, text });

/** Presses keys, such as `Control+Z`. */
export const press = (keys: string) => ask('press', { keys });

/** Types a text where the focus is. */
export const type = (text: string) => ask('type', { text });

/** Resolves when an element is to be seen; after `limit` milliseconds it is missing. */
export const see = (selector: string, text?: string, limit?: number) => ask('see', { selector, text, limit });

/** Resolves when an element is not to be seen any more. */
export const gone = (selector: string, text?: string) => ask('gone', { selector, text });

/** Resolves when a text is to be seen in a webview. */
export const seeInside = (text: string) => ask('seeInside', { text });

/** Clicks an element of Notelift's own webview. */
export const clickInside = (selector: string, text?: string) => ask('clickInside', { selector, text });

/** Resolves when an element is to be seen in Notelift's own webview. */
export const seeElementInside = (selector: string, text?: string) => ask('seeElementInside', { selector, text });

/** Returns the texts of all elements that a selector finds in Notelift's own webview. */
export const textsInside = async (selector: string) => (await ask('textsInside', { selector })) as string[];

/** Returns the texts of all elements that a selector finds. */
export const texts = async (selector: string) => (await ask('texts', { selector })) as string[];

/** Returns the name of the suite that is to run in this window. */
export const suiteToRun = async () => (await ask('suite', {})) as string;

/** Ends the suite of this window; returns the name of the one for after a reload, null where there is none. */
export const nextSuite = async () => (await ask('nextSuite', {})) as string | null;

/** Takes a picture of the window, which becomes an artefact. */
export const picture = (name: string) => ask('picture', { name });

const DARK = { setting: 'Dark Modern', suffix: 'dark', workbench: '.monaco-workbench.vs-dark', webview: 'body.vscode-dark' };
const LIGHT = { setting: 'Light Modern', suffix: 'light', workbench: '.monaco-workbench.vs', webview: 'body.vscode-light' };

/** Takes a picture of the window as it is, and another in a light theme where it is dark, or a dark one where it is light. */
export async function pictures(name: string): Promise<void> {
  await picture(name);
  const isDark = vscode.window.activeColorTheme.kind === vscode.ColorThemeKind.Dark;
  const [own, other] = isDark ? [DARK, LIGHT] : [LIGHT, DARK];
  try {
    await changeTheme(other.setting, other);
    await picture(`${name}-${other.suffix}`);
  } finally {
    await changeTheme(undefined, own);
  }
}

/** Names a theme in the workspace's settings, or none; resolves when the window and what it shows has its colours. */
async function changeTheme(setting: string | undefined, seen: typeof DARK): Promise<void> {
  await vscode.workspace.getConfiguration('workbench').update('colorTheme', setting, vscode.ConfigurationTarget.Workspace);
  await ask('seeTheme', { workbench: seen.workbench, webview: seen.webview });
}

async function ask(action: string, options: Record<string, unknown>): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${process.env.E2E_BRIDGE ?? ''}/`, {
    method: 'POST',
    body: JSON.stringify({ action, ...options }),
  });
  const answer = (await response.json()) as { value?: unknown; error?: string };
  if (answer.error !== undefined) {
    throw new Error(`${action} ${JSON.stringify(options)}: ${answer.error}`);
  }
  return answer.value;
}
