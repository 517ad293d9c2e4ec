"""From targets to slices: what a value, an output or a file needs, closed over all dependencies."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from notelift.effects.library import Library
from notelift.flow.analysis import Analysis, analyse, analyse_prefix
from notelift.flow.graph import Dataflow, Dependency, Site, Statement
from notelift.flow.names import MAY_BE_UNBOUND, UNBOUND
from notelift.flow.paths import path_of, show_path
from notelift.flow.values import Bound
from notelift.notebook.model import Timeline
from notelift.queries.slice import Slice, SlicedStatement
from notelift.queries.targets import Target, TargetError

Reason = tuple[Statement | None, Dependency]


def slice_targets(timeline: Timeline, targets: Sequence[Target], library: Library) -> Slice:
    """The statements that the targets need, in the order of the timeline.

    Raises TargetError for a target that the timeline does not have.
    """
    return slice_analysis(analyse(timeline, library), targets)


def slice_analysis(whole: Analysis, targets: Sequence[Target]) -> Slice:
    """Return the slice of targets on an analysed timeline. Raises TargetError as `slice_targets` does."""
    reasons: dict[Site, list[Reason]] = {}
    certain: dict[Site, bool] = {}
    types: list[str] = []
    for target in targets:
        analysis, roots, type_ = _roots(whole, target)
        types.append(type_)
        _close(analysis.dataflow, roots, reasons, certain)
    dataflow = whole.dataflow
    kept = tuple(
        SlicedStatement(dataflow.statement(site), certain[site], tuple(reasons[site]))
        for site in sorted(reasons)
    )
    total = sum(len(run.statements) for run in dataflow.runs)
    return Slice(kept, total, _opaque(kept), tuple(types), _unbound(kept, dataflow))


def _roots(whole: Analysis, target: Target) -> tuple[Analysis, tuple[Dependency, ...], str]:
    if target.kind == "output":
        return whole, _output_roots(whole.dataflow, target), ""
    if target.kind == "file":
        return whole, _file_roots(whole, target), ""
    if target.cell is None:
        analysis = whole
    else:
        _check_place(whole.dataflow, target)
        timeline = tuple(flow.run for flow in whole.dataflow.runs)
        analysis = analyse_prefix(timeline, whole.library, target.cell, target.line, whole)
    value = analysis.dataflow.values.get(target.value)
    if value is None:
        raise TargetError(_unknown_name(whole, analysis, target))
    return analysis, value.reads, value.type


def _check_place(dataflow: Dataflow, target: Target) -> None:
    runs = [run for run in dataflow.runs if run.run.cell == target.cell]
    if not runs:
        cells = sorted({run.run.cell for run in dataflow.runs})
        known = f"; the code cells are {_listed(cells)}" if cells else ""
        raise TargetError(f"target {target}: cell {target.cell} is not a code cell that ran{known}")
    if runs[-1].error:
        raise TargetError(
            f"target {target}: cell {target.cell} does not parse ({runs[-1].error}); correct it first"
        )
    line = target.line
    if line is not None and not any(statement.line <= line for statement in runs[-1].statements):
        raise TargetError(f"target {target}: cell {target.cell} has no statement at or before line {line}")


def _unknown_name(whole: Analysis, analysis: Analysis, target: Target) -> str:
    names = list(analysis.dataflow.values)
    elsewhere = target.value in whole.dataflow.values
    broken = [run for run in whole.dataflow.runs if run.error and target.value in run.run.source]
    text = f"target {target}: no statement binds {target.value}"
    if target.cell is not None:
        text += f" up to cell {target.cell}"
    deleted = analysis.state.get(target.value)
    if isinstance(deleted, Bound) and deleted.type == "deleted":
        if target.cell is not None:
            return f"target {target}: {target.value} is deleted by then, as after `except ... as` and `del`"
        return (
            f"target {target}: {target.value} is deleted before the end; ask for {target.value}@CELL instead"
        )
    if broken and not elsewhere:
        return f"{text}; cell {broken[0].run.cell} mentions it and does not parse ({broken[0].error})"
    near = difflib.get_close_matches(target.value, names, 3, 0.5)
    if elsewhere:
        return f"{text}; it is bound later"
    if near:
        return f"{text}; near: {', '.join(near)}"
    return (
        f"{text}; names are {', '.join(sorted(names)[:8])}"
        if names
        else f"{text}; the notebook binds no name"
    )


def _listed(cells: list[int]) -> str:
    return ", ".join(map(str, cells[:12])) + (", ..." if len(cells) > 12 else "")


def _output_roots(dataflow: Dataflow, target: Target) -> tuple[Dependency, ...]:
    _check_place(dataflow, target)
    run = [run for run in dataflow.runs if run.run.cell == target.cell][-1]
    roots = [
        Dependency(statement.site, "output", str(target), True, "is displayed")
        for statement in run.statements
        if shows(statement)
    ]
    if not roots:
        raise TargetError(
            f"target {target}: cell {target.cell} displays nothing; ask for a name that it binds"
        )
    return tuple(roots)


def shows(statement: Statement) -> bool:
    """Whether the notebook displays something that the statement makes."""
    return any(effect == "show" or resource == "pyplot" for effect, resource in statement.world)


def _file_roots(whole: Analysis, target: Target) -> tuple[Dependency, ...]:
    path = path_of(target.value)
    known = whole.state.get(("known", "files"), frozenset())
    if path not in known:
        shown = {show_path(other): other for other in known}
        match = next(
            (other for text, other in sorted(shown.items()) if text.endswith("/" + target.value)), None
        )
        if match is None:
            near = ", ".join(sorted(shown)[:8]) or "none"
            raise TargetError(f"target {target}: no statement writes {target.value}; files written: {near}")
        path = match
    return whole.dependencies(whole.reading_file(path))


def _close(
    dataflow: Dataflow,
    roots: Iterable[Dependency],
    reasons: dict[Site, list[Reason]],
    certain: dict[Site, bool],
) -> None:
    """Add all that the roots need; a statement is certain when some path of certain edges leads to it."""
    waiting: list[tuple[Statement | None, Dependency, bool]] = [(None, root, root.must) for root in roots]
    while waiting:
        reader, dependency, sure = waiting.pop()
        site = dependency.source
        known = certain.get(site)
        if known is None or (sure and not known):
            certain[site] = sure
            statement = dataflow.statement(site)
            waiting += [(statement, edge, sure and edge.must) for edge in statement.reads]
        found = reasons.setdefault(site, [])
        if (reader, dependency) not in found:
            found.append((reader, dependency))


def _unbound(kept: tuple[SlicedStatement, ...], dataflow: Dataflow) -> tuple[str, ...]:
    """Sentences on the kept statements that read a name which nothing binds before them."""
    found = []
    for sliced in kept:
        statement = sliced.statement
        for note in statement.notes:
            if note.endswith(UNBOUND):
                name = note.split("`")[1]
                later = [s.cell for s in dataflow.statements() if name in s.binds and s.site > statement.site]
                where = f" (cell {later[0]} does, later)" if later else ""
                place = f"cell {statement.cell}, line {statement.line}"
                found.append(f"{place} reads `{name}`, which no statement before it binds{where}")
    return tuple(found)


def _opaque(kept: tuple[SlicedStatement, ...]) -> tuple[str, ...]:
    notes: dict[str, None] = {}
    for sliced in kept:
        statement = sliced.statement
        barrier = ("alter", "opaque") in statement.world or ("alter", "star") in statement.world
        for note in statement.notes:
            if barrier or note.endswith(MAY_BE_UNBOUND):
                notes[f"cell {statement.cell}, line {statement.line}: {note}"] = None
    return tuple(notes)
