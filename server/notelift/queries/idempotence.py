"""Cells that give another result when they run a second time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from notelift.effects.library import Library
from notelift.flow.analysis import analyse
from notelift.flow.graph import Dataflow, Dependency, RunFlow
from notelift.flow.provenance import numbers
from notelift.queries.divergence import filtered

# Draws, output and plots are other ones each time, and nobody minds.
_COUNTED = frozenset({"name", "object", "file"})


@dataclass(frozen=True, slots=True)
class Drift:
    """A cell that reads what its own run before has set: the statement's line, and the name that it reads."""

    cell: int
    line: int
    name: str


def drifting_cells(written: Dataflow, library: Library) -> tuple[Drift, ...]:
    """Return the cells whose second run, right after the first, surely gives something else."""
    suspects = {flow.run.cell for flow in written.runs if _binds_what_it_reads(flow)}
    if not suspects:
        return ()
    runs = []
    for flow in written.runs:
        runs.append(flow.run)
        if flow.run.cell in suspects:
            runs.append(replace(flow.run, occurrence=1))
    twice = filtered(analyse(tuple(runs), library).dataflow, _counts)
    provenance = numbers(twice)
    found = []
    for index, flow in enumerate(twice.runs):
        if not flow.run.occurrence:
            continue
        first = twice.runs[index - 1]
        for again, before in zip(flow.statements, first.statements, strict=True):
            own = [needs for needs in again.reads if needs.source.run == index - 1]
            if own and provenance.of_statement(again.site) != provenance.of_statement(before.site):
                found.append(Drift(flow.run.cell, again.line, own[0].name))
                break
    return tuple(found)


def _counts(needs: Dependency) -> bool:
    return needs.must and needs.kind in _COUNTED


def _binds_what_it_reads(flow: RunFlow) -> bool:
    """Whether a cell reads from before, and sets or changes, a thing of one name."""
    read = {
        _root(needs.name)
        for statement in flow.statements
        for needs in statement.reads
        if needs.source.run != _run_of(flow) and _counts(needs)
    }
    for statement in flow.statements:
        if not read.isdisjoint(statement.binds):
            return True
        if any(_root(name) in read for name, _, must in statement.changes if must):
            return True
        if any(resource in read for effect, resource in statement.world if effect in ("write", "append")):
            return True
    return False


def _run_of(flow: RunFlow) -> int:
    return flow.statements[0].site.run


def _root(name: str) -> str:
    return name if name.startswith("file:") else name.partition("[")[0].partition(".")[0]
