"""The calls of a notebook, and what is known of the functions that are called."""

from __future__ import annotations

from typing import NamedTuple

from notelift.checks.facts import CallFact, facts_of
from notelift.checks.kept import Answers, Row
from notelift.checks.names import Names
from notelift.effects.library import Library
from notelift.effects.spec import Spec
from notelift.flow.graph import Site
from notelift.notebook.model import Cell


class Called(NamedTuple):
    """A call, wherever its cell stands: what is called, and what is known of that.

    `qualname` is resolved through the notebook's imports, "" where it is unknown.
    """

    fact: CallFact
    qualname: str
    spec: Spec | None


class Call(NamedTuple):
    """A call of the written notebook: its cell, the site of its statement, and what is called where known."""

    cell: Cell
    site: Site
    fact: CallFact
    qualname: str


CellCalls = tuple[Called, ...]
"""The calls in one cell in order."""


class Calls:
    """The calls of each cell of one revision: the same object for a cell while they mean the same."""

    def __init__(self, answers: Answers, names: Names, library: Library) -> None:
        self._names = names
        self._library = library
        self._heads = answers.index("heads", names.sources, _heads)
        before: Calls | None = answers.before("calls")
        self.row: Row[CellCalls] = answers.row("called", *self._cells(before))
        answers.note("calls", self)

    def _cells(self, before: Calls | None) -> tuple[list[CellCalls], set[int] | None]:
        """The calls of each cell, and where they may be others than before, None where that is anywhere."""
        sources = self._names.sources.items
        changed = self._names.changed_since(before._names) if before is not None else None
        if before is None or changed is None:
            known: dict[str, CellCalls] = {}
            if before is not None:
                known = dict(zip(before._names.sources.items, before.row.items, strict=True))
            return [self._again(place, known.get(source)) for place, source in enumerate(sources)], None
        cells = list(before.row.items)
        affected = {place for name in changed for place in self._heads[name]}
        if self._names.sources is not before._names.sources:
            affected.update(self._names.sources.changed)
        for place in affected:
            cells[place] = self._again(place, cells[place])
        return cells, affected

    def _again(self, place: int, known: CellCalls | None) -> CellCalls:
        now = self._of_cell(place)
        return known if known == now else now

    def _of_cell(self, place: int) -> CellCalls:
        found = []
        for fact in facts_of(self._names.sources.items[place]).calls:
            qualname = self._names.resolve(fact.dotted, place, fact.statement)
            found.append(Called(fact, qualname, self._library.find(qualname) if qualname else None))
        return tuple(found)


def _heads(source: str) -> frozenset[str]:
    """The first parts of what the calls of a cell call."""
    return frozenset(fact.dotted.partition(".")[0] for fact in facts_of(source).calls)
