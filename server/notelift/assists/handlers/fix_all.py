"""All fixes of a notebook that change nothing but what is wrong, as one edit of its text."""

from __future__ import annotations

from collections.abc import Iterator

from notelift.assists.missing_imports import import_change, missing_import
from notelift.assists.model import Ask, Assist, Data, Offer, Refused
from notelift.assists.texts import in_place_of
from notelift.checks.context import Context
from notelift.checks.model import Finding
from notelift.checks.registry import UnknownRule, select
from notelift.checks.runner import run_rules
from notelift.edits.change import NotebookChange
from notelift.edits.checking import check_change

KIND = "source.fixAll.notelift"
# Star imports name what is used; imports go up where a restart would stop without them.
_SAFE = ("fails-on-restart", "star-import")


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield the one offer, where something can be fixed so."""
    if any(True for _ in _changes(ask)):
        yield Offer("Apply all fixes that are safe", KIND)


def build(ask: Ask, data: Data) -> NotebookChange:
    """Return all the edits that go together. Raises Refused where there are none."""
    whole = NotebookChange()
    for change in _changes(ask):
        more = NotebookChange((*whole.texts, *change.texts))
        if not check_change(more, ask.kernel):
            whole = more
    if not whole.texts:
        raise Refused("nothing in this notebook can be fixed without changing more")
    return whole


def _changes(ask: Ask) -> Iterator[NotebookChange]:
    """The edits of each finding."""
    context = ask.context
    try:
        rules = [name for name in select(ask.config.select, ask.config.ignore) if name in _SAFE]
    except UnknownRule:
        return
    for finding in run_rules(context, rules).findings:
        change = _change(context, finding)
        if change.texts:
            yield change


def _change(context: Context, finding: Finding) -> NotebookChange:
    if finding.fix and finding.fix.edits:
        cells = context.notebook.cells
        edits = (in_place_of(cells[each.place.cell], each.place, each.text) for each in finding.fix.edits)
        return NotebookChange(tuple(edits))
    missing = None
    if finding.rule == "fails-on-restart":
        missing = missing_import(context, finding, changes_cells=False)
    if missing is None or missing.cell is None:
        return NotebookChange()
    return import_change(context, finding, missing)


ASSIST = Assist("fix-all", (KIND,), offers, build)
