/** The words of the graph's page, in the user's language. */
import * as vscode from 'vscode';
import type { Words } from './messages';

/** Returns the words; the page fills in `{0}` and `{1}`. */
export function words(): Words {
  const { t } = vscode.l10n;
  return {
    graph: t('Lineage graph'),
    keys: t(
      'Arrows up and down go along the arrows of the graph, left and right to the node before and after. Enter goes to the code. Space selects. E shows or hides the values of a cell. Escape deselects. Plus, minus and 0 zoom. Slash finds.',
    ),
    find: t('Find a value or cell'),
    values: t('Values'),
    onlySlice: t('Only the selected lineage'),
    zoomIn: t('Zoom in (+)'),
    zoomOut: t('Zoom out (-)'),
    zoomReset: t('Zoom to 100 % (0)'),
    fit: t('Fit'),
    export: t('Export...'),
    certain: t('certain'),
    possible: t('possible'),
    comesFrom: t('comes from'),
    goesTo: t('goes to'),
    // The page fills these in: `{0}` has to stay.
    makes: t('makes {0}', '{0}'),
    changes: t('changes {0}', '{0}'),
    mayChange: t('may change {0}', '{0}'),
    file: t('file {0}', '{0}'),
    cell: t('cell {0}', '{0}'),
    expand: t('Show its values (E)'),
    collapse: t('Hide its values (E)'),
    summary: t('{0} comes from {1} and goes to {2} other values or statements', '{0}', '{1}', '{2}'),
    nothingFound: t('Nothing found'),
    found: t('{0} found', '{0}'),
    deselected: t('Nothing is selected'),
    fresh: t('up to date'),
    edited: t('edited'),
    outdated: t('outdated'),
    never_run: t('not run'),
    failed: t('failed'),
    same: t('as after a restart'),
    differs: t('differs'),
    missing_on_restart: t('gone on restart'),
    missing_in_kernel: t('not in kernel'),
    unknown: t('cannot be told'),
  };
}
