"""What a notebook and its files are after a change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from notelift.edits.change import (
    CellChange,
    FileChange,
    MovedCell,
    NewCell,
    NewFile,
    NotebookChange,
    TextEdit,
)
from notelift.edits.replacements import Replacement, apply_replacements
from notelift.notebook.model import Cell, Notebook


class ChangeError(Exception):
    """A change that does not fit the notebook or the files; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A notebook after a change, and the text of each file that the change made or rewrote."""

    notebook: Notebook
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def places(self) -> Mapping[str, int]:
        """The index of each cell by its id."""
        return {cell.id: cell.index for cell in self.notebook.cells}


def apply(
    change: NotebookChange, notebook: Notebook, files: Mapping[str, str | None] | None = None
) -> Applied:
    """Return the notebook and the files after the change. New cells have ids of their own.

    `files` are the texts of the files that the change names, None for one that does not exist; without it
    they are taken to be as the change expects. Raises ChangeError where the change does not fit.
    """
    edits = _by_cell(change.texts, notebook)
    cells = [
        replace(cell, source=_edited(cell.source, edits[cell.id])) if cell.id in edits else cell
        for cell in notebook.cells
    ]
    for each in change.cells:
        _change_cells(cells, each)
    placed = tuple(replace(cell, index=index) for index, cell in enumerate(cells))
    written = {each.path: _written(each, files) for each in change.files}
    return Applied(replace(notebook, cells=placed), written)


def _by_cell(texts: Iterable[TextEdit], notebook: Notebook) -> Mapping[str, list[TextEdit]]:
    known = {cell.id for cell in notebook.cells}
    found: dict[str, list[TextEdit]] = defaultdict(list)
    for edit in texts:
        if edit.cell_id not in known:
            raise ChangeError(f"the notebook has no cell {edit.cell_id}")
        found[edit.cell_id].append(edit)
    return found


def _edited(source: str, edits: Iterable[TextEdit]) -> str:
    lines = source.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)

    def offset(line: int, column: int) -> int:
        if not 1 <= line <= len(lines) or not 0 <= column <= len(lines[line - 1]):
            raise ChangeError(f"the cell has no line {line} with a column {column}")
        return starts[line - 1] + column

    replacements = [
        Replacement(offset(edit.line, edit.column), offset(edit.end_line, edit.end_column), edit.text)
        for edit in edits
    ]
    try:
        return apply_replacements(source, replacements)
    except ValueError as error:
        raise ChangeError(str(error)) from error


def _change_cells(cells: list[Cell], change: CellChange) -> None:
    if isinstance(change, NewCell):
        new = Cell(0, _fresh_id(cells), change.kind, change.source)
        cells.insert(_position(cells, change.before), new)
        return
    cell = cells.pop(_position(cells, change.cell_id))
    if isinstance(change, MovedCell):
        cells.insert(_position(cells, change.before), cell)


def _position(cells: list[Cell], cell_id: str | None) -> int:
    if cell_id is None:
        return len(cells)
    for position, cell in enumerate(cells):
        if cell.id == cell_id:
            return position
    raise ChangeError(f"the notebook has no cell {cell_id}")


def _fresh_id(cells: list[Cell]) -> str:
    known = {cell.id for cell in cells}
    return next(name for number in range(len(cells) + 1) if (name := f"new-{number}") not in known)


def _written(change: FileChange, files: Mapping[str, str | None] | None) -> str:
    if files is None:
        return change.text
    there = files.get(change.path)
    if isinstance(change, NewFile):
        if there is not None:
            raise ChangeError(f"{change.path} exists already")
    elif there != change.before:
        raise ChangeError(f"{change.path} has changed meanwhile")
    return change.text
