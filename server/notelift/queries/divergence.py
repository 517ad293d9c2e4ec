"""How far the kernel is from *Restart & Run All*: what would come out differently, and why."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from notelift.cells.code import read_cell
from notelift.flow.analysis import Analysis
from notelift.flow.building import without
from notelift.flow.codes import statement_codes
from notelift.flow.graph import Dataflow, Dependency, RunFlow
from notelift.flow.provenance import Keep, Provenance
from notelift.notebook.model import Run
from notelift.queries.causes import Blame, Cause

VariableState = Literal["same", "differs", "missing_on_restart", "missing_in_kernel", "unknown"]
CellState = Literal["fresh", "edited", "outdated", "never_run", "failed"]


@dataclass(frozen=True, slots=True)
class VariableDifference:
    """How what a name holds in the kernel compares with what it would hold after a restart.

    `certain` is False where the difference rests on effects that only may be. `cause` is None where there is
    no difference.
    """

    name: str
    state: VariableState
    cause: Cause | None = None
    certain: bool = True


@dataclass(frozen=True, slots=True)
class CellDifference:
    """How the last run of a cell compares with its run after a restart.

    `order` is the count of that run. `cause` is why it is outdated.
    """

    cell: int
    state: CellState
    order: int | None = None
    cause: Cause | None = None


@dataclass(frozen=True)
class Divergence:
    """The variables by name, and the cells that have statements in document order.

    `differing` are the variables that are not the same, sorted, and `unlike` the cells that are not fresh.
    """

    by_name: Mapping[str, VariableDifference]
    cells: tuple[CellDifference, ...]
    differing: tuple[VariableDifference, ...]
    unlike: tuple[CellDifference, ...]

    @cached_property
    def variables(self) -> tuple[VariableDifference, ...]:
        """All variables, sorted."""
        return tuple(self.by_name[name] for name in sorted(self.by_name))


class Comparison:
    """How a ran timeline (`failures.analyse_ran`) differs from the written one.

    What is as it was in `before`, an earlier comparison, is taken over from it.
    """

    def __init__(self, written: Analysis, ran: Analysis, before: Comparison | None = None) -> None:
        self._analyses = (written, ran)
        self._filtered: dict[Keep, tuple[Provenance, Provenance]] = {}
        self.written = written.provenance()
        self.ran = ran.provenance()
        self._blame = Blame(self.written, self.ran)
        if before is not None and not self._goes_on_from(before):
            before = None
        self.differing_names: Set[str] = frozenset()
        self.unlike: Sequence[int] = ()
        self.cells = self._cells(before)
        by_name = self._variables(before)
        present: tuple[CellDifference, ...] = tuple(filter(None, self.cells))
        self.divergence = Divergence(
            by_name,
            present,
            tuple([by_name[name] for name in sorted(self.differing_names)]),
            tuple(filter(None, map(self.cells.__getitem__, self.unlike))),
        )

    def _goes_on_from(self, before: Comparison) -> bool:
        """Whether what has changed since then is known."""
        return all(
            now is old or now.since is old.mark
            for now, old in ((self.written, before.written), (self.ran, before.ran))
        )

    def _variables(self, before: Comparison | None) -> Mapping[str, VariableDifference]:
        written, ran = self.written.dataflow.values, self.ran.dataflow.values
        gone = None if before is None else _gone(self.written, before.written)
        gone_too = None if before is None else _gone(self.ran, before.ran)
        if before is None or gone is None or gone_too is None:
            known: Mapping[str, VariableDifference] = {}
            names: Set[str] = written.keys() | ran.keys()
        else:
            known, names = before.divergence.by_name, gone | gone_too | before.differing_names
        found = {name: self._variable(name) for name in names if name in written or name in ran}
        self.differing_names = frozenset(name for name, each in found.items() if each.state != "same")
        if all(known.get(name) == found.get(name) for name in names):
            return known
        return without({**known, **found}, names - found.keys())

    def _variable(self, name: str) -> VariableDifference:
        written, ran = self.written.dataflow.values, self.ran.dataflow.values
        if name in written and name in ran:
            if self.written.of_value(name) == self.ran.of_value(name):
                return VariableDifference(name, "same")
            state: VariableState = "unknown" if self._is_same(name, _is_readable) else "differs"
        else:
            state = "missing_on_restart" if name in ran else "missing_in_kernel"
        ran_reads = ran[name].reads if name in ran else ()
        if state == "missing_on_restart":
            # That the name is there is what differs, whatever it holds.
            ran_reads = tuple(needs for needs in ran_reads if needs.kind == "name" and needs.name == name)
        written_reads = written[name].reads if name in written else ()
        cause = self._blame.of_reads(ran_reads, written_reads)
        return VariableDifference(name, state, cause, not self._is_same(name, _is_certain))

    def _is_same(self, name: str, keep: Keep) -> bool:
        """Whether the value is the same with some of the edges alone."""
        if keep not in self._filtered:
            there, here = self._analyses
            self._filtered[keep] = there.provenance(keep), here.provenance(keep)
        written, ran = self._filtered[keep]
        if name not in written.dataflow.values or name not in ran.dataflow.values:
            return False
        return written.of_value(name) == ran.of_value(name)

    def _cells(self, before: Comparison | None) -> Sequence[CellDifference | None]:
        """How the cell of each written run differs; None for cells without statements."""
        runs = self.written.dataflow.runs
        known: Sequence[CellDifference | None] = [None] * len(runs)
        places: Iterable[int] = range(len(runs))
        if before is not None and self._same_runs(before):
            known, places = before.cells, self._changed_cells(before)
        new = {index: self._cell_of(runs[index]) for index in places}
        self.unlike = [index for index, cell in new.items() if cell and cell.state != "fresh"]
        if before is not None and all(known[index] == cell for index, cell in new.items()):
            return known
        found = list(known)
        for index, cell in new.items():
            found[index] = cell
        return found

    def _changed_cells(self, before: Comparison) -> Sequence[int]:
        """The places of the written runs that are not, or were not, as in the kernel, or have changed."""
        places = set(before.unlike)
        if self.written is not before.written:
            places |= self.written.changed
        for place in self.ran.changed if self.ran is not before.ran else ():
            index = self._written_place(self.ran.dataflow.runs[place].run)
            places |= set() if index is None else {index}
        return sorted(places)

    def _same_runs(self, before: Comparison) -> bool:
        """Whether the same cells ran on both timelines as before, in the same order."""
        return all(
            now is old or _are_of_same_cells(now.dataflow, old.dataflow.runs)
            for now, old in ((self.written, before.written), (self.ran, before.ran))
        )

    def _written_place(self, run: Run) -> int | None:
        runs = self.written.dataflow.runs
        index = bisect_left(runs, run.cell, key=lambda flow: flow.run.cell)
        return index if index < len(runs) and runs[index].run.cell_id == run.cell_id else None

    def _cell_of(self, flow: RunFlow) -> CellDifference | None:
        if not flow.statements and not flow.error:
            return None
        places = self.ran.dataflow.places.get(flow.run.cell_id)
        return self._cell(flow, self.ran.dataflow.runs[places[-1]] if places else None)

    def _cell(self, written: RunFlow, ran: RunFlow | None) -> CellDifference:
        cell = written.run.cell
        if ran is None:
            return CellDifference(cell, "never_run")
        if not ran.run.success:
            return CellDifference(cell, "failed", ran.run.order)
        if read_cell(ran.run.source).error or statement_codes(ran.run.source) != statement_codes(
            written.run.source
        ):
            return CellDifference(cell, "edited", ran.run.order)
        return self._outdated(written, ran)

    def _outdated(self, written: RunFlow, ran: RunFlow) -> CellDifference:
        for here, there in zip(ran.statements, written.statements, strict=True):
            if self.ran.number(here.site) != self.written.number(there.site):
                cause = self._blame.of_statements(here.site, there.site)
                return CellDifference(written.run.cell, "outdated", ran.run.order, cause)
        return CellDifference(written.run.cell, "fresh", ran.run.order)


def _are_of_same_cells(now: Dataflow, runs: Sequence[RunFlow]) -> bool:
    return len(now.runs) == len(runs) and all(
        now.runs[place].run.cell_id == runs[place].run.cell_id for place in now.differing(runs)
    )


def _gone(now: Provenance, before: Provenance) -> Set[str] | None:
    """The names whose values may be others than before, None where that may be any."""
    return frozenset() if now is before else now.gone


def _is_certain(needs: Dependency, _: Dataflow) -> bool:
    return needs.must


def _is_readable(needs: Dependency, dataflow: Dataflow) -> bool:
    """Whether it does not come of code that cannot be read."""
    if needs.kind == "opaque":
        return False
    return needs.must or ("alter", "opaque") not in dataflow.statement(needs.source).world
