"""The change from one text of the cells to another."""

from __future__ import annotations

from collections.abc import Iterator

from notelift.edits.change import NotebookChange, RemovedCell, TextEdit
from notelift.notebook.model import Cell, Notebook


def change_between(before: Notebook, after: Notebook, changes_cells: bool) -> NotebookChange:
    """Return the change between two notebooks that have the same cells.

    Cells that are left without text go where the client can remove them.
    """
    emptied = {
        old.id
        for old, new in zip(before.cells, after.cells, strict=True)
        if changes_cells and old.source.strip() and not new.source.strip()
    }
    return NotebookChange(
        tuple(edit for edit in _texts(before, after) if edit.cell_id not in emptied),
        tuple(RemovedCell(cell.id) for cell in before.cells if cell.id in emptied),
    )


def _texts(before: Notebook, after: Notebook) -> Iterator[TextEdit]:
    for old, new in zip(before.cells, after.cells, strict=True):
        if old.source != new.source:
            yield _edit(old, new.source)


def _edit(cell: Cell, source: str) -> TextEdit:
    """The edit of the lines that differ."""
    old, new = cell.source.split("\n"), source.split("\n")
    shortest = min(len(old), len(new)) - 1
    head = 0
    while head < shortest and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shortest - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    last = len(old) - tail
    text = "\n".join(new[head : len(new) - tail])
    return TextEdit(cell.id, head + 1, 0, last, len(old[last - 1]), text)
