"""The import that a name lacks which nothing has bound, and the edits that write it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from notelift.assists.texts import with_comment, with_import, without
from notelift.assists.well_known import import_of, is_standard
from notelift.cells.code import CellStatement, read_cell
from notelift.checks.context import Context
from notelift.checks.facts import dotted_name
from notelift.checks.model import Finding
from notelift.edits.change import NotebookChange, RemovedCell
from notelift.notebook.model import Cell


class Missing(NamedTuple):
    """An import that is lacking: its text, and where the notebook has it further down, if it does.

    `moves` says that it is to go there: the statement binds that name alone.
    """

    code: str
    cell: Cell | None = None
    statement: CellStatement | None = None
    moves: bool = False


def missing_import(context: Context, finding: Finding, changes_cells: bool) -> Missing | None:
    """Return the import that binds the name of a finding that it is unbound; None where it is not known.

    What has a cell of its own moves only where the client can remove cells.
    """
    name = finding.names[0]
    for read in context.unbound_reads():
        if read.name != name:
            continue
        if read.later is None:
            reader = context.notebook.cells[read.statement.cell]
            code = _known(context, reader, read.statement.site.statement, name)
            return Missing(code) if code else None
        cell = context.notebook.cells[read.later.cell]
        statement = read_cell(cell.source).statements[read.later.site.statement]
        code = _binding(statement.node, name)
        is_alone = len(getattr(statement.node, "names", ())) == 1 and not context.is_rebound(name)
        goes = _has_cell(cell, statement) if changes_cells else False
        moves = is_alone and (goes or without(cell, [statement]) is not None)
        return Missing(code, cell, statement, moves) if code else None
    return None


def import_change(context: Context, finding: Finding, missing: Missing) -> NotebookChange:
    """Return the change that has the import in the first cell of imports, else where it is needed."""
    cell = context.notebook.cells[finding.cell]
    if not missing.moves or missing.cell is None or missing.statement is None:
        return NotebookChange((with_import(context.cells, cell, missing.code),))
    added = with_import(context.cells, cell, with_comment(missing.cell, missing.statement))
    gone = without(missing.cell, [missing.statement])
    if gone is None:
        return NotebookChange((added,), (RemovedCell(missing.cell.id),))
    return NotebookChange((added, *gone))


def _has_cell(cell: Cell, statement: CellStatement) -> bool:
    """Whether a statement is all that there is in its cell."""
    return cell.source.strip() == with_comment(cell, statement).strip()


def _binding(node: ast.stmt, name: str) -> str:
    """The part of an import that binds the name."""
    if not isinstance(node, (ast.Import, ast.ImportFrom)):
        return ""
    for alias in node.names:
        if (alias.asname or alias.name.partition(".")[0]) == name:
            if isinstance(node, ast.Import):
                return ast.unparse(ast.Import([alias]))
            return ast.unparse(ast.ImportFrom(node.module, [alias], node.level))
    return ""


def _known(context: Context, reader: Cell, position: int, name: str) -> str:
    """The import that everybody writes for the name, where it is used as what that gives."""
    node = read_cell(reader.source).statements[position].node
    used = {tail for tail, _ in _uses(context, node, name)}
    code = import_of(name)
    if code.startswith("from "):
        return code
    if code and used:
        return code
    if is_standard(name) and any(context.library.find(f"{name}.{tail}") for tail in used):
        return f"import {name}"
    return ""


def _uses(context: Context, node: ast.stmt, name: str) -> Iterator[tuple[str, ast.Attribute]]:
    """What is read of a name: the `array` of `np.array`; in functions of the notebook too."""
    roots: list[ast.AST] = [node]
    if not any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node)):
        # It is read by a function that the statement calls.
        roots = [each.node for cell in context.cells for each in context.code(cell).statements]
    for root in roots:
        for part in ast.walk(root):
            if isinstance(part, ast.Attribute):
                head, _, tail = dotted_name(part).partition(".")
                if head == name and tail:
                    yield tail, part
