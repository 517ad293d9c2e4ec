"""Why each statement of a slice is in it, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from notelift.flow.graph import Dependency, Statement
from notelift.queries.slice import Slice, SlicedStatement
from notelift.queries.targets import Target

_SOURCE_WIDTH = 60
_SHOWN_PLACES = 5

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
    """Why a statement is kept: for what, and for whom.

    `kind` is that of the dependency (flow.graph.Dependency), `name` what the statement binds, makes or
    changes, or a file or resource. `cell` and `line` are the place of the statement that needs it, None where
    the target itself does. `does` is what the kept statement does ("changes `df`"), `read_as` how the reader
    reaches it where that is by another name. `text` is a sentence.
    """

    kind: str
    name: str
    cell: int | None
    line: int | None
    does: str
    read_as: str
    text: str


def explain(kept: Slice, targets: tuple[Target, ...]) -> tuple[tuple[Reason, ...], ...]:
    """Return the reasons of each statement: those of the target first, then in the order of the cells."""
    named = " and ".join(f"`{target}`" for target in targets)
    return tuple(_reasons(statement, named) for statement in kept.statements)


def merged(statement: Statement, reasons: Sequence[Reason]) -> tuple[str, ...]:
    """Return the reasons in as few sentences as they take: one for each thing that the statement does."""
    groups: dict[tuple[str, str], list[Reason]] = {}
    for reason in reasons:
        groups.setdefault((reason.does, reason.read_as), []).append(reason)
    sentences = []
    for (does, _), group in groups.items():
        if len(group) == 1 or any(reason.cell is None for reason in group):
            sentences.append(group[0].text)
            continue
        lines = sorted({reason.line or 0 for reason in group if reason.cell == statement.cell})
        cells = sorted({reason.cell or 0 for reason in group if reason.cell != statement.cell})
        places = [f"in {_counted(noun, each)}" for noun, each in (("line", lines), ("cell", cells)) if each]
        sentences.append(
            f"`{first_line(statement.source)}` {does}, read{group[0].read_as} {' and '.join(places)}"
        )
    return tuple(sentences)


def _counted(noun: str, numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"{noun} {numbers[0]}"
    shown = [str(number) for number in numbers[:_SHOWN_PLACES]]
    if len(numbers) > _SHOWN_PLACES:
        shown.append(f"{len(numbers) - _SHOWN_PLACES} more")
    return f"{noun}s {', '.join(shown[:-1])} and {shown[-1]}"


def resource_in_words(resource: str) -> str:
    """Return what a world resource such as `random:numpy` or `file:out.csv` is called in a sentence."""
    kind, colon, rest = resource.partition(":")
    if colon and kind in _RESOURCE_KINDS:
        return _RESOURCE_KINDS[kind].format(rest)
    return _RESOURCES.get(resource, f"`{resource}`")


def _reasons(kept: SlicedStatement, target: str) -> tuple[Reason, ...]:
    statement = kept.statement
    by_reader: dict[Statement | None, list[Dependency]] = {}
    for reader, needs in kept.needed_by:
        by_reader.setdefault(reader, []).append(needs)
    found = {
        _reason(statement, reader, needs, target)
        for reader, all_needs in by_reader.items()
        for needs in _telling(statement, all_needs)
    }
    return tuple(sorted(found, key=_order))


def _telling(statement: Statement, all_needs: Sequence[Dependency]) -> list[Dependency]:
    """The needs of one reader, without those that say less than another: what is bound is also made."""
    named = {needs.name for needs in all_needs if needs.kind == "name"}
    objects = {needs.name for needs in all_needs if needs.kind == "object"}
    within = {root_of(name) for name in objects if root_of(name) != name}
    told = [
        needs
        for needs in all_needs
        if needs.kind != "object"
        or (
            needs.name
            and needs.name not in within
            and root_of(needs.name) not in named & set(statement.binds)
        )
    ]
    return told or list(all_needs[:1])


def root_of(name: str) -> str:
    """Return the variable in a name such as `df['a']` or `fig.axes`."""
    return re.split(r"[.\[]", name, maxsplit=1)[0]


def _order(reason: Reason) -> tuple[int, int, str]:
    return (-1 if reason.cell is None else reason.cell, reason.line or 0, reason.text)


def _reason(statement: Statement, reader: Statement | None, needs: Dependency, target: str) -> Reason:
    does, own_name = _what_it_does(statement, needs)
    root = root_of(needs.name)
    read_as = f" through `{root}`" if needs.kind == "object" and root not in ("", root_of(own_name)) else ""
    if reader is None:
        where = f"needed for the target {target}"
    elif reader.cell == statement.cell:
        where = f"read{read_as} in line {reader.line}"
    else:
        where = f"read{read_as} in cell {reader.cell}"
    return Reason(
        kind=needs.kind,
        name=own_name,
        cell=reader.cell if reader else None,
        line=reader.line if reader else None,
        does=does,
        read_as=read_as,
        text=f"`{first_line(statement.source)}` {does}, {where}",
    )


def _what_it_does(statement: Statement, needs: Dependency) -> tuple[str, str]:
    """What `statement` does to that which the dependency reads ("changes `df`"), and its own name for it."""
    name = needs.name
    if needs.kind == "name":
        return _with_must(f"{_binding_verb(statement, name)} `{name}`", needs.must), name
    if needs.kind == "object":
        verb, own_name = _object_verb(statement, name)
        return _with_must(f"{verb} {f'`{own_name}`' if own_name else 'a value'}", needs.must), own_name
    if needs.kind == "world":
        return _with_must(f"sets {resource_in_words(name)}", needs.must), name
    if needs.kind == "file":
        return _with_must(f"writes `{name.removeprefix('file:')}`", needs.must), name
    if needs.kind == "output":
        return _with_must(f"displays what `{name}` is", needs.must), name
    may_change = f" and may change `{name}`" if name else ""
    return f"runs code that cannot be read{may_change}", name


def _object_verb(statement: Statement, name: str) -> tuple[str, str]:
    """Whether the statement makes or changes the object, and the name that it has there for it."""
    root = root_of(name)
    changed = {root_of(each): each for each, _, _ in reversed(statement.changes)}
    if root in statement.binds:
        return "makes", root
    if root in changed:
        return "changes", changed[root]
    if len(statement.binds) == 1 and not changed:
        return "makes", statement.binds[0]
    if len(changed) == 1 and not statement.binds:
        return "changes", next(iter(changed.values()))
    return ("changes" if changed or not statement.binds else "makes"), name


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


def _with_must(does: str, must: bool) -> str:
    verb, _, rest = does.partition(" ")
    return does if must else f"may {verb[:-1]} {rest}"
