"""The lines in which two texts differ, so that an edit leaves the others alone."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple


class LineEdit(NamedTuple):
    """`text` in place of the lines from `start` to before `end`, counted from 0."""

    start: int
    end: int
    text: str


def line_edits(before: str, after: str) -> Iterator[LineEdit]:
    """Yield the edits that make one text of another, from the top; they do not overlap."""
    old, new = lines_of(before), lines_of(after)
    for what, start, end, first, last in SequenceMatcher(None, old, new).get_opcodes():
        if what != "equal":
            yield LineEdit(start, end, "".join(new[first:last]))


def lines_of(text: str) -> list[str]:
    r"""Return the lines of a text, each with its `\n`; the last has none where the text ends without."""
    *lines, last = text.split("\n")
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]
