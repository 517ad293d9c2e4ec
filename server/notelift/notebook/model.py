"""Cells, notebooks and runs: frozen values that every later layer reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

CellKind = Literal["code", "markdown", "raw"]
Format = Literal["ipynb", "percent", "databricks"]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one cell with the source it had then.

    `cell` and `cell_id` name the cell; `occurrence` counts that cell's runs in the
    timeline from 0; `order` is the kernel's execution count where it is known.
    """

    cell: int
    cell_id: str
    source: str
    order: int | None = None
    success: bool = True
    occurrence: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `index` counts from 0 over all cells, markdown included; `failed`: it shows an error."""

    index: int
    id: str
    kind: CellKind
    source: str
    language: str = "python"
    execution_count: int | None = None
    tags: tuple[str, ...] = ()
    failed: bool = False
    _run: Run | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def run(self) -> Run:
        """Its run when all cells run once; always the same object, by which an analysis knows it again."""
        if self._run is None:
            run = Run(self.index, self.id, self.source, self.execution_count)
            object.__setattr__(self, "_run", run)
            return run
        return self._run

    @property
    def is_python(self) -> bool:
        """Whether the cell is code that the analysis reads."""
        return self.kind == "code" and self.language == "python"


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook as it is saved. `path` is for messages; `language` is the kernel's."""

    path: str
    format: Format
    language: str
    cells: tuple[Cell, ...]


Timeline = tuple[Run, ...]


class NotebookError(Exception):
    """A notebook that cannot be read; the message is one clear line naming file (and cell)."""
