"""The dataflow of a timeline: its statements, and why each depends on others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress
from operator import is_not
from typing import NamedTuple

from notelift.flow.readers import Readers
from notelift.notebook.model import Run


class Site(NamedTuple):
    """One top-level statement of one run.

    `run` indexes the timeline, `statement` counts from 0 in the cell.
    """

    run: int
    statement: int


class Dependency(NamedTuple):
    """An edge to the statement that made or changed what is read.

    `kind` is `name` (a binding), `object` (a change of a value), `world` (random streams, options,
    environment...), `file`, `output` (`_`, `Out[n]`) or `opaque`. `name` is what is read, as users see it.
    `must` is False where the effect is possible but not certain. `why` is the rule, the spec entry or the
    default that made the edge.
    """

    source: Site
    kind: str
    name: str
    must: bool
    why: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A top-level statement as it ran.

    `line` and `end_line` count from 1 within the cell; `column`/`end_column` are offsets in characters from 0
    (several statements may share a line). `source` is the exact text, magics untranslated.
    `reads` are its dependencies, sorted by source. `binds` are the global names it stores (including those
    stored by functions it calls), `changes` the (name, why, must) of the values that it changes in place,
    `world` the (effect, resource) pairs such as ("write", "file:out.csv") or ("alter", "random:numpy").
    """

    site: Site
    cell: int
    line: int
    end_line: int
    column: int
    end_column: int
    source: str
    reads: tuple[Dependency, ...] = ()
    binds: tuple[str, ...] = ()
    changes: tuple[tuple[str, str, bool], ...] = ()
    world: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class RunFlow:
    """One run and its statements.

    A run that does not parse has none and says why in `error` ("line 3: ..."). `sources` are the
    places in the timeline of the runs that it needs.
    """

    run: Run
    statements: tuple[Statement, ...]
    error: str = ""
    sources: frozenset[int] = field(default=frozenset(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Value:
    """What a name holds at the end of a timeline.

    `reads` are the statements that bound it or changed what it holds; `type` is a qualified type name
    ("pandas.DataFrame", "int", "" when unknown).
    """

    name: str
    reads: tuple[Dependency, ...]
    type: str = ""


@dataclass(frozen=True)
class Dataflow:
    """All runs of a timeline, and what the names and files hold after the last of them.

    A run that is as it was in the dataflow of an analysis before is the same object; `others` are the places
    of the runs that are not as in `before`. `readers` are the places of the runs that may need a run.
    """

    runs: tuple[RunFlow, ...]
    values: Mapping[str, Value]
    files: Mapping[str, tuple[Dependency, ...]]
    before: Sequence[RunFlow] = field(default=(), compare=False, repr=False)
    others: Sequence[int] = field(default=(), compare=False, repr=False)
    readers: Readers[int] = field(default_factory=Readers, compare=False, repr=False)

    def differing(self, runs: Sequence[RunFlow]) -> Sequence[int]:
        """Return the places, as far as both go, of the runs that are not the same objects as others."""
        if runs is self.before:
            return self.others
        return list(compress(range(len(self.runs)), map(is_not, self.runs, runs)))

    @cached_property
    def places(self) -> Mapping[str, list[int]]:
        """The places of the runs of each cell, by the id of the cell."""
        found: dict[str, list[int]] = defaultdict(list)
        for index, flow in enumerate(self.runs):
            found[flow.run.cell_id].append(index)
        return found

    def statement(self, site: Site) -> Statement:
        """The statement at `site`."""
        return self.runs[site.run].statements[site.statement]

    def statements(self) -> Iterator[Statement]:
        """Every statement in the order of the timeline."""
        for run in self.runs:
            yield from run.statements
