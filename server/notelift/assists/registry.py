"""All assists: a line for each, imported when it is asked for."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import NamedTuple

from notelift.assists.model import Assist


class Entry(NamedTuple):
    """An assist by name, and the kinds of code action that it offers."""

    name: str
    kinds: tuple[str, ...]


ENTRIES: tuple[Entry, ...] = ()


@lru_cache(maxsize=None)
def load_assist(name: str) -> Assist:
    """Return the assist of that name. Raises KeyError where there is none."""
    if name not in {entry.name for entry in ENTRIES}:
        raise KeyError(name)
    assist = import_module(f"notelift.assists.handlers.{name.replace('-', '_')}").ASSIST
    assert isinstance(assist, Assist)
    return assist
