"""Literal values: which expressions are literals, and the annotations they have."""

from __future__ import annotations

import ast

_LONGEST = 200
_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
_SIMPLE = {bool: "bool", int: "int", float: "float", complex: "complex", str: "str", bytes: "bytes"}


def literal_annotation(node: ast.expr) -> str:
    """Return the annotation of an immutable literal, "" for anything else.

    Numbers may have a sign and be combined by arithmetic (`60 * 60`); strings have one line; a tuple holds
    literals and None.
    """
    if isinstance(node, ast.Tuple):
        items = ["Any" if is_none(item) else literal_annotation(item) for item in node.elts]
        if not items or not all(items):
            return ""
        return (
            f"tuple[{items[0]}, ...]"
            if len(items) > 2 and len(set(items)) == 1
            else f"tuple[{', '.join(items)}]"
        )
    if isinstance(node, ast.Constant):
        if isinstance(node.value, (str, bytes)):
            newline = "\n" if isinstance(node.value, str) else b"\n"
            if len(node.value) > _LONGEST or newline in node.value:  # type: ignore[operator]
                return ""
        return _SIMPLE.get(type(node.value), "")
    return _number(node)


def is_none(node: ast.expr) -> bool:
    """Whether it is the literal None."""
    return isinstance(node, ast.Constant) and node.value is None


def _number(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return _SIMPLE.get(type(node.value), "") if type(node.value) in (int, float) else ""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        return _number(node.operand)
    if isinstance(node, ast.BinOp) and isinstance(node.op, _ARITHMETIC):
        sides = {_number(node.left), _number(node.right)}
        if "" in sides:
            return ""
        if isinstance(node.op, ast.Pow):
            return _power(node)
        return "float" if "float" in sides or isinstance(node.op, ast.Div) else "int"
    return ""


def _power(node: ast.BinOp) -> str:
    """The annotation of a small power of literals: one that is certain, and quickly computed."""
    base, exponent = node.left, node.right
    if not isinstance(base, ast.Constant) or isinstance(exponent, ast.BinOp):
        return ""
    if isinstance(exponent, ast.Constant) and type(exponent.value) is int and exponent.value <= 100:
        return _number(base)
    return "float" if isinstance(exponent, ast.UnaryOp) and base.value else ""


def container_annotation(node: ast.expr) -> str:
    """Return the annotation of a list, dictionary or set of literals, "" for anything else."""
    if isinstance(node, (ast.List, ast.Set)):
        kind = "list" if isinstance(node, ast.List) else "set"
        items = {_nested(item) for item in node.elts}
        if "" in items:
            return ""
        return f"{kind}[{items.pop()}]" if len(items) == 1 else kind
    if isinstance(node, ast.Dict):
        if any(key is None for key in node.keys):
            return ""
        keys = {_nested(key) for key in node.keys if key}
        values = {_nested(value) for value in node.values}
        if "" in keys | values:
            return ""
        return f"dict[{keys.pop()}, {values.pop()}]" if len(keys) == 1 and len(values) == 1 else "dict"
    return ""


def _nested(node: ast.expr) -> str:
    if is_none(node):
        return "None"
    return literal_annotation(node) or container_annotation(node)


def quoted(source: str) -> str:
    """Return the source of a literal; of a plain text as the formatter quotes it."""
    text = source[1:-1]
    if source[:1] != "'" or not text.isprintable() or any(mark in text for mark in "'\"\\"):
        return source
    return f'"{text}"'
