"""The log of a session: a JSON object on each line, an event each (docs/sessions.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from notelift.notebook.model import Cell, Notebook, NotebookError
from notelift.notebook.session import (
    Cleared,
    Deleted,
    Edited,
    Event,
    Inserted,
    Moved,
    Ran,
    Restarted,
    Session,
)

_FIELDS: dict[str, dict[str, tuple[type, ...]]] = {
    "ran": {"cell": (int,)},
    "edited": {"cell": (int,), "source": (str,)},
    "inserted": {"cell": (int,)},
    "deleted": {"cell": (int,)},
    "moved": {"cell": (int,), "to": (int,)},
    "cleared": {},
    "restarted": {},
}
_OPTIONAL: dict[str, tuple[type, ...]] = {
    "order": (int, type(None)),
    "success": (bool,),
    "source": (str,),
    "cell": (int, type(None)),
}


def session_of_log(notebook: Notebook, text: str, name: str) -> Session:
    """Return the session that the log tells of; `notebook` is what it came to.

    Cells are named by the index that they have at the time. Raises NotebookError for a line that is no event,
    or is about a cell that there is not.
    """
    records = list(_records(text, name))
    grown = sum((record["event"] == "inserted") - (record["event"] == "deleted") for _, record in records)
    count = len(notebook.cells) - grown
    if count < 0:
        raise NotebookError(
            f"{name}: inserts more cells than {notebook.path} has: is it of another notebook?"
        )
    identities = _identities(records, count, notebook, name)
    session = Session(replace(notebook, cells=_first_cells(notebook, identities[0])))
    for (_, record), before in zip(records, identities, strict=False):
        session = session.apply(_event(record, before, identities, notebook))
    return replace(session, notebook=notebook)


def _records(text: str, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise NotebookError(f"{name}: line {number} is not JSON: {error}") from error
        problem = _problem(record)
        if problem:
            raise NotebookError(f"{name}: line {number}: {problem}")
        yield number, record


def _problem(record: Any) -> str:
    if not isinstance(record, dict) or not isinstance(record.get("event"), str):
        return 'is no event: an object with "event" is wanted'
    fields = _FIELDS.get(record["event"])
    if fields is None:
        return f'unknown event "{record["event"]}"; events are {", ".join(_FIELDS)}'
    missing = [field for field in fields if field not in record]
    if missing:
        return f'"{record["event"]}" needs "{missing[0]}"'
    for field, types in {**_OPTIONAL, **fields}.items():
        value = record.get(field)
        if field in record and (
            not isinstance(value, types) or (isinstance(value, bool) and bool not in types)
        ):
            return f'"{field}" cannot be {json.dumps(value)}'
    return ""


def _identities(
    records: list[tuple[int, dict[str, Any]]], count: int, notebook: Notebook, name: str
) -> list[list[str]]:
    """The ids of the cells before each event, and after the last; those that stay have the notebook's."""
    tokens = list(range(count))
    states = [list(tokens)]
    fresh = count
    for number, record in records:
        event, cell = record["event"], record.get("cell")
        limit = len(tokens) + (event == "inserted")
        for index in (cell, record.get("to")):
            if index is not None and not 0 <= index < limit:
                raise NotebookError(
                    f"{name}: line {number}: there is no cell {index}, for {notebook.path} had {len(tokens)}"
                    " cells then"
                )
        if event == "inserted":
            tokens.insert(record["cell"], fresh)
            fresh += 1
        elif event == "deleted":
            del tokens[record["cell"]]
        elif event == "moved":
            tokens.insert(record["to"], tokens.pop(record["cell"]))
        states.append(list(tokens))
    last = {token: cell.id for token, cell in zip(tokens, notebook.cells, strict=True)}
    return [[last.get(token, f"deleted {token}") for token in state] for state in states]


def _first_cells(notebook: Notebook, ids: list[str]) -> tuple[Cell, ...]:
    known = {cell.id: cell for cell in notebook.cells}
    return tuple(
        replace(known[cell_id], index=index) if cell_id in known else Cell(index, cell_id, "code", "")
        for index, cell_id in enumerate(ids)
    )


def _event(
    record: dict[str, Any], before: list[str], identities: list[list[str]], notebook: Notebook
) -> Event:
    event, cell = record["event"], record.get("cell")
    if event == "restarted":
        return Restarted()
    if event == "cleared":
        return Cleared(None if cell is None else before[cell])
    if event == "inserted":
        return Inserted(_inserted(record, before, identities, notebook))
    if event == "edited":
        return Edited(before[record["cell"]], record["source"])
    if event == "deleted":
        return Deleted(before[record["cell"]])
    if event == "moved":
        return Moved(before[record["cell"]], record["to"])
    return Ran(before[record["cell"]], record.get("order"), record.get("success", True), record.get("source"))


def _inserted(
    record: dict[str, Any], before: list[str], identities: list[list[str]], notebook: Notebook
) -> Cell:
    after = next(state for position, state in enumerate(identities) if identities[position - 1] is before)
    cell_id = after[record["cell"]]
    kept = next((cell for cell in notebook.cells if cell.id == cell_id), None)
    source = record.get("source", kept.source if kept else "")
    return Cell(record["cell"], cell_id, kept.kind if kept else "code", source)
