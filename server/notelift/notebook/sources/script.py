"""Cells of a script as rows of its lines; the two script formats only differ in their marks."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from notelift.notebook.model import Cell, CellKind
from notelift.notebook.sources.lines import bare
from notelift.notebook.sources.span import Added, CellSpan, Piece


@dataclass(frozen=True, slots=True)
class Block:
    """One cell of a script: rows from 0, half open.

    The source rows are without the mark, but where the mark stands for a cell's `magic`.
    """

    start: int
    end: int
    source_start: int
    source_end: int
    kind: CellKind = "code"
    language: str = "python"
    execution_count: int | None = None
    tags: tuple[str, ...] = ()
    id: str = ""
    magic: str = ""


def cells_of(
    lines: Sequence[str], blocks: Sequence[Block], source: Callable[[list[str], Block], str]
) -> list[Cell]:
    """Return the blocks as cells; `source` turns a block's lines (without their ends) into a source."""
    return [
        Cell(
            index,
            block.id,
            block.kind,
            source([bare(line) for line in lines[block.source_start : block.source_end]], block),
            block.language,
            block.execution_count,
            block.tags,
        )
        for index, block in enumerate(blocks)
    ]


def spans_of(lines: Sequence[str], blocks: Sequence[Block]) -> tuple[CellSpan, ...]:
    """Return the blocks as character ranges of the file; a source's range ends before its last line's end."""
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    places = []
    for index, block in enumerate(blocks):
        first, last = offsets[block.source_start], offsets[block.source_end]
        if block.source_end > block.source_start:
            line = lines[block.source_end - 1]
            last -= len(line) - len(bare(line))
        places.append(CellSpan(index, offsets[block.start], offsets[block.end], first, last))
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
