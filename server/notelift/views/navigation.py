"""From a name to where its value was made and changed, and to where it is read; by dataflow, across cells."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from notelift.cells.code import read_cell
from notelift.cells.places import CellText, Region
from notelift.flow.graph import Dataflow, Site, Statement
from notelift.flow.observing import observe
from notelift.queries.hidden import Kernel
from notelift.queries.reasons import root_of
from notelift.views.history import History, look, site_of, variable_at
from notelift.views.names import Callee, Occurrence, callee_at, names_in
from notelift.views.sources import defines


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A name in a cell. `writes` is whether it is bound there, or what it holds is changed."""

    cell: int
    region: Region
    writes: bool = False


def definitions(kernel: Kernel, cell: int, source: str, line: int, column: int) -> tuple[Spot, ...]:
    """Return the names where the value at a place was bound or changed; none where no name stands there.

    `source` is the text that the cell has.
    """
    occurrence = variable_at(kernel, cell, source, line, column)
    if occurrence is None:
        callee = callee_at(source, line, column)
        return () if callee is None else _method(kernel, cell, callee)
    history = look(kernel, cell, occurrence).history
    if history is None:
        return ()
    found = {spot for statement in history.made for spot in _bound_in(kernel, statement, history.name)}
    for change in history.changed:
        found.update(_changed_in(kernel, change.statement, history.name))
    return tuple(sorted(found))


def references(
    kernel: Kernel, cell: int, source: str, line: int, column: int, declarations: bool = True
) -> tuple[Spot, ...]:
    """Return the names that read the value at a place, and with `declarations` those that bind it."""
    occurrence = variable_at(kernel, cell, source, line, column)
    history = None if occurrence is None else look(kernel, cell, occurrence).history
    return () if history is None else tuple(sorted(spots_of(kernel, history, declarations)))


def spots_of(kernel: Kernel, history: History, declarations: bool = True) -> set[Spot]:
    """Return all names of a value: where it is bound, changed and read."""
    found: set[Spot] = set()
    if declarations:
        found.update(spot for each in history.made for spot in _bound_in(kernel, each, history.name))
    changed = [each.statement for each in (*history.changed, *history.changed_later)]
    for statement in (*history.readers, *changed):
        found.update(_read_in(kernel, statement, history.name))
    for statement in history.made:
        if not isinstance(_node(kernel, statement), (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            found.update(_read_in(kernel, statement, history.name))
    return found


def _bound_in(kernel: Kernel, statement: Statement, name: str) -> Iterator[Spot]:
    """Where a statement binds the name, itself or in the functions that it calls."""
    for each in (statement, *_called(kernel, statement)):
        own = each is statement
        named = [
            Spot(each.cell, occurrence.region, True)
            for occurrence in named_in(kernel, each)
            if occurrence.name == name and occurrence.access == "write" and own != bool(occurrence.inside)
        ]
        if named:
            yield from named
            return
    yield Spot(statement.cell, _start(statement), True)


def _changed_in(kernel: Kernel, statement: Statement, name: str) -> Iterator[Spot]:
    """Where a statement changes what the name holds, by this name or by another."""
    changed = {root_of(each) for each, _, _ in statement.changes}
    named = named_in(kernel, statement)
    for wanted in ({name}, changed):
        for each in named:
            if each.name in wanted:
                yield Spot(statement.cell, each.region, True)
                return
    yield Spot(statement.cell, _start(statement), True)


def _read_in(kernel: Kernel, statement: Statement, name: str) -> Iterator[Spot]:
    """Where a statement names what it reads, itself or in the functions that it calls."""
    found = [each for each in spots_in(kernel, statement) if each[0].name == name]
    if found:
        yield from (spot for each, spot in found if each.access != "write")
        return
    for definition in _called(kernel, statement):
        for each in named_in(kernel, definition):
            if each.name == name and each.inside and each.access != "write":
                yield Spot(definition.cell, each.region)


def _called(kernel: Kernel, statement: Statement) -> Iterator[Statement]:
    """The definitions of functions and classes that a statement reads."""
    dataflow = kernel.written.dataflow
    for site in sorted({read.source for read in statement.reads}):
        source = dataflow.statement(site)
        if any(each.inside for each in named_in(kernel, source)):
            yield source


def spots_in(kernel: Kernel, statement: Statement) -> Iterator[tuple[Occurrence, Spot]]:
    """Yield the variables that a statement names, and whether it binds or changes them there.

    Where a call changes what a name holds, all its names in the statement count.
    """
    changed = {root_of(each) for each, _, _ in statement.changes}
    named = named_in(kernel, statement)
    stored = {each.name for each in named if each.access == "change"}
    for each in named:
        writes = each.access != "read" or each.name in changed - stored
        yield each, Spot(statement.cell, each.region, writes)


def named_in(kernel: Kernel, statement: Statement) -> tuple[Occurrence, ...]:
    """Return the variables that a statement of the written notebook names."""
    source = kernel.session.notebook.cells[statement.cell].source
    at = statement.site.statement
    return tuple(each for each in names_in(source).occurrences if each.statement == at)


def _node(kernel: Kernel, statement: Statement) -> ast.stmt:
    return (
        read_cell(kernel.session.notebook.cells[statement.cell].source)
        .statements[statement.site.statement]
        .node
    )


def _start(statement: Statement) -> Region:
    """The first line of a statement that does not name what it binds or changes."""
    end = statement.end_column if statement.line == statement.end_line else statement.column
    return Region(statement.line, statement.column, statement.line, end)


def _method(kernel: Kernel, cell: int, callee: Callee) -> tuple[Spot, ...]:
    """Where the notebook defines the method that is called."""
    site = site_of(kernel, cell, callee.region.line, callee.statement)
    if site is None or callee.inside:
        return ()
    seen = observe(kernel.written, site).calls.get(callee.node)
    if seen is None or seen.function is None or isinstance(seen.function.node, ast.Lambda):
        return ()
    dataflow = kernel.written.dataflow
    for statement in _closure(dataflow, site):
        if defines(statement) and any(
            part is seen.function.node for part in ast.walk(_node(kernel, statement))
        ):
            text = CellText(kernel.session.notebook.cells[statement.cell].source)
            region = text.name_of_definition(seen.function.node)
            return () if region is None else (Spot(statement.cell, region, True),)
    return ()


def _closure(dataflow: Dataflow, site: Site) -> Iterable[Statement]:
    """The statements that one needs, the nearest first."""
    waiting, seen = [site], {site}
    for current in waiting:
        statement = dataflow.statement(current)
        yield statement
        new = {read.source for read in statement.reads} - seen
        seen |= new
        waiting += sorted(new, reverse=True)
