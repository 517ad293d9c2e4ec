"""What a value rests on in the end: files, literals, random streams."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass

from notelift.cells.code import read_cell
from notelift.flow.graph import Statement
from notelift.queries.reasons import resource_in_words

UNKNOWN_PATH = "…"
"""What stands for the path of a file that is not known."""

_FILE = "file:"
_DEFINES = re.compile(r"(?:def|class|async\s+def)\s|@")


@dataclass(frozen=True, slots=True)
class Stream:
    """A random stream that is drawn from, in words, and the statements that set it."""

    name: str
    seeded: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """The files that statements read, the streams they draw from, and those of them that set a constant."""

    files: tuple[str, ...]
    streams: tuple[Stream, ...]
    literals: tuple[Statement, ...]


def sources_of(statements: Iterable[Statement]) -> Sources:
    """Return what the statements bring in from outside."""
    files: dict[str, None] = {}
    drawn: dict[str, None] = {}
    seeds: dict[str, list[Statement]] = {}
    literals = []
    for statement in sorted(statements, key=lambda each: each.site):
        if not is_import(statement):
            for effect, resource in statement.world:
                if effect == "read" and resource.startswith(_FILE):
                    files[resource.removeprefix(_FILE)] = None
                elif effect == "draw":
                    drawn[resource] = None
                elif effect == "set":
                    seeds.setdefault(resource, []).append(statement)
        if is_literal(statement):
            literals.append(statement)
    streams = (Stream(resource_in_words(each), tuple(seeds.get(each, ()))) for each in drawn)
    return Sources(tuple(files), tuple(streams), tuple(literals))


def is_import(statement: Statement) -> bool:
    """Whether the statement imports."""
    return statement.source.startswith(("import ", "from "))


def defines(statement: Statement) -> bool:
    """Whether the statement defines a function or class."""
    return bool(_DEFINES.match(statement.source))


def is_literal(statement: Statement) -> bool:
    """Whether the statement binds names to constants, or to displays of constants."""
    if statement.reads or not statement.binds:
        return False
    parsed = read_cell(statement.source).statements
    node = parsed[0].node if len(parsed) == 1 else None
    if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
        return False
    try:
        ast.literal_eval(node.value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True
