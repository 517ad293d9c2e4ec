"""From the records of an analysis to a dataflow; what is as it was in the dataflow before is taken over."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, KeysView, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from notelift.flow.graph import Dependency, RunFlow, Site, Statement, Value
from notelift.flow.machine import Edge
from notelift.flow.records import TOKENS_PER_RUN, RunKey, RunRecord, StatementFacts
from notelift.flow.values import Token

_Surface = list[tuple[Token, tuple[str, ...], tuple[tuple[str, str, bool], ...]]]


class BuiltRun(NamedTuple):
    """The flow of a run, the record that it was built from, and the place of the run in the timeline."""

    record: RunRecord
    place: int
    flow: RunFlow


class BuiltValue(NamedTuple):
    """What a name holds at the end, the entries of the state that say so, and the runs that made it."""

    value: Value
    reads: frozenset[Hashable]
    sources: frozenset[int]


@dataclass
class Built:
    """What has been built of a dataflow: by run, and by name as far as it was asked for."""

    runs: dict[RunKey, BuiltRun] = field(default_factory=dict)
    values: dict[str, BuiltValue] = field(default_factory=dict)

    def without(self, changed: Collection[Hashable]) -> Built:
        """Return it without the values that rest on one of the entries of the state."""
        if not changed or not self.values:
            return self
        kept = {name: each for name, each in self.values.items() if each.reads.isdisjoint(changed)}
        return Built(self.runs, kept)


class Values(Mapping[str, Value]):
    """What the names hold at the end of a timeline, each built when it is first asked for.

    `built` has those that were asked for, here or in the analysis before.
    """

    def __init__(
        self, names: Mapping[str, None], build: Callable[[str], BuiltValue], known: dict[str, BuiltValue]
    ) -> None:
        self._names = names
        self._build = build
        self.built = known

    def __getitem__(self, name: str) -> Value:
        known = self.built.get(name)
        if known is None:
            if name not in self._names:
                raise KeyError(name)
            known = self.built[name] = self._build(name)
        return known.value

    def keys(self) -> KeysView[str]:
        """The names."""
        return self._names.keys()

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class Builder:
    """Builds flows of runs from their records."""

    def __init__(self, order: Sequence[RunKey], records: Mapping[RunKey, RunRecord]) -> None:
        self._order = order
        self._records = [records[key] for key in order]
        self._index = {record.base: index for index, record in enumerate(self._records)}

    def flow_again(self, record: RunRecord, place: int) -> RunFlow:
        """Return the flow of another run that comes right after the runs up to `place`."""
        builder = Builder((), {})
        builder._records = [*self._records[:place], record]
        builder._index = {**self._index, record.base: place}
        return builder._flow(place, record)

    def runs(self, before: Mapping[RunKey, BuiltRun]) -> tuple[dict[RunKey, BuiltRun], frozenset[int]]:
        """Return the flow of each run, and the places of the runs before that no longer have what they had.

        A flow is taken over where the run was, and so were all that it depends on.
        """
        new = [
            index
            for index, (key, record) in enumerate(zip(self._order, self._records, strict=True))
            if (known := before.get(key)) is None or known.record is not record or known.place != index
        ]
        moved = self._moved(before, new) if before else frozenset()
        in_place = len(before) == len(self._order) and not any(self._is_elsewhere(before, at) for at in new)
        found = dict(before) if in_place else {}
        for index in new if in_place and not moved else range(len(self._order)):
            key, record = self._order[index], self._records[index]
            known = before.get(key)
            if known is None or not _is_as_before(known, record, index, moved):
                known = BuiltRun(record, index, self._flow(index, record))
            elif known.record is not record:
                known = BuiltRun(record, index, known.flow)
            found[key] = known
        return found, moved

    def _is_elsewhere(self, before: Mapping[RunKey, BuiltRun], index: int) -> bool:
        known = before.get(self._order[index])
        return known is None or known.place != index

    def _moved(self, before: Mapping[RunKey, BuiltRun], new: Sequence[int]) -> frozenset[int]:
        """The places, before, of the runs that are gone, stand elsewhere, or have other statements."""
        moved = set()
        for index in new:
            known = before.get(self._order[index])
            if known is not None:
                facts, now = known.record.facts, self._records[index].facts
                if known.place != index or (facts is not now and _surface(facts) != _surface(now)):
                    moved.add(known.place)
        gone = before.keys() - set(self._order)
        moved.update(before[key].place for key in gone)
        return frozenset(moved)

    def dependencies(self, edges: Mapping[Edge, tuple[bool, str]]) -> tuple[Dependency, ...]:
        """Return the edges as dependencies on places of the timeline, sorted."""
        found = []
        for (token, kind, name), (must, why) in edges.items():
            index = self._index.get(token - token % TOKENS_PER_RUN)
            if index is None:
                continue
            facts = self._records[index].facts
            position = _position(facts, token)
            if position is not None:
                why = why or _why(facts[position], kind, name)
                found.append(Dependency(Site(index, position), kind, name, must, why))
        found.sort()
        return tuple(found)

    def _flow(self, index: int, record: RunRecord) -> RunFlow:
        statements = tuple(
            self._statement(Site(index, position), record, fact) for position, fact in enumerate(record.facts)
        )
        sources = frozenset(needs.source.run for each in statements for needs in each.reads)
        return RunFlow(record.run, statements, record.code.error, sources)

    def _statement(self, site: Site, record: RunRecord, fact: StatementFacts) -> Statement:
        code = fact.code
        return Statement(
            site,
            record.run.cell,
            code.line,
            code.end_line,
            code.column,
            code.end_column,
            code.source,
            self.dependencies(fact.edges),
            fact.binds,
            fact.changes,
            fact.world,
            fact.notes,
        )


def _is_as_before(known: BuiltRun, record: RunRecord, index: int, moved: frozenset[int]) -> bool:
    before = known.record
    if before is not record and (before.facts is not record.facts or before.run != record.run):
        return False
    return known.place == index and (not moved or moved.isdisjoint(known.flow.sources))


def _surface(facts: Sequence[StatementFacts]) -> _Surface:
    """What readers are told of the statements that they depend on."""
    return [(fact.token, fact.binds, fact.changes) for fact in facts]


def _position(facts: Sequence[StatementFacts], token: Token) -> int | None:
    first = token % TOKENS_PER_RUN
    if first < len(facts) and facts[first].token == token:
        return first
    return next((position for position, fact in enumerate(facts) if fact.token == token), None)


def _why(fact: StatementFacts, kind: str, name: str) -> str:
    """What the source of an edge does to what is read."""
    if kind == "name" and name in fact.binds:
        return f"binds {name}"
    for changed, why, _ in fact.changes:
        if changed == name or name.startswith(changed + "[") or changed.startswith((name + "[", name + ".")):
            return why
    if kind != "object":
        return kind
    if fact.changes:
        return fact.changes[0][1]
    return f"makes what {name} holds" if name else "makes what is read"
