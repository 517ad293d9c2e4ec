"""Whether the notebook does the same once statements are a function: what the dataflow tells."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping

from notelift.assists.function.asides import run_of
from notelift.assists.function.bindings import bindings_of_one
from notelift.assists.function.refusals import own_parts
from notelift.assists.function.selection import Selected
from notelift.assists.function.surroundings import Surroundings
from notelift.assists.function.text import Extract
from notelift.assists.model import Refused
from notelift.edits.applying import apply
from notelift.edits.change import NotebookChange
from notelift.edits.checking import analysed, check_change, check_flow
from notelift.flow.graph import Dataflow, Dependency, Site
from notelift.queries.hidden import Kernel

_KINDS = frozenset({"name", "object", "world", "file"})


def check_calls(
    kernel: Kernel, selected: Selected, aside: Collection[int], binds: frozenset[str], around: Surroundings
) -> None:
    """Raise Refused where functions that the selection calls may read what it binds: they look among the globals."""
    hidden = sorted(binds & around.captured_before)
    if not hidden:
        return
    flow = run_of(kernel, selected.cell.index)
    if not selected.is_top or flow is None:
        if any(isinstance(part, ast.Call) for part, _ in own_parts(selected.statements)):
            raise Refused(_hidden(hidden[0]))
        return
    step = selected.path[0]
    inside = [number for number in range(step.start, step.end) if number not in aside]
    for number in inside:
        seen = bindings_of_one(step.block[number]).mentions
        for read in flow.statements[number].reads:
            within = read.source.run == flow.statements[number].site.run and read.source.statement in inside
            if within and read.kind == "name" and read.name in binds and read.name not in seen:
                raise Refused(_hidden(read.name))


def _hidden(name: str) -> str:
    return (
        f"The selection binds `{name}` and calls a function that reads it from the notebook's variables: pass it to"
        " that function, or select less"
    )


def check_extracted(kernel: Kernel, extract: Extract, change: NotebookChange) -> None:
    """Raise Refused where the changed notebook does not compile, or makes its values of something else."""
    if reason := check_change(change, kernel):
        raise Refused(f"As a function it would be wrong: {reason}")
    applied = apply(change, kernel.session.notebook)
    before, after = kernel.written.dataflow, analysed(applied, kernel).dataflow
    moved = dict(_moved(before, extract))
    if reason := check_flow(before, after, moved):
        raise Refused(f"As a function it would be wrong: {reason}")
    if reason := _check_inputs(before, after, moved):
        raise Refused(f"As a function it would be wrong: {reason}")


def _moved(before: Dataflow, extract: Extract) -> Iterator[tuple[Site, Site]]:
    """Where each statement is afterwards."""
    selected = extract.selected
    top = selected.path[0]
    for run, flow in enumerate(before.runs):
        for number in range(len(flow.statements)):
            place = number
            if flow.run.cell == selected.cell.index:
                place = _place(number, top.start, top.end, extract)
            yield Site(run, number), Site(run, place)


def _place(number: int, start: int, end: int, extract: Extract) -> int:
    if number < start:
        return number
    if not extract.selected.is_top:
        return number + 1
    aside = extract.aside
    if number in aside:
        return start + aside.index(number)
    call = start + len(aside) + 1
    return call if number < end else call + 1 + number - end


def _check_inputs(before: Dataflow, after: Dataflow, moved: Mapping[Site, Site]) -> str:
    """What the call no longer reads that the statements read, in words; "" where there is nothing."""
    places = set(moved.values())
    joined: dict[Site, list[Site]] = {}
    for site, place in moved.items():
        joined.setdefault(place, []).append(site)
    for place, sites in joined.items():
        if len(sites) == 1:
            continue
        was = {
            (moved[read.source], _kind(read)): read
            for site in sites
            for read in before.statement(site).reads
            if read.source not in sites and read.kind in _KINDS
        }
        now = {(read.source, _kind(read)) for read in after.statement(place).reads if read.source in places}
        for edge in sorted(was.keys() - now):
            read = was[edge]
            return f"it would not read `{read.name}` as cell {before.statement(read.source).cell} leaves it"
    return ""


def _kind(read: Dependency) -> str:
    return "value" if read.kind in ("name", "object") else read.kind
