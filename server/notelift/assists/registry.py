"""All assists: a line for each, imported when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import NamedTuple

from notelift.assists.model import Assist


class Entry(NamedTuple):
    """An assist by name, and the kinds of code action that it offers."""

    name: str
    kinds: tuple[str, ...]


ENTRIES: tuple[Entry, ...] = (
    Entry("extract-function", ("refactor.extract.function.notelift",)),
    Entry("extract-module", ("refactor.extract.module.notelift",)),
    Entry("extract-output", ("refactor.extract.module.notelift",)),
    Entry("move-definitions", ("refactor.extract.module.notelift",)),
    Entry("add-import", ("quickfix",)),
    Entry("apply-fix", ("quickfix",)),
    Entry("correct-name", ("quickfix",)),
    Entry("declare-effect", ("quickfix",)),
    Entry("ignore-finding", ("quickfix",)),
    Entry("join-cells", ("quickfix",)),
    Entry("move-cell", ("quickfix",)),
    Entry("move-imports", ("quickfix",)),
    Entry("print-function", ("quickfix",)),
    Entry("read-environment", ("quickfix",)),
    Entry("relative-path", ("quickfix",)),
    Entry("remove-cell", ("quickfix",)),
    Entry("rename-shadow", ("quickfix",)),
    Entry("restore-definition", ("quickfix",)),
    Entry("restore-text", ("quickfix",)),
    Entry("run-cells", ("quickfix",)),
    Entry("seed-stream", ("quickfix",)),
    Entry("split-cell", ("quickfix",)),
    Entry("fix-all", ("source.fixAll.notelift",)),
)


def entries_of(only: Iterable[str] | None) -> tuple[Entry, ...]:
    """Return the assists that offer some kind below one of `only`, such as `refactor`; all for None."""
    if only is None:
        return ENTRIES
    asked = tuple(only)
    return tuple(
        entry for entry in ENTRIES if any(is_below(kind, each) for kind in entry.kinds for each in asked)
    )


def is_below(kind: str, other: str) -> bool:
    """Whether a kind of code action is `other` or one of its kinds: `refactor.extract` is a `refactor`."""
    return not other or kind == other or kind.startswith(other + ".")


@cache
def load_assist(name: str) -> Assist:
    """Return the assist of that name. Raises KeyError where there is none."""
    if name not in {entry.name for entry in ENTRIES}:
        raise KeyError(name)
    assist = import_module(f"notelift.assists.handlers.{name.replace('-', '_')}").ASSIST
    assert isinstance(assist, Assist)
    return assist
