"""What dotted names of a notebook mean: its imports, and what else binds their first parts."""

from __future__ import annotations

from bisect import bisect_right
from operator import itemgetter

from notelift.checks.facts import CellFacts, facts_of
from notelift.checks.kept import Answers, Row


class Names:
    """The names that the cells of one revision bind: for each the places of the cells.

    `imported` are those that an import binds, `stored` those that anything else does, in any scope.
    """

    def __init__(self, answers: Answers, sources: Row[str]) -> None:
        self.sources = sources
        self.imported = answers.index("imported", sources, _imported)
        self.stored = answers.index("stored", sources, _stored)
        self._imports: dict[str, list[tuple[tuple[int, int], str]]] = {}

    def resolve(self, dotted: str, run: int, statement: int) -> str:
        """Return the qualified name that a dotted name means at a statement, "" where that is not certain."""
        head, dot, rest = dotted.partition(".")
        if not head or head in self.stored:
            return ""
        if head not in self.imported:
            return dotted
        imports = self._imports_of(head)
        before = bisect_right(imports, (run, statement), key=itemgetter(0))
        return imports[max(before - 1, 0)][1] + dot + rest

    def changed_since(self, before: Names) -> set[str] | None:
        """Return the names that may mean something else than before, None where that cannot be told."""
        if self.sources is before.sources:
            return set()
        if self.sources.base is not before.sources.mark:
            return None
        changed: set[str] = set()
        for place in self.sources.changed:
            had, has = facts_of(before.sources.items[place]), facts_of(self.sources.items[place])
            if _meanings(had) != _meanings(has):
                changed.update(_imported_names(had), _imported_names(has))
            for name in had.stored ^ has.stored:
                if (name in self.stored) != (name in before.stored):
                    changed.add(name)
        return changed

    def _imports_of(self, name: str) -> list[tuple[tuple[int, int], str]]:
        """The imports of a name by their places in the written timeline, and what they bind it to."""
        if name not in self._imports:
            self._imports[name] = [
                ((run, fact.statement), fact.qualname)
                for run in self.imported[name]
                for fact in facts_of(self.sources.items[run]).imports
                if fact.name == name
            ]
        return self._imports[name]


def _imported(source: str) -> frozenset[str]:
    return _imported_names(facts_of(source))


def _imported_names(facts: CellFacts) -> frozenset[str]:
    return frozenset(fact.name for fact in facts.imports)


def _stored(source: str) -> frozenset[str]:
    return facts_of(source).stored


def _meanings(facts: CellFacts) -> list[tuple[str, str]]:
    """What the imports of a cell tell other cells: where they stand in it makes no difference to those."""
    return [(fact.name, fact.qualname) for fact in facts.imports]
