"""How far the kernel is from *Restart & Run All*: what would come out differently, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from notelift.cells.code import read_cell
from notelift.flow.graph import Dataflow, Dependency, RunFlow
from notelift.flow.provenance import Provenance, numbers, statement_codes
from notelift.queries.causes import Blame, Cause

VariableState = Literal["same", "differs", "missing_on_restart", "missing_in_kernel", "unknown"]
CellState = Literal["fresh", "edited", "outdated", "never_run", "failed"]
Keep = Callable[[Dependency], bool]


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


@dataclass(frozen=True, slots=True)
class Divergence:
    """The variables by name, and the cells that have statements in document order."""

    variables: tuple[VariableDifference, ...]
    cells: tuple[CellDifference, ...]

    @property
    def differing(self) -> tuple[VariableDifference, ...]:
        """The variables that are not the same."""
        return tuple(each for each in self.variables if each.state != "same")


def compare(written: Provenance, ran: Provenance) -> Divergence:
    """Return how the ran timeline (`failures.analyse_ran`) differs from the written one."""
    blame = Blame(written, ran)
    return Divergence(tuple(_variables(blame)), tuple(_cells(blame)))


def _variables(blame: Blame) -> Iterator[VariableDifference]:
    written, ran = blame.written.dataflow.values, blame.ran.dataflow.values
    opaque = _Filtered(blame, _readable)
    certain = _Filtered(blame, lambda _: _certain)
    for name in sorted(written.keys() | ran.keys()):
        if name in written and name in ran:
            if blame.written.of_value(name) == blame.ran.of_value(name):
                yield VariableDifference(name, "same")
                continue
            state: VariableState = "unknown" if opaque.same(name) else "differs"
        else:
            state = "missing_on_restart" if name in ran else "missing_in_kernel"
        ran_reads = ran[name].reads if name in ran else ()
        written_reads = written[name].reads if name in written else ()
        yield VariableDifference(
            name, state, blame.of_reads(ran_reads, written_reads), not certain.same(name)
        )


class _Filtered:
    """The comparison of values on dataflows that have some of the edges only."""

    def __init__(self, blame: Blame, keep: Callable[[Dataflow], Keep]) -> None:
        self._blame = blame
        self._keep = keep
        self._pair: tuple[Provenance, Provenance] | None = None

    def same(self, name: str) -> bool:
        """Whether the value is the same with those edges alone."""
        if self._pair is None:
            self._pair = (
                self._numbers(self._blame.written.dataflow),
                self._numbers(self._blame.ran.dataflow),
            )
        written, ran = self._pair
        if name not in written.dataflow.values or name not in ran.dataflow.values:
            return False
        return written.of_value(name) == ran.of_value(name)

    def _numbers(self, dataflow: Dataflow) -> Provenance:
        return numbers(filtered(dataflow, self._keep(dataflow)))


def _certain(needs: Dependency) -> bool:
    return needs.must


def _readable(dataflow: Dataflow) -> Keep:
    """What does not come of code that cannot be read."""
    barriers = {each.site for each in dataflow.statements() if ("alter", "opaque") in each.world}
    return lambda needs: needs.kind != "opaque" and (needs.must or needs.source not in barriers)


def filtered(dataflow: Dataflow, keep: Keep) -> Dataflow:
    """Return a dataflow with those edges only that `keep` is true of."""

    def kept(reads: tuple[Dependency, ...]) -> tuple[Dependency, ...]:
        return tuple(needs for needs in reads if keep(needs))

    runs = tuple(
        RunFlow(
            flow.run,
            tuple(replace(statement, reads=kept(statement.reads)) for statement in flow.statements),
            flow.error,
        )
        for flow in dataflow.runs
    )
    values = {name: replace(value, reads=kept(value.reads)) for name, value in dataflow.values.items()}
    return Dataflow(runs, values, dataflow.files)


def _cells(blame: Blame) -> Iterator[CellDifference]:
    last = {flow.run.cell_id: flow for flow in blame.ran.dataflow.runs}
    for flow in blame.written.dataflow.runs:
        if not flow.statements and not flow.error:
            continue
        run = last.get(flow.run.cell_id)
        if run is None:
            yield CellDifference(flow.run.cell, "never_run")
        elif not run.run.success:
            yield CellDifference(flow.run.cell, "failed", run.run.order)
        elif read_cell(run.run.source).error or statement_codes(run.run.source) != statement_codes(
            flow.run.source
        ):
            yield CellDifference(flow.run.cell, "edited", run.run.order)
        else:
            yield _outdated(blame, flow, run)


def _outdated(blame: Blame, written: RunFlow, ran: RunFlow) -> CellDifference:
    for here, there in zip(ran.statements, written.statements, strict=True):
        if blame.ran.of_statement(here.site) != blame.written.of_statement(there.site):
            cause = blame.of_statements(here.site, there.site)
            return CellDifference(written.run.cell, "outdated", ran.run.order, cause)
    return CellDifference(written.run.cell, "fresh", ran.run.order)
