"""The runs of one kernel beside the notebook as it is now: a frozen value that events are fed to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from notelift.notebook.model import Cell, Notebook, Run, Timeline
from notelift.notebook.timelines import written_timeline

DELETED = -1
"""The index that a run has whose cell is gone."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A cell ran; `source` is the text that ran, None for the text that the cell has."""

    cell_id: str
    order: int | None
    success: bool = True
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """A cell has another text."""

    cell_id: str
    source: str


@dataclass(frozen=True, slots=True)
class Inserted:
    """A cell is new; its `index` says where it stands now."""

    cell: Cell


@dataclass(frozen=True, slots=True)
class Deleted:
    """A cell is gone. What it did in the kernel stays."""

    cell_id: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A cell stands at another index now, counted without it."""

    cell_id: str
    index: int


@dataclass(frozen=True, slots=True)
class Cleared:
    """The outputs and counts of a cell, or of all cells, are gone. What ran in the kernel stays."""

    cell_id: str | None = None


@dataclass(frozen=True, slots=True)
class Restarted:
    """The kernel is a new one."""


Event = Ran | Edited | Inserted | Deleted | Moved | Cleared | Restarted


@dataclass(frozen=True, slots=True)
class Session:
    """The notebook as it is now, and the runs of its kernel in the order in which they happened.

    `lost` are execution counts that no run has: those runs are gone. `restarts` counts the kernels before
    this one that are known of. `told` is False where only saved counts tell of the runs.
    """

    notebook: Notebook
    runs: Timeline = ()
    lost: tuple[int, ...] = ()
    restarts: int = 0
    told: bool = True

    @staticmethod
    def from_counts(notebook: Notebook) -> Session:
        """Return the session that the saved execution counts and errors tell of, as far as they do.

        Each cell has the count of its last run only. A count that no cell has is that of a run that is gone;
        where a cell that ran again later stands between the two cells that ran before and after it, it is
        taken to be that cell's earlier run. Counts are given once in a session: from the cell on whose count
        an earlier one has, they are those of a later session, and cells before did not run in it.
        """
        sessions: list[list[Cell]] = [[]]
        for cell in notebook.cells:
            if not cell.is_python or cell.execution_count is None:
                continue
            if any(other.execution_count == cell.execution_count for other in sessions[-1]):
                sessions.append([])
            sessions[-1].append(cell)
        counted = sorted(sessions[-1], key=_count)
        runs = [*map(_saved_run, counted), *_earlier_runs(counted)]
        runs.sort(key=lambda run: run.order or 0)
        known = {run.order for run in runs}
        last = runs[-1].order or 0 if runs else 0
        lost = tuple(order for order in range(1, last) if order not in known)
        return Session(notebook, _numbered(runs), lost, len(sessions) - 1, told=False)

    @property
    def written(self) -> Timeline:
        """What *Restart & Run All* does now."""
        return written_timeline(self.notebook)

    @property
    def ran(self) -> Timeline:
        """The runs as of the present kernel; a run has the index that its cell has now, or DELETED.

        A run that failed has the whole text that was run: `queries.failures` finds where it stopped.
        """
        cells = {cell.id: cell for cell in self.notebook.cells}
        return tuple(
            [
                _placed(run, cell)
                for run in self.runs
                if (cell := cells.get(run.cell_id)) is None or cell.is_python
            ]
        )

    def apply(self, event: Event) -> Session:
        """Return the session after an event. An event about a cell that the notebook lacks changes nothing.

        A run whose order is not above those before is the first of a new kernel.
        """
        if isinstance(event, Ran):
            return self._after_run(event)
        if isinstance(event, Restarted):
            return replace(self, runs=(), lost=(), restarts=self.restarts + 1, told=True)
        cells = list(self.notebook.cells)
        if isinstance(event, Inserted):
            cells.insert(event.cell.index, event.cell)
            return self.with_cells(cells)
        if isinstance(event, Cleared):
            return self.with_cells(
                replace(cell, execution_count=None) if event.cell_id in (None, cell.id) else cell
                for cell in cells
            )
        position = next((n for n, cell in enumerate(cells) if cell.id == event.cell_id), None)
        if position is None:
            return self
        if isinstance(event, Edited):
            cells[position] = replace(cells[position], source=event.source)
        elif isinstance(event, Deleted):
            del cells[position]
        else:
            cells.insert(event.index, cells.pop(position))
        return self.with_cells(cells)

    def _after_run(self, event: Ran) -> Session:
        cell = next((cell for cell in self.notebook.cells if cell.id == event.cell_id), None)
        if cell is None:
            return self
        highest = max((run.order or 0 for run in self.runs), default=0)
        if event.order is not None and event.order <= highest:
            return replace(self, runs=(), lost=(), restarts=self.restarts + 1, told=True)._after_run(event)
        source = cell.source if event.source is None else event.source
        occurrence = sum(run.cell_id == cell.id for run in self.runs)
        run = Run(cell.index, cell.id, source, event.order, event.success, occurrence)
        lost = tuple(range(highest + 1, event.order or 0)) if self.runs or self.lost else ()
        ran = replace(cell, execution_count=event.order)
        cells = (ran if each.id == cell.id else each for each in self.notebook.cells)
        return replace(self.with_cells(cells), runs=(*self.runs, run), lost=self.lost + lost)

    def with_cells(self, cells: Iterable[Cell]) -> Session:
        """Return the session with these cells in the notebook; each gets the index that it has here."""
        placed = tuple(
            cell if cell.index == index else replace(cell, index=index) for index, cell in enumerate(cells)
        )
        return replace(self, notebook=replace(self.notebook, cells=placed))

    def renamed(self, names: Mapping[str, str]) -> Session:
        """Return the session in which the runs of cells are those of other cells, by the ids of both."""
        runs = [
            replace(run, cell_id=names[run.cell_id]) if run.cell_id in names else run for run in self.runs
        ]
        return replace(self, runs=_numbered(runs))


def _count(cell: Cell) -> int:
    return cell.execution_count or 0


def _placed(run: Run, cell: Cell | None) -> Run:
    """The run with the index that its cell has now."""
    index = DELETED if cell is None else cell.index
    return run if run.cell == index else replace(run, cell=index)


def _saved_run(cell: Cell) -> Run:
    return Run(cell.index, cell.id, cell.source, cell.execution_count, not cell.failed)


def _earlier_runs(counted: list[Cell]) -> Iterator[Run]:
    """The runs that are gone of cells that ran again later, where their places tell which they were."""
    before: Cell | None = None
    for after in counted:
        first = 1 if before is None else _count(before) + 1
        gap = _count(after) - first
        start = -1 if before is None else before.index
        if gap and start < after.index:
            again = [c for c in counted if start < c.index < after.index and _count(c) > _count(after)]
            again.sort(key=lambda cell: cell.index)
            if len(again) == gap:
                for shift, cell in enumerate(again):
                    yield Run(cell.index, cell.id, cell.source, first + shift)
        before = after


def _numbered(runs: Iterable[Run]) -> Timeline:
    """The runs with the occurrence of each."""
    seen: Counter[str] = Counter()
    found = []
    for run in runs:
        occurrence = seen[run.cell_id]
        found.append(run if run.occurrence == occurrence else replace(run, occurrence=occurrence))
        seen[run.cell_id] += 1
    return tuple(found)
