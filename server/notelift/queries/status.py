"""The whole answer on how far a kernel is from a restart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from notelift.effects.library import Library
from notelift.flow.graph import Dataflow
from notelift.notebook.session import Session
from notelift.queries.divergence import Divergence
from notelift.queries.hidden import Kernel
from notelift.queries.rerun import cells_to_run
from notelift.queries.unbound import unbound_reads


@dataclass(frozen=True, slots=True)
class Status:
    """The differences, the cells to run again in order, and what one should know beside, in sentences.

    `restart` says that the kernel has to be restarted before: `runs` are all cells then.
    """

    difference: Divergence
    runs: tuple[int, ...]
    notes: tuple[str, ...]
    restart: bool = False


def status_of(session: Session, library: Library) -> Status:
    """Return how the kernel of a session differs from what *Restart & Run All* gives."""
    return kernel_status(Kernel.of(session, library))


def kernel_status(kernel: Kernel, hurried: Callable[[], bool] | None = None) -> Status:
    """Return how a kernel differs from what *Restart & Run All* gives.

    Where `hurried` says so, `runs` may be more than the least.
    """
    session, written = kernel.session, kernel.written
    if not session.runs:
        return Status(Divergence({}, (), (), ()), (), _notes(session, written.dataflow, written.dataflow))
    ran, difference = kernel.ran, kernel.difference
    notes = _notes(session, written.dataflow, ran.dataflow)
    if unbound_reads(written.dataflow):
        return Status(difference, (), notes)
    runs = cells_to_run(difference, ran, written, kernel.library, hurried)
    if runs is None:
        every = tuple(flow.run.cell for flow in written.dataflow.runs if flow.statements)
        again = "running cells again does not bring the kernel there: restart it first"
        return Status(difference, every, (*notes, again), restart=True)
    return Status(difference, runs, notes)


def _notes(session: Session, written: Dataflow, ran: Dataflow) -> tuple[str, ...]:
    notes = []
    if not session.runs:
        notes.append("no cell has run: there is nothing to compare")
    if session.restarts and not session.told:
        notes.append(
            "a count is there twice, so the counts are of several kernels: those before the last are left out"
        )
    if session.lost:
        counts = ", ".join(f"[{order}]" for order in session.lost[:8])
        more = f" and {len(session.lost) - 8} more" if len(session.lost) > 8 else ""
        notes.append(f"the runs {counts}{more} are gone: what they did is not known")
    for read in unbound_reads(written)[:1]:
        place = f"cell {read.statement.cell}, line {read.statement.line}"
        notes.append(
            f"Restart & Run All stops in {place}, for `{read.name}` is not bound there: correct that first;"
            " the rest is compared as if it went on"
        )
    for flow in (*written.runs, *ran.runs):
        if flow.error:
            notes.append(f"cell {flow.run.cell} does not parse ({flow.error}): what it sets is not known")
    return tuple(dict.fromkeys(notes))
