"""The edits that a finding brings along: a rule that knows what to write says it in its fix."""

from __future__ import annotations

from collections.abc import Iterator

from notelift.assists.fixing import KIND, checked, data_of, found, of_rules
from notelift.assists.model import Ask, Assist, Data, Offer, Refused
from notelift.assists.texts import in_place_of
from notelift.edits.change import NotebookChange

# Those whose fixes have edits.
RULES = ("data-leakage", "star-import")


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield an offer for each finding whose fix has edits."""
    for finding in of_rules(ask, RULES):
        if finding.fix and finding.fix.edits:
            title = finding.fix.message.removesuffix(".")
            yield Offer(title, KIND, data_of(finding), fixes=(finding,), preferred=True)


def build(ask: Ask, data: Data) -> NotebookChange:
    """Return the edits of the fix. Raises Refused where they would not do."""
    finding = found(ask, data)
    if finding.fix is None or not finding.fix.edits:
        raise Refused(f"{finding.rule} has no edit for cell {finding.cell} any more: ask for the fixes again")
    cells = ask.kernel.session.notebook.cells
    edits = (in_place_of(cells[edit.place.cell], edit.place, edit.text) for edit in finding.fix.edits)
    return checked(ask, NotebookChange(tuple(edits)), finding)


ASSIST = Assist("apply-fix", (KIND,), offers, build)
