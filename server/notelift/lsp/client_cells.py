"""A notebook as the client has it, and what its messages tell: which cells there are, and which ran."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from notelift.lsp.document import Document, Malformed
from notelift.notebook.model import Cell, CellKind
from notelift.notebook.session import Cleared, Ran

HIGHEST_ORDER = 100_000
"""An execution count above it is none: a kernel does not come that far, and counts between are listed."""
SIZE_LIMIT = 1_000_000
TOO_LARGE = "text of more than 1,000,000 characters"
"""The language of a cell that is too large: such a cell is there, but is not read."""

_MARKUP = 1
_PYTHON = frozenset({"python", "ipython", "python3", "pyspark"})


class Summary(NamedTuple):
    """How a run ended: its count, and whether it went well."""

    order: int
    success: bool


@dataclass(slots=True)
class ClientCell:
    """A cell as the client has it, with what its messages tell of a run that is under way.

    The start of a run shows as messages that tell nothing: the cell has no summary, and its metadata are as
    before. VS Code sends two such in a row, when the run is asked for and when it begins; later ones, before
    the end, come alone. `started` is the text at two in a row, `marked` the text at the last one.
    """

    document: Document
    markup: bool
    metadata: Mapping[str, Any] = field(default_factory=dict)
    summary: Summary | None = None
    started: str | None = None
    marked: str | None = None
    in_a_row: bool = False

    @property
    def uri(self) -> str:
        """The URI of its text."""
        return self.document.uri

    @property
    def count(self) -> int | None:
        """The execution count that its metadata have."""
        return _order(self.metadata.get("execution_count"))

    @property
    def is_too_large(self) -> bool:
        """Whether it is too large to be read."""
        return len(self.document.text) > SIZE_LIMIT

    def as_cell(self, before: Cell | None = None) -> Cell:
        """The cell as the analysis has it; `before` itself where that is the same."""
        language, source = self.document.language.lower(), self.document.source
        kind: CellKind = "code"
        if self.markup:
            kind = "raw" if language == "raw" else "markdown"
        if language in _PYTHON:
            language = "python"
        if kind == "code" and self.is_too_large:
            language, source = TOO_LARGE, ""
        count = before.execution_count if before is not None else self.count
        index = before.index if before is not None else 0
        cell = Cell(index, self.uri, kind, source, language, count, self.tags)
        return before if before == cell else cell

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags that its metadata have."""
        inner = self.metadata.get("metadata")
        holder = inner if isinstance(inner, Mapping) else self.metadata
        tags = holder.get("tags")
        return tuple(each for each in tags if isinstance(each, str)) if isinstance(tags, list) else ()

    def edited(self) -> None:
        """Note that the text has changed."""
        self.in_a_row = False

    def told(self, data: Mapping[str, Any]) -> Iterator[Ran | Cleared]:
        """Yield what a message about the cell, without its text, tells."""
        metadata = data.get("metadata")
        # Some messages have none: then they are as before.
        metadata = metadata if isinstance(metadata, Mapping) else self.metadata
        same, before, summary = metadata == self.metadata, self.summary, summary_of(data)
        self.metadata, self.summary = metadata, summary
        if summary is None:
            if before is not None:
                yield Cleared(self.uri)
            if same or before is not None:
                self._mark(same)
            else:
                self.in_a_row = False
        elif summary != before:
            source = self.started if self.started is not None else self.marked
            self.started = self.marked = None
            self.in_a_row = False
            if source is None or self.is_too_large:
                source = self.as_cell().source
            yield Ran(self.uri, summary.order, summary.success, source)

    def _mark(self, same: bool) -> None:
        """Note a message that may be the start of a run."""
        self.marked = self.as_cell().source
        if same and self.in_a_row:
            self.started = self.marked
        self.in_a_row = same


class ClientNotebook:
    """The cells of a notebook as the client has them.

    `order` may have a cell twice for a while: some clients insert a cell before they delete it elsewhere.
    """

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self.order: list[str] = []
        self.cells: dict[str, ClientCell] = {}
        self.gone: dict[str, ClientCell] = {}
        self.left: dict[str, Cell] = {}
        """The cells that are gone as they were then: they may come back."""
        self._twins: dict[str, str] = {}
        """By cell, the one that was put in its place last, or in whose place it was put."""
        self._version: int | None = None
        self._leaving: dict[str, ClientCell] = {}
        """The cells that left with the version that the notebook has, and for which none came yet."""
        self.versions: Mapping[str, int] = {}
        self.line_ends: Mapping[str, str] = {}
        r"""What ends lines in the cells' documents where that is not `\n`."""

    def arranged(self, before: Sequence[Cell], replaced: Mapping[str, str]) -> tuple[Cell, ...]:
        """The cells in their order; those that are as they were are the same objects as `before`.

        `replaced` has the cells that are gone with those in their places, which have their counts.
        """
        self.left.update((cell.id, cell) for cell in before if cell.id not in self.cells)
        known = {cell.id: cell for cell in before}
        for old, new in replaced.items():
            stood = known.get(old) or self.left.get(old)
            if stood is not None:
                known[new] = stood
        return tuple(
            self.cells[name].as_cell(known.get(name) or self.left.pop(name, None)) for name in self.names()
        )

    def names(self) -> list[str]:
        """The URIs of the cells in their order, each once."""
        return list(dict.fromkeys(self.order))

    def edited(self, cells: Iterable[ClientCell]) -> None:
        """Note that the texts of cells have changed."""
        versions, line_ends = dict(self.versions), dict(self.line_ends)
        for cell in cells:
            cell.edited()
            versions[cell.uri] = cell.document.version
            line_ends.pop(cell.uri, None)
            if "\r" in cell.document.text:
                line_ends[cell.uri] = cell.document.line_end
        self.versions, self.line_ends = versions, line_ends

    def become(self, version: int | None) -> None:
        """Have another version. Messages of one version tell of one edit; one without any stands alone."""
        if version is None or version != self._version:
            self._leaving = {}
        self._version = version

    def splice(
        self, start: int, count: int, cells: Sequence[Any], documents: Mapping[str, Document]
    ) -> dict[str, str]:
        """Replace `count` cells from `start` on; return the cells that are the same under another name.

        VS Code tells of several cells in place of others by several messages: all the old leave with the
        first new one. Raises Malformed for a cell that is none.
        """
        added = [_mapping(each) for each in cells]
        names = [each.get("document") for each in added]
        if not all(isinstance(name, str) for name in names):
            raise Malformed(f"{self.uri}: a cell without a document")
        removed = self.order[start : start + count]
        self.order[start : start + count] = names  # type: ignore[assignment]
        present = set(self.order)
        leaving = {
            name: self.cells.pop(name) for name in removed if name not in present and name in self.cells
        }
        self.gone.update(leaving)
        self._leaving.update(leaving)
        replaced: dict[str, str] = {}
        for data in added:
            name = data["document"]
            self._leaving.pop(name, None)
            old = None if name in self.cells else self._replaced_by(data)
            self._add(data, documents.get(name))
            if old is not None:
                replaced[old] = name
                self._twins[old], self._twins[name] = name, old
                gone = self._leaving.pop(old)
                self.cells[name].summary = self.cells[name].summary or gone.summary
        self.versions = {name: cell.document.version for name, cell in self.cells.items()}
        self.line_ends = {
            name: cell.document.line_end for name, cell in self.cells.items() if "\r" in cell.document.text
        }
        return replaced

    def _replaced_by(self, data: Mapping[str, Any]) -> str | None:
        """The cell that a new one is put in place of, as editors do for edits that they have to undo as one.

        It has the same run: a kernel gives a count once.
        """
        summary, count = summary_of(data), _order(_mapping(data.get("metadata")).get("execution_count"))
        for name, cell in self._leaving.items():
            if self._twins.get(data["document"]) == name:
                return name
            if cell.summary == summary if summary else count is not None and cell.count == count:
                return name
        return None

    def _add(self, data: Mapping[str, Any], document: Document | None) -> None:
        name: str = data["document"]
        known = self.cells.get(name)
        if known is None:
            known = self.gone.pop(name) if name in self.gone else _new_cell(data, document)
            self.cells[name] = known
            # A cell that comes with a summary, from where it was before, did not run now.
            known.summary = summary_of(data) or known.summary
        if document is not None:
            known.document = document


def _new_cell(data: Mapping[str, Any], document: Document | None) -> ClientCell:
    document = document or Document(data["document"], "python", 0, "")
    return ClientCell(document, data.get("kind") == _MARKUP, _mapping(data.get("metadata")))


def summary_of(data: Mapping[str, Any]) -> Summary | None:
    """The end of a run that a cell tells of; None where it is not known how that went."""
    summary = _mapping(data.get("executionSummary"))
    order, success = _order(summary.get("executionOrder")), summary.get("success")
    return Summary(order, success) if order is not None and isinstance(success, bool) else None


def _order(value: object) -> int | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= HIGHEST_ORDER:
        return None
    return value


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
