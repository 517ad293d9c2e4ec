/** The words of the graph's page, in the user's language. */
import * as vscode from 'vscode';
import type { Words } from './messages';

/** Returns the words; the page fills in `{0}` and `{1}`. */
export function words(): Words {
  return {
    graph: vscode.l10n.t('Lineage graph'),
    keys: vscode.l10n.t(
      'Arrows up and down go along the arrows of the graph, left and right to the node before and after. Enter goes to the code. Space selects. E shows or hides the values of a cell. Escape deselects. Plus, minus and 0 zoom. Slash finds.',
    ),
    find: vscode.l10n.t('Find a value or cell'),
    values: vscode.l10n.t('Values'),
    onlySlice: vscode.l10n.t('Only the selected lineage'),
    zoomIn: vscode.l10n.t('Zoom in (+)'),
    zoomOut: vscode.l10n.t('Zoom out (-)'),
    zoomReset: vscode.l10n.t('Zoom to 100 % (0)'),
    fit: vscode.l10n.t('Fit'),
    export: vscode.l10n.t('Export...'),
    certain: vscode.l10n.t('certain'),
    possible: vscode.l10n.t('possible'),
    comesFrom: vscode.l10n.t('comes from'),
    goesTo: vscode.l10n.t('goes to'),
    // The page fills these in: `{0}` has to stay.
    makes: vscode.l10n.t('makes {0}', '{0}'),
    changes: vscode.l10n.t('changes {0}', '{0}'),
    mayChange: vscode.l10n.t('may change {0}', '{0}'),
    file: vscode.l10n.t('file {0}', '{0}'),
    cell: vscode.l10n.t('cell {0}', '{0}'),
    expand: vscode.l10n.t('Show its values (E)'),
    collapse: vscode.l10n.t('Hide its values (E)'),
    summary: vscode.l10n.t('{0}: {1}, {2}', '{0}', '{1}', '{2}'),
    madeFrom: vscode.l10n.t('made from {0}', '{0}'),
    madeAlone: vscode.l10n.t('made from nothing else'),
    usedBy: vscode.l10n.t('used by {0}', '{0}'),
    unused: vscode.l10n.t('used by nothing'),
    nothingFound: vscode.l10n.t('Nothing found'),
    found: vscode.l10n.t('{0} found', '{0}'),
    deselected: vscode.l10n.t('Nothing is selected'),
    fresh: vscode.l10n.t('up to date'),
    edited: vscode.l10n.t('edited'),
    outdated: vscode.l10n.t('outdated'),
    never_run: vscode.l10n.t('not run'),
    failed: vscode.l10n.t('failed'),
    same: vscode.l10n.t('as after a restart'),
    differs: vscode.l10n.t('differs'),
    missing_on_restart: vscode.l10n.t('gone on restart'),
    missing_in_kernel: vscode.l10n.t('not in kernel'),
    unknown: vscode.l10n.t('cannot be told'),
  };
}
