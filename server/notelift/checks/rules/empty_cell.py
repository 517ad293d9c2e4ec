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
    for cell in context.cells:
        if cell.index != last and not cell.source.strip():
            place = Place(cell.index, 1, 0, 1, 0)
            yield Problem(place, f"{context.label(cell.index)} is empty", fix=Fix("Delete the cell."))


RULE = Rule("NL304", "empty-cell", "warning", check, default=False)
