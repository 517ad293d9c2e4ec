"""Names that are read on a timeline before anything binds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from notelift.flow.graph import Dataflow, RunFlow, Statement
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
    found = (each for flow in dataflow.runs for each in unbound_names(flow))
    return by_name(found, lambda name: (run for run in dataflow.runs if binds(run, name)))


def unbound_names(flow: RunFlow) -> Iterator[tuple[str, Statement]]:
    """Yield the names that a run reads and nothing before it binds, with the statement that does."""
    for statement in flow.statements:
        for note in statement.notes:
            if note.endswith(UNBOUND):
                yield note.split("`")[1], statement


def by_name(
    found: Iterable[tuple[str, Statement]], binders: Callable[[str], Iterable[RunFlow]]
) -> tuple[UnboundRead, ...]:
    """Return the names that are read for nothing; `binders` gives the runs that bind a name, in order."""
    readers: dict[str, list[Statement]] = {}
    for name, statement in found:
        readers.setdefault(name, []).append(statement)
    return tuple(
        UnboundRead(name, first, tuple(others), _later(name, first, binders(name)))
        for name, (first, *others) in readers.items()
    )


def binds(flow: RunFlow, name: str) -> bool:
    """Whether a statement of the run binds the name."""
    return any(name in statement.binds for statement in flow.statements)


def _later(name: str, reader: Statement, runs: Iterable[RunFlow]) -> Statement | None:
    return next(
        (each for run in runs for each in run.statements if name in each.binds and each.site > reader.site),
        None,
    )
