"""Replacements in a text, and where the nodes of a syntax tree stand in it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import NamedTuple


class Replacement(NamedTuple):
    """`text` instead of what stands at the offsets `start` to `end`."""

    start: int
    end: int
    text: str


def apply_replacements(text: str, replacements: Iterable[Replacement]) -> str:
    """Return `text` with the replacements, which must not overlap, made.

    What comes to one place comes in the order in which it is given, as it does in editors. Raises ValueError
    where they overlap.
    """
    parts: list[str] = []
    position = 0
    for start, end, new in sorted(replacements, key=lambda each: each[:2]):
        if start < position:
            raise ValueError(f"replacements overlap at offset {start}")
        parts += (text[position:start], new)
        position = end
    parts.append(text[position:])
    return "".join(parts)


class Places:
    """Offsets of syntax nodes in the text of a statement that may have been cut out of a cell.

    `line` and `column` (in UTF-8 bytes) say where in the tree's own text the statement's text starts.
    """

    def __init__(self, text: str, line: int = 1, column: int = 0) -> None:
        self._lines = text.split("\n")
        self._line = line
        self._column = column
        self._starts = [0]
        for each in self._lines:
            self._starts.append(self._starts[-1] + len(each) + 1)

    def offset(self, line: int, utf8_column: int) -> int:
        """Return the offset of a position as `ast` counts it: lines from 1, columns in UTF-8 bytes."""
        row = line - self._line
        cut = self._column if row == 0 else 0
        text = self._lines[row]
        if text.isascii():
            return self._starts[row] + utf8_column - cut
        return self._starts[row] + len(text.encode()[: max(0, utf8_column - cut)].decode(errors="ignore"))

    def span(self, node: ast.expr | ast.stmt | ast.arg) -> tuple[int, int]:
        """Return the offsets at which `node` starts and ends."""
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return self.offset(node.lineno, node.col_offset), self.offset(end_line, end_column)
