"""The last run of a cell failed, so what stands behind the failing statement did not happen.

Cells that ran since read what was there before. That it failed is told by the error among the cell's saved
outputs, or by the history of the kernel (an editor, or `--session`). Cells that are tagged
`raises-exception` are left out.

Instead of leaving

    [4]  df = df.drop(columns="colour")    # KeyError: the column is "color"

correct the cell and run it again.
"""

from __future__ import annotations

from collections.abc import Iterator

from notelift.checks.context import Context
from notelift.checks.hidden_state import come_out, is_expected_to_fail, place, related, roots
from notelift.checks.model import Fix, Problem, Rule
from notelift.queries.hidden import RootCause


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each cell whose last run failed."""
    if context.kernel.timelines.went_well:
        return
    causes = {root.cause.cell: root for root in roots(context, "failed-run")}
    last = {run.cell_id: run for run in context.kernel.timeline}
    for cell in context.cells:
        run = last.get(cell.id)
        if run is None or run.success or is_expected_to_fail(context, cell.index):
            continue
        root: RootCause | None = causes.get(cell.index)
        source = f"cell {cell.index}" if run.order is None else f"[{run.order}]"
        yield Problem(
            place(context, cell.index, context.kernel.failing_line(run)),
            f"{source} failed when it ran last{come_out(root) if root else ''}",
            root.names if root else (),
            related(context, root.readers, "ran without what the cell should have done") if root else (),
            Fix(f"Correct {source} and run it again."),
        )


RULE = Rule("NL107", "failed-run", "warning", check)
