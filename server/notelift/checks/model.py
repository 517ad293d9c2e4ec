"""What rules say: frozen values, from a place in a cell to a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from notelift.checks.context import Context

Severity = Literal["error", "warning", "hint"]


class Place(NamedTuple):
    """A part of a cell. Lines count from 1 within the cell, columns in characters from 0."""

    cell: int
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a finding is about, and what is there."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Edit:
    """The text that a place is to have."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """What to do, in a sentence, and the edits that do it; without edits a person has to."""

    message: str
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule yields. `severity` is the rule's own where it is None; `names` are the values concerned."""

    place: Place
    message: str
    names: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem in a notebook, with the rule that found it. Lines count from 1, columns from 0."""

    path: str
    cell: int
    cell_id: str
    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    rule: str
    severity: Severity
    message: str
    names: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as its file defines it in `RULE`; the file's docstring explains it.

    `default` says whether it runs where nothing is selected. `check` yields the problems of one notebook.
    """

    code: str
    name: str
    severity: Severity
    check: Callable[[Context], Iterable[Problem]]
    default: bool = True


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that raised: its findings in this notebook are missing."""

    rule: str
    error: str


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of one notebook in the order of their places, and the rules that failed on it.

    `by_cell` has the findings of each cell that has any, by its id. Where they are as they were in the report
    before, they are the same tuple.
    """

    findings: tuple[Finding, ...]
    failures: tuple[Failure, ...] = ()
    by_cell: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict, compare=False, repr=False)
