"""The least list of cells to run again, in order, so that the kernel holds what a restart would give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from notelift.assists.fixing import KIND, OF_KERNEL, of_rules
from notelift.assists.model import Ask, Assist, Data, Offer, Refused, RunCells
from notelift.checks.context import Context
from notelift.checks.model import Finding
from notelift.flow.codes import statement_codes
from notelift.queries.hidden import Kernel
from notelift.queries.wording import list_in_words

RULES = OF_KERNEL

# Which cells can be left out is found by trying, for as many as one can list without a delay.
_LISTED = 8
_SHOWN = 2


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield one offer for all findings that are asked about and that running cells again settles."""
    if not ask.runs_cells:
        return
    kernel = ask.kernel
    fixed = tuple(finding for finding in of_rules(ask, RULES) if not _fails_again(kernel, finding))
    refused = _unbound(ask.context)
    if not fixed or (refused and all(finding.rule == "orphaned-name" for finding in fixed)):
        # Where the lost name is what a restart stops at, the code has to come back first.
        return
    if refused:
        yield Offer("Run the needed cells again", KIND, refused=refused, fixes=fixed)
        return
    if not kernel.session.told:
        yield Offer(_RESTART, KIND, fixes=fixed, preferred=True)
        return
    stale = sum(cell.state != "fresh" for cell in kernel.difference.cells)
    title = _title(ask.context, kernel.needed_runs) if stale <= _LISTED else "Run the needed cells again"
    if title:
        yield Offer(title, KIND, fixes=fixed, preferred=True)


def build(ask: Ask, data: Data) -> RunCells:
    """Return the cells to run, all of them in a new kernel where that is needed. Raises Refused."""
    kernel = ask.kernel
    if refused := _unbound(ask.context):
        raise Refused(refused)
    cells = kernel.session.notebook.cells
    needed = kernel.needed_runs if kernel.session.told else None
    if needed is None:
        return RunCells(tuple(run.cell_id for run in kernel.session.written if run.source.strip()), True)
    if not needed:
        raise Refused("the kernel holds what a restart gives: no cell has to run again")
    return RunCells(tuple(cells[cell].id for cell in needed))


_RESTART = "Restart the kernel and run all cells"


def _title(context: Context, needed: Sequence[int] | None) -> str:
    if needed is None:
        return _RESTART
    labels = [context.label(cell) for cell in needed]
    if len(labels) > _SHOWN + 1:
        labels = [*labels[:_SHOWN], f"{len(labels) - _SHOWN} more"]
    if not labels:
        return ""
    return f"Run {list_in_words(labels)} again"


def _unbound(context: Context) -> str:
    """Why no run gives what a restart gives: a restart stops."""
    for read in context.unbound_reads():
        where = context.label(read.statement.cell)
        return f"Restart & Run All stops in {where}, where `{read.name}` is not bound: correct that first"
    return ""


def _fails_again(kernel: Kernel, finding: Finding) -> bool:
    """Whether a run that failed would fail again: nothing has been edited or run since."""
    if finding.rule != "failed-run":
        return False
    run = kernel.last_run(finding.cell_id)
    source = kernel.session.notebook.cells[finding.cell].source
    is_last = bool(kernel.session.ran) and kernel.session.ran[-1] == run
    return run is not None and is_last and statement_codes(run.source) == statement_codes(source)


ASSIST = Assist("run-cells", (KIND,), offers, build)
