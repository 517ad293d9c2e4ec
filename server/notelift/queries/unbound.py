"""Names that are read on a timeline before anything binds them."""

from __future__ import annotations

from dataclasses import dataclass

from notelift.flow.graph import Dataflow, Statement
from notelift.flow.names import UNBOUND


@dataclass(frozen=True, slots=True)
class UnboundRead:
    """The first statement that reads `name` for nothing, the others that do, and what binds it later."""

    name: str
    statement: Statement
    others: tuple[Statement, ...]
    later: Statement | None


def unbound_reads(dataflow: Dataflow) -> tuple[UnboundRead, ...]:
    """Return the names that are surely not bound where they are read, by their first readers."""
    readers: dict[str, list[Statement]] = {}
    for statement in dataflow.statements():
        for note in statement.notes:
            if note.endswith(UNBOUND):
                readers.setdefault(note.split("`")[1], []).append(statement)
    return tuple(
        UnboundRead(name, found[0], tuple(found[1:]), _later(dataflow, name, found[0]))
        for name, found in readers.items()
    )


def _later(dataflow: Dataflow, name: str, reader: Statement) -> Statement | None:
    return next(
        (each for each in dataflow.statements() if name in each.binds and each.site > reader.site), None
    )
