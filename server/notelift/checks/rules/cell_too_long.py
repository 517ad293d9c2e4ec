"""A cell has more than 60 lines of code.

A cell is what one runs and looks at in one go. A long one does several things, of which one sees the last
result only. Blank lines, comments and texts of several lines that stand alone are not counted, nor are the
bodies of magics that are not Python. Off by default.

Instead of one cell that loads, cleans and plots, write three; or move functions to a module.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from notelift.cells.code import read_cell
from notelift.checks.context import Context
from notelift.checks.limits import LINES_OF_CELL
from notelift.checks.model import Fix, Problem, Rule


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each cell over the limit."""
    for cell, count in context.in_cells(_too_many):
        yield Problem(
            context.line_place(cell, context.code(cell).statements[0].line),
            f"{context.label(cell.index)} has {count} lines of code; {LINES_OF_CELL} are the limit",
            fix=Fix("Split the cell, or move its functions to a module."),
        )


def _too_many(source: str) -> Iterator[int]:
    """The number of lines of code of a cell that has too many."""
    if source.count("\n") >= LINES_OF_CELL:
        count = _lines_of_code(source)
        if count > LINES_OF_CELL:
            yield count


def _lines_of_code(source: str) -> int:
    lines = source.split("\n")
    counted: set[int] = set()
    for statement in read_cell(source).statements:
        node = statement.node
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            counted |= set(range(statement.line, statement.end_line + 1))
    for magic in read_cell(source).magics:
        if magic.kind == "cell":
            counted -= set(range(magic.line, magic.end_line + 1))
    return sum(1 for number in counted if lines[number - 1].strip() and lines[number - 1].lstrip()[0] != "#")


RULE = Rule("NL305", "cell-too-long", "warning", check, default=False)
