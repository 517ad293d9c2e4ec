"""A synchronisation without a server: messages go straight to it, and what it told is noted."""

from __future__ import annotations

from typing import Any

from notelift.config import Config
from notelift.lsp.convert import Columns
from notelift.lsp.sync import Sync
from notelift.notebook.session import Session
from notelift.session import Workspace
from tests.harness.documents import KERNEL, Cell, NotebookHandle, TextHandle

URI = "file:///home/someone/books/book.ipynb"


class Synced:
    """What stands in for a client: it has `notify`, as the handles of documents use it."""

    def __init__(self) -> None:
        self.changes: list[str] = []
        self.closes: list[str] = []
        self.sync = Sync(Workspace(), Columns(), self, lambda uri: Config())
        self._handlers = {
            "notebookDocument/didOpen": self.sync.notebook_opened,
            "notebookDocument/didChange": self.sync.notebook_changed,
            "notebookDocument/didClose": self.sync.notebook_closed,
            "textDocument/didOpen": self.sync.text_opened,
            "textDocument/didChange": self.sync.text_changed,
            "textDocument/didClose": self.sync.text_closed,
        }

    def opened(self, uri: str) -> None:
        """That a notebook is opened is noted as its first change."""

    def changed(self, uri: str) -> None:
        """Note that a notebook is to be checked."""
        self.changes.append(uri)

    def closed(self, uri: str) -> None:
        """Note that a notebook is closed."""
        self.closes.append(uri)

    def notify(self, method: str, params: Any) -> None:
        """Give a message to the synchronisation."""
        self._handlers[method](params)

    def session(self, uri: str = URI) -> Session:
        """The session of a notebook."""
        return self.sync.workspace.session(uri)

    def open(self, *cells: str | Cell, metadata: Any = None) -> NotebookHandle:
        """Open a notebook."""
        book = NotebookHandle(self, URI, "jupyter-notebook", KERNEL if metadata is None else metadata)  # type: ignore[arg-type]
        for each in cells:
            cell = each if isinstance(each, Cell) else Cell(each)
            cell.uri = book.new_uri()
            book.cells.append(cell)
        book.open()
        return book

    def open_text(self, text: str, uri: str = "file:///a.py", language: str = "python") -> TextHandle:
        """Open a text document."""
        handle = TextHandle(self, uri, text, language)  # type: ignore[arg-type]
        self.notify("textDocument/didOpen", {"textDocument": handle.document})
        return handle


def runs(session: Session) -> list[tuple[str, int | None, bool]]:
    """What ran, in order: the text, the count, and whether it went well."""
    return [(run.source, run.order, run.success) for run in session.runs]


def sources(session: Session) -> list[str]:
    """The texts of the cells."""
    return [cell.source for cell in session.notebook.cells]
