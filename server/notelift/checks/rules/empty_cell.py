"""A code cell is empty.

It does nothing, and costs the reader a moment. The last cell of a notebook, which editors add by
themselves, is not reported, nor is a cell with a comment. Off by default.
"""

from __future__ import annotations

from collections.abc import Iterator

from notelift.checks.context import Context
from notelift.checks.model import Fix, Place, Problem, Rule


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each empty cell."""
    last = len(context.notebook.cells) - 1
    for cell, _ in context.in_cells(_is_empty):
        if cell.index != last:
            place = Place(cell.index, 1, 0, 1, 0)
            yield Problem(place, f"{context.label(cell.index)} is empty", fix=Fix("Delete the cell."))


def _is_empty(source: str) -> Iterator[bool]:
    if not source.strip():
        yield True


RULE = Rule("NL304", "empty-cell", "warning", check, default=False)
