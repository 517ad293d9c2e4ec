"""Positions as the protocol counts them, and back: the only place that knows of UTF-16."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

UTF8, UTF16, UTF32 = "utf-8", "utf-16", "utf-32"


class Columns:
    """Columns of a line in the encoding that client and server have agreed on, and in characters.

    Whatever the client says: a column behind the end is the end, one inside a character is that character's
    start, and half a character alone counts one.
    """

    def __init__(self, encoding: str = UTF16) -> None:
        self.encoding = encoding

    def to_units(self, line: str, column: int) -> int:
        """Return a column in characters as the client counts it."""
        column = min(max(column, 0), len(line))
        if line.isascii() or self.encoding == UTF32:
            return column
        width = _width8 if self.encoding == UTF8 else _width16
        return sum(map(width, line[:column]))

    def to_characters(self, line: str, units: int) -> int:
        """Return a column as the client counts it in characters."""
        units = max(units, 0)
        if line.isascii() or self.encoding == UTF32:
            return min(units, len(line))
        width = _width8 if self.encoding == UTF8 else _width16
        starts = list(accumulate(map(width, line), initial=0))
        return bisect_right(starts, units) - 1 if units < starts[-1] else len(line)


def _width16(character: str) -> int:
    return 2 if character > "\uffff" else 1


def _width8(character: str) -> int:
    return len(character.encode("utf-8", "surrogatepass"))
