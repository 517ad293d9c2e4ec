"""A long cell becomes several, cut between its paragraphs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from notelift.assists.fixing import KIND, checked, data_of, found, of_rules
from notelift.assists.model import Ask, Assist, Data, Offer, Refused
from notelift.assists.texts import is_magic
from notelift.cells.code import CellStatement, read_cell
from notelift.checks.context import Context
from notelift.checks.limits import LINES_OF_CELL
from notelift.edits.change import NewCell, NotebookChange, TextEdit
from notelift.flow.graph import RunFlow
from notelift.notebook.model import Cell

RULES = ("cell-too-long",)


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield the cells that each long one would become, where it can be cut."""
    for finding in of_rules(ask, RULES):
        context = ask.context
        parts = _parts(context, context.notebook.cells[finding.cell])
        if len(parts) > 1:
            title = f"Split {context.label(finding.cell)} into {len(parts)} cells"
            refused = "" if ask.changes_cells else "this editor cannot insert cells for an action"
            yield Offer(title, KIND, data_of(finding), refused, (finding,))


def build(ask: Ask, data: Data) -> NotebookChange:
    """Return the cells. Raises Refused where the cell cannot be cut any more."""
    finding = found(ask, data)
    context = ask.context
    cells = context.notebook.cells
    cell = cells[finding.cell]
    parts = _parts(context, cell)
    if len(parts) < 2:
        raise Refused(f"cell {cell.index} has no place where it can be cut: split it by hand")
    lines = cell.source.split("\n")
    first = parts[0].split("\n")
    gone = TextEdit(cell.id, len(first), len(first[-1]), len(lines), len(lines[-1]), "")
    following = cells[cell.index + 1].id if cell.index + 1 < len(cells) else None
    new = tuple(NewCell(following, part) for part in parts[1:])
    return checked(ask, NotebookChange((gone,), new), finding)


def _parts(context: Context, cell: Cell) -> list[str]:
    """The texts of the cells, each as long as may be; one text where some part would be too long."""
    code = read_cell(cell.source)
    flow = next(flow for flow in context.flow.runs if flow.run.cell == cell.index)
    if is_magic(cell):
        return [cell.source]
    lines = cell.source.split("\n")
    cuts = [
        _first_line(lines, code.statements[n])
        for n in range(1, len(flow.statements))
        if _may_cut(flow, code.statements, n)
    ]
    parts: list[str] = []
    start = 1
    while _count(lines[start - 1 :]) > LINES_OF_CELL:
        fitting = [
            line for line in cuts if line > start and _count(lines[start - 1 : line - 1]) <= LINES_OF_CELL
        ]
        if not fitting:
            return [cell.source]
        # Between paragraphs, if some are in the second half of what fits.
        blank = [line for line in fitting if not lines[line - 2].strip()]
        late = [line for line in blank if 2 * _count(lines[start - 1 : line - 1]) >= LINES_OF_CELL]
        cut = (late or fitting)[-1]
        parts.append("\n".join(lines[start - 1 : cut - 1]).rstrip())
        start = cut
    return [*parts, "\n".join(lines[start - 1 :])]


def _count(lines: list[str]) -> int:
    return sum(1 for line in lines if line.strip() and not line.lstrip().startswith("#"))


def _first_line(lines: list[str], statement: CellStatement) -> int:
    """The line of a statement, or of the comments right above it."""
    line = statement.line
    while line > 2 and lines[line - 2].lstrip().startswith("#"):
        line -= 1
    return line


def _may_cut(flow: RunFlow, statements: tuple[CellStatement, ...], position: int) -> bool:
    """Whether a cell may end before a statement: nothing more is shown then, and no figure is cut."""
    before, here = statements[position - 1], statements[position]
    if isinstance(before.node, ast.Expr) or before.end_line >= here.line:
        return False
    return not any(
        needs.source.run == statement.site.run
        and needs.source.statement < position
        and (needs.kind == "output" or needs.name == "pyplot")
        for statement in flow.statements[position:]
        for needs in statement.reads
    )


ASSIST = Assist("split-cell", (KIND,), offers, build)
