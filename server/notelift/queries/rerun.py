"""The least set of cells to run again so that the kernel holds what a restart would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from notelift.effects.library import Library
from notelift.flow.analysis import Analysis, Cancelled, analyse
from notelift.flow.graph import Dataflow, Dependency
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
    no cell makes any more. None where running cells again cannot do that and the kernel has to be restarted.
    Where `hurried` says so, no more cells are left out on trial: the set is enough, but may not be the least.
    """
    if not difference.differing:
        return ()
    trial = _Trial(ran, written, library)
    chosen = trial.grown(_first_choice(difference))
    return None if chosen is None else trial.shrunk(chosen, hurried)


def _first_choice(difference: Divergence) -> set[int]:
    """Cells that are not fresh, and those that the causes name."""
    blamed = {each.cause.cell for each in difference.differing if each.cause and each.cause.cell >= 0}
    return blamed | {each.cell for each in difference.cells if each.state != "fresh"}


class _Trial:
    """Runs of more cells, appended to what ran."""

    def __init__(self, ran: Analysis, written: Analysis, library: Library) -> None:
        self.ran: Timeline = tuple(flow.run for flow in ran.dataflow.runs)
        self.written: Timeline = tuple(flow.run for flow in written.dataflow.runs)
        self.times = Counter(run.cell_id for run in self.ran)
        self.library = library
        # Trials differ in few cells: each goes on from the one before.
        self.last = ran
        self.restart = written.provenance()

    def differing(
        self, cells: Collection[int], cancelled: Callable[[], bool] | None = None
    ) -> tuple[str, ...]:
        """The values that still are not as after a restart when these cells have run again.

        Raises Cancelled when `cancelled` says so.
        """
        again = [
            replace(run, occurrence=self.times[run.cell_id], order=None)
            for run in self.written
            if run.cell in cells
        ]
        self.last = analyse((*self.ran, *again), self.library, self.last, cancelled)
        now = self.last.provenance()
        return tuple(name for name in self.restart.dataflow.values if _differs(name, now, self.restart))

    def grown(self, cells: set[int]) -> set[int] | None:
        """The cells with all that the values need which still differ, or None where that does not help."""
        while True:
            left = self.differing(cells)
            if not left:
                return cells
            needed = _makers(self.restart.dataflow, left) - cells
            if not needed:
                return None
            cells = cells | needed

    def shrunk(self, cells: set[int], hurried: Callable[[], bool] | None) -> tuple[int, ...]:
        """The cells without those that can be left out, the last first; those tried so far when hurried."""
        order: Sequence[int] = [run.cell for run in self.written if run.cell in cells]
        for cell in list(reversed(order))[:_TRIALS]:
            fewer = [each for each in order if each != cell]
            try:
                if not self.differing(fewer, hurried):
                    order = fewer
            except Cancelled:
                break
        return tuple(order)


def _differs(name: str, now: Provenance, restart: Provenance) -> bool:
    return name not in now.dataflow.values or now.of_value(name) != restart.of_value(name)


def _makers(dataflow: Dataflow, names: Iterable[str]) -> set[int]:
    """The cells that the values need, over all dependencies."""
    waiting: list[Dependency] = [needs for name in names for needs in dataflow.values[name].reads]
    seen = {needs.source for needs in waiting}
    while waiting:
        for needs in dataflow.statement(waiting.pop().source).reads:
            if needs.source not in seen:
                seen.add(needs.source)
                waiting.append(needs)
    return {dataflow.runs[site.run].run.cell for site in seen}
