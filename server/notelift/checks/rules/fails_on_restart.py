"""A cell reads a name that nothing above it binds, so *Restart & Run All* stops there.

It worked because a cell further down, or one that is gone, had run before. There is one finding for each
name, where it is read first. Cells that are tagged `raises-exception` are left out.

Instead of

    [3]  df.head()
    [1]  df = pd.read_csv("sales.csv")

move the cell that binds the name above the cells that read it.
"""

from __future__ import annotations

from collections.abc import Iterator

from notelift.checks.context import Context
from notelift.checks.hidden_state import is_expected_to_fail
from notelift.checks.model import Fix, Problem, Related, Rule
from notelift.flow.graph import Statement
from notelift.queries.unbound import UnboundRead


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each name that is read before it is bound."""
    for read in context.unbound_reads():
        if is_expected_to_fail(context, read.statement.cell):
            continue
        if read.later is None and context.last_definition(read.name) is not None:
            # The kernel has it from code that is gone: that is orphaned-name's.
            continue
        yield _problem(context, read)


def _problem(context: Context, read: UnboundRead) -> Problem:
    name, statement = read.name, read.statement
    here = context.label(statement.cell)
    others = [_related(context, other, f"reads `{name}` too") for other in read.others]
    if read.later is None:
        message = f"{here} reads `{name}`, which no cell binds: Restart & Run All stops here"
        fix = f"Write the cell that binds `{name}`, or correct the name."
    else:
        there = context.label(read.later.cell)
        where = f"line {read.later.line}" if read.later.cell == statement.cell else there
        message = (
            f"{here} reads `{name}`, which only {where}, further down, binds: Restart & Run All stops here"
        )
        fix = f"Move what binds `{name}` above {here}."
        others.insert(0, _related(context, read.later, f"binds `{name}`"))
    return Problem(
        context.statement_place(statement, statement.cell), message, (name,), tuple(others), Fix(fix)
    )


def _related(context: Context, statement: Statement, message: str) -> Related:
    return Related(context.statement_place(statement, statement.cell), message)


RULE = Rule("NL104", "fails-on-restart", "error", check)
