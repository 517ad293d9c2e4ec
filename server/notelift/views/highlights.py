"""What lights up in cells where the caret stands on a name: the slice of its value, and what reads it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from notelift.cells.places import Region
from notelift.flow.graph import Statement
from notelift.queries.hidden import Kernel
from notelift.views.history import History, look, variable_at
from notelift.views.navigation import Spot, spots_in, spots_of
from notelift.views.sources import is_import


@dataclass(frozen=True, slots=True)
class Highlight:
    """A part of a cell to be lit up; `writes` where a value is bound or changed there."""

    cell: int
    region: Region
    writes: bool


def highlights(
    kernel: Kernel, cell: int, source: str, line: int, column: int, cells: Collection[int]
) -> tuple[Highlight, ...]:
    """Return what lights up in `cells` for the name at a place of a cell whose text is `source`.

    These are the names of its value everywhere, and in the statements that the value needs all names that
    they bind and read, imports left out; of a statement that names nothing the whole.
    """
    occurrence = variable_at(kernel, cell, source, line, column)
    history = None if occurrence is None else look(kernel, cell, occurrence).history
    if history is None:
        return ()
    imports = _imported(kernel)
    found = {(spot.cell, spot.region): spot.writes for spot in spots_of(kernel, history)}
    for statement in _needed(history):
        if statement.cell in cells and not is_import(statement):
            for spot in _named(kernel, statement, imports):
                found.setdefault((spot.cell, spot.region), spot.writes)
    return tuple(Highlight(*place, found[place]) for place in sorted(found) if place[0] in cells)


def _needed(history: History) -> Iterator[Statement]:
    yield from history.made
    yield from (change.statement for change in history.changed)
    yield from history.steps


def _named(kernel: Kernel, statement: Statement, imports: Collection[str]) -> Iterator[Spot]:
    bound = kernel.written.dataflow.values
    named = [
        spot
        for each, spot in spots_in(kernel, statement)
        if each.name not in imports and (each.name in bound or each.access == "write")
    ]
    if named:
        yield from named
    else:
        region = Region(statement.line, statement.column, statement.end_line, statement.end_column)
        yield Spot(statement.cell, region)


def _imported(kernel: Kernel) -> frozenset[str]:
    """The names that imports bind."""
    return frozenset(
        name
        for statement in kernel.written.dataflow.statements()
        if is_import(statement)
        for name in statement.binds
    )
