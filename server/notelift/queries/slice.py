"""The backward slice of a target: the statements its value needs, each with the reasons."""

from __future__ import annotations

from dataclasses import dataclass

from notelift.flow.graph import Dependency, Statement


@dataclass(frozen=True, slots=True)
class SlicedStatement:
    """A kept statement. `certain` is False when only possible effects lead to it.

    `needed_by` are the (reader, dependency) pairs that keep it; reader None is the target itself.
    """

    statement: Statement
    certain: bool
    needed_by: tuple[tuple[Statement | None, Dependency], ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """The kept statements in the order of the timeline, out of `total`.

    `opaque` says why it is not certain, in sentences. `types` has the qualified type of each target's value,
    "" where it is unknown. `unbound` names kept statements that cannot run on this timeline, because a name
    that they read is bound by nothing before them.
    """

    statements: tuple[SlicedStatement, ...]
    total: int
    opaque: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    unbound: tuple[str, ...] = ()
