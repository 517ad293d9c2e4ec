/** Waiting for what must come, by the events that announce it: never for a time. */
import * as vscode from 'vscode';

/** The time after which something that has not come is missing. */
const LIMIT = 45_000;

/** Resolves with the first truthy value of `look`, which is asked now and whenever one of the events fires. */
export async function when<T>(
  what: string,
  events: vscode.Event<never>[] | vscode.Event<unknown>[],
  look: () => T | undefined | false | null | Promise<T | undefined | false | null>,
): Promise<T> {
  let wake = () => {};
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), LIMIT);
  });
  const listeners = (events as vscode.Event<unknown>[]).map((event) => event(() => wake()));
  try {
    for (;;) {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      const value = await look();
      if (value !== undefined && value !== null && value !== false) {
        return value;
      }
      if ((await Promise.race([woken, tooLate])) === 'late') {
        throw new Error(`it never came: ${what}`);
      }
    }
  } finally {
    clearTimeout(timer);
    listeners.forEach((listener) => {
      listener.dispose();
    });
  }
}
