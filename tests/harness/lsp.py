"""A language client without an editor: drives the server over stdio and sends what VS Code sends.

    with LanguageClient() as client:
        client.initialize()
        book = client.open_notebook(["x = 1", "print(x)"], counts=[1, 2])
        book.edit(0, "x = 2")
        book.settled()
        client.diagnostics(book.uris[1]).items

It knows no library of the protocol, so that a fault of one shows. Everything is synchronous; `wait_for` and
`settled` wait for messages, never for time.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from tests.harness.documents import KERNEL, Cell, NotebookHandle, TextHandle
from tests.harness.editor import CAPABILITIES
from tests.harness.jsonrpc import (
    METHOD_NOT_FOUND,
    TIMEOUT,
    UNANSWERED,
    Connection,
    Json,
    Pending,
    ServerError,
)

__all__ = ["Cell", "LanguageClient", "NotebookHandle", "Pending", "Published", "ServerError", "TextHandle"]

SERVER: tuple[str, ...] = (sys.executable, "-m", "notelift.cli", "lsp")


@dataclass(frozen=True)
class Published:
    """The diagnostics published last for a document; `number` counts how often any were, from 1."""

    number: int = 0
    version: int | None = None
    items: tuple[Json, ...] = ()
    at: float = 0.0


class LanguageClient(Connection):
    """A server process and its client. Leaving the `with` block shuts the server down."""

    def __init__(
        self,
        command: Sequence[str | Path] = SERVER,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.configuration: dict[str, Json] = {}
        """What `workspace/configuration` answers, by section."""
        self.folders: dict[str, dict[str, Json]] = {}
        """What it answers for documents below a folder's URI, where that has settings of its own."""
        self.notifications: list[tuple[str, Json]] = []
        self.requests: list[tuple[str, Json]] = []
        self.published: dict[str, list[Published]] = defaultdict(list)
        self.chooses: str | None = None
        """What is chosen where the server asks: a button's title, or its beginning."""
        self.unanswered: set[str] = set()
        """The methods of requests of the server that are left without an answer."""
        self.thinks: Callable[[Json], Json] = self._choose
        self.result: Json = None
        """What `initialize` was answered."""
        self._opened = 0
        super().__init__(command, self._serve_request, self._receive_notification, folder, environment)

    def __enter__(self) -> LanguageClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None and self.result is not None and self.process.poll() is None:
                self.stop()
        finally:
            self.close()

    def initialize(
        self,
        capabilities: Json = CAPABILITIES,
        root: Path | None = None,
        options: Json = None,
    ) -> Json:
        """Do the handshake of a start; return the answer to `initialize`."""
        folder = None if root is None else {"uri": root.as_uri(), "name": root.name}
        self.result = self.request(
            "initialize",
            {
                "processId": None,
                "clientInfo": {"name": "Notelift's tests"},
                "rootUri": None if folder is None else folder["uri"],
                "workspaceFolders": None if folder is None else [folder],
                "capabilities": capabilities,
                "initializationOptions": options,
            },
        )
        self.notify("initialized", {})
        return self.result

    def stop(self) -> int:
        """Shut the server down as an editor does; return its exit code."""
        self.request("shutdown")
        self.notify("exit")
        return self.wait()

    def request(self, method: str, params: Json = None, timeout: float = TIMEOUT) -> Json:
        """Send a request and return its result. Raises ServerError where it is answered with an error."""
        return self.start(method, params).result(timeout)

    def diagnostics(self, uri: str) -> Published:
        """What was published last for a document; `number` is 0 where nothing was."""
        with self.changed:
            return self.published[uri][-1] if self.published[uri] else Published()

    def received(self, method: str) -> list[Json]:
        """The parameters of all notifications of a method so far."""
        with self.changed:
            return [params for name, params in self.notifications if name == method]

    def requested(self, method: str) -> list[Json]:
        """The parameters of all requests of a method that the server sent so far."""
        with self.changed:
            return [params for name, params in self.requests if name == method]

    def configure(self, section: str, value: Json) -> None:
        """Change a setting, and tell the server that some changed, as VS Code does."""
        self.configuration[section] = value
        self.notify("workspace/didChangeConfiguration", {"settings": None})

    def open_notebook(
        self,
        sources: Sequence[str | Cell],
        counts: Sequence[int | None] | None = None,
        uri: str | None = None,
        notebook_type: str = "jupyter-notebook",
        metadata: Json = None,
    ) -> NotebookHandle:
        """Open a notebook with these cells; `counts` are their saved execution counts."""
        self._opened += 1
        uri = uri or f"file:///home/someone/books/book{self._opened}.ipynb"
        handle = NotebookHandle(self, uri, notebook_type, KERNEL if metadata is None else metadata)
        for number, source in enumerate(sources):
            cell = source if isinstance(source, Cell) else Cell(source)
            if counts is not None:
                cell.count = counts[number]
            cell.uri = cell.uri or handle.new_uri()
            handle.cells.append(cell)
        handle.open()
        return handle

    def open_text(self, text: str, uri: str, language: str = "python") -> TextHandle:
        """Open a plain text document."""
        handle = TextHandle(self, uri, text, language)
        self.notify("textDocument/didOpen", {"textDocument": handle.document})
        return handle

    def _serve_request(self, method: str, params: Json) -> Json:
        with self.changed:
            self.requests.append((method, params))
        if method in self.unanswered:
            return UNANSWERED
        if method == "workspace/configuration":
            return [self._configured(item) for item in params["items"]]
        if method == "workspace/applyEdit":
            return {"applied": True}
        if method == "window/showMessageRequest":
            return self.thinks(params)
        if method in _ANSWERED_BY_NULL or method.endswith("/refresh"):
            return None
        raise ServerError(METHOD_NOT_FOUND, f"the client does not know {method}")

    def _configured(self, item: Json) -> Json:
        scope, section = item.get("scopeUri", ""), item.get("section", "")
        own = next((each for folder, each in self.folders.items() if scope.startswith(folder)), {})
        return own.get(section, self.configuration.get(section))

    def _choose(self, question: Json) -> Json:
        buttons = question["actions"]
        return next((each for each in buttons if each["title"].startswith(self.chooses or "\0")), None)

    def _receive_notification(self, method: str, params: Json, arrived: float) -> None:
        self.notifications.append((method, params))
        if method == "textDocument/publishDiagnostics":
            known = self.published[params["uri"]]
            items = tuple(params["diagnostics"])
            known.append(Published(len(known) + 1, params.get("version"), items, arrived))


_ANSWERED_BY_NULL = frozenset(
    {
        "client/registerCapability",
        "client/unregisterCapability",
        "window/workDoneProgress/create",
    }
)
