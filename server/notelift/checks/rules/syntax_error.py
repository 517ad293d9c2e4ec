"""A cell is not valid Python.

Such a cell cannot run, and nothing in it can be analysed: what it would bind is unknown to the other rules.
IPython's own syntax (magics, `!`, `?`) is no error. The rule cannot be switched off by selecting others.

Instead of

    print "total", total

write

    print("total", total)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from notelift.cells.code import read_cell
from notelift.checks.context import Context
from notelift.checks.model import Problem, Rule

_LINE = re.compile(r"line (\d+): (.*)", re.DOTALL)


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each cell that does not parse."""
    for cell, (line, message) in context.in_cells(_error):
        yield Problem(
            context.line_place(cell, line),
            f"{context.label(cell.index)} is not valid Python, so it cannot run: {message}",
        )


def _error(source: str) -> Iterator[tuple[int, str]]:
    """The line of the error in a cell, and the message."""
    match = _LINE.match(read_cell(source).error)
    if match is not None:
        line = min(int(match.group(1)), source.count("\n") + 1)
        yield line, match.group(2).rstrip(".")


RULE = Rule("NL001", "syntax-error", "error", check)
