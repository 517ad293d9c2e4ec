"""What was found of each cell or run of a notebook, kept from one revision of it to the next."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from itertools import compress
from operator import is_not
from typing import Any, Generic, TypeVar

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")
_Key = TypeVar("_Key", bound=Hashable)


class Row(Generic[_Item]):
    """The cells or the runs of one revision in order: frozen values, the same objects until they change.

    `changed` are the places that differ from the row `base`, which is the mark of a row before; where that is
    None, anything may have changed.
    """

    def __init__(
        self, items: Sequence[_Item], base: object | None = None, changed: Sequence[int] = ()
    ) -> None:
        self.items = items
        self.mark = object()
        self.base = base
        self.changed = changed

    def changed_since(self, before: Row[_Item] | None) -> Sequence[int] | None:
        """Return the places that differ from a row before, None where that may be any."""
        if self is before:
            return ()
        return self.changed if before is not None and self.base is before.mark else None

    def after(self, items: Sequence[_Item], among: Collection[int] | None = None) -> Row[_Item]:
        """Return the row of the next revision, which is this one where nothing has changed.

        `among` are places outside of which nothing has, where that is known.
        """
        if len(items) != len(self.items):
            return Row(items)
        if among is None:
            changed = tuple(compress(range(len(items)), map(is_not, items, self.items)))
        else:
            changed = tuple(place for place in sorted(among) if items[place] is not self.items[place])
        return Row(items, self.mark, changed) if changed else self


class Kept(Generic[_Item, _Answer]):
    """What a function says of each item of a row; `found` are the places of which it says anything.

    `is_steady` says that this is the same, with the same items, as in the row that this one is based on.
    """

    def __init__(
        self, row: Row[_Item], answers: list[_Answer], found: list[int], is_steady: bool = False
    ) -> None:
        self.row = row
        self.answers = answers
        self.found = found
        self.is_steady = is_steady

    @classmethod
    def of(cls, row: Row[_Item], ask: Callable[[_Item], _Answer]) -> Kept[_Item, _Answer]:
        """Ask of each item."""
        return cls._of_all(row, [ask(item) for item in row.items])

    def after(self, row: Row[_Item], ask: Callable[[_Item], _Answer]) -> Kept[_Item, _Answer]:
        """Return the answers for another row; only of items that this one does not have it is asked."""
        if row is self.row:
            return self
        if row.base is not self.row.mark:
            known = dict(zip(map(id, self.row.items), self.answers, strict=True))
            return self._of_all(
                row, [known[id(item)] if id(item) in known else ask(item) for item in row.items]
            )
        changed, answers = row.changed, self.answers
        new = [ask(row.items[place]) for place in changed]
        if any(answer is not answers[place] for answer, place in zip(new, changed, strict=True)):
            answers = answers.copy()
            for answer, place in zip(new, changed, strict=True):
                answers[place] = answer
        if not any(self.answers[place] or answers[place] for place in changed):
            return Kept(row, answers, self.found, is_steady=True)
        found = set(self.found).difference(changed)
        found.update(place for place in changed if answers[place])
        return Kept(row, answers, sorted(found))

    @classmethod
    def _of_all(cls, row: Row[_Item], answers: list[_Answer]) -> Kept[_Item, _Answer]:
        return cls(row, answers, [place for place, answer in enumerate(answers) if answer])


class Index(Generic[_Item, _Key]):
    """The places of the items that have a key, by the sets of keys that a function says they have."""

    def __init__(self, keys: Kept[_Item, frozenset[_Key]], places: Mapping[_Key, tuple[int, ...]]) -> None:
        self.keys = keys
        self.places = places

    @classmethod
    def of(cls, keys: Kept[_Item, frozenset[_Key]]) -> Index[_Item, _Key]:
        """Return the index of all items."""
        places: dict[_Key, list[int]] = {}
        for place in keys.found:
            for key in keys.answers[place]:
                places.setdefault(key, []).append(place)
        return cls(keys, {key: tuple(found) for key, found in places.items()})

    def after(self, keys: Kept[_Item, frozenset[_Key]]) -> Index[_Item, _Key]:
        """Return the index of another row."""
        if keys is self.keys:
            return self
        if keys.row.base is not self.keys.row.mark:
            return self.of(keys)
        pairs = [(place, self.keys.answers[place], keys.answers[place]) for place in keys.row.changed]
        if all(before == now for _, before, now in pairs):
            return Index(keys, self.places)
        places = dict(self.places)
        for place, before, now in pairs:
            for key in before - now:
                left = tuple([other for other in places.pop(key) if other != place])
                if left:
                    places[key] = left
            for key in now - before:
                known = places.get(key, ())
                at = bisect_left(known, place)
                places[key] = (*known[:at], place, *known[at:])
        return Index(keys, places)

    def __getitem__(self, key: _Key) -> tuple[int, ...]:
        return self.places.get(key, ())

    def __contains__(self, key: _Key) -> bool:
        return key in self.places


class Answers:
    """The rows, answers and indexes of one revision, made from those of the revision before it."""

    def __init__(self, before: Answers | None = None) -> None:
        # Not `before` itself, which would keep all revisions alive.
        self._before: Mapping[object, Any] = before._now if before else {}
        self._now: dict[object, Any] = {}

    def before(self, key: object) -> Any:
        """Return what the revision before had under a key, None where it had nothing."""
        return self._before.get(key)

    def note(self, key: object, value: object) -> None:
        """Keep a value for the next revision, which asks for it with `before`."""
        self._now[key] = value

    def row(self, key: object, items: Sequence[_Item], among: Collection[int] | None = None) -> Row[_Item]:
        """Return the row of these items, which continues that of the revision before.

        `among` are places outside of which nothing has changed since, where that is known.
        """
        before: Row[_Item] | None = self._before.get(key)
        row = self._now[key] = before.after(items, among) if before else Row(items)
        return row

    def kept(self, key: object, row: Row[_Item], ask: Callable[[_Item], _Answer]) -> Kept[_Item, _Answer]:
        """Return what a function says of each item of a row; it always has to have the same key."""
        found: Kept[_Item, _Answer] | None = self._now.get(key)
        if found is None:
            before: Kept[_Item, _Answer] | None = self._before.get(key)
            found = self._now[key] = before.after(row, ask) if before else Kept.of(row, ask)
        return found

    def index(
        self, key: object, row: Row[_Item], keys: Callable[[_Item], frozenset[_Key]]
    ) -> Index[_Item, _Key]:
        """Return the index of a row by the keys that a function says each item has."""
        found: Index[_Item, _Key] | None = self._now.get(key)
        if found is None:
            before: Index[_Item, _Key] | None = self._before.get(key)
            kept = before.keys.after(row, keys) if before else Kept.of(row, keys)
            found = self._now[key] = before.after(kept) if before else Index.of(kept)
        return found
