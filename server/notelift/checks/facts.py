"""What rules read of one cell's syntax tree, found in one walk and memoised by source text."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from notelift.cells.code import memoised_by_cell, read_cell

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class CallFact(NamedTuple):
    """A call in the `statement`-th statement; `dotted` is the callee as written (`np.random.rand`), or "".

    `deferred` says that it stands in a function, and runs when that is called.
    """

    statement: int
    node: ast.Call
    dotted: str
    deferred: bool


class StringFact(NamedTuple):
    """A text in the `statement`-th statement."""

    statement: int
    node: ast.Constant
    text: str


class ImportFact(NamedTuple):
    """A name that an import binds, and the qualified name that it stands for; `*` binds what there is."""

    statement: int
    node: ast.Import | ast.ImportFrom
    name: str
    qualname: str
    deferred: bool


@dataclass(frozen=True, slots=True)
class CellFacts:
    """The calls, strings and imports of a cell in order; `stored` are the names bound otherwise, anywhere.

    `loaded` are the names that are read. `strings` leaves out docstrings and parts of f-strings.
    """

    calls: tuple[CallFact, ...]
    strings: tuple[StringFact, ...]
    imports: tuple[ImportFact, ...]
    stored: frozenset[str]
    loaded: frozenset[str]


@memoised_by_cell
def facts_of(source: str) -> CellFacts:
    """Return the facts of a cell; there are none where it does not parse."""
    walk = _Walk()
    for index, statement in enumerate(read_cell(source).statements):
        walk.statement = index
        walk.visit(statement.node)
    return CellFacts(
        tuple(walk.calls),
        tuple(walk.strings),
        tuple(walk.imports),
        frozenset(walk.stored),
        frozenset(walk.loaded),
    )


def dotted_name(node: ast.expr) -> str:
    """Return `a.b.c` for such an expression, "" for any other."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    parts.append(node.id)
    return ".".join(reversed(parts))


class _Walk:
    def __init__(self) -> None:
        self.statement = 0
        self.calls: list[CallFact] = []
        self.strings: list[StringFact] = []
        self.imports: list[ImportFact] = []
        self.stored: set[str] = set()
        self.loaded: set[str] = set()

    def visit(self, root: ast.AST) -> None:
        """Note a node and what is in it, in the order of the text; without recursion, for any depth."""
        waiting: list[tuple[ast.AST, bool]] = [(root, False)]
        while waiting:
            node, deferred = waiting.pop()
            if self._note(node, deferred):
                inside = deferred or isinstance(node, _FUNCTIONS)
                waiting += [(child, inside) for child in reversed(_children(node))]

    def _note(self, node: ast.AST, deferred: bool) -> bool:
        """Note a node alone; return whether there is something in it to be noted."""
        if isinstance(node, ast.Name):
            (self.loaded if isinstance(node.ctx, ast.Load) else self.stored).add(node.id)
            return False
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                self.strings.append(StringFact(self.statement, node, node.value))
            return False
        if isinstance(node, ast.Call):
            self.calls.append(CallFact(self.statement, node, dotted_name(node.func), deferred))
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self._import(node, deferred)
            return False
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return False
        else:
            self._binds(node)
        return True

    def _binds(self, node: ast.AST) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            self.stored.add(node.name)
        elif isinstance(node, ast.arg):
            self.stored.add(node.arg)
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            self.stored.add(node.name)

    def _import(self, node: ast.Import | ast.ImportFrom, deferred: bool) -> None:
        for name, qualname in _imported(node):
            self.imports.append(ImportFact(self.statement, node, name, qualname, deferred))


def _children(node: ast.AST) -> list[ast.AST]:
    """What a node is made of; of an f-string without its constant parts."""
    found: list[ast.AST] = []
    for name in node._fields:
        part = getattr(node, name, None)
        if isinstance(part, ast.AST):
            found.append(part)
        elif isinstance(part, list):
            found += [child for child in part if isinstance(child, ast.AST)]
    if isinstance(node, ast.JoinedStr):
        return [child for child in found if not isinstance(child, ast.Constant)]
    return found


def _imported(node: ast.Import | ast.ImportFrom) -> Iterable[tuple[str, str]]:
    if isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            yield alias.asname or alias.name, f"{module}.{alias.name}"
        return
    for alias in node.names:
        top = alias.name.partition(".")[0]
        yield alias.asname or top, alias.name if alias.asname else top
