"""A text document with cells: a `# %%` script, a Databricks source, a notebook in one flattened text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from notelift.lsp.client_cells import SIZE_LIMIT
from notelift.lsp.convert import Columns
from notelift.lsp.document import Document
from notelift.lsp.layout import ScriptCells
from notelift.lsp.paths import name_of
from notelift.notebook.model import Cell, Format, Notebook
from notelift.notebook.reading import source_module

_DATABRICKS = re.compile(r"\s*# Databricks notebook source\s*(?:\n|\Z)")
_MARK = re.compile(r"^(?:[ \t]*#[ \t]*%%|# ?In ?\[[0-9 ]*\]:?[ \t]*$|# <codecell>$)", re.MULTILINE)
_LANGUAGES = frozenset({"python", "ipython"})


def format_of(document: Document) -> Format | None:
    """Return how the cells of a text document are marked; None for a document that has none.

    JupyterLab sends a notebook as one text of Python, under the notebook's name: that is one cell.
    """
    if document.language.lower() not in _LANGUAGES or len(document.text) > SIZE_LIMIT:
        return None
    if _DATABRICKS.match(document.text):
        return "databricks"
    if _MARK.search(document.text) or name_of(document.uri).endswith(".ipynb"):
        return "percent"
    return None


@dataclass(slots=True)
class ClientScript:
    """A text document, and its cells as of its last text. A cell that stays as it is keeps its id."""

    document: Document
    cells: tuple[Cell, ...] = ()
    starts: Sequence[int] = ()
    sources: Sequence[int] = ()
    _numbers: count[int] = field(default_factory=count)

    @property
    def uri(self) -> str:
        """The URI of the document, which is the notebook's too."""
        return self.document.uri

    def read(self, kind: Format, path: str) -> Notebook:
        """Split the text into cells; they have no runs."""
        text = self.document.source
        module = source_module(kind)
        found: Notebook = module.read(text, path)
        spans = module.spans(text)
        self.cells = self._named(found.cells)
        self.starts = _rows(text, [span.start for span in spans])
        firsts = _rows(text, [span.source_start for span in spans])
        # A first line that only names a language, or opens a quotation, is none of the source.
        self.sources = [
            first + (text.count("\n", span.source_start, span.source_end) > cell.source.count("\n"))
            for first, span, cell in zip(firsts, spans, self.cells, strict=True)
        ]
        return replace(found, cells=self.cells)

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

    def _named(self, found: Sequence[Cell]) -> tuple[Cell, ...]:
        """The cells with the ids that they had: of equal ones at the start and the end, the rest in order."""
        old = self.cells
        shorter = min(len(old), len(found))
        head = 0
        while head < shorter and _same(old[head], found[head]):
            head += 1
        tail = 0
        while tail < shorter - head and _same(old[-1 - tail], found[-1 - tail]):
            tail += 1
        between = [cell.id for cell in old[head : len(old) - tail]]
        wanted = len(found) - tail - head
        between = between[:wanted]
        between += [f"{self.uri}#{next(self._numbers)}" for _ in range(wanted - len(between))]
        names = [
            *(cell.id for cell in old[:head]),
            *between,
            *(cell.id for cell in old[len(old) - tail :]),
        ]
        known = {cell.id: cell for cell in old}
        return tuple(
            _as_before(replace(cell, id=name, execution_count=None), known.get(name))
            for cell, name in zip(found, names, strict=True)
        )


def _as_before(cell: Cell, before: Cell | None) -> Cell:
    return before if before is not None and before == cell else cell


def _same(cell: Cell, other: Cell) -> bool:
    return (cell.source, cell.kind, cell.language) == (other.source, other.kind, other.language)


def _rows(text: str, offsets: Sequence[int]) -> list[int]:
    """The rows of offsets that ascend."""
    rows, row, position = [], 0, 0
    for offset in offsets:
        row += text.count("\n", position, offset)
        position = offset
        rows.append(row)
    return rows
