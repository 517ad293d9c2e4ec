/** Texts that are shown and belong to no file: previews of changes, results of comparisons. */
import * as vscode from 'vscode';

const SCHEME = 'notelift';

/** Provides the texts that were added to it. They go when their documents are closed. */
export class VirtualDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly registrations: vscode.Disposable;
  private number = 0;

  constructor() {
    this.registrations = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidCloseTextDocument((document) => this.texts.delete(document.uri.toString())),
    );
  }

  /** Returns the URI of a document with that name and text. */
  add(name: string, text: string): vscode.Uri {
    this.number += 1;
    // The path is what is shown: versions of one document differ in the rest.
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}`, query: String(this.number) });
    this.texts.set(uri.toString(), text);
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string | undefined {
    return this.texts.get(uri.toString());
  }

  dispose(): void {
    this.registrations.dispose();
  }
}
