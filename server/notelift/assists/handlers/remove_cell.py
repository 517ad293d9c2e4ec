"""A cell that does nothing goes: it is empty, nothing uses what it makes, or it never ran in this kernel."""

from __future__ import annotations

from collections.abc import Iterator

from notelift.assists.fixing import KIND, checked, data_of, found, of_rules
from notelift.assists.model import Ask, Assist, Data, Offer
from notelift.checks.context import Context
from notelift.edits.change import NotebookChange, RemovedCell

_RULES = ("empty-cell", "unused-cell", "skipped-cell")


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield the removal of each cell that a finding is about."""
    refused = "" if ask.changes_cells else "this editor cannot remove cells for an action: delete it by hand"
    for finding in of_rules(ask, _RULES):
        title = f"Delete {Context.of(ask.kernel).label(finding.cell)}"
        preferred = finding.rule == "empty-cell"
        yield Offer(title, KIND, data_of(finding), refused, (finding,), preferred)


def build(ask: Ask, data: Data) -> NotebookChange:
    """Return the removal. Raises Refused where another cell needs the cell."""
    finding = found(ask, data)
    return checked(ask, NotebookChange(cells=(RemovedCell(finding.cell_id),)), finding)


ASSIST = Assist("remove-cell", (KIND,), offers, build)
