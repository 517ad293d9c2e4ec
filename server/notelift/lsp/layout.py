"""Where the cells of a notebook are in the documents of the client, at one moment."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from notelift.lsp.convert import Columns
from notelift.notebook.model import Cell

Place: TypeAlias = tuple[int, int, int]
"""A cell, a line in it from 1, and a column in characters from 0."""
Point: TypeAlias = tuple[int, int]
"""A line and a column as the client counts them."""


class Layout(ABC):
    """The documents of a notebook's cells; positions out of range are clamped."""

    @abstractmethod
    def place(self, uri: str, line: int, units: int) -> Place | None:
        """The place of a position in a document; None where no cell is there."""

    @abstractmethod
    def point(self, cell: int, line: int, column: int) -> Point:
        """The position of a place in the document of its cell."""

    @abstractmethod
    def document(self, cell: int) -> tuple[str, int | None]:
        """The URI and version of the document that a cell is in."""

    @abstractmethod
    def line_end(self, cell: int) -> str:
        """What ends a line in the document that a cell is in."""

    @property
    @abstractmethod
    def documents(self) -> Sequence[str]:
        """The documents of the notebook."""


class _Lines:
    """The lines of cells. A cell is split once, for answers may have many places in it."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._cells = cells
        self._known: dict[int, list[str]] = {}

    def of(self, cell: int) -> list[str]:
        """The lines of a cell's source."""
        known = self._known.get(cell)
        if known is None:
            known = self._known[cell] = self._cells[cell].source.split("\n")
        return known


@dataclass(frozen=True)
class CellDocuments(Layout):
    r"""A notebook whose cells are documents: a cell's id is the URI of its text.

    `line_ends` has the documents whose lines end otherwise than with `\n`.
    """

    cells: tuple[Cell, ...]
    versions: Mapping[str, int]
    columns: Columns
    line_ends: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _lines(self) -> _Lines:
        return _Lines(self.cells)

    @cached_property
    def _index(self) -> Mapping[str, int]:
        return {cell.id: cell.index for cell in self.cells}

    @property
    def documents(self) -> Sequence[str]:
        """The documents of the cells."""
        return [cell.id for cell in self.cells]

    def document(self, cell: int) -> tuple[str, int | None]:
        """The cell's own document."""
        name = self.cells[cell].id
        return name, self.versions.get(name)

    def line_end(self, cell: int) -> str:
        """What ends a line in the cell's document."""
        return self.line_ends.get(self.cells[cell].id, "\n")

    def place(self, uri: str, line: int, units: int) -> Place | None:
        """The place in the cell that the document is."""
        cell = self._index.get(uri)
        if cell is None:
            return None
        lines = self._lines.of(cell)
        if line >= len(lines):
            return cell, len(lines), len(lines[-1])
        line = max(line, 0)
        return cell, line + 1, self.columns.to_characters(lines[line], units)

    def point(self, cell: int, line: int, column: int) -> Point:
        """The position in the cell's document."""
        lines = self._lines.of(cell)
        if line > len(lines):
            line, column = len(lines), len(lines[-1])
        line = max(line, 1)
        return line - 1, self.columns.to_units(lines[line - 1], column)


@dataclass(frozen=True)
class ScriptCells(Layout):
    """A notebook whose cells are rows of one document.

    `starts` are the rows at which cells begin with their marks, `sources` those where their sources do. What
    a line has in front that the cell's source lacks, such as `# MAGIC`, is found by comparing them. `ending`
    is what ends a line.
    """

    uri: str
    version: int
    rows: Sequence[str]
    cells: tuple[Cell, ...]
    starts: Sequence[int]
    sources: Sequence[int]
    columns: Columns
    ending: str = "\n"

    @cached_property
    def _lines(self) -> _Lines:
        return _Lines(self.cells)

    @property
    def documents(self) -> Sequence[str]:
        """The one document."""
        return [self.uri]

    def document(self, cell: int) -> tuple[str, int | None]:
        """The one document."""
        return self.uri, self.version

    def line_end(self, cell: int) -> str:
        """What ends a line in the one document."""
        return self.ending

    def place(self, uri: str, line: int, units: int) -> Place | None:
        """The place in the cell whose rows, its mark's among them, have the line."""
        if not self.cells or uri != self.uri:
            return None
        row = min(max(line, 0), len(self.rows) - 1)
        cell = max(bisect(self.starts, row) - 1, 0)
        lines = self._lines.of(cell)
        inside = row - self.sources[cell]
        if inside < 0:
            return cell, 1, 0
        if inside >= len(lines):
            return cell, len(lines), len(lines[-1])
        column = self.columns.to_characters(self.rows[row], units) if row == line or line < 0 else 10**9
        shift = self._shift(self.rows[row], lines[inside])
        return cell, inside + 1, min(max(column - shift, 0), len(lines[inside]))

    def point(self, cell: int, line: int, column: int) -> Point:
        """The position in the document."""
        lines = self._lines.of(cell)
        if line > len(lines):
            line, column = len(lines), len(lines[-1])
        line = max(line, 1)
        row = min(self.sources[cell] + line - 1, len(self.rows) - 1)
        shift = self._shift(self.rows[row], lines[line - 1])
        return row, self.columns.to_units(self.rows[row], max(column, 0) + shift)

    @staticmethod
    def _shift(row: str, line: str) -> int:
        """How many characters a row has in front of the line that it is in its cell."""
        return len(row) - len(line) if row.endswith(line) else 0
