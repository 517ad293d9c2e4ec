"""A cell that builds on what it changes itself has run more than once, and a value has drifted.

After a restart it runs once. Running a cell again that gives the same is no problem. The rule needs the
history of the kernel (an editor, or `--session`); `not-idempotent` tells of such cells before.

Instead of

    [2]  total = 0
    [5]  total += sales.sum()     # ran as [3] before

run the cells from the one that sets the value first, or make the cell start from it.
"""

from __future__ import annotations

from collections.abc import Iterator

from notelift.checks.context import Context
from notelift.checks.hidden_state import place, problem, related, roots, source_label, value
from notelift.checks.model import Problem, Rule


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each cell that built on its own earlier run."""
    for root in roots(context, "rerun-drift"):
        cause = root.cause
        if cause.cell < 0:
            continue
        source, what = source_label(root), value(root)
        others = [reader for reader in root.readers if reader.cell != cause.cell]
        yield problem(
            context,
            root,
            place(context, cause.cell, cause.line),
            f"{source} ran more than once, each time on {what} as it had left it",
            related(context, others, f"read {what} after it"),
            f"Run the cells from the one that first sets {what}.",
        )


RULE = Rule("NL108", "rerun-drift", "warning", check)
