"""Imports that stand behind code go to the first cell of imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from notelift.assists.fixing import KIND, checked, data_of, found, of_rules
from notelift.assists.model import Ask, Assist, Data, Offer, Refused
from notelift.assists.moves import what_is_needed
from notelift.assists.texts import with_comment, with_import, without
from notelift.cells.code import CellStatement, read_cell
from notelift.checks.context import Context
from notelift.checks.model import Finding
from notelift.edits.change import NotebookChange, RemovedCell
from notelift.flow.graph import Site
from notelift.notebook.model import Cell

RULES = ("import-not-first",)
_IMPORTS = (ast.Import, ast.ImportFrom)
_INSTALLS = frozenset(
    {"pip", "conda", "mamba", "!", "!!", "sx", "system", "bash", "sh", "writefile", "load_ext"}
)


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield the move of the imports of each finding."""
    for finding in of_rules(ask, RULES):
        context = ask.context
        refused = _refusal(context, finding)
        title = f"Move {', '.join(f'`{name}`' for name in finding.names)} to the first imports"
        yield Offer(title, KIND, data_of(finding), refused, (finding,), preferred=not refused)


def build(ask: Ask, data: Data) -> NotebookChange:
    """Return the imports in their new cell, taken out of the old one. Raises Refused."""
    finding = found(ask, data)
    context = ask.context
    if refused := _refusal(context, finding):
        raise Refused(refused)
    cell = context.notebook.cells[finding.cell]
    moved = _imports(context, finding)
    there = _imported_above(context, cell)
    code = [with_comment(cell, each) for each in moved if ast.dump(each.node) not in there]
    added = (with_import(context.cells, _target(context, cell), "\n".join(code)),) if code else ()
    if len(moved) == len(read_cell(cell.source).statements) and not _has_more(cell, moved):
        if not ask.changes_cells:
            raise Refused(f"cell {cell.index} would be left empty: move its imports by hand and delete it")
        return checked(ask, NotebookChange(added, (RemovedCell(cell.id),)), finding)
    gone = without(cell, moved)
    if gone is None:
        raise Refused(f"cell {cell.index} has an import beside other code: put it on a line of its own")
    return checked(ask, NotebookChange((*added, *gone)), finding)


def _imported_above(context: Context, cell: Cell) -> set[str]:
    """The imports at the top level of the cells above."""
    return {
        ast.dump(statement.node)
        for each in context.cells
        if each.index < cell.index
        for statement in context.code(each).statements
        if isinstance(statement.node, _IMPORTS)
    }


def _has_more(cell: Cell, moved: list[CellStatement]) -> bool:
    """Whether a cell has comments or magics beside its imports."""
    gone = {line for each in moved for line in range(each.line, each.end_line + 1)}
    lines = cell.source.split("\n")
    return any(text.strip() for number, text in enumerate(lines, 1) if number not in gone)


def _imports(context: Context, finding: Finding) -> list[CellStatement]:
    """The statements that the finding is about."""
    lines = {finding.line, *(related.place.line for related in finding.related)}
    statements = read_cell(context.notebook.cells[finding.cell].source).statements
    return [
        each
        for each in statements
        if each.line in lines and isinstance(each.node, (ast.Import, ast.ImportFrom))
    ]


def _target(context: Context, cell: Cell) -> Cell:
    """The first cell that imports something: the one that gets more imports."""
    for each in context.cells:
        if each.index < cell.index and context.facts(each).imports:
            return each
    return next(each for each in context.cells if context.code(each).statements)


def _refusal(context: Context, finding: Finding) -> str:
    """Why the imports cannot stand above: something before them decides what they give."""
    cell = context.notebook.cells[finding.cell]
    run = next(index for index, each in enumerate(context.cells) if each.index == cell.index)
    first = _target(context, cell)
    for other in context.cells:
        if first.index <= other.index <= cell.index and any(
            magic.name in _INSTALLS for magic in context.code(other).magics
        ):
            return f"{context.label(other.index)} may install what is imported: move the import by hand"
    moved = _imports(context, finding)
    statements = read_cell(cell.source).statements
    for each in moved:
        for needs in context.statement(Site(run, statements.index(each))).reads:
            maker = context.cells[needs.source.run]
            if not isinstance(read_cell(maker.source).statements[needs.source.statement].node, _IMPORTS):
                what, where = what_is_needed(needs), context.label(maker.index)
                return f"the import depends on {what} of {where}: move it by hand"
    rebound = [name for name in _bound(moved) if context.is_rebound(name)]
    return f"`{rebound[0]}` is bound to something else too: move the import by hand" if rebound else ""


def _bound(imports: list[CellStatement]) -> Iterator[str]:
    for each in imports:
        assert isinstance(each.node, (ast.Import, ast.ImportFrom))
        for alias in each.node.names:
            yield alias.asname or alias.name.partition(".")[0]


ASSIST = Assist("move-imports", (KIND,), offers, build)
