"""Context managers of the notebook that may keep the errors of their bodies to themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from notelift.assists.function.bindings import bindings_of, bindings_of_one

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_EXITS = frozenset({"__exit__", "__aexit__"})


def suppressing_names(statements: Sequence[ast.stmt]) -> frozenset[str]:
    """Return the names through which such a manager may be reached, from the statements of a notebook."""
    found: set[str] = set()
    if not any(map(_suppresses, statements)):
        return frozenset()
    size = -1
    while size != len(found):
        size = len(found)
        for node in statements:
            names = bindings_of_one(node)
            if _suppresses(node) or names.mentions & found:
                found |= names.binds
    return frozenset(found)


def _suppresses(node: ast.stmt) -> bool:
    """Whether a definition is of a manager that may end an error: it catches around `yield`, or returns."""
    for part in ast.walk(node):
        if isinstance(part, ast.Try) and part.handlers and any(map(_yields, part.body)):
            return True
        if isinstance(part, _FUNCTIONS) and part.name in _EXITS and any(map(_returns, part.body)):
            return True
    return False


def _yields(node: ast.AST) -> bool:
    return any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in ast.walk(node))


def _returns(node: ast.AST) -> bool:
    """Whether something may be returned that is true."""
    for part in ast.walk(node):
        if isinstance(part, ast.Return) and part.value is not None:
            constant = part.value.value if isinstance(part.value, ast.Constant) else True
            if constant:
                return True
    return False


def is_suppressed(node: ast.AST, suppressing: frozenset[str]) -> bool:
    """Whether a `with` statement is of one of these managers."""
    if not isinstance(node, (ast.With, ast.AsyncWith)) or not suppressing:
        return False
    return any(
        isinstance(part, ast.Name) and part.id in suppressing
        for item in node.items
        for part in ast.walk(item.context_expr)
    )


def bound_under(statements: Iterable[ast.stmt], suppressing: frozenset[str]) -> Iterator[str]:
    """Yield the names that statements bind in the bodies of these managers: they may stay unbound."""
    if not suppressing:
        return
    for statement in statements:
        for part in ast.walk(statement):
            if isinstance(part, (ast.With, ast.AsyncWith)) and is_suppressed(part, suppressing):
                yield from bindings_of(part.body).binds
