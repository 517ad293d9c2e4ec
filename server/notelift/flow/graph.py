"""The dataflow of a timeline: its statements, and why each depends on others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Site(NamedTuple):
    """One top-level statement of one run: `run` indexes the timeline, `statement` counts from 0 in the cell."""

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
