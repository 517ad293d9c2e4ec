"""A cell was not run in this kernel, though a cell below it that reads what it sets was.

After a restart it does run, and the cells below get other values. Cells at the end that nobody has run yet
are no problem, nor is a cell that changes nothing for others.

Instead of

    [1]  df = load()
    [ ]  df = df.dropna()
    [2]  df.mean()

run the cell and those that depend on it, or delete it.
"""

from __future__ import annotations

from collections.abc import Iterator

from notelift.checks.context import Context
from notelift.checks.hidden_state import place, problem, related, roots, source_label, value
from notelift.checks.model import Problem, Rule


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each cell that did not run and would change what others have read."""
    for root in roots(context, "skipped-cell"):
        cause = root.cause
        if not root.readers and set(root.names) <= context.kernel.missing:
            continue
        source, what = source_label(root), value(root)
        yield problem(
            context,
            root,
            place(context, cause.cell, cause.line),
            f"{source} has not run, but cells below it have, and it sets {what}",
            related(context, root.readers, f"read {what} without it"),
            f"Run {source} and then the cells that depend on it, or delete it.",
        )


RULE = Rule("NL105", "skipped-cell", "warning", check)
