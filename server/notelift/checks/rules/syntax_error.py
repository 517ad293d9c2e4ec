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

from notelift.checks.context import Context
from notelift.checks.model import Problem, Rule

_LINE = re.compile(r"line (\d+): (.*)", re.DOTALL)


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each cell that does not parse."""
    for cell in context.cells:
        error = context.code(cell).error
        match = _LINE.match(error)
        if match is None:
            continue
        line = min(int(match.group(1)), cell.source.count("\n") + 1)
        message = match.group(2).rstrip(".")
        yield Problem(
            context.line_place(cell, line),
            f"{context.label(cell.index)} is not valid Python, so it cannot run: {message}",
        )


RULE = Rule("NL001", "syntax-error", "error", check)
