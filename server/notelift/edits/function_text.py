"""The text of a function that is made of lines of a cell, and of its call."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Sequence

from notelift.edits.indentation import dedent, indent

INDENT = "    "
_WIDTH = 88


def function_source(
    name: str,
    parameters: Sequence[str],
    body: str,
    kept: frozenset[int],
    margin: int,
    result: str,
    step: str = INDENT,
) -> str:
    """Return a function with `body`, whose lines have `margin` blanks in front, but for the `kept` lines.

    Those start inside strings. `result` is what it returns, "" for nothing, `step` what indents a block.
    """
    lines = indent(dedent(body, margin, kept), step, kept)
    returned = f"\n{step}return {result}" if result else ""
    return f"{_wrapped(f'def {name}(', parameters, '):', '')}\n{lines}{returned}"


def call_source(name: str, arguments: Sequence[str], targets: Sequence[str], margin: str) -> str:
    """Return the statement that calls the function, with `margin` in front of each line."""
    bound = f"{', '.join(targets)} = " if targets else ""
    return margin + _wrapped(f"{bound}{name}(", arguments, ")", margin)


def _wrapped(head: str, items: Sequence[str], tail: str, margin: str) -> str:
    """The items between head and tail: on one line, on a line of their own, or one a line, as they fit."""
    joined = ", ".join(items)
    if not items or len(margin + head + joined + tail) <= _WIDTH:
        return f"{head}{joined}{tail}"
    inner = margin + INDENT
    if len(inner + joined) <= _WIDTH:
        return f"{head}\n{inner}{joined}\n{margin}{tail}"
    return f"{head}\n" + "".join(f"{inner}{item},\n" for item in items) + f"{margin}{tail}"


def lines_in_strings(text: str) -> frozenset[int]:
    """Return the lines of a cell's Python, counted from 0, that start inside a string.

    What cannot be read as tokens ends the search; code that was parsed can be.
    """
    inside: set[int] = set()
    starts: list[int] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            kind = tokenize.tok_name[token.type]
            if kind == "STRING":
                inside.update(range(token.start[0], token.end[0]))
            elif kind in ("FSTRING_START", "TSTRING_START"):
                starts.append(token.start[0])
            elif kind in ("FSTRING_END", "TSTRING_END"):
                inside.update(range(starts.pop(), token.end[0]))
    except (tokenize.TokenError, SyntaxError):
        return frozenset(inside)
    return frozenset(inside)
