"""What an edit does to a notebook, as plain values: text of cells, cells, and files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Text in place of a part of a cell. Lines count from 1 within the cell, columns in characters from 0."""

    cell_id: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True, slots=True)
class NewCell:
    """A cell that comes before the cell `before`, at the end where it is None."""

    before: str | None
    source: str
    kind: Literal["code", "markdown"] = "code"


@dataclass(frozen=True, slots=True)
class RemovedCell:
    """A cell that goes."""

    cell_id: str


@dataclass(frozen=True, slots=True)
class MovedCell:
    """A cell that goes before the cell `before`, to the end where it is None."""

    cell_id: str
    before: str | None


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that must not exist yet. `path` is absolute, or relative to the notebook's folder."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file with another text; `before` is the text that it must have now."""

    path: str
    before: str
    text: str


CellChange = NewCell | RemovedCell | MovedCell
FileChange = NewFile | ChangedFile


@dataclass(frozen=True, slots=True)
class NotebookChange:
    """One change, to be applied and undone as one: text edits first, then the cells in their order."""

    texts: tuple[TextEdit, ...] = ()
    cells: tuple[CellChange, ...] = ()
    files: tuple[FileChange, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether every client can apply it: no cell comes, goes or moves."""
        return not self.cells
