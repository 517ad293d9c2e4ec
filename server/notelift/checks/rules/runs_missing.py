"""Runs of the kernel are gone from the notebook, so what they did cannot be told.

Execution counts go up by one with each run. A count that no cell has belongs to a cell that was deleted or
ran again later. Where a cell that ran again explains the gap, nothing is said; nor where the history of the
kernel is known. There is one finding for a notebook.

Instead of saving a notebook with the counts 1, 2, 7, run *Restart & Run All* before you share it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from notelift.checks.context import Context
from notelift.checks.hidden_state import place
from notelift.checks.model import Fix, Problem, Related, Rule


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem where counts are missing, at the first cell that ran after the gap."""
    session = context.kernel.session
    if not session.lost:
        return
    ran, after = context.kernel.timeline, []
    for before, run in zip((None, *ran), ran, strict=False):
        first = 1 if before is None else (before.order or 0) + 1
        gone = bisect_left(session.lost, run.order or 0) - bisect_left(session.lost, first)
        if run.cell >= 0 and gone > 0:
            after.append(run)
    if not after:
        return
    count = len(session.lost)
    missing = f"run [{session.lost[0]}] is" if count == 1 else f"{count} runs are"
    yield Problem(
        place(context, after[0].cell),
        f"before [{after[0].order}], {missing} missing: what a deleted cell or an earlier run did may still"
        " be in the kernel",
        (),
        tuple(Related(place(context, run.cell), "runs before this are missing too") for run in after[1:]),
        Fix("Run Restart & Run All."),
    )


RULE = Rule("NL109", "runs-missing", "hint", check)
