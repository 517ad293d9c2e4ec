"""The kernel has a value from code that is gone: its cell was deleted, or edited to bind something else.

It stays until the kernel is restarted; then cells that read it fail or get another value. The message says
what the code was. There is one finding for each cell that is gone, where it is missed first; what else reads
from it are related places. The rule needs the history of the kernel (an editor, or `--session`).

Instead of

    [3]  plot(prices)       # [2] prices = load() was deleted

bring the code back, or take out what reads the name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from notelift.checks.context import Context
from notelift.checks.hidden_state import (
    is_expected_to_fail,
    label,
    place,
    problem,
    related,
    roots,
    some_names,
    value,
)
from notelift.checks.model import Fix, Problem, Related, Rule
from notelift.flow.graph import Statement
from notelift.notebook.model import Run
from notelift.queries.hidden import Reader, RootCause
from notelift.queries.reasons import first_line
from notelift.queries.unbound import UnboundRead

_Lost = tuple[Statement, UnboundRead]


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each run that is lost and needed, whatever it set and however many read that."""
    felt = {root.deleted: root for root in roots(context, "orphaned-name") if root.deleted}
    said: set[str] = set()
    for run, lost in _lost_runs(context).items():
        felt_of_run = felt.get(run.cell_id) if run.cell < 0 else None
        said |= {run.cell_id, *(read.name for _, read in lost)}
        yield _unbound(context, run, lost, felt_of_run.readers if felt_of_run else ())
    for root in roots(context, "orphaned-name"):
        if said.isdisjoint((root.deleted, root.cause.name)):
            yield from _changed(context, root)


def _changed(context: Context, root: RootCause) -> Iterator[Problem]:
    """The problem that a value comes out differently without the cell that was deleted."""
    cause = root.cause
    where = next((reader for reader in root.readers if reader.cell >= 0), None)
    cell = where.cell if where else context.kernel.last_cell_with(root.names)
    if cell is None:
        return
    count = "" if cause.order is None else f" [{cause.order}]"
    yield problem(
        context,
        root,
        place(context, cell, where.line if where else 1),
        f"{value(root)} was set by a cell that was deleted{count}",
        related(context, [each for each in root.readers if each is not where], "reads what it set too"),
        "Bring the cell back, or restart the kernel and run all cells.",
    )


def _lost_runs(context: Context) -> dict[Run, list[_Lost]]:
    """What reads names that only the kernel knows, by the run that bound them last."""
    found: dict[Run, list[_Lost]] = {}
    for read in context.unbound_reads():
        if read.later is not None or is_expected_to_fail(context, read.statement.cell):
            continue
        definition = context.last_definition(read.name)
        if definition is not None:
            statement, run = definition
            found.setdefault(run, []).append((statement, read))
    return found


def _unbound(context: Context, run: Run, lost: Sequence[_Lost], readers: Sequence[Reader]) -> Problem:
    """The problem that names are read which a restart does not bind, with all else that reads of the run."""
    reads: dict[Statement, list[str]] = {}
    for _, read in lost:
        for statement in (read.statement, *read.others):
            reads.setdefault(statement, []).append(read.name)
    first, *others = sorted(reads, key=lambda statement: statement.site)
    cells = {statement.cell for statement in reads}
    names = [read.name for _, read in lost]
    gone = "was deleted" if run.cell < 0 else "was edited since"
    source = "a cell" if run.order is None else f"[{run.order}]"
    if len(names) == 1:
        code = first_line(lost[0][0].source)
        kernel = f"`{names[0]}` is in the kernel only: `{code}` bound it in {source}, which {gone}"
        fix = f"Bring `{code}` back, or take out what reads `{names[0]}`."
    else:
        kernel = f"{some_names(names)} are in the kernel only: {source}, which {gone}, bound them"
        fix = f"Bring the code of {source} back, or take out what reads {some_names(names)}."
    return Problem(
        context.statement_place(first, first.cell),
        f"{kernel}. After a restart {label(first.cell, None)} fails",
        tuple(names),
        (
            *(
                Related(context.statement_place(each, each.cell), f"reads {some_names(reads[each])} too")
                for each in others
            ),
            *related(context, [each for each in readers if each.cell not in cells], "reads what it set too"),
        ),
        Fix(fix),
    )


RULE = Rule("NL106", "orphaned-name", "warning", check)
