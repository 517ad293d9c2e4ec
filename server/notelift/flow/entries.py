"""Questions about the entries of the interpreter's state, and about the runs of a timeline by key."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import Any

from notelift.flow.records import RunKey, RunRecord
from notelift.flow.values import NOTHING, Bound
from notelift.notebook.model import Timeline


def run_keys(timeline: Timeline) -> list[RunKey]:
    """Return the key of each run."""
    keys = [(run.cell_id, 0) for run in timeline]
    if len(set(keys)) == len(keys):
        return keys
    occurrences: dict[str, int] = {}
    for index, (cell_id, _) in enumerate(keys):
        occurrence = occurrences.get(cell_id, 0)
        occurrences[cell_id] = occurrence + 1
        keys[index] = (cell_id, occurrence)
    return keys


def bound_names(state: Mapping[Hashable, Any]) -> dict[str, None]:
    """Return the names that are bound, as keys."""
    return {key: None for key, entry in state.items() if isinstance(key, str) and is_bound(entry)}


def patched_names(
    names: Mapping[str, None], changed: Collection[Hashable], state: Mapping[Hashable, Any]
) -> Mapping[str, None]:
    """Return the names that are bound now, where those entries of the state have changed."""
    found = dict(names)
    for key in changed:
        if isinstance(key, str):
            if is_bound(state.get(key)):
                found[key] = None
            else:
                found.pop(key, None)
    return found


def is_bound(entry: Any) -> bool:
    """Whether an entry of the state says that a name is bound."""
    return isinstance(entry, Bound) and entry.type != "deleted"


def has_same_inputs(record: RunRecord, state: Mapping[Hashable, Any]) -> bool:
    """Whether all that a run read is as it was."""
    for key, value in record.reads.items():
        now = state.get(key, NOTHING)
        if now is not value and now != value:
            return False
    return True
