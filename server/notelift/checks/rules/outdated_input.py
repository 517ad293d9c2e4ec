"""A cell read a value, and the cell that sets the value ran again later with another outcome.

What the reading cell shows and sets belongs to the old value. The rule speaks only where the new run gave
another value: running a cell again that gives the same is no problem. It needs the history of the kernel
(an editor, or `--session`), for a saved notebook has the last run of each cell only.

Instead of

    [5]  rate = 0.2         # was 0.1 when [3] ran
    [3]  tax = price * rate

run `[3]` again.
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
    """Yield a problem for each cell whose later run others have not seen."""
    for root in roots(context, "outdated-input"):
        cause = root.cause
        what, reader, source = value(root), reader_label(root), source_label(root)
        first = root.readers[0]
        others = (
            Related(place(context, cause.cell, cause.line), f"sets {what} anew"),
            *related(context, root.readers[1:], f"read the old {what} too"),
        )
        message = f"{reader} read {what} before {source} set it anew"
        fix = f"Run {reader} again, and what depends on it."
        yield problem(context, root, place(context, first.cell, first.line), message, others, fix)


RULE = Rule("NL102", "outdated-input", "warning", check)
