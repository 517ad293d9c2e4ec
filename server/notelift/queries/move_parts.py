"""What the plan of a move asks of single statements."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from notelift.cells.code import read_cell
from notelift.flow.graph import Dependency, Site, Statement

_DELETES = re.compile(r"\bdel\b")
_SHOWN = frozenset({"stdout", "output", "clock"})


def binders(reads: Sequence[Dependency]) -> dict[str, list[Site]]:
    """Return who bound each name that is read."""
    found: dict[str, list[Site]] = {}
    for read in reads:
        if read.kind == "name":
            found.setdefault(read.name, []).append(read.source)
    return found


def deleted_names(statement: Statement) -> list[str]:
    """Return the names that the statement deletes."""
    if not _DELETES.search(statement.source):
        return []
    return [
        target.id
        for cell_statement in read_cell(statement.source).statements
        for node in ast.walk(cell_statement.node)
        if isinstance(node, ast.Delete)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]


def awaits(source: str) -> bool:
    """Whether code awaits something outside functions."""
    if "await" not in source and "async" not in source:
        return False
    pending: list[ast.AST] = [each.node for each in read_cell(source).statements]
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith)):
            return True
        if isinstance(node, ast.comprehension) and node.is_async:
            return True
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            pending.extend(ast.iter_child_nodes(node))
    return False


def effects_of(statement: Statement) -> Iterator[tuple[str, str]]:
    """Yield the statement's effects on the world that matter; a file is found from the working directory."""
    for effect, resource in statement.world:
        if resource in _SHOWN:
            continue
        yield effect, resource
        if resource.startswith(("file:", "dir:")):
            yield "use", "cwd"


def place_of(statement: Statement) -> str:
    """Return where a statement stands, as messages say it."""
    return f"cell {statement.cell}, line {statement.line}"


def is_stream(resource: str) -> bool:
    """Whether the resource is a random stream."""
    return resource.startswith("random:")


def spoken(resource: str) -> str:
    """Return what a message calls the resource."""
    kind, _, name = resource.partition(":")
    known = {
        "random": f"the random stream of {name}",
        "file": f"the file {name}",
        "cwd": "the working directory",
        "pyplot": "the current figure",
    }
    return known.get(kind, resource.replace(":", " of "))
