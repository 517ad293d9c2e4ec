"""A rewritten notebook as a change: edits of the text of its cells, and cells that come and go."""

from __future__ import annotations

from collections.abc import Sequence

from notelift.edits.change import CellChange, NewCell, NotebookChange, RemovedCell, TextEdit
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.sources.span import Added, Piece


def change_of(notebook: Notebook, pieces: Sequence[Piece], emptied: str | None = None) -> NotebookChange:
    """Return the change that makes a notebook of these pieces, whose kept cells are in their order.

    Cells that no piece names are removed, or have the text `emptied` where that is given.
    """
    kept = {piece.index: piece for piece in pieces if not isinstance(piece, Added)}
    texts: list[TextEdit] = []
    cells: list[CellChange] = []
    for cell in notebook.cells:
        if cell.index in kept:
            source = kept[cell.index].source
            if source is not None and source != cell.source:
                texts.append(text_edit(cell, source))
        elif emptied is None:
            cells.append(RemovedCell(cell.id))
        else:
            texts.append(text_edit(cell, emptied))
    return NotebookChange(tuple(texts), (*_added(notebook, pieces), *cells))


def _added(notebook: Notebook, pieces: Sequence[Piece]) -> list[CellChange]:
    """The new cells, each before the next cell that stays."""
    found: list[CellChange] = []
    for number, piece in enumerate(pieces):
        if isinstance(piece, Added):
            rest = (each for each in pieces[number:] if not isinstance(each, Added))
            following = next(rest, None)
            before = None if following is None else notebook.cells[following.index].id
            kind = "markdown" if piece.kind == "markdown" else "code"
            found.append(NewCell(before, piece.source, kind))  # type: ignore[arg-type]
    return found


def text_edit(cell: Cell, source: str) -> TextEdit:
    """Return the edit that gives the cell another source and leaves what both begin and end with."""
    old = cell.source
    start = _common(old, source)
    room = min(len(old), len(source)) - start
    tail = min(_common(old[::-1], source[::-1]), room)
    end = len(old) - tail
    return TextEdit(cell.id, *_position(old, start), *_position(old, end), source[start : len(source) - tail])


def _common(left: str, right: str) -> int:
    """How many characters both begin with."""
    shortest = min(len(left), len(right))
    return next((n for n in range(shortest) if left[n] != right[n]), shortest)


def _position(text: str, offset: int) -> tuple[int, int]:
    """The line, counted from 1, and the column of an offset."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset) - 1
