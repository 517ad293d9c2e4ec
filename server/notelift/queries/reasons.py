"""Why each statement of a slice is in it, in words."""

from __future__ import annotations

from dataclasses import dataclass

from notelift.flow.graph import Dependency, Statement
from notelift.queries.slice import Slice, SlicedStatement
from notelift.queries.targets import Target

_SOURCE_WIDTH = 60

_RESOURCES = {
    "clock": "the clock",
    "cwd": "the working directory",
    "entropy": "the system's random numbers",
    "environment": "the environment variables",
    "locale": "the locale",
    "logging": "the logging set-up",
    "mpl-projections": "the projections of matplotlib",
    "network": "the network",
    "process": "the process",
    "pyplot": "the figure that is drawn",
    "rcparams": "the settings of matplotlib",
    "stdin": "standard input",
    "stdout": "standard output",
    "syspath": "the import path",
    "warnings": "the filters of warnings",
}
_RESOURCE_KINDS = {
    "database": "the database {}",
    "file": "`{}`",
    "options": "the options of {}",
    "random": "the random numbers of {}",
    "state": "the state of {}",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a statement is kept: for what, named `name`, and for whom.

    `kind` is that of the dependency (flow.graph.Dependency). `cell` and `line` are the place of the statement
    that needs it, None where the target itself does. `text` is a sentence.
    """

    kind: str
    name: str
    cell: int | None
    line: int | None
    must: bool
    text: str


def reasons(kept: SlicedStatement, target: str) -> tuple[Reason, ...]:
    """Return the reasons of one kept statement, those of the target first, then in the order of the cells."""
    found = {_reason(kept.statement, reader, needs, target) for reader, needs in kept.needed_by}
    return tuple(sorted(found, key=_order))


def explain(kept: Slice, targets: tuple[Target, ...]) -> tuple[tuple[Reason, ...], ...]:
    """Return the reasons of each statement of the slice, in its order."""
    named = " and ".join(f"`{target}`" for target in targets)
    return tuple(reasons(statement, named) for statement in kept.statements)


def resource_in_words(resource: str) -> str:
    """Return what a world resource such as `random:numpy` or `file:out.csv` is called in a sentence."""
    kind, colon, rest = resource.partition(":")
    if colon and kind in _RESOURCE_KINDS:
        return _RESOURCE_KINDS[kind].format(rest)
    return _RESOURCES.get(resource, f"`{resource}`")


def what_it_does(statement: Statement, needs: Dependency) -> str:
    """Return what `statement` does to that which the dependency reads, such as "changes `df`"."""
    name = needs.name
    if needs.kind == "name":
        return _with_must(_binding_verb(statement, name), needs.must) + f" `{name}`"
    if needs.kind == "object":
        return f"{_with_must('changes', needs.must)} `{name}`"
    if needs.kind == "world":
        return f"{_with_must('sets', needs.must)} {resource_in_words(name)}"
    if needs.kind == "file":
        return f"{_with_must('writes', needs.must)} `{name.removeprefix('file:')}`"
    if needs.kind == "output":
        return f"{_with_must('displays', needs.must)} what `{name}` is"
    return (
        f"runs code that cannot be read and may change `{name}`" if name else "runs code that cannot be read"
    )


def _order(reason: Reason) -> tuple[int, int, str]:
    return (-1 if reason.cell is None else reason.cell, reason.line or 0, reason.text)


def _reason(statement: Statement, reader: Statement | None, needs: Dependency, target: str) -> Reason:
    if reader is None:
        where = f"needed for the target {target}"
    elif reader.cell == statement.cell:
        where = f"read in line {reader.line}"
    else:
        where = f"read in cell {reader.cell}"
    return Reason(
        kind=needs.kind,
        name=needs.name,
        cell=reader.cell if reader else None,
        line=reader.line if reader else None,
        must=needs.must,
        text=f"`{first_line(statement.source)}` {what_it_does(statement, needs)}, {where}",
    )


def first_line(source: str, width: int = _SOURCE_WIDTH) -> str:
    """Return the first line of `source`, cut to `width`, with an ellipsis where something is missing."""
    first, _, rest = source.strip().partition("\n")
    if len(first) > width:
        return first[: width - 1].rstrip() + "…"
    return f"{first} …" if rest else first


def _binding_verb(statement: Statement, name: str) -> str:
    if name not in statement.binds:
        return "changes"
    opening = statement.source.lstrip().split(None, 1)[0] if statement.source.strip() else ""
    if opening in ("import", "from"):
        return "imports"
    if opening in ("def", "class", "async") or opening.startswith("@"):
        return "defines"
    return "deletes" if opening == "del" else "sets"


def _with_must(verb: str, must: bool) -> str:
    return verb if must else f"may {verb[:-1]}"
