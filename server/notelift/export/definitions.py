"""Functions and classes of the notebook that may stand at the module's level."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from notelift.export.pieces import Piece

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_STATE = frozenset({"world", "file", "output", "opaque"})


def is_definition(piece: Piece) -> bool:
    """Whether the piece is a `def` or a `class`."""
    return isinstance(piece.node, _DEFINITIONS)


def defined_name(piece: Piece) -> str:
    """The name that a definition binds."""
    assert isinstance(piece.node, _DEFINITIONS)
    return piece.node.name


def is_inert(piece: Piece) -> bool:
    """Whether defining it earlier, once, at import changes nothing.

    Default values, decorators and class bodies run at the definition: they must not draw random numbers, read
    files or do anything else that depends on when they run. What a module imports of the future, it imports
    first.
    """
    statement = piece.statement
    if statement.world or any(read.kind in _STATE and read.name != "future" for read in statement.reads):
        return False
    return _inert(piece.node)


def _inert(node: ast.stmt) -> bool:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        defaults = [*node.args.defaults, *(item for item in node.args.kw_defaults if item)]
        return not any(
            isinstance(part, (ast.Call, ast.NamedExpr)) for item in defaults for part in _now(item)
        )
    if isinstance(node, ast.ClassDef):
        return all(_inert(child) for child in node.body)
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, (ast.Assign, ast.AnnAssign, ast.Pass))


def _now(expression: ast.expr) -> Iterator[ast.AST]:
    """The parts of an expression that run with it: all but the bodies of lambdas."""
    pending: list[ast.AST] = [expression]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(() if isinstance(node, ast.Lambda) else ast.iter_child_nodes(node))


def liftable(candidates: dict[str, Piece], bound: frozenset[str], top: Iterable[str]) -> set[str]:
    """Return the names of the candidates that can stand at the module's level.

    `bound` are all names that the kept code binds, `top` those at the module's level. A definition that reads
    a name which stays in the function must stay with it.
    """
    lifted = set(candidates)
    fixed = frozenset(top)
    while True:
        inside = bound - fixed - lifted
        stay = {name for name in lifted if candidates[name].names.reads & inside}
        if not stay:
            return lifted
        lifted -= stay
