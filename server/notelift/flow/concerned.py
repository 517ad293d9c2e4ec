"""Which runs an entry of the state concerns: those that read or write it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Set

from notelift.flow.readers import Readers
from notelift.flow.records import RunRecord
from notelift.flow.values import Token

_ANYTHING = object()


class Concerned:
    """The runs, by the bases of their tokens, that read or write an entry; some may have done so before only.

    All analyses that go on from one share it, since they share records to which queries add what they read.
    It is empty until one of them asks, and empty again once it holds much of old: which is the next
    `generation`, in which each analysis has to add all its records once.
    """

    def __init__(self) -> None:
        self.generation = 0
        self._readers: Readers[Token] = Readers()

    def add(self, record: RunRecord) -> None:
        """Note what a run reads and writes, where that is asked for at all."""
        if self.generation:
            readers = self._readers
            readers.add(record.base, record.reads)
            readers.add(record.base, record.writes)
            if record.reads_all:
                readers.add(record.base, (_ANYTHING,))

    def complete(self, records: Iterable[RunRecord], generation: int) -> int:
        """Have these records, unless they were added in a generation that still is; return that it is now."""
        if not self.generation or self._readers.is_full:
            self.generation += 1
            self._readers = Readers()
        if generation != self.generation:
            for record in records:
                self.add(record)
            self._readers.begun()
        return self.generation

    def of(self, entries: Set[Hashable]) -> set[Token]:
        """Return the runs that one of the entries concerns."""
        return self._readers.of((*entries, _ANYTHING))
