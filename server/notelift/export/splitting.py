"""Literals that are assigned together, as assignments of their own that can be parameters."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import replace

from notelift.export.hoisting import binders_of
from notelift.export.literals import container_annotation, is_none, literal_annotation
from notelift.export.naming import is_builtin
from notelift.export.pieces import Piece


def split_literals(pieces: Sequence[Piece], used: Collection[str], fixed: Collection[str]) -> list[Piece]:
    """Return the pieces with `low, high = 1, 2` as two assignments where all their names could be parameters.

    Names that are not `used` are left out. `fixed` names cannot be parameters.
    """
    binders = binders_of(pieces)
    result: list[Piece] = []
    for piece in pieces:
        parts = _parts(piece)
        if parts and all(
            len(binders[name]) == 1 and name not in fixed and not is_builtin(name) for name, _ in parts
        ):
            result += _assignments(piece, [part for part in parts if part[0] in used])
        else:
            result.append(piece)
    return result


def _parts(piece: Piece) -> list[tuple[str, ast.expr]]:
    """The names and literals of an assignment of as many literals as names."""
    node = piece.node
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return []
    target, value = node.targets[0], node.value
    if not isinstance(target, (ast.Tuple, ast.List)) or not isinstance(value, (ast.Tuple, ast.List)):
        return []
    names = [each.id for each in target.elts if isinstance(each, ast.Name)]
    if not len(names) == len(set(names)) == len(target.elts) == len(value.elts):
        return []
    if not all(_is_literal(each, piece.tagged) for each in value.elts):
        return []
    return list(zip(names, value.elts, strict=True))


def _is_literal(node: ast.expr, tagged: bool) -> bool:
    return bool(literal_annotation(node)) or (tagged and (is_none(node) or bool(container_annotation(node))))


def _assignments(piece: Piece, parts: Sequence[tuple[str, ast.expr]]) -> list[Piece]:
    """The assignments of the parts; the comments go with the first and the last."""
    result = []
    for number, (name, value) in enumerate(parts):
        start, end = piece.places.span(value)
        made = piece.with_code(f"{name} = {piece.code[start:end]}")
        first, last = number == 0, number == len(parts) - 1
        result.append(
            replace(
                made,
                above=piece.above if first else (),
                beside=piece.beside if last else "",
                starts=piece.starts and first,
            )
        )
    return result
