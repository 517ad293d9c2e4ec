"""The text that a cell had when it ran last, in the place of what it was edited to."""

from __future__ import annotations

from collections.abc import Iterator

from notelift.assists.fixing import KIND, STOPS, checked, data_of, found, of_rules
from notelift.assists.model import Ask, Assist, Data, Offer, Refused
from notelift.checks.hidden_state import label
from notelift.edits.change import NotebookChange, TextEdit

RULES = ("edited-since-run",)


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield the old text of each cell that was edited since it ran."""
    for finding in of_rules(ask, RULES):
        run = ask.kernel.last_run(finding.cell_id)
        if run is not None and ask.kernel.session.told:
            title = f"Bring back the text that {label(run.cell, run.order)} had when it ran"
            yield Offer(title, KIND, data_of(finding), fixes=(finding,))


def build(ask: Ask, data: Data) -> NotebookChange:
    """Return the edit of the whole cell. Raises Refused where the finding would stay."""
    finding = found(ask, data)
    cell = ask.context.notebook.cells[finding.cell]
    run = ask.kernel.last_run(cell.id)
    if run is None:
        raise Refused(f"cell {cell.index} has not run in this kernel: its old text is not known")
    lines = cell.source.split("\n")
    edit = TextEdit(cell.id, 1, 0, len(lines), len(lines[-1]), run.source)
    return checked(ask, NotebookChange((edit,)), finding, STOPS)


ASSIST = Assist("restore-text", (KIND,), offers, build)
