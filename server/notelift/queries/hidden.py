"""Hidden state: what a kernel holds that the notebook does not tell, by root cause."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from notelift.cells.code import read_cell
from notelift.effects.library import Library
from notelift.flow.analysis import Analysis, Cancelled, analyse
from notelift.flow.names import UNBOUND
from notelift.notebook.following import Timelines
from notelift.notebook.model import Run, Timeline
from notelift.notebook.session import DELETED, Session
from notelift.queries.causes import Cause
from notelift.queries.divergence import Comparison, Divergence
from notelift.queries.failures import analyse_ran
from notelift.queries.rerun import cells_to_run

Kind = Literal[
    "edited-since-run",
    "failed-run",
    "orphaned-name",
    "out-of-order",
    "outdated-input",
    "rerun-drift",
    "skipped-cell",
]


@dataclass(frozen=True, slots=True)
class Reader:
    """A cell whose last run read what the cause is about; `order` is the count of that run."""

    cell: int
    line: int
    order: int | None


@dataclass(frozen=True, slots=True)
class RootCause:
    """One thing that went otherwise than on a restart, and all that comes of it.

    `cause` is it where it first shows, `readers` are the cells that read it, in document order, `names` the
    variables that differ by it. `certain` is False where that rests on possible effects. `deleted` is the id
    of the deleted cell that is at fault, "" where none is or its run has no count.
    """

    kind: Kind
    cause: Cause
    readers: tuple[Reader, ...]
    names: tuple[str, ...]
    certain: bool
    deleted: str = ""


@dataclass
class Memory:
    """What was found of a notebook and its kernel last, for the next to go on from where nothing has changed.

    One thread at a time may use it.
    """

    written: Analysis | None = None
    timelines: Timelines | None = None
    timeline: Timeline = ()
    ran: Analysis | None = None
    comparison: Comparison | None = None


@dataclass(frozen=True)
class Kernel:
    """What the kernel of a session did, beside the analysis of what the notebook does as it is written."""

    session: Session
    written: Analysis
    library: Library
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)

    @staticmethod
    def of(
        session: Session,
        library: Library,
        memory: Memory | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Kernel:
        """Return the kernel of a session; what is as `memory` has it is not analysed again.

        Raises Cancelled (flow.analysis) when `cancelled` says so; the memory then has what was done so far.
        """
        memory = memory or Memory()
        try:
            memory.timelines = Timelines.of(session, memory.timelines)
            written = analyse(memory.timelines.written, library, memory.written, cancelled)
        except Cancelled as error:
            if memory.written is None or len(memory.written.order) < len(error.analysis.order):
                memory.written = error.analysis
            raise
        memory.written = written
        return Kernel(session, written, library, memory)

    @cached_property
    def timelines(self) -> Timelines:
        """The timelines of the session."""
        self.memory.timelines = Timelines.of(self.session, self.memory.timelines)
        return self.memory.timelines

    @property
    def timeline(self) -> Timeline:
        """The runs of the kernel."""
        return self.timelines.ran

    @cached_property
    def in_order(self) -> bool:
        """Whether the kernel did what a restart does, as far as it went: then nothing is hidden."""
        return self.timelines.in_order

    @cached_property
    def ran(self) -> Analysis:
        """The analysis of what the kernel did."""
        memory, known = self.memory, self.memory.ran
        # Where a failed run stopped depends on the written timeline too.
        is_known = known is not None and known.library is self.library and self.timelines.went_well
        if known and is_known and (memory.timeline is self.timeline or memory.timeline == self.timeline):
            return known
        memory.ran = analyse_ran(self.timeline, self.library, self.written, known)
        memory.timeline = self.timeline
        return memory.ran

    @cached_property
    def difference(self) -> Divergence:
        """How it differs from a restart."""
        self.memory.comparison = Comparison(self.written, self.ran, self.memory.comparison)
        return self.memory.comparison.divergence

    @cached_property
    def needed_runs(self) -> tuple[int, ...] | None:
        """The cells to run again, as `rerun.cells_to_run` finds them by trying."""
        return cells_to_run(self.difference, self.ran, self.written, self.library)

    @cached_property
    def root_causes(self) -> tuple[RootCause, ...]:
        """The root causes in the order in which their cells stand."""
        if self.in_order or not self.session.runs:
            return ()
        found = [root for group in self._groups().values() if (root := self._root(group)) is not None]
        return tuple(sorted(found, key=lambda root: (root.cause.cell, root.cause.line)))

    def last_run(self, cell_id: str) -> Run | None:
        """Return the last run of a cell in this kernel."""
        return next((run for run in reversed(self.timeline) if run.cell_id == cell_id), None)

    @cached_property
    def missing(self) -> frozenset[str]:
        """The variables that a restart would set, and the kernel does not have."""
        return frozenset(each.name for each in self.difference.variables if each.state == "missing_in_kernel")

    def last_cell_with(self, names: Sequence[str]) -> int | None:
        """Return the last cell as written that binds one of the names."""
        cells = [
            statement.cell
            for statement in self.written.dataflow.statements()
            if not set(names).isdisjoint(statement.binds)
        ]
        return cells[-1] if cells else None

    def failing_line(self, run: Run) -> int:
        """Return the line of the first statement that does not count in a run that failed."""
        flow = next((flow for flow in self.ran.dataflow.runs if _same_run(flow.run, run)), None)
        statements = read_cell(run.source).statements
        if flow is None or len(flow.statements) >= len(statements):
            return statements[-1].line if statements else 1
        return statements[len(flow.statements)].line

    @cached_property
    def _deleted(self) -> dict[int, str]:
        """The ids of deleted cells by the counts of their runs."""
        return {
            run.order: run.cell_id for run in self.timeline if run.cell == DELETED and run.order is not None
        }

    def _group(self, groups: dict[_Fault, _Group], cause: Cause) -> _Group:
        deleted = self._deleted.get(cause.order or 0, "") if cause.cell == DELETED else ""
        return groups.setdefault((cause.kind, cause.cell, deleted), _Group(deleted))

    def _groups(self) -> dict[_Fault, _Group]:
        groups: dict[_Fault, _Group] = {}
        for cell in self.difference.unlike:
            if cell.cause is not None and not self._was_there(cell.cause):
                self._group(groups, cell.cause).causes.append(cell.cause)
        for variable in self.difference.differing:
            if variable.cause is None or variable.state == "unknown":
                continue
            if variable.state == "missing_on_restart" and variable.cause.kind == "edited":
                # No cell makes it any more. Those that read it tell of it themselves.
                continue
            if not self._was_there(variable.cause):
                group = self._group(groups, variable.cause)
                group.causes.append(variable.cause)
                group.names.append(variable.name)
                group.certain |= variable.certain
        return groups

    def _root(self, group: _Group) -> RootCause | None:
        causes = group.causes
        cause = next((each for each in causes if each.reader_cell is not None), causes[0])
        kind = self._kind(cause)
        if kind is None:
            return None
        return RootCause(
            kind,
            cause,
            tuple(self._readers(group)),
            tuple(dict.fromkeys(group.names)),
            self._certain(group),
            group.deleted,
        )

    def _certain(self, group: _Group) -> bool:
        certain = group.causes[0].must and (group.certain or not group.names)
        return certain and not any(self._rests_on_counts(cause) for cause in group.causes)

    def _was_there(self, cause: Cause) -> bool:
        """Whether the reader read the name from a run that is gone, for none that is left binds it."""
        if self.session.told or not self.session.lost:
            return False
        return any(
            statement.cell == cause.reader_cell and f"`{cause.name}` {UNBOUND}" in statement.notes
            for statement in self.ran.dataflow.statements()
        )

    def _rests_on_counts(self, cause: Cause) -> bool:
        """Whether a run that is gone, or one that is only inferred, may have made it otherwise."""
        if self.session.told:
            return False
        reader = cause.reader_order
        if cause.kind == "repeated":
            return True
        if cause.kind == "order" and cause.order is not None:
            return any(cause.order < lost < (reader or lost + 1) for lost in self.session.lost)
        return any(lost < (reader or lost + 1) for lost in self.session.lost)

    def _readers(self, group: _Group) -> Iterator[Reader]:
        seen = set()
        for cause in sorted(group.causes, key=lambda cause: cause.reader_cell or 0):
            if cause.reader_cell is not None and cause.reader_cell not in seen:
                seen.add(cause.reader_cell)
                yield Reader(cause.reader_cell, cause.reader_line or 1, cause.reader_order)

    def _kind(self, cause: Cause) -> Kind | None:
        if cause.kind == "never_run":
            return "skipped-cell" if self._was_passed(cause.cell) else None
        if cause.kind in ("later_run", "order"):
            ran_before = [run for run in self.timeline if run.cell == cause.cell]
            again = len(ran_before) > 1 and cause.kind == "later_run"
            return "outdated-input" if again and self._before_reader(cause) else "out-of-order"
        kinds: dict[str, Kind] = {
            "deleted": "orphaned-name",
            "edited": "edited-since-run",
            "failed": "failed-run",
            "repeated": "rerun-drift",
        }
        return kinds[cause.kind]

    def _was_passed(self, cell: int) -> bool:
        """Whether a cell that stands behind ran."""
        return any(run.cell > cell for run in self.timeline)

    def _before_reader(self, cause: Cause) -> bool:
        """Whether the cell ran before the reader too."""
        for run in self.timeline:
            if run.cell == cause.cell:
                return True
            if run.cell == cause.reader_cell and run.order == cause.reader_order:
                return False
        return False


_Fault = tuple[str, int, str]
"""What went otherwise, in which cell, and in which of the deleted ones."""


@dataclass(slots=True)
class _Group:
    deleted: str
    causes: list[Cause] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    certain: bool = False


def _same_run(run: Run, other: Run) -> bool:
    return (run.cell_id, run.occurrence) == (other.cell_id, other.occurrence)
