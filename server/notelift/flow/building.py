"""From the records of an analysis to a dataflow; what is as it was in the dataflow before is taken over."""

from __future__ import annotations

from collections.abc import (
    Callable,
    Collection,
    Hashable,
    Iterable,
    Iterator,
    KeysView,
    Mapping,
    Sequence,
    Set,
)
from dataclasses import dataclass, field, replace
from itertools import compress
from operator import is_not
from typing import NamedTuple, TypeVar

from notelift.flow.graph import Dependency, RunFlow, Site, Statement, Value
from notelift.flow.machine import Edge
from notelift.flow.readers import Readers
from notelift.flow.records import TOKENS_PER_RUN, RunKey, RunRecord, StatementFacts
from notelift.flow.values import Token

_Surface = list[tuple[Token, tuple[str, ...], tuple[tuple[str, str, bool], ...]]]


class BuiltValue(NamedTuple):
    """What a name holds at the end, the entries of the state that say so, and the runs that made it."""

    value: Value
    reads: frozenset[Hashable]
    sources: frozenset[int]


@dataclass
class Built:
    """What has been built of a dataflow: by run in the order of the timeline, by name as far as asked.

    `readers` knows which names rest on an entry of the state, or, by its place, on a run. `moved` are the
    places of the runs that are others than in what was built before. `needed` knows which runs need a run.
    """

    order: Sequence[RunKey] = ()
    records: Sequence[RunRecord] = ()
    flows: tuple[RunFlow, ...] = ()
    values: dict[str, BuiltValue] = field(default_factory=dict)
    readers: Readers[str] = field(default_factory=Readers)
    moved: frozenset[int] = frozenset()
    needed: Readers[int] = field(default_factory=Readers)

    def add(self, name: str, value: BuiltValue) -> BuiltValue:
        """Add what a name holds, and return it."""
        self.values[name] = value
        self.readers.add(name, value.reads)
        self.readers.add(name, value.sources)
        return value

    def without(self, changed: Collection[Hashable]) -> Built:
        """Return a copy without the values that rest on one of the entries of the state."""
        if self.readers.is_full:
            return self._with_new_readers().without(changed)
        gone = [
            name
            for name in self.readers.of(changed)
            if name in self.values and not self.values[name].reads.isdisjoint(changed)
        ]
        return replace(self, values=without(self.values, gone))

    def _with_new_readers(self) -> Built:
        found = replace(self, values={}, readers=Readers())
        for name, value in self.values.items():
            found.add(name, value)
        found.readers.begun()
        return found

    def drop(self, places: Set[int]) -> None:
        """Forget the values that were made by one of the runs at those places."""
        gone = [
            name
            for name in self.readers.of(places)
            if name in self.values and not places.isdisjoint(self.values[name].sources)
        ]
        for name in gone:
            del self.values[name]


@dataclass(frozen=True, slots=True)
class Change:
    """How the state at the end of an analysis differs from that of the one with the mark `since`."""

    mark: object = field(default_factory=object)
    since: object = None
    entries: frozenset[Hashable] = frozenset()


_Key = TypeVar("_Key")
_Item = TypeVar("_Item")


def without(items: Mapping[_Key, _Item], keys: Iterable[_Key]) -> dict[_Key, _Item]:
    """Return a copy without some keys."""
    left = dict(items)
    for key in keys:
        left.pop(key, None)
    return left


def differing(items: Sequence[object], others: Sequence[object]) -> list[int]:
    """Return the places at which two sequences do not have the same object, as far as both go."""
    return list(compress(range(len(items)), map(is_not, items, others)))


class Values(Mapping[str, Value]):
    """What the names hold at the end of a timeline, each built when it is first asked for.

    `built` are those that were asked for, here or in the analysis before. What rests neither on the entries
    of the state nor on the runs of `change` is as it was in the values with the mark `since`.
    """

    def __init__(
        self, names: Mapping[str, None], build: Callable[[str], BuiltValue], built: Built, change: Change
    ) -> None:
        self._names = names
        self._build = build
        self._from = built
        self.mark = change.mark
        self._change = change

    @property
    def built(self) -> Mapping[str, BuiltValue]:
        """Those that were built."""
        return self._from.values

    def gone(self, before: Mapping[str, Value], runs: Set[int]) -> Set[str] | None:
        """Return the names that may hold something else than before, where `runs` do; None for all names."""
        if not isinstance(before, Values) or self._change.since is not before.mark:
            return None
        if self._from.readers is not before._from.readers:
            return None
        entries, moved = self._change.entries, self._from.moved
        found = self._from.readers.of(entries | moved | runs)
        found.update(entry for entry in entries if isinstance(entry, str))
        return found

    def __getitem__(self, name: str) -> Value:
        known = self._from.values.get(name)
        if known is None:
            if name not in self._names:
                raise KeyError(name)
            known = self._from.add(name, self._build(name))
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
    """Builds flows of runs from their records, which are in the order of the timeline.

    `index` are the places of the runs by the bases of their tokens.
    """

    def __init__(
        self, order: Sequence[RunKey], records: Sequence[RunRecord], index: Mapping[Token, int]
    ) -> None:
        self._order = order
        self._records = records
        self._index = index

    def flow_again(self, record: RunRecord, place: int) -> RunFlow:
        """Return the flow of another run that comes right after the runs up to `place`."""
        records = [*self._records[:place], record]
        return Builder((), records, {**self._index, record.base: place})._flow(place, record)

    def built(self, before: Built) -> Built:
        """Return the flow of each run. What was built before of runs, and of values, is taken over.

        A flow is taken over where the run was, and so were all that it depends on; a value stays where its
        sources did.
        """
        if self._order is before.order or self._order == before.order:
            found, moved, new = self._built_in_place(before)
            needed = before.needed
        else:
            found, moved = self._built_elsewhere(before)
            needed, new = Readers(), range(len(found))
        if needed.is_full:
            needed, new = Readers(), range(len(found))
        for index in new:
            needed.add(index, found[index].sources)
        if len(new) == len(found):
            needed.begun()
        if moved:
            before.drop(moved)
        return replace(
            before, order=self._order, records=self._records, flows=tuple(found), moved=moved, needed=needed
        )

    def _built_in_place(self, before: Built) -> tuple[Sequence[RunFlow], frozenset[int], Sequence[int]]:
        """The flows, and the places of the runs with other statements than before, and of the new flows."""
        changed = differing(self._records, before.records)
        moved = frozenset(index for index in changed if self._is_other(index, before.records[index]))
        found = list(before.flows)
        others: Iterable[int] = changed
        if moved:
            others = {*changed, *(place for place in before.needed.of(moved) if place < len(found))}
        new = []
        for index in others:
            record = self._records[index]
            if not _is_as_before(before.records[index], record, found[index], moved):
                found[index] = self._flow(index, record)
                new.append(index)
        return (found if new else before.flows), moved, new

    def _built_elsewhere(self, before: Built) -> tuple[list[RunFlow], frozenset[int]]:
        """The flows, and the places, before, of the runs that are gone, stand elsewhere, or are others."""
        known = {key: place for place, key in enumerate(before.order)}
        places = [known.get(key) for key in self._order]
        moved = set(known.values()).difference(place for place in places if place is not None)
        for index, place in enumerate(places):
            if place is not None and (place != index or self._is_other(index, before.records[place])):
                moved.add(place)
        gone, found = frozenset(moved), []
        for index, record in enumerate(self._records):
            is_here = places[index] == index
            if is_here and _is_as_before(before.records[index], record, before.flows[index], gone):
                found.append(before.flows[index])
            else:
                found.append(self._flow(index, record))
        return found, gone

    def _is_other(self, index: int, before: RunRecord) -> bool:
        facts, now = before.facts, self._records[index].facts
        return facts is not now and _surface(facts) != _surface(now)

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


def _is_as_before(before: RunRecord, record: RunRecord, flow: RunFlow, moved: frozenset[int]) -> bool:
    if before is not record and (before.facts is not record.facts or before.run != record.run):
        return False
    return not moved or moved.isdisjoint(flow.sources)


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
