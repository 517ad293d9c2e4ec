"""Statements that only show something, which no value needs."""

from __future__ import annotations

import ast

from notelift.export.pieces import Piece

_SHOWS = frozenset({"print", "display"})


def is_idle(piece: Piece, bound: frozenset[str]) -> bool:
    """Whether the piece has no effect but on the screen: a bare value, or a plain value that is printed."""
    node = piece.node
    if isinstance(node, ast.Pass):
        return True
    if not isinstance(node, ast.Expr):
        return False
    value = node.value
    if (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id in _SHOWS
        and value.func.id not in bound
    ):
        arguments = [*value.args, *(keyword.value for keyword in value.keywords)]
        return all(keyword.arg in (None, "sep", "end") for keyword in value.keywords) and all(
            _is_still(item) for item in arguments
        )
    return _is_still(value)


def _is_still(node: ast.expr) -> bool:
    """Whether evaluating the expression can only give a value: names, constants and what is built of them."""
    if isinstance(node, (ast.Name, ast.Constant)):
        return True
    if isinstance(node, ast.Attribute):
        return _is_still(node.value)
    if isinstance(node, (ast.Tuple, ast.List)):
        return all(_is_still(item) for item in node.elts)
    if isinstance(node, ast.JoinedStr):
        return all(_is_still(item) for item in node.values)
    if isinstance(node, ast.FormattedValue):
        return _is_still(node.value)
    return False
