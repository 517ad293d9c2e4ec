"""Extract statements to a function of the notebook: selected ones, a cell's, or all that a value needs."""

from __future__ import annotations

from collections.abc import Iterator

from notelift.assists.function.plan import core_of, extracted
from notelift.assists.function.refusals import syntax_refusal
from notelift.assists.function.selection import Selected, selection, whole_cell
from notelift.assists.model import Ask, Assist, Data, Offer, Refused
from notelift.edits.change import NotebookChange

KIND = "refactor.extract.function.notelift"


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield the functions that the selection, or the cell at the caret, could become."""
    if not ask.kernel.session.notebook.cells[ask.cell].is_python:
        return
    what = "cell" if ask.is_caret else "selection"
    yield Offer(f"Extract {what} to a function", KIND, {"what": what}, _refusal(ask, what))


def _refusal(ask: Ask, what: str) -> str:
    """Why the syntax alone forbids it."""
    try:
        return syntax_refusal(core_of(_selected(ask, what)))
    except Refused as error:
        return str(error)


def _selected(ask: Ask, what: str) -> Selected:
    cell = ask.kernel.session.notebook.cells[ask.cell]
    if what == "cell":
        return whole_cell(cell)
    return selection(cell, (ask.line, ask.column), (ask.end_line, ask.end_column))


def build(ask: Ask, data: Data) -> NotebookChange:
    """Return the change that makes the function. Raises Refused where the notebook would not do the same."""
    what = str(data["what"])
    return extracted(ask.kernel, _selected(ask, what), 1 if what == "cell" else ask.line)


ASSIST = Assist("extract-function", (KIND,), offers, build)
