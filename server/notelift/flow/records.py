"""What the interpreter found of a run, by which a later analysis can take the run over."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from notelift.cells.code import CellCode, CellStatement
from notelift.flow.machine import Edge
from notelift.flow.values import Bound, Token
from notelift.notebook.model import Run

TOKENS_PER_RUN = 1 << 32
"""More than a cell can ever have had of statements."""

RunKey = tuple[str, int]
"""The id of a cell, and which of its runs."""


@dataclass(slots=True)
class StatementFacts:
    """What the interpreter found of one statement."""

    token: Token
    code: CellStatement
    edges: Mapping[Edge, tuple[bool, str]]
    binds: tuple[str, ...]
    changes: tuple[tuple[str, str, bool], ...]
    world: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


@dataclass(slots=True)
class RunRecord:
    """One run as analysed: its facts, and the entries of the state that it read and wrote.

    The tokens of its statements are from `base` on. `reads` may have more entries than the run itself read:
    those that `answers` of queries about the run rest on, which hold as long as the record does.
    """

    run: Run
    base: Token
    code: CellCode
    facts: list[StatementFacts]
    reads: dict[Hashable, Any]
    writes: dict[Hashable, Any]
    answers: dict[str, Any] = field(default_factory=dict)
    reads_all: bool = False
    """Whether it may read anything: then it holds only where nothing has changed."""

    def is_of(self, run: Run) -> bool:
        """Whether it holds for a run: one of its text, and of its count where that names an output."""
        known = self.run
        if known is run:
            return True
        return known.source == run.source and (known.order == run.order or ("output", -1) not in self.writes)

    def of(self, run: Run) -> RunRecord:
        """Return the record of a run that does the same and stands elsewhere."""
        return RunRecord(
            run, self.base, self.code, self.facts, self.reads, self.writes, self.answers, self.reads_all
        )


def displayed(records: Iterable[RunRecord]) -> list[Bound]:
    """Return what the runs displayed that displayed something, in their order."""
    return [record.writes["output", -1] for record in records if ("output", -1) in record.writes]
