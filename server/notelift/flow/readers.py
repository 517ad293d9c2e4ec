"""Who may read what, so that a change finds those that it concerns without asking all."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

_Reader = TypeVar("_Reader", bound=Hashable)
_SPARE = 20_000


class Readers(Generic[_Reader]):
    """The readers of each key: all that ever were, in any version of a notebook: versions share it.

    Whoever asks looks whether a reader still reads the key. Once `is_full` says that most are of old, one
    starts with another.
    """

    def __init__(self) -> None:
        self._readers: dict[Hashable, set[_Reader]] = {}
        self._added = 0
        self._first = 0

    def add(self, reader: _Reader, keys: Iterable[Hashable]) -> None:
        """Note what a reader reads."""
        known = self._readers
        for key in keys:
            readers = known.get(key)
            if readers is None:
                known[key] = {reader}
                self._added += 1
            elif reader not in readers:
                readers.add(reader)
                self._added += 1

    def begun(self) -> None:
        """Note that what was added so far is all of a present version."""
        self._first = self._added

    @property
    def is_full(self) -> bool:
        """Whether more was added than there was at first."""
        return self._added > 2 * self._first + _SPARE

    def of(self, keys: Iterable[Hashable]) -> set[_Reader]:
        """Return those that may read one of the keys."""
        found: set[_Reader] = set()
        for key in keys:
            found.update(self._readers.get(key, ()))
        return found
