"""Statements that only show something, which no value needs."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import replace

from notelift.export.pieces import Piece

_SHOWS = frozenset({"print", "display"})


def without_displays(
    pieces: Sequence[Piece], bound: frozenset[str], shown: Collection[int | None]
) -> list[Piece]:
    """Return the pieces without what they only show, but in the `shown` cells.

    A print to where `sys.stdout` was swapped for an object of the notebook's stays.
    """
    result: list[Piece] = []
    gap = False
    for piece in pieces:
        kept: Piece | None = piece
        swapped = any(change[0].startswith("sys.std") for change in piece.statement.changes)
        if piece.statement.cell not in shown and not swapped:
            kept = without_display(piece, bound)
        gap = gap or piece.starts
        if kept is not None:
            result.append(replace(kept, starts=gap))
            gap = False
    return result


def without_display(piece: Piece, bound: frozenset[str]) -> Piece | None:
    """Return the piece without what it only shows; None when nothing is left of it.

    A bare value and a plain value that is printed go. Of a print of calls, the calls stay. `bound` are the
    names that the notebook binds: its own `print` is no display.
    """
    node = piece.node
    if isinstance(node, (ast.Pass, ast.Global)):
        return None
    if not isinstance(node, ast.Expr):
        return piece
    if not _is_display(node.value, bound):
        return None if _is_still(node.value) and not _acts(piece) else piece
    assert isinstance(node.value, ast.Call)
    acts = _acts(piece)
    acting = [
        item
        for item in node.value.args
        if not _is_still(item) or (acts and not isinstance(item, (ast.Name, ast.Constant)))
    ]
    if not acting:
        return None
    spans = [piece.places.span(item) for item in acting]
    parts = [piece.code[start:end] for start, end in spans]
    return piece.with_code(f"({parts[0]})" if len(parts) == 1 else f"({', '.join(parts)})")


def _acts(piece: Piece) -> bool:
    """Whether the statement does more than show: a property that counts, an attribute made on demand."""
    statement = piece.statement
    return bool(statement.changes or statement.binds) or any(
        effect != "show" for effect, _ in statement.world
    )


def _is_display(value: ast.expr, bound: frozenset[str]) -> bool:
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id in _SHOWS
        and value.func.id not in bound
        and all(keyword.arg in ("sep", "end") for keyword in value.keywords)
        and all(_is_still(keyword.value) for keyword in value.keywords)
        and not any(isinstance(item, ast.Starred) for item in value.args)
    )


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
