"""What a request's code gets: the notebook as it was when the request came, and where its cells are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

from notelift.assists.model import Refused
from notelift.checks.context import Context
from notelift.checks.model import Finding
from notelift.lsp.convert import Columns
from notelift.lsp.document import Document
from notelift.lsp.layout import Layout, Place
from notelift.lsp.paths import is_file, path_of
from notelift.lsp.settings import Settings
from notelift.session import Snapshot


@dataclass(frozen=True, slots=True)
class Client:
    """What the client said of itself: its capabilities, and its `initializationOptions`.

    `shares_files` says whether it can read the files of this machine.
    """

    capabilities: types.ClientCapabilities
    options: Mapping[str, Any]
    shares_files: bool = True


class Spot(NamedTuple):
    """A place in a cell as views take it, with the cell's source; lines from 1, columns in characters."""

    cell: int
    source: str
    line: int
    column: int


class Question(Exception):
    """What a person is to be asked before a request can be answered.

    `choices` are the titles of what can be chosen, each with the parameters that the request has then;
    `otherwise` is the error where nothing is chosen.
    """

    def __init__(self, text: str, choices: Mapping[str, Any], otherwise: JsonRpcException) -> None:
        super().__init__(text)
        self.text = text
        self.choices = choices
        self.otherwise = otherwise


@dataclass(frozen=True, slots=True)
class Request:
    """A request about a notebook. Everything here is as of the moment when it came.

    `document` is the document that the parameters name, `cell` the index of that cell, None where they name
    a whole notebook. `cancelled` is to be asked in long work, `hurried` in work that only makes an answer
    better: others wait. `texts` are the open documents that are no cells, by their paths.
    """

    snapshot: Snapshot
    layout: Layout
    document: str
    cell: int | None
    client: Client
    settings: Settings
    cancelled: Callable[[], bool]
    hurried: Callable[[], bool]
    find: Callable[[], tuple[Finding, ...]]
    check: Callable[[], Context]
    columns: Columns
    texts: Mapping[str, Document]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings in the notebook, which the client shows or is about to show."""
        return self.find()

    @property
    def context(self) -> Context:
        """What rules ask of the notebook as it is typed; it goes on from what the check has found."""
        return self.check()

    @property
    def notebook_uri(self) -> str:
        """The URI of the notebook."""
        return self.snapshot.uri

    def place(self, position: types.Position) -> Place | None:
        """Return the cell, line and column of a position, the nearest where there is none like it.

        None where the document is no cell of the notebook.
        """
        return self.layout.place(self.document, position.line, position.character)

    def spot(self, position: types.Position) -> Spot | None:
        """Return the place of a position with the source of its cell; None where `place` is."""
        place = self.place(position)
        if place is None:
            return None
        cell, line, column = place
        return Spot(cell, self.snapshot.notebook.cells[cell].source, line, column)

    def range(self, cell: int, line: int, column: int, end_line: int, end_column: int) -> types.Range:
        """Return the range of a part of a cell in its document."""
        start, end = self.layout.point(cell, line, column), self.layout.point(cell, end_line, end_column)
        return types.Range(types.Position(*start), types.Position(*end))

    def uri(self, cell: int) -> str:
        """Return the document that a cell is in."""
        return self.layout.document(cell)[0]

    def location(self, cell: int, line: int, column: int, end_line: int, end_column: int) -> types.Location:
        """Return where a part of a cell is."""
        return types.Location(self.uri(cell), self.range(cell, line, column, end_line, end_column))

    def document_of(self, cell_id: str) -> tuple[str, int | None]:
        """Return the URI and version of the document that a cell is in. Raises JsonRpcInvalidParams."""
        return self.layout.document(self._index(cell_id))

    def line_end_in(self, cell_id: str) -> str:
        """Return what ends a line in the document that a cell is in. Raises JsonRpcInvalidParams."""
        return self.layout.line_end(self._index(cell_id))

    def range_in(self, cell_id: str, line: int, column: int, end_line: int, end_column: int) -> types.Range:
        """Return the range of a part of a cell, by its id. Raises JsonRpcInvalidParams."""
        return self.range(self._index(cell_id), line, column, end_line, end_column)

    def open_text(self, uri: str) -> tuple[str, int] | None:
        """Return the URI by which the client has a file open, and the version of its text; None else."""
        document = self.texts.get(path_of(uri))
        return None if document is None else (document.uri, document.version)

    def end_of(self, line: str) -> int:
        """Return the column of a line's end as the client counts it."""
        return self.columns.to_units(line, len(line))

    def read_file(self, path: str) -> str | None:
        """Return the text of a file beside the notebook, or at an absolute path; None where there is none.

        A file that the client has open has the text that is typed there. For what a person has chosen to do
        with that file; nothing else reads any. Raises Refused where it cannot be read.
        """
        file = Path(path)
        if not file.is_absolute():
            if not is_file(self.notebook_uri):
                return None
            file = Path(path_of(self.notebook_uri)).parent / file
        opened = self.texts.get(file.as_posix())
        if opened is not None:
            return opened.text if opened.line_end == "\r\n" else opened.source
        try:
            # Lines end as they do there, so that an edit can do the same.
            return file.read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise Refused(f"{file} cannot be read as UTF-8: {error}") from error

    def _index(self, cell_id: str) -> int:
        for cell in self.snapshot.notebook.cells:
            if cell.id == cell_id:
                return cell.index
        raise JsonRpcInvalidParams(f"the notebook has no cell {cell_id}")
