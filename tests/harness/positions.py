"""Places in a text as the protocol counts them: lines by its line ends, columns in UTF-16 code units."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

Json = Any
_LINE_END = re.compile(r"\r\n|\r|\n")


def position(text: str, offset: int) -> dict[str, int]:
    """The position of a character, given by its offset."""
    ends = [match.end() for match in _LINE_END.finditer(text) if match.end() <= offset]
    return {"line": len(ends), "character": _units(text[ends[-1] if ends else 0 : offset])}


def offset(text: str, place: dict[str, int]) -> int:
    """The offset of a position. Raises ValueError where the text has no such line or column."""
    starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
    if place["line"] >= len(starts):
        raise ValueError(f"no line {place['line']}")
    at = starts[place["line"]]
    units = 0
    while units < place["character"]:
        if at >= len(text) or text[at] in "\r\n":
            raise ValueError(f"no column {place['character']} in line {place['line']}")
        units += _units(text[at])
        at += 1
    if units != place["character"]:
        raise ValueError(f"column {place['character']} of line {place['line']} is inside a character")
    return at


def span(text: str, start: int, end: int) -> dict[str, dict[str, int]]:
    """The range between two offsets."""
    return {"start": position(text, start), "end": position(text, end)}


def found(text: str, needle: str, nth: int = 0) -> dict[str, dict[str, int]]:
    """The range of the `nth` occurrence of `needle`. Raises ValueError where it does not occur so often."""
    at = -1
    for _ in range(nth + 1):
        at = text.index(needle, at + 1)
    return span(text, at, at + len(needle))


def edited(text: str, edits: list[Json]) -> str:
    """The text after the edits of a WorkspaceEdit. Raises ValueError where two overlap."""
    spans = [
        (offset(text, e["range"]["start"]), offset(text, e["range"]["end"]), e["newText"]) for e in edits
    ]
    spans.sort(key=lambda each: each[:2])
    if any(after[0] < before[1] for before, after in pairwise(spans)):
        raise ValueError("two edits overlap")
    for start, end, new in reversed(spans):
        text = text[:start] + new + text[end:]
    return text


def difference(old: str, new: str) -> Json:
    """The one incremental change that makes `new` of `old`, as an editor sends it for one keystroke."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    while end and _cuts(old, len(old) - end):
        end -= 1
    while start and _cuts(old, start):
        start -= 1
    replaced = old[start : len(old) - end]
    return {
        "range": span(old, start, len(old) - end),
        "rangeLength": _units(replaced),
        "text": new[start : len(new) - end],
    }


def _common(one: str, other: str) -> int:
    """The length of the longest common start."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _cuts(text: str, at: int) -> bool:
    """Whether a place is inside a line end, which is no position."""
    return text[at - 1 : at + 1] == "\r\n"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
