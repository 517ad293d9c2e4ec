"""Provenance numbers: what a statement, a value or a file is made of, as one hash to compare timelines by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from hashlib import blake2b
from heapq import heappop, heappush
from typing import NamedTuple

from notelift.flow.building import BuiltValue, Values, without
from notelift.flow.codes import DIGEST_SIZE, statement_codes
from notelift.flow.graph import Dataflow, Dependency, RunFlow, Site, Value

Keep = Callable[[Dependency, Dataflow], bool]
"""Whether a dependency counts; it may look at the statement that is the source."""


def numbers(dataflow: Dataflow, keep: Keep | None = None, before: Provenance | None = None) -> Provenance:
    """Return the provenance of everything on a dataflow, over all dependencies or those that `keep` keeps.

    Numbers that `before`, the provenance of an earlier dataflow with the same `keep`, has of the same things
    are taken over.
    """
    return Provenance(dataflow, keep, before)


class _Number(NamedTuple):
    """The number of a value, and the runs that it comes from."""

    value: Value
    sources: frozenset[int]
    number: str


class Provenance:
    """Numbers of statements, values and files, computed when they are asked for.

    A statement's number is a hash of its code and of the numbers of all that it reads. Equal numbers, on one
    timeline or on two, say that running gives equal values; comments, layout and the place of a cell do not
    count. `changed` are the places of the runs that are not, or not surely, as they were in the provenance
    `since`, and `gone` the names whose values are not, None where that may be any.
    """

    def __init__(self, dataflow: Dataflow, keep: Keep | None, before: Provenance | None) -> None:
        self.dataflow = dataflow
        self._keep = keep
        self._known: list[list[bytes | None]] = []
        self._values: dict[str, _Number] = {}
        self.gone: Set[str] | None = None
        # Marks, not the provenance itself: that would keep all that came before in memory.
        self.mark = object()
        self.since = None if before is None else before.mark
        if before is None:
            self._known = [[None] * len(flow.statements) for flow in dataflow.runs]
            self.changed = frozenset(range(len(dataflow.runs)))
        else:
            self.changed = self._take_over(before)

    def of_statement(self, site: Site) -> str:
        """The number of a statement. Raises IndexError when the timeline has none there."""
        return self._number(site).hex()

    def number(self, site: Site) -> bytes:
        """The number of a statement as bytes, which costs less."""
        return self._known[site.run][site.statement] or self._number(site)

    def of_value(self, name: str) -> str:
        """The number of what a name holds at the end. Raises KeyError when it is not bound."""
        known = self._values.get(name)
        if known is None:
            value = self.dataflow.values[name]
            sources = frozenset(needs.source.run for needs in value.reads)
            known = self._values[name] = _Number(value, sources, self._combined(b"value", value.reads))
        return known.number

    def of_file(self, path: str) -> str:
        """The number of what is in a file at the end. Raises KeyError when no statement writes it."""
        return self._combined(b"file", self.dataflow.files[path])

    def with_run(self, flow: RunFlow, place: int) -> Provenance:
        """Return the provenance of the runs before `place` and of another run there."""
        runs = (*self.dataflow.runs[:place], flow)
        found = Provenance(Dataflow(runs, {}, {}), self._keep, None)
        found._known = [*self._known[:place], [None] * len(flow.statements)]
        return found

    def _take_over(self, before: Provenance) -> frozenset[int]:
        """Take over the numbers of what is as it was; return the places of the other runs."""
        runs, old = self.dataflow.runs, before.dataflow.runs
        fresh = set(self.dataflow.differing(old))
        fresh.update(range(len(old), len(runs)))
        self._known = before._known[: len(runs)]
        self._known += [[] for _ in range(len(self._known), len(runs))]
        changed: set[int] = set()
        renumbered: set[int] = set()
        for index in self._to_be_numbered(fresh, renumbered):
            was = self._known[index]
            self._known[index] = [None] * len(runs[index].statements)
            changed.add(index)
            if not self._comes_out_as(was, index):
                renumbered.add(index)
        self._take_over_values(before, renumbered)
        return frozenset(changed)

    def _to_be_numbered(self, fresh: Set[int], renumbered: Set[int]) -> Iterator[int]:
        """The places of the runs that are fresh or need one that is `renumbered` meanwhile, in order."""
        runs, readers = self.dataflow.runs, self.dataflow.readers
        waiting = sorted(fresh)
        last = -1
        while waiting:
            index = heappop(waiting)
            if index == last or not (index in fresh or not renumbered.isdisjoint(runs[index].sources)):
                continue
            last = index
            yield index
            if index in renumbered:
                for later in readers.of((index,)):
                    if index < later < len(runs):
                        heappush(waiting, later)

    def _comes_out_as(self, was: Sequence[bytes | None], index: int) -> bool:
        """Whether a run has the numbers that it had, where they were known."""
        if self._keep is not None or None in was or len(was) != len(self._known[index]):
            return False
        return all(self._number(Site(index, n)) == number for n, number in enumerate(was))

    def _take_over_values(self, before: Provenance, renumbered: set[int]) -> None:
        values = self.dataflow.values
        gone = values.gone(before.dataflow.values, renumbered) if isinstance(values, Values) else None
        if gone is not None:
            self._values, self.gone = without(before._values, gone), gone
            return
        built: Mapping[str, BuiltValue] = values.built if isinstance(values, Values) else {}
        self._values = {
            name: each
            for name, each in before._values.items()
            if (known := built.get(name)) is not None
            and known.value is each.value
            and renumbered.isdisjoint(each.sources)
        }

    def _combined(self, what: bytes, reads: Sequence[Dependency]) -> str:
        reads = self._counted(reads)
        for needs in reads:
            self._number(needs.source)
        return self._hash(what, reads).hex()

    def _counted(self, reads: Sequence[Dependency]) -> Sequence[Dependency]:
        keep = self._keep
        return reads if keep is None else [needs for needs in reads if keep(needs, self.dataflow)]

    def _number(self, site: Site) -> bytes:
        """The number of a statement; those of its sources first, without recursion."""
        known = self._known
        found = known[site.run][site.statement]
        if found is not None:
            return found
        waiting = [site]
        while waiting:
            current = waiting[-1]
            if known[current.run][current.statement] is None:
                flow = self.dataflow.runs[current.run]
                reads = self._counted(flow.statements[current.statement].reads)
                missing = [
                    needs.source for needs in reads if known[needs.source.run][needs.source.statement] is None
                ]
                if missing:
                    waiting += missing
                    continue
                code = statement_codes(flow.run.source)[current.statement]
                known[current.run][current.statement] = self._hash(code, reads)
            waiting.pop()
        return self._certainly(site)

    def _certainly(self, site: Site) -> bytes:
        number = self._known[site.run][site.statement]
        assert number is not None
        return number

    def _hash(self, code: bytes, reads: Sequence[Dependency]) -> bytes:
        digest = blake2b(code, digest_size=DIGEST_SIZE)
        binders: set[tuple[str, bytes]] = set()
        for needs in sorted(reads, key=_order):
            number = self._certainly(needs.source)
            if needs.kind == "name":
                # Several may have bound the name; what binds it alike once more adds nothing.
                if (needs.name, number) in binders:
                    continue
                binders.add((needs.name, number))
            digest.update(f"\0{needs.kind}\0{needs.name}\0".encode(errors="surrogatepass"))
            digest.update(number)
        return digest.digest()


def _order(needs: Dependency) -> tuple[str, str, Site, str]:
    """Sources of one thing stay in the order in which they ran; for different things the order is nothing."""
    return needs.kind, _thing(needs), needs.source, needs.name


def _thing(needs: Dependency) -> str:
    if needs.kind == "object":
        # The order in which items were set is the order of the keys and columns.
        return needs.name.partition("[")[0].partition(".")[0]
    if needs.kind == "world" and ":" not in needs.name:
        # A variable of the environment and the whole of it have different names.
        return ""
    return needs.name
