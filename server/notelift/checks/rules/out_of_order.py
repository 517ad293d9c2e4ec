"""Cells ran in another order than they stand in, and a value is another because of it.

The order alone is no problem: the rule speaks only where *Restart & Run All* gives another value, because a
cell read what a cell below it had set, or ran before the cell above it that sets what it reads. There is
one finding for each cell that is at fault; other cells that read from it are related places.

Instead of

    [1]  price = 10
    [3]  total = price * 1.2    # ran after the cell below: its price was 20
    [2]  price = 20

put the cells in the order in which they have to run, and run them all.
"""

from __future__ import annotations

from collections.abc import Iterator

from notelift.checks.context import Context
from notelift.checks.hidden_state import (
    place,
    problem,
    reader_label,
    related,
    roots,
    source_label,
    value,
)
from notelift.checks.model import Problem, Related, Rule


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each cell that others read from in another order."""
    for root in roots(context, "out-of-order"):
        cause = root.cause
        source, what = source_label(root), value(root)
        there = place(context, cause.cell, cause.line)
        if not root.readers:
            yield problem(
                context,
                root,
                there,
                f"{what} is as {source} left it, but from top to bottom another cell is the last to set it",
                (),
                "Put the cells in the order in which they have to run, and run them all.",
            )
            continue
        first = root.readers[0]
        reader = reader_label(root)
        if first.cell == cause.cell:
            message = f"{reader} ran out of order with cells that {what} depends on"
            fix = f"Run {reader} again after the cells above it."
        elif cause.kind == "later_run":
            message = f"{reader} ran before {source}, which stands above it and sets {what}"
            fix = f"Run {reader} again, or put {source} behind it."
        else:
            message = f"{reader} read {what} as {source} left it, which from top to bottom it does not"
            fix = f"Run the cells from top to bottom, or put {source} where it has to run."
        others = (Related(there, f"sets {what}"), *related(context, root.readers[1:], f"reads {what} too"))
        yield problem(context, root, place(context, first.cell, first.line), message, others, fix)


RULE = Rule("NL101", "out-of-order", "warning", check)
