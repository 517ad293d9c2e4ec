"""Extract statements to a function of the notebook: selected ones, a cell's, or all that a value needs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from notelift.assists.function.gathering import gather
from notelift.assists.function.plan import core_of, extracted
from notelift.assists.function.refusals import syntax_refusal
from notelift.assists.function.selection import Selected, selection, whole_cell
from notelift.assists.function.whole import change_between
from notelift.assists.model import Ask, Assist, Data, Offer, Refused
from notelift.assists.places import is_data, name_at, run_at, selected, target_here
from notelift.cells.code import read_cell
from notelift.edits.applying import apply
from notelift.edits.change import NotebookChange
from notelift.notebook.model import Cell
from notelift.queries.targets import parse_target

KIND = "refactor.extract.function.notelift"


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield the functions that the selection, or the cell and the value at the caret, could become."""
    cell = ask.kernel.session.notebook.cells[ask.cell]
    code = read_cell(cell.source)
    if not cell.is_python or not (code.statements or code.error):
        return
    what = "cell" if ask.is_caret else "selection"
    refused = _refusal_of_cell(cell) if what == "cell" else _refusal(ask, what)
    yield Offer(f"Extract {what} to a function", KIND, {"what": what}, refused)
    flow = run_at(ask)
    here = selected(ask, flow) if flow is not None else ()
    if len(here) == 1 and (name := name_at(ask, here[0])):
        dataflow = ask.kernel.written.dataflow
        if is_data(dataflow, name, here[0]):
            data = {"what": "needs", "target": str(target_here(dataflow, name, here[0]))}
            yield Offer(f"Extract everything `{name}` needs to a function", KIND, data)


def _refusal(ask: Ask, what: str) -> str:
    """Why the syntax alone forbids it."""
    try:
        return syntax_refusal(core_of(_selected(ask, what)))
    except Refused as error:
        return str(error)


@lru_cache(maxsize=8)
def _refusal_of_cell(cell: Cell) -> str:
    """Why the syntax alone forbids it of a cell: asked at each move of the caret in it."""
    try:
        return syntax_refusal(core_of(whole_cell(cell)))
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
    if what != "needs":
        return extracted(ask.kernel, _selected(ask, what), 1 if what == "cell" else ask.line)
    target = parse_target(str(data["target"]))
    gathered = gather(ask.kernel, target)
    change = extracted(gathered.kernel, gathered.selected, 1, target.value)
    after = apply(change, gathered.kernel.session.notebook).notebook
    return change_between(ask.kernel.session.notebook, after, ask.changes_cells)


ASSIST = Assist("extract-function", (KIND,), offers, build)
