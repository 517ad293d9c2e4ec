"""A cell gives another result when it is run a second time, because it builds on what it changes itself.

In a notebook cells are run again all the time. Such a cell has to be run exactly once after those above it.
Random draws, output and plots do not count.

Instead of

    df = df[df.price > df.price.mean()]

write

    dear = df[df.price > df.price.mean()]
"""

from __future__ import annotations

from collections.abc import Iterator

from notelift.checks.context import Context
from notelift.checks.hidden_state import place
from notelift.checks.model import Fix, Problem, Rule
from notelift.queries.wording import thing


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each cell whose second run differs from its first."""
    for drift in context.drifting_cells():
        yield Problem(
            place(context, drift.cell, drift.line),
            f"{context.label(drift.cell)} changes {thing(drift.name)}, which it reads: run a second time it"
            " gives another result",
            (drift.name,) if drift.name.isidentifier() else (),
            (),
            Fix(f"Give the result another name, or set {thing(drift.name)} in the same cell."),
        )


RULE = Rule("NL110", "not-idempotent", "hint", check)
