"""Cells that give another result when they run a second time."""

from __future__ import annotations

import ast
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from notelift.cells.code import read_cell
from notelift.flow.again import runs_again
from notelift.flow.analysis import Analysis
from notelift.flow.building import differing
from notelift.flow.end import type_name
from notelift.flow.entries import is_bound
from notelift.flow.graph import Dataflow, Dependency, RunFlow, Statement
from notelift.flow.provenance import Provenance
from notelift.flow.records import RunRecord

_SECOND = "second run"
# Draws, output and plots are other ones each time, and nobody minds.
_COUNTED = frozenset({"name", "object", "file"})
_GENERATORS = frozenset({"numpy.random.Generator", "numpy.random.RandomState", "random.Random"})
# Methods that, called again on what they gave or changed, leave it as it is.
_SETTLED = frozenset(
    {
        "add",
        "astype",
        "clear",
        "clip",
        "discard",
        "drop_duplicates",
        "dropna",
        "fillna",
        "fit",
        "fit_predict",
        "fit_transform",
        "grid",
        "legend",
        "lower",
        "rename",
        "round",
        "seed",
        "setdefault",
        "sort",
        "sort_index",
        "sort_values",
        "strip",
        "title",
        "upper",
    }
)


@dataclass(frozen=True, slots=True)
class Drift:
    """A cell that reads what its own run before has set: the statement's line, and the name that it reads."""

    cell: int
    line: int
    name: str


def drifting_cells(written: Analysis) -> tuple[Drift, ...]:
    """Return the cells whose second run, right after the first, surely gives something else."""
    runs = written.dataflow.runs
    found = [_drift(written, place, runs[place], second) for place, second in _second_runs(written).items()]
    return tuple(drift for drift in found if drift is not None)


def _second_runs(written: Analysis) -> Mapping[int, _Second]:
    """The second runs that have to be looked at, by the places of the first ones in order."""
    records = list(written.records.values())
    before: tuple[list[RunRecord], Mapping[int, _Second]] | None = written.found.get(_SECOND)
    places: Sequence[int] = range(len(records))
    seconds: dict[int, _Second] = {}
    if before is not None and len(before[0]) == len(records):
        places, seconds = differing(records, before[0]), dict(before[1])
    unknown = [place for place in places if _SECOND not in records[place].answers]
    if unknown:
        _find_second_runs(written, unknown)
    for place in places:
        second: _Second | None = records[place].answers[_SECOND]
        seconds.pop(place, None)
        if second is not None:
            seconds[place] = second
    seconds = dict(sorted(seconds.items()))
    written.found[_SECOND] = records, seconds
    return seconds


@dataclass(slots=True)
class _Second:
    """The second run of a cell that reads what its first has set, and the types of what is bound then.

    `drift` is what was found where the flow of the cell and the numbers of what it reads were `basis`.
    """

    record: RunRecord
    types: Mapping[str, str]
    basis: tuple[RunFlow, tuple[str, ...]] | None = None
    drift: Drift | None = None


def _find_second_runs(written: Analysis, places: Iterable[int]) -> None:
    """Answer for runs whether they have to be looked at closely."""
    asked = []
    for place in places:
        if _binds_what_it_reads(written.dataflow.runs[place]):
            asked.append(place)
        else:
            written.record(place).answers[_SECOND] = None
    for place, (again, state) in zip(asked, runs_again(written, asked), strict=True):
        first = written.record(place)
        second = None
        if _reads_its_earlier_run(first, again):
            second = _Second(again, _types(again, state))
        first.answers[_SECOND] = second


def _types(again: RunRecord, state: Mapping[Hashable, Any]) -> dict[str, str]:
    """The types of the names that a run is about, of those that are bound."""
    names = {_root(name) for fact in again.facts for _, _, name in fact.edges}
    names.update(_root(name) for fact in again.facts for name, _, _ in fact.changes)
    names.update(name for fact in again.facts for name in fact.binds)
    return {name: type_name(state[name], state) for name in names if is_bound(state.get(name))}


def _reads_its_earlier_run(first: RunRecord, again: RunRecord) -> bool:
    """Whether the second run surely reads what the first has set; cheaper to tell than what it gives."""
    set_before = {fact.token for fact in first.facts}
    return any(
        must and kind in _COUNTED and token in set_before
        for fact in again.facts
        for (token, kind, _), (must, _) in fact.edges.items()
    )


def _drift(written: Analysis, place: int, first: RunFlow, second: _Second) -> Drift | None:
    provenance = written.provenance(_counts)
    basis = (first, tuple(provenance.of_statement(each.site) for each in first.statements))
    if second.basis is None or second.basis[0] is not first or second.basis[1] != basis[1]:
        flow = written.builder.flow_again(second.record, place + 1)
        second.basis = basis
        second.drift = _first_drift(first, flow, provenance.with_run(flow, place + 1), second.types)
    return second.drift


def _first_drift(
    first: RunFlow, second: RunFlow, provenance: Provenance, types: Mapping[str, str]
) -> Drift | None:
    """The first statement of a second run that builds on what the first run did, where that matters."""
    for again, before in zip(second.statements, first.statements, strict=True):
        if provenance.of_statement(again.site) == provenance.of_statement(before.site) or _is_settled(again):
            continue
        for needs in again.reads:
            if not _counts(needs, provenance.dataflow) or needs.source.run != before.site.run:
                continue
            if not _is_settled(first.statements[needs.source.statement]):
                name = _named(needs, again, types)
                if name and types.get(_root(name)) not in _GENERATORS:
                    return Drift(first.run.cell, again.line, name)
    return None


def _named(needs: Dependency, statement: Statement, bound: Collection[str]) -> str:
    """A name that the reader of the notebook knows for what is read; "" where there is none."""
    changed = [name for name, _, must in statement.changes if must]
    known = (name for name in (needs.name, *changed, *statement.binds) if _root(name) in bound)
    return needs.name if needs.kind == "file" else next(known, "")


def _is_settled(statement: Statement) -> bool:
    """Whether the statement, done twice, is as done once: a call, or a store that does not read its place."""
    code = read_cell(statement.source).statements
    node = code[0].node if len(code) == 1 else None
    if isinstance(node, ast.Assign) and not any(isinstance(target, ast.Name) for target in node.targets):
        stored = {part.id for target in node.targets for part in _names(target)}
        return stored.isdisjoint(part.id for part in _names(node.value))
    value = node.value if isinstance(node, (ast.Expr, ast.Assign, ast.AnnAssign)) else None
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return False
    return value.func.attr in _SETTLED or value.func.attr.startswith("set_")


def _counts(needs: Dependency, _: Dataflow) -> bool:
    return needs.must and needs.kind in _COUNTED


def _binds_what_it_reads(flow: RunFlow) -> bool:
    """Whether a cell reads from before, and sets or changes, a thing of one name."""
    read = {
        _root(needs.name)
        for statement in flow.statements
        for needs in statement.reads
        if needs.source.run != _run_of(flow) and needs.must and needs.kind in _COUNTED
    }
    return any(
        not read.isdisjoint(_set_by(statement)) and not _is_settled(statement)
        for statement in flow.statements
    )


def _set_by(statement: Statement) -> set[str]:
    """The names that a statement binds or surely changes, and the files that it writes."""
    changed = {_root(name) for name, _, must in statement.changes if must}
    files = {resource for effect, resource in statement.world if effect in ("write", "append")}
    return changed | files | set(statement.binds)


def _run_of(flow: RunFlow) -> int:
    return flow.statements[0].site.run


def _root(name: str) -> str:
    return name if name.startswith("file:") else name.partition("[")[0].partition(".")[0]


def _names(node: ast.expr) -> list[ast.Name]:
    return [part for part in ast.walk(node) if isinstance(part, ast.Name)]
