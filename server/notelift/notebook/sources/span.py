"""Where cells stand in the text of a file, and the pieces of a rewritten one."""

from __future__ import annotations

from dataclasses import dataclass

from notelift.notebook.model import CellKind


@dataclass(frozen=True, slots=True)
class CellSpan:
    """The place of a cell in the file's text: half-open character ranges.

    `start`..`end` is the cell's object, or its lines with the marker; `source_start`..
    `source_end` is the JSON value of its source, or its lines without the marker. `indent`
    is the white space before the cell, `source_indent` before the key of its source.
    """

    index: int
    start: int
    end: int
    source_start: int
    source_end: int
    indent: str = ""
    source_indent: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A cell of the file that stays; with a new source where `source` is given."""

    index: int
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """A new cell."""

    source: str
    kind: CellKind = "code"


Piece = Kept | Added
