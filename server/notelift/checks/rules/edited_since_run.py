"""A cell was edited after it ran, and values still come from the code that is gone.

Nobody who reads the notebook can tell how these values came about, and a restart gives others. Changes to
comments and layout do not count, nor does an edit that nothing depends on. The rule needs the history of
the kernel (an editor, or `--session`).

Instead of

    [2]  limit = 5          # was 3 when it ran
    [3]  big = df[df.n > limit]

run the cell again, and the cells that read what it sets.
"""

from __future__ import annotations

from collections.abc import Iterator

from notelift.checks.context import Context
from notelift.checks.hidden_state import place, problem, related, roots, source_label, value
from notelift.checks.model import Problem, Rule


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each edited cell that values come from."""
    for root in roots(context, "edited-since-run"):
        cause = root.cause
        source, what = source_label(root), value(root)
        readers = [reader for reader in root.readers if reader.cell != cause.cell]
        yield problem(
            context,
            root,
            place(context, cause.cell, cause.line),
            f"{source} was edited after it ran, and {what} comes from the code that it had",
            related(context, readers, f"read {what} as the old code set it"),
            f"Run {source} again, and what depends on it.",
        )


RULE = Rule("NL103", "edited-since-run", "warning", check)
