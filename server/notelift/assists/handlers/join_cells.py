"""A cell that changes what the one above sets goes into that: run again, it starts from the same value."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from notelift.assists.fixing import KIND, checked, data_of, found, of_rules
from notelift.assists.model import Ask, Assist, Data, Offer, Refused
from notelift.assists.texts import is_magic
from notelift.cells.code import read_cell
from notelift.checks.context import Context
from notelift.checks.model import Finding
from notelift.edits.change import NotebookChange, RemovedCell, TextEdit
from notelift.notebook.model import Cell

RULES = ("not-idempotent",)


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield the joined cell for each finding on a value that the code cell above sets."""
    for finding in of_rules(ask, RULES):
        context = ask.context
        above = _above(context, finding)
        if above is None:
            continue
        title = f"Join it with {context.label(above.index)}, which sets `{finding.names[0]}`"
        refused = _refusal(context, above, context.notebook.cells[finding.cell])
        if not ask.changes_cells:
            refused = "this editor cannot remove cells for an action: join them by hand"
        yield Offer(title, KIND, data_of(finding), refused, (finding,))


def build(ask: Ask, data: Data) -> NotebookChange:
    """Return the text of both cells in the first. Raises Refused where that shows or draws otherwise."""
    finding = found(ask, data)
    context = ask.context
    above, cell = _above(context, finding), context.notebook.cells[finding.cell]
    if above is None:
        raise Refused(f"the cell above cell {cell.index} does not set the value: join them by hand")
    if refused := _refusal(context, above, cell):
        raise Refused(refused)
    lines = above.source.split("\n")
    end = TextEdit(above.id, len(lines), len(lines[-1]), len(lines), len(lines[-1]), f"\n{cell.source}")
    return checked(ask, NotebookChange((end,), (RemovedCell(cell.id),)), finding)


def _above(context: Context, finding: Finding) -> Cell | None:
    """The code cell right above, where it binds the name that the finding is about."""
    if not finding.names or finding.cell == 0:
        return None
    above = context.notebook.cells[finding.cell - 1]
    flow = next((flow for flow in context.flow.runs if flow.run.cell == above.index), None)
    binds = flow is not None and any(finding.names[0] in each.binds for each in flow.statements)
    return above if binds else None


def _refusal(context: Context, above: Cell, cell: Cell) -> str:
    """Why one cell would not do what two do: what is shown, and figures, end with a cell."""
    for each in (above, cell):
        if is_magic(each):
            return f"{context.label(each.index)} is the text of a magic: join them by hand"
    last = read_cell(above.source).statements[-1].node
    if isinstance(last, ast.Expr) and not above.source.rstrip().endswith(";"):
        return (
            f"{context.label(above.index)} shows its last line, which it would not do in the middle of a cell"
        )
    draws = [
        flow.run.cell
        for flow in context.flow.runs
        if flow.run.cell in (above.index, cell.index)
        and any(resource == "pyplot" for statement in flow.statements for _, resource in statement.world)
    ]
    return "both cells draw, and would draw on one figure: join them by hand" if len(draws) > 1 else ""


ASSIST = Assist("join-cells", (KIND,), offers, build)
