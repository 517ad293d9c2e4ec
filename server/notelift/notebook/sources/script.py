"""A script cut into its cells; the two script formats only differ in their marks."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from notelift.notebook.model import Cell, CellKind
from notelift.notebook.sources.commenting import Style
from notelift.notebook.sources.lines import bare, split_lines
from notelift.notebook.sources.span import Added, CellSpan, Piece


@dataclass(frozen=True, slots=True)
class Part:
    """One cell of a script, as its lines alone tell it. Rows count from the first of them, half open.

    `text` are its lines with the mark; the rows of the source are without it, but where the mark stands for
    a cell's `magic`.
    """

    text: str
    source: str
    source_start: int
    source_end: int
    kind: CellKind = "code"
    language: str = "python"
    execution_count: int | None = None
    tags: tuple[str, ...] = ()
    id: str = ""
    magic: str = ""

    first_row: int = field(init=False)
    """The row of the source's first line: one that only names a language, or opens a quotation, is none.

    The last row where there is none behind the mark.
    """
    rows: int = field(init=False)
    """How many lines end in it."""

    def __post_init__(self) -> None:
        skipped = self.source_end - self.source_start > 1 + self.source.count("\n")
        rows = self.text.count("\n")
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "first_row", min(self.source_start + skipped, rows))

    @property
    def raw(self) -> list[str]:
        """The lines that are the source, as they are in the script, without their ends."""
        return [bare(line) for line in split_lines(self.text)[self.source_start : self.source_end]]


@dataclass(frozen=True, slots=True)
class Script:
    """A script cut into its cells. `head` is the text above them, `style` how magics stand in comments."""

    head: str
    parts: tuple[Part, ...]
    language: str = "python"
    style: Style | None = None

    @property
    def rows(self) -> list[int]:
        """The rows at which the cells begin."""
        return list(accumulate([part.rows for part in self.parts[:-1]], initial=self.head.count("\n")))


def parts_of(
    text: str, starts: Sequence[int], read: Callable[[str], Part], known: Sequence[Part]
) -> tuple[Part, ...]:
    """Return the cells that start at these offsets; `read` is asked for those that are not `known`."""
    parts = {part.text: part for part in known}
    found = []
    for start, end in pairwise((*starts, len(text))):
        own = text[start:end]
        part = parts.get(own)
        if part is None:
            part = parts[own] = read(own)
        found.append(part)
    return tuple(found)


def cells_of(script: Script) -> list[Cell]:
    """Return the cells."""
    return [
        Cell(index, part.id, part.kind, part.source, part.language, part.execution_count, part.tags)
        for index, part in enumerate(script.parts)
    ]


def spans_of(script: Script) -> tuple[CellSpan, ...]:
    """Return the cells as character ranges of the file; a source's range ends before its last line's end."""
    places = []
    start = len(script.head)
    for index, part in enumerate(script.parts):
        lines = split_lines(part.text)
        offsets = list(accumulate(map(len, lines), initial=start))
        first, last = offsets[part.source_start], offsets[part.source_end]
        if part.source_end > part.source_start:
            line = lines[part.source_end - 1]
            last -= len(line) - len(bare(line))
        places.append(CellSpan(index, start, offsets[-1], first, last))
        start = offsets[-1]
    return tuple(places)


def rewritten(
    text: str,
    places: Sequence[CellSpan],
    pieces: Sequence[Piece],
    changed: Callable[[int, str], str],
    added: Callable[[Added, bool], str],
    missing_mark: Callable[[int], str],
) -> str:
    """Return the text with these cells.

    `changed` gives the lines of a new source, `added` those of a new cell with a blank line at
    the end (its second argument tells whether the cell is the first), `missing_mark` the mark
    that a cell lacks where another one precedes it.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    result = text[: places[0].start] if places else text
    for number, piece in enumerate(pieces):
        if result and not result.endswith("\n"):
            result += newline
        if isinstance(piece, Added):
            if number and not result.endswith(newline * 2):
                result += newline
            result += added(piece, number == 0).replace("\n", newline)
            continue
        place = places[piece.index]
        if number:
            result += missing_mark(piece.index).replace("\n", newline)
        if piece.source is None:
            result += text[place.start : place.end]
        else:
            source = changed(piece.index, piece.source).replace("\n", newline)
            result += text[place.start : place.source_start] + source + text[place.source_end : place.end]
    if pieces and isinstance(pieces[-1], Added):
        result = result[: -len(newline)]
    return result


def with_kept_lines(raw: Sequence[str], before: str, after: str, written: str) -> str:
    """Return `written`, the lines of the source `after`, with the lines of `raw` that did not change.

    `before` is the source that `raw` was read as. Where lines and sources do not match one to
    one, but for a first line that is not in the source, all is as written.
    """
    old, new, result = before.split("\n"), after.split("\n"), written.split("\n")
    skipped = len(result) - len(new)
    if skipped not in (0, 1) or len(raw) - len(old) != skipped:
        return written
    if skipped and raw:
        result[0] = raw[0]
    for match in difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        start, source = match.b + skipped, match.a + skipped
        result[start : start + match.size] = raw[source : source + match.size]
    return "\n".join(result)
