"""Text as Python source: literals, and IPython's `{expr}` and `$name` as f-strings."""

from __future__ import annotations

import ast
import re
import string
import warnings
from dataclasses import dataclass

# IPython expands `$name` unless an odd number of single quotes follows, and keeps `$$name`.
_DOLLAR = re.compile(r"(.*?)\$(\$?[\w.]+)(?=(?:[^']*'[^']*')*[^']*$)", re.DOTALL)
_QUOTES = ('"', "'", '"""', "'''")
_NEEDS_NO_PARENTHESES = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Constant)


@dataclass(frozen=True, slots=True)
class Field:
    """An interpolated expression with its conversion (`r`, `s`, `a` or empty)."""

    expression: str
    conversion: str
    names: tuple[str, ...]
    bare: bool


Piece = str | Field


def parsed(code: str) -> ast.Module | None:
    """Return the tree of `code`, or None where it is no Python; warnings about it are not shown."""
    tree = _quietly(code, "exec")
    return tree if isinstance(tree, ast.Module) else None


def _quietly(code: str, mode: str) -> ast.AST | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return compile(code, "<cell>", mode, ast.PyCF_ONLY_AST)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def quoted(text: str) -> str:
    """Return a string literal for `text`, in double quotes where that needs no more escapes."""
    literal = repr(text)
    if literal[0] == "'" and '"' not in text:
        return f'"{literal[1:-1]}"'
    return literal


def quoted_block(text: str) -> str:
    """Return a literal for text of several lines: one literal a line, safe to indent."""
    lines = text.splitlines(keepends=True)
    if len(lines) < 2:
        return quoted(text)
    return "(\n" + "".join(f"    {quoted(line)}\n" for line in lines) + ")"


def interpolated(text: str) -> tuple[Piece, ...] | None:
    """Split `text` into literal pieces and the expressions that IPython would evaluate.

    Doubled braces and dollars become single ones. Returns None where IPython leaves the text
    as it stands: braces that do not match, a field that is no expression (`awk '{print $1}'`).
    """
    if "{" not in text and "}" not in text and "$" not in text:
        return None
    pieces: list[Piece] = []
    try:
        parsed = list(string.Formatter().parse(text))
    except ValueError:
        return None
    for literal, name, spec, conversion in parsed:
        if not _split_dollars(literal, pieces):
            return None
        if name is None:
            continue
        # A colon belongs to the expression for IPython, so that slices work.
        expression = f"{name}:{spec}" if spec else name
        field = _field(expression, conversion or "")
        if field is None:
            return None
        pieces.append(field)
    return tuple(pieces)


def _split_dollars(literal: str, pieces: list[Piece]) -> bool:
    end = 0
    for match in _DOLLAR.finditer(literal):
        before, name = match.group(1), match.group(2)
        if name.startswith("$"):
            pieces.append(before + name)
        else:
            field = _field(name, "")
            if field is None:
                return False
            pieces.extend((before, field))
        end = match.end()
    pieces.append(literal[end:])
    return True


def _field(expression: str, conversion: str) -> Field | None:
    tree = _quietly(expression.strip(), "eval")
    if not isinstance(tree, ast.Expression):
        return None
    names = dict.fromkeys(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return Field(expression.strip(), conversion, tuple(names), isinstance(tree.body, _NEEDS_NO_PARENTHESES))


def expression_of(pieces: tuple[Piece, ...]) -> str:
    """Return the Python expression whose value is the interpolated text."""
    fields = [piece for piece in pieces if isinstance(piece, Field)]
    texts = [piece for piece in pieces if isinstance(piece, str)]
    if not fields:
        return quoted("".join(texts))
    if len(fields) == 1 and not any(texts) and not fields[0].conversion:
        return f"str({fields[0].expression})"
    inside = "".join(field.expression for field in fields)
    # Before Python 3.12 an expression of an f-string has neither its quote nor a backslash.
    free = [quote for quote in _QUOTES if quote[0] not in inside]
    if not free or "\\" in inside or "#" in inside or "\n" in inside:
        return _format_call(pieces, fields)
    literal = "".join(texts)
    quote = min(free, key=lambda each: literal.count(each[0]))
    return f"f{quote}" + "".join(_f_piece(piece, quote) for piece in pieces) + quote


def _format_call(pieces: tuple[Piece, ...], fields: list[Field]) -> str:
    template = "".join(
        piece.replace("{", "{{").replace("}", "}}")
        if isinstance(piece, str)
        else "{!" + piece.conversion + "}"
        if piece.conversion
        else "{}"
        for piece in pieces
    )
    return f"{quoted(template)}.format({', '.join(field.expression for field in fields)})"


def _f_piece(piece: Piece, quote: str) -> str:
    if isinstance(piece, Field):
        code = piece.expression if piece.bare else f"({piece.expression})"
        return "{" + code + (f"!{piece.conversion}" if piece.conversion else "") + "}"
    return _escaped(piece, quote[0]).replace("{", "{{").replace("}", "}}")


def _escaped(text: str, quote: str) -> str:
    # With both quotes in the text, `repr` escapes every single quote and no double one.
    body = repr("'\"" + text)[4:-1]
    return body if quote == "'" else body.replace("\\'", "'").replace('"', '\\"')
