"""A text document with cells: a `# %%` script, a Databricks source, a notebook in one flattened text."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress, count, repeat
from operator import is_not

from notelift.lsp.client_cells import SIZE_LIMIT, TOO_LARGE
from notelift.lsp.convert import Columns
from notelift.lsp.document import Document
from notelift.lsp.layout import ScriptCells
from notelift.lsp.paths import name_of, path_of
from notelift.notebook.model import Cell, Format, Notebook
from notelift.notebook.reading import source_module
from notelift.notebook.sources.script import Part, Script

_LOG = logging.getLogger(__name__)
_DATABRICKS = re.compile(r"\s*# Databricks notebook source\s*(?:\n|\Z)")
_MARK = re.compile(r"^(?:[ \t]*#[ \t]*%%|# ?In ?\[[0-9 ]*\]:?[ \t]*$|# <codecell>$)", re.MULTILINE)
_LANGUAGES = frozenset({"python", "ipython"})


@dataclass(slots=True)
class ClientScript:
    """A text document, and its cells as of its last text. A cell that stays as it is keeps its id."""

    document: Document
    cells: tuple[Cell, ...] = ()
    starts: Sequence[int] = ()
    sources: Sequence[int] = ()
    _script: Script | None = None
    _kind: Format | None = None
    _warned: bool = False
    _numbers: count[int] = field(default_factory=count)

    @property
    def uri(self) -> str:
        """The URI of the document, which is the notebook's too."""
        return self.document.uri

    def format(self) -> Format | None:
        """Return how the cells are marked; None for a document that has none, or is too large to be read.

        JupyterLab sends a notebook as one text of Python, under the notebook's name: that is one cell.
        """
        if self.document.language.lower() not in _LANGUAGES:
            return None
        if len(self.document.text) <= SIZE_LIMIT:
            return self._marks()
        if not self._warned:
            self._warned = True
            if self._marks() is not None:
                _LOG.warning("%s is not read: it has %s", path_of(self.uri), TOO_LARGE)
        return None

    def read(self, kind: Format, path: str) -> Notebook:
        """Split the text into cells; they have no runs. What has the lines that it had is taken over."""
        before = self._script if kind == self._kind else None
        script: Script = source_module(kind).cut(self.document.source, before)
        self.cells = self._named(script.parts)
        self.starts = script.rows
        self.sources = [row + part.first_row for row, part in zip(self.starts, script.parts, strict=True)]
        self._script, self._kind = script, kind
        return Notebook(path, kind, script.language, self.cells)

    def layout(self, columns: Columns) -> ScriptCells:
        """Where the cells are in the text."""
        rows = self.document.source.split("\n")
        return ScriptCells(
            self.uri,
            self.document.version,
            rows,
            self.cells,
            self.starts,
            self.sources,
            columns,
            self.document.line_end,
        )

    def _marks(self) -> Format | None:
        if _DATABRICKS.match(self.document.text):
            return "databricks"
        if _MARK.search(self.document.text) or name_of(self.uri).endswith(".ipynb"):
            return "percent"
        return None

    def _named(self, found: Sequence[Part]) -> tuple[Cell, ...]:
        """The cells with the ids that they had: of equal ones at the start and the end, the rest in order."""
        old = self._script.parts if self._script is not None else ()
        cells = []
        for index, (part, place) in enumerate(zip(found, _places_before(old, found), strict=True)):
            before = None if place is None else self.cells[place]
            if before is None or place != index or old[index] is not part:
                name = f"{self.uri}#{next(self._numbers)}" if before is None else before.id
                cell = Cell(index, name, part.kind, part.source, part.language, tags=part.tags)
                before = before if before == cell else cell
            cells.append(before)
        return tuple(cells)


def _places_before(old: Sequence[Part], new: Sequence[Part]) -> Iterator[int | None]:
    """For each of the cells where it was before, None where it is new."""
    shorter = min(len(old), len(new))
    head = _equal(old[:shorter], new[:shorter])
    tail = _equal(old[::-1][: shorter - head], new[::-1][: shorter - head])
    yield from range(shorter - tail)
    yield from repeat(None, len(new) - shorter)
    yield from range(len(old) - tail, len(old))


def _equal(old: Sequence[Part], new: Sequence[Part]) -> int:
    """How many of the first cells are equal; there are as many old ones as new ones."""
    # Nearly all are the same objects.
    for place in compress(count(), map(is_not, old, new)):
        before, after = old[place], new[place]
        if (before.source, before.kind, before.language) != (after.source, after.kind, after.language):
            return place
    return len(old)
