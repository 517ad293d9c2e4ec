/** Code actions of the server: asked for at places, and resolved when one is chosen. */
import * as vscode from 'vscode';
import type { CodeAction, CodeActionParams, Command } from 'vscode-languageclient';
import type { LanguageClient, Middleware } from 'vscode-languageclient/node';
import { told } from './failures';
import type { ActionData } from './protocol';
import type { Server } from './server';

/** The kind of all actions that make a module. */
export const MODULE_KIND = 'refactor.extract.module.notelift';

/** How the protocol says that a user asks, not the editor by itself. */
const INVOKED = 1;

/** An action that can be done. */
export interface Offer {
  readonly title: string;
  readonly data: ActionData;
}

/** What the server offers of a kind at a place, and the sentences why it does not offer more. */
export async function offersAt(
  client: LanguageClient,
  uri: vscode.Uri,
  range: vscode.Range,
  kind: string,
): Promise<{ offers: Offer[]; refusals: string[] }> {
  const params: CodeActionParams = {
    textDocument: { uri: client.code2ProtocolConverter.asUri(uri) },
    range: client.code2ProtocolConverter.asRange(range),
    context: { diagnostics: [], only: [kind], triggerKind: INVOKED },
  };
  const answer = await client.sendRequest<(Command | CodeAction)[] | null>('textDocument/codeAction', params);
  const actions = (answer ?? []).filter((each): each is CodeAction => 'kind' in each || 'data' in each);
  return {
    offers: actions
      .filter((each) => each.disabled === undefined && each.data !== undefined)
      .map((each) => ({ title: each.title, data: each.data as ActionData })),
    refusals: actions.flatMap((each) => (each.disabled === undefined ? [] : [each.disabled.reason])),
  };
}

/**
 * Returns what becomes of actions in VS Code: those that make a module ask for its name and place first, and a
 * failure of the others is told instead of doing nothing.
 */
export function actionMiddleware(server: Server, log: vscode.LogOutputChannel): Middleware {
  return {
    resolveCodeAction: async (action, token) => {
      const current = await told(log, () => server.ready());
      if (current === undefined) {
        return action;
      }
      const item = current.code2ProtocolConverter.asCodeActionSync(action);
      if (action.kind?.value === MODULE_KIND) {
        action.command = { command: 'notelift.extract', title: action.title, arguments: [item.data] };
        return action;
      }
      const resolved = await told(log, () => current.sendRequest<CodeAction>('codeAction/resolve', item, token));
      return resolved === undefined ? action : current.protocol2CodeConverter.asCodeAction(resolved, token);
    },
  };
}
