"""The kernel has a value from code that is gone: its cell was deleted, or edited to bind something else.

It stays until the kernel is restarted; then cells that read it fail or get another value. The message says
what the code was. The rule needs the history of the kernel (an editor, or `--session`).

Instead of

    [3]  plot(prices)       # [2] prices = load() was deleted

bring the code back, or take out what reads the name.
"""

from __future__ import annotations

from collections.abc import Iterator

from notelift.checks.context import Context
from notelift.checks.hidden_state import (
    is_expected_to_fail,
    label,
    place,
    problem,
    roots,
    value,
)
from notelift.checks.model import Fix, Problem, Related, Rule
from notelift.queries.reasons import first_line


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each name that only the kernel knows, and each deleted cell that is felt."""
    yield from _unbound(context)
    for root in roots(context, "orphaned-name"):
        cause = root.cause
        where = next((reader for reader in root.readers if reader.cell >= 0), None)
        cell = where.cell if where else context.kernel.last_cell_with(root.names)
        if cell is None:
            continue
        count = "" if cause.order is None else f" [{cause.order}]"
        yield problem(
            context,
            root,
            place(context, cell, where.line if where else 1),
            f"{value(root)} was set by a cell that was deleted{count}",
            (),
            "Bring the cell back, or restart the kernel and run all cells.",
        )


def _unbound(context: Context) -> Iterator[Problem]:
    for read in context.unbound_reads():
        if read.later is not None or is_expected_to_fail(context, read.statement.cell):
            continue
        found = context.last_definition(read.name)
        if found is None:
            continue
        statement, run = found
        gone = "was deleted" if run.cell < 0 else "was edited since"
        source = "a cell" if run.order is None else f"[{run.order}]"
        yield Problem(
            context.statement_place(read.statement, read.statement.cell),
            f"`{read.name}` is in the kernel only: `{first_line(statement.source)}` bound it in {source},"
            f" which {gone}. After a restart {label(read.statement.cell, None)} fails",
            (read.name,),
            tuple(
                Related(context.statement_place(other, other.cell), f"reads `{read.name}` too")
                for other in read.others
            ),
            Fix(f"Bring `{first_line(statement.source)}` back, or take out what reads `{read.name}`."),
        )


RULE = Rule("NL106", "orphaned-name", "warning", check)
