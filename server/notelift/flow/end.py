"""The place behind the last run of a timeline, from which values and files are read."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import cached_property
from typing import Any

from notelift.effects.library import Library
from notelift.flow.building import Builder, BuiltValue
from notelift.flow.graph import Value
from notelift.flow.machine import Edge
from notelift.flow.magic_effects import Interpreter
from notelift.flow.values import Bound


class End:
    """Reads what names hold and files contain at the end.

    It does not know the analysis: as a part of the dataflow it would keep that alive in a cycle.
    """

    def __init__(self, library: Library, state: dict[Hashable, Any], builder: Builder) -> None:
        self._library = library
        self._state = state
        self._builder = builder

    def value(self, name: str) -> BuiltValue:
        """Return what a bound name holds."""
        reader = self._at_end()
        reader.read(reader.load_name(name))
        entry = self._state[name]
        reads = self._builder.dependencies(reader.edges)
        return BuiltValue(
            Value(name, reads, type_name(entry, self._state)),
            frozenset((name, *reader.reads, *entry.objs)),
            frozenset(needs.source.run for needs in reads),
        )

    def reading_file(self, path: Any) -> dict[Edge, tuple[bool, str]]:
        """Return the edges of a statement that reads a file."""
        reader = self._at_end()
        reader.read_file(path)
        return reader.edges

    def _at_end(self) -> Interpreter:
        reader = self._reader
        reader.reads = {}
        reader.begin_statement(-1, "", 1)
        return reader

    @cached_property
    def _reader(self) -> Interpreter:
        reader = Interpreter(self._library)
        reader.begin_frames()
        reader.stdout_targets = []
        reader.state = dict(self._state)
        return reader


def type_name(entry: Bound, state: Mapping[Hashable, Any]) -> str:
    """Return the qualified type of what is bound, "" where it is unknown."""
    if entry.type:
        return entry.type
    types = {state[obj_id].type for obj_id in entry.objs if obj_id in state}
    return types.pop() if len(types) == 1 else ""
