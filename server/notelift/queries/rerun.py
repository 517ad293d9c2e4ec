"""The least set of cells to run again so that the kernel holds what a restart would give."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from notelift.effects.library import Library
from notelift.flow.analysis import Analysis, Cancelled, analyse
from notelift.flow.codes import statement_codes
from notelift.flow.graph import RunFlow, Site
from notelift.flow.provenance import Provenance
from notelift.notebook.model import Timeline
from notelift.queries.divergence import Divergence

# Each cell that is left out on trial costs an analysis of what runs after it.
_TRIALS = 24


def cells_to_run(
    difference: Divergence,
    ran: Analysis,
    written: Analysis,
    library: Library,
    hurried: Callable[[], bool] | None = None,
) -> tuple[int, ...] | None:
    """Return the cells that have to run again, in document order; none where nothing would change.

    The set is tried: after these runs the analysis has every value as a restart gives it, but for those that
    no cell makes any more, and each cell that has run did last what it does on a restart, so that what it
    prints, shows and writes is right too. None where running cells again cannot do that and the kernel has to
    be restarted. Where `hurried` says so, no more cells are left out on trial: the set is enough, but may not
    be the least.
    """
    stale = {each.cell for each in difference.cells if each.state not in ("fresh", "never_run")}
    if not difference.differing and not stale:
        return ()
    trial = _Trial(ran, written, library, stale)
    different = [each for each in difference.differing if each.state != "missing_on_restart"]
    blamed = {each.cause.cell for each in different if each.cause}
    chosen = trial.grown(trial.runnable & (stale | blamed))
    return None if chosen is None else trial.shrunk(chosen, hurried)


class _Left(NamedTuple):
    """What is not yet as after a restart: values, and cells that did something else when they ran last."""

    names: tuple[str, ...]
    cells: tuple[RunFlow, ...]


class _Trial:
    """Runs of more cells, appended to what ran; `stale` cells have to run again whatever the values are."""

    def __init__(self, ran: Analysis, written: Analysis, library: Library, stale: Collection[int]) -> None:
        self.ran: Timeline = tuple(flow.run for flow in ran.dataflow.runs)
        self.times = Counter(run.cell_id for run in self.ran)
        self.library = library
        # Trials differ in few cells: each goes on from the one before.
        self.last = ran
        self.restart = written.provenance()
        # A cell that does not parse, or is empty, cannot be brought to do anything.
        self.flows = {flow.run.cell: flow for flow in written.dataflow.runs if flow.statements}
        self.runnable = self.flows.keys()
        self.stale = frozenset(stale) & self.runnable
        # The last cells that say something of names which nothing is left of on a restart.
        self.deleting = {
            name: statement.cell
            for statement in written.dataflow.statements()
            for name in statement.binds
            if name not in self.restart.dataflow.values
        }

    def left(self, cells: Collection[int], cancelled: Callable[[], bool] | None = None) -> _Left | None:
        """What still is not as after a restart when these cells have run again, None where all is.

        Raises Cancelled when `cancelled` says so.
        """
        again = [
            replace(flow.run, occurrence=self.times[flow.run.cell_id], order=None)
            for cell, flow in self.flows.items()
            if cell in cells
        ]
        self.last = analyse((*self.ran, *again), self.library, self.last, cancelled)
        now = self.last.provenance()
        names = tuple(name for name in self.restart.dataflow.values if _differs(name, now, self.restart))
        others = {
            cell for cell in self.stale.union(cells) if not _did_the_same(self.flows[cell], now, self.restart)
        }
        others |= {cell for name, cell in self.deleting.items() if name in now.dataflow.values}
        return _Left(names, tuple(self.flows[cell] for cell in others)) if names or others else None

    def grown(self, cells: set[int]) -> set[int] | None:
        """The cells with all that they and the values need which still differ, None where that is no help."""
        while True:
            left = self.left(cells)
            if left is None:
                return cells
            needed = self._makers(left) - cells
            if not needed:
                return None
            cells = cells | needed

    def shrunk(self, cells: set[int], hurried: Callable[[], bool] | None) -> tuple[int, ...]:
        """The cells without those that can be left out, the last first; those tried so far when hurried."""
        order: Sequence[int] = [cell for cell in self.flows if cell in cells]
        waiting = deque(cell for cell in reversed(order) if cell not in self.stale)
        kept: list[int] = []
        for _ in range(_TRIALS):
            if not waiting:
                break
            cell = waiting.popleft()
            fewer = [each for each in order if each != cell]
            try:
                if self.left(fewer, hurried) is not None:
                    kept.append(cell)
                    continue
            except Cancelled:
                break
            order = fewer
            # What was needed because of that cell may not be any more.
            waiting.extend(kept)
            kept.clear()
        return tuple(order)

    def _makers(self, left: _Left) -> set[int]:
        """The cells that values and cells need, over all dependencies."""
        dataflow = self.restart.dataflow
        seen = {needs.source for name in left.names for needs in dataflow.values[name].reads}
        seen.update(needs.source for flow in left.cells for each in flow.statements for needs in each.reads)
        waiting = list(seen)
        while waiting:
            for needs in dataflow.statement(waiting.pop()).reads:
                if needs.source not in seen:
                    seen.add(needs.source)
                    waiting.append(needs.source)
        return {dataflow.runs[site.run].run.cell for site in seen} | {flow.run.cell for flow in left.cells}


def _differs(name: str, now: Provenance, restart: Provenance) -> bool:
    return name not in now.dataflow.values or now.of_value(name) != restart.of_value(name)


def _did_the_same(written: RunFlow, now: Provenance, restart: Provenance) -> bool:
    """Whether the last run of a cell did what the cell does on a restart."""
    places = now.dataflow.places.get(written.run.cell_id)
    if not places:
        return False
    last = now.dataflow.runs[places[-1]]
    if not last.run.success or statement_codes(last.run.source) != statement_codes(written.run.source):
        return False
    return all(
        now.number(here) == restart.number(there)
        for here, there in zip(_sites(last), _sites(written), strict=True)
    )


def _sites(flow: RunFlow) -> Iterator[Site]:
    return (each.site for each in flow.statements)
