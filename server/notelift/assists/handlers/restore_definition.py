"""Code that the kernel has run and the notebook has lost, in a cell of its own before what reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from notelift.assists.fixing import KIND, STOPS, checked, data_of, found, of_rules
from notelift.assists.model import Ask, Assist, Data, Offer, Refused
from notelift.checks.context import Context
from notelift.checks.hidden_state import label, roots, some_names
from notelift.checks.model import Finding
from notelift.edits.change import NewCell, NotebookChange
from notelift.flow.graph import Site, Statement
from notelift.notebook.model import Run
from notelift.queries.reasons import first_line

RULES = ("orphaned-name",)


class _Lost(NamedTuple):
    """What is to be brought back, how it is called in a title, and the cell before which it goes."""

    source: str
    title: str
    before: int


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield the lost code of each finding."""
    refused = "" if ask.changes_cells else "this editor cannot insert cells for an action"
    fixed: dict[_Lost, list[Finding]] = {}
    for finding in of_rules(ask, RULES):
        lost = _lost(ask.context, finding)
        if lost is not None:
            fixed.setdefault(lost, []).append(finding)
    for lost, findings in fixed.items():
        yield Offer(lost.title, KIND, data_of(findings[0]), refused, tuple(findings), preferred=True)


def build(ask: Ask, data: Data) -> NotebookChange:
    """Return the new cell. Raises Refused where the notebook would not run with it as the kernel did."""
    finding = found(ask, data)
    lost = _lost(ask.context, finding)
    if lost is None:
        raise Refused("the code is not known any more: ask for the fixes again")
    cell = ask.kernel.session.notebook.cells[lost.before]
    return checked(ask, NotebookChange(cells=(NewCell(cell.id, lost.source),)), finding, STOPS)


def _lost(context: Context, finding: Finding) -> _Lost | None:
    gone = [
        found
        for name in finding.names
        if not _is_bound_in_notebook(context, name) and (found := context.last_definition(name)) is not None
    ]
    if gone:
        last = gone[0][1]
        return _of_run(context, finding, last, [statement for statement, run in gone if run == last])
    for root in roots(context, "orphaned-name"):
        readers = sorted(reader.cell for reader in root.readers if reader.cell >= 0)
        if not readers or finding.cell not in readers:
            continue
        run = _deleted_run(context, root.cause.order, root.cause.name)
        if run is not None:
            return _whole(run, readers[0])
    return None


def _is_bound_in_notebook(context: Context, name: str) -> bool:
    return any(name in statement.binds for statement in context.flow.statements())


def _of_run(context: Context, finding: Finding, run: Run, statements: Sequence[Statement]) -> _Lost:
    """What these statements of one run bound: the whole cell where it was deleted."""
    if run.cell < 0:
        return _whole(run, finding.cell)
    # The cell has another text now: what bound the names, with what it needed of the old text.
    if len(statements) == 1:
        what = f"`{first_line(statements[0].source)}` of {label(run.cell, run.order)}"
    else:
        what = f"what bound {some_names(finding.names)} in {label(run.cell, run.order)},"
    return _Lost(_needed_of_run(context, statements), f"Bring back {what} in a new cell", finding.cell)


def _whole(run: Run, before: int) -> _Lost:
    count = "" if run.order is None else f" [{run.order}]"
    return _Lost(run.source, f"Bring back the deleted cell{count}: `{first_line(run.source)}`", before)


def _deleted_run(context: Context, order: int | None, name: str) -> Run | None:
    """The run of a deleted cell that a cause is about; without counts the last that touched the name."""
    ran = [flow for flow in context.kernel.ran.dataflow.runs if flow.run.cell < 0]
    for flow in reversed(ran):
        if order is not None and flow.run.order == order:
            return flow.run
        touched = (
            name in statement.binds or any(name == changed for changed, _, _ in statement.changes)
            for statement in flow.statements
        )
        if order is None and any(touched):
            return flow.run
    return None


def _needed_of_run(context: Context, statements: Sequence[Statement]) -> str:
    """The statements of a run that some of them need, themselves included."""
    flow = context.kernel.ran.dataflow
    run = statements[0].site.run
    kept: set[Site] = set()
    waiting = [statement.site for statement in statements]
    while waiting:
        site = waiting.pop()
        if site not in kept:
            kept.add(site)
            waiting += [needs.source for needs in flow.statement(site).reads if needs.source.run == run]
    return "\n".join(flow.statement(site).source for site in sorted(kept))


ASSIST = Assist("restore-definition", (KIND,), offers, build)
