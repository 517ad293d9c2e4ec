"""A cell that does nothing goes: it is empty, nothing uses what it makes, or it never ran in this kernel."""

from __future__ import annotations

from collections.abc import Iterator

from notelift.assists.fixing import KIND, checked, data_of, found, of_rules
from notelift.assists.model import Ask, Assist, Data, Offer
from notelift.checks.context import Context
from notelift.edits.change import NotebookChange, RemovedCell

RULES = ("empty-cell", "unused-cell", "skipped-cell")


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield the removal of each cell that a finding is about."""
    for finding in of_rules(ask, RULES):
        context = ask.context
        refused = _needed(context, finding.cell)
        if not ask.changes_cells:
            refused = "this editor cannot remove cells for an action: delete it by hand"
        title = f"Delete {context.label(finding.cell)}"
        yield Offer(title, KIND, data_of(finding), refused, (finding,), finding.rule == "empty-cell")


def build(ask: Ask, data: Data) -> NotebookChange:
    """Return the removal. Raises Refused where another cell needs the cell."""
    finding = found(ask, data)
    return checked(ask, NotebookChange(cells=(RemovedCell(finding.cell_id),)), finding)


def _needed(context: Context, cell: int) -> str:
    """What reads a name that no other cell binds before."""
    bound: set[str] = set()
    own: set[str] = set()
    for statement in context.flow.statements():
        if statement.cell == cell:
            own.update(statement.binds)
            continue
        for needs in statement.reads:
            if needs.kind == "name" and needs.name in own - bound:
                return f"{context.label(statement.cell)} needs `{needs.name}` of {context.label(cell)}"
        bound.update(statement.binds)
    return ""


ASSIST = Assist("remove-cell", (KIND,), offers, build)
