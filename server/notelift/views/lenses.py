"""The lines above a cell: what is wrong with it, what it reads and makes, and what can be done with it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from notelift.cells.code import memoised_by_cell, read_cell
from notelift.flow.graph import Dataflow, RunFlow, Statement
from notelift.queries.hidden import Kernel
from notelift.queries.reasons import root_of
from notelift.views.names import names_in
from notelift.views.sources import defines, is_import, is_literal
from notelift.views.states import cell_words

LensKind = Literal["state", "dataflow", "extract"]

_SHOWN = 4
_BLOCKS = (ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try)


@dataclass(frozen=True, slots=True)
class Lens:
    """A line above a cell. `extract` is for the client to act on, the others only tell."""

    kind: LensKind
    title: str


def lenses(kernel: Kernel, cell: int) -> tuple[Lens, ...]:
    """Return the lines above a cell; cells that only import or define have their state alone."""
    return tuple(_lenses(kernel, cell))


def _lenses(kernel: Kernel, cell: int) -> Iterator[Lens]:
    dataflow = kernel.written.dataflow
    places = dataflow.places.get(kernel.session.notebook.cells[cell].id)
    if not places:
        return
    flow = dataflow.runs[places[-1]]
    state = cell_words(kernel, cell)
    if state:
        yield Lens("state", state)
    if all(map(_is_code_alone, flow.statements)):
        return
    words = _dataflow_words(dataflow, places[-1], flow)
    if words:
        yield Lens("dataflow", words)
    makes = _made(flow) or _read_elsewhere(dataflow, places[-1], _bound(flow))
    if makes and any(not _is_setup(each) for each in flow.statements):
        yield Lens("extract", "Extract...")


def _is_code_alone(statement: Statement) -> bool:
    return is_import(statement) or defines(statement)


def _is_setup(statement: Statement) -> bool:
    return _is_code_alone(statement) or is_literal(statement)


def _dataflow_words(dataflow: Dataflow, place: int, flow: RunFlow) -> str:
    read = _read_from_elsewhere(dataflow, place, flow)
    changed = _changed(dataflow, place, flow, read)
    made = _made(flow)
    used = _read_elsewhere(dataflow, place, _bound(flow))
    parts = [
        _part("reads", [name for name in read if name not in changed]),
        _part("changes", changed),
        _part("makes", used or ([] if changed else made)),
    ]
    return " / ".join(filter(None, parts))


def _part(verb: str, names: list[str]) -> str:
    if not names:
        return ""
    shown = names[:_SHOWN]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{verb} {', '.join(shown)}{more}"


def _bound(flow: RunFlow) -> list[str]:
    """The names that the cell binds, in order."""
    found = [
        name
        for statement in flow.statements
        if not _is_code_alone(statement) and not statement.source.startswith("del ")
        for name in statement.binds
        if not name.startswith("_")
    ]
    return list(dict.fromkeys(found))


def _made(flow: RunFlow) -> list[str]:
    """The names that the cell binds for more than one of its blocks."""
    blocks = _names_of_blocks(flow.run.source)
    return [name for name in _bound(flow) if name not in blocks]


@memoised_by_cell
def _names_of_blocks(source: str) -> frozenset[str]:
    """The variables of loops, the files and locks of `with`, and the errors of `except`."""
    found: set[str] = set()
    for statement in read_cell(source).statements:
        for node in ast.walk(statement.node) if isinstance(statement.node, _BLOCKS) else ():
            targets: list[ast.expr] = []
            if isinstance(node, (ast.For, ast.AsyncFor)):
                targets = [node.target]
            elif isinstance(node, ast.withitem) and node.optional_vars is not None:
                targets = [node.optional_vars]
            elif isinstance(node, ast.ExceptHandler) and node.name:
                found.add(node.name)
            found.update(part.id for each in targets for part in ast.walk(each) if isinstance(part, ast.Name))
    return frozenset(found)


def _read_from_elsewhere(dataflow: Dataflow, place: int, flow: RunFlow) -> list[str]:
    """The values that the cell reads as other cells bound them."""
    found: dict[str, None] = {}
    for statement in flow.statements:
        for read in statement.reads:
            if read.kind != "name" or read.source.run == place or read.name in found:
                continue
            source = dataflow.statement(read.source)
            if not is_import(source) and not defines(source):
                found[read.name] = None
    named = dict.fromkeys(each.name for each in names_in(flow.run.source).occurrences)
    return [name for name in named if name in found] + [name for name in found if name not in named]


def _changed(dataflow: Dataflow, place: int, flow: RunFlow, read: Collection[str]) -> list[str]:
    """The values, of those that are read, that the cell changes in place, by whatever name it does so."""
    named: set[str] = set()
    changing = []
    for statement in flow.statements:
        own = {each.name for each in statement.reads if each.kind == "name"}
        roots = {root_of(name) for name, _, _ in statement.changes}
        named |= own & roots
        if roots - own:
            # A function of the notebook has changed something that it calls otherwise.
            changing.append(statement)
    if not changing:
        return [name for name in read if name in named]
    sites = {statement.site for statement in changing}
    later = [
        each
        for other in dataflow.runs
        if place in other.sources and other is not flow
        for statement in other.statements
        for each in statement.reads
    ]
    later += [each for name in read if (end := dataflow.values.get(name)) for each in end.reads]
    found = {root_of(each.name) for each in later if each.kind == "object" and each.source in sites}
    found -= {name for statement in flow.statements for name in statement.binds}
    return [name for name in read if name in named or name in found]


def _read_elsewhere(dataflow: Dataflow, place: int, names: list[str]) -> list[str]:
    """The names, of those, that another cell reads as this one bound them."""
    found: set[str] = set()
    for flow in dataflow.runs:
        if place in flow.sources and flow is not dataflow.runs[place]:
            found.update(
                read.name
                for statement in flow.statements
                for read in statement.reads
                if read.kind == "name" and read.source.run == place
            )
    return [name for name in names if name in found]
