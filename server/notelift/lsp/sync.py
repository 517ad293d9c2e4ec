"""Keeps the open notebooks as the client has them: its messages become events."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from notelift.config import Config
from notelift.lsp.client_cells import TOO_LARGE, ClientCell, ClientNotebook
from notelift.lsp.client_script import ClientScript
from notelift.lsp.convert import Columns
from notelift.lsp.document import Document, Malformed
from notelift.lsp.layout import CellDocuments, Layout
from notelift.lsp.paths import path_of
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.session import Session
from notelift.session import Arranged, Changed, Snapshot, Workspace

_LOG = logging.getLogger(__name__)
Json = Any


@dataclass(frozen=True, slots=True)
class View:
    """A notebook at one moment, and where its cells are in the client's documents."""

    snapshot: Snapshot
    layout: Layout


class Listener(Protocol):
    """Who is told what became of a notebook."""

    def opened(self, uri: str) -> None:
        """A notebook is opened; `changed` follows."""

    def changed(self, uri: str) -> None:
        """A notebook is to be checked."""

    def closed(self, uri: str) -> None:
        """A notebook is closed."""


class Sync:
    """What the client has open. Every method takes a message's parameters as they came.

    Raises Malformed where they are not as the protocol says; what could be understood is done.
    """

    def __init__(
        self,
        workspace: Workspace,
        columns: Columns,
        listener: Listener,
        config_of: Callable[[str], Config],
    ) -> None:
        self.workspace = workspace
        self.columns = columns
        self._listener = listener
        self._config_of = config_of
        self._notebooks: dict[str, ClientNotebook] = {}
        self._scripts: dict[str, ClientScript] = {}
        self._notebook_of: dict[str, str] = {}

    def view(self, uri: str) -> View | None:
        """Return the notebook that a document belongs to, or is; None where it is of none that is open."""
        name = self._notebook_of.get(uri, uri)
        snapshot = self.workspace.snapshot(name)
        if snapshot is None:
            return None
        notebook = self._notebooks.get(name)
        if notebook is None:
            return View(snapshot, self._scripts[name].layout(self.columns))
        cells = snapshot.notebook.cells
        return View(snapshot, CellDocuments(cells, notebook.versions, self.columns, notebook.line_ends))

    def texts(self) -> Mapping[str, Document]:
        """Return the open documents that are no cells, as they are now, by their paths."""
        return {path_of(uri): replace(script.document) for uri, script in self._scripts.items()}

    def configure(self, uris: Iterable[str]) -> None:
        """Ask for the settings of open notebooks again."""
        for uri in uris:
            if self.workspace.configure(uri, self._config_of(uri)):
                self._listener.changed(uri)

    def notebook_opened(self, params: Json) -> None:
        """`notebookDocument/didOpen`."""
        described = _member(params, "notebookDocument")
        uri = _uri(described)
        if uri in self._notebooks:
            _LOG.info("%s was opened while it was open", uri)
            self._forget(uri)
            self.workspace.close(uri)
            self._listener.closed(uri)
        notebook = ClientNotebook(uri)
        notebook.splice(0, 0, _list(described, "cells"), _documents(_list(params, "cellTextDocuments")))
        self._notebooks[uri] = notebook
        self._name_cells(notebook)
        _warn_of_sizes(notebook, notebook.cells)
        cells = tuple(
            replace(notebook.cells[name].as_cell(), index=index)
            for index, name in enumerate(notebook.names())
        )
        language = _language(described.get("metadata"), cells)
        session = _session(notebook, Notebook(path_of(uri), "ipynb", language, cells))
        self.workspace.open(uri, session, self._config_of(uri))
        self._listener.opened(uri)
        self._listener.changed(uri)

    def notebook_changed(self, params: Json) -> None:
        """`notebookDocument/didChange`: which cells there are first, then what ran, then what was typed."""
        described = _member(params, "notebookDocument")
        uri = _uri(described)
        notebook = self._notebooks.get(uri)
        if notebook is None:
            raise Malformed(f"{uri} was changed, but is not open")
        version = described.get("version")
        notebook.become(version if isinstance(version, int) else None)
        change = _member(params, "change")
        before = self.workspace.session(uri)
        if isinstance(change.get("metadata"), Mapping):
            self._set_language(notebook, change["metadata"])
        cells = change.get("cells")
        try:
            if isinstance(cells, Mapping):
                self._change_cells(notebook, cells)
        finally:
            if self.workspace.session(uri) is not before:
                self._listener.changed(uri)

    def notebook_closed(self, params: Json) -> None:
        """`notebookDocument/didClose`."""
        uri = _uri(_member(params, "notebookDocument"))
        if uri not in self._notebooks:
            raise Malformed(f"{uri} was closed, but is not open")
        self._forget(uri)
        self.workspace.close(uri)
        self._listener.closed(uri)

    def text_opened(self, params: Json) -> None:
        """`textDocument/didOpen`."""
        document = Document.of(_member(params, "textDocument"))
        self._scripts[document.uri] = ClientScript(document)
        self._read_script(document.uri)

    def text_changed(self, params: Json) -> None:
        """`textDocument/didChange`; some clients send the changes of cells so too."""
        described = _member(params, "textDocument")
        uri, changes = _uri(described), _list(params, "contentChanges")
        script = self._scripts.get(uri)
        if script is None:
            self._text_of_cell(uri, described, changes)
            return
        try:
            script.document.change(changes, self.columns)
            script.document.version = _version(described, script.document.version)
        finally:
            self._read_script(uri)

    def text_closed(self, params: Json) -> None:
        """`textDocument/didClose`."""
        uri = _uri(_member(params, "textDocument"))
        if self._scripts.pop(uri, None) is None:
            raise Malformed(f"{uri} was closed, but is not open")
        self._close_script(uri)

    def _change_cells(self, notebook: ClientNotebook, cells: Mapping[str, Any]) -> None:
        problems: list[str] = []
        structure = cells.get("structure")
        if isinstance(structure, Mapping):
            self._restructure(notebook, structure)
        for data in _list(cells, "data"):
            name = data.get("document") if isinstance(data, Mapping) else None
            cell = notebook.cells.get(name) if isinstance(name, str) else None
            if cell is None:
                problems.append("what a cell is was told of one that it does not have")
                continue
            self._told(notebook, cell, data)
        changed: list[ClientCell] = []
        for content in _list(cells, "textContent"):
            try:
                described = _member(content, "document")
                cell = notebook.cells.get(_uri(described))
                if cell is None:
                    raise Malformed(f"{_uri(described)} was changed, but is none of its cells")
                changed.append(cell)
                cell.document.version = _version(described, cell.document.version)
                cell.document.change(_list(content, "changes"), self.columns)
            except Malformed as error:
                problems.append(str(error))
        self._edited(notebook, changed)
        if problems:
            raise Malformed(f"{notebook.uri}: {'; '.join(problems)}")

    def _restructure(self, notebook: ClientNotebook, structure: Mapping[str, Any]) -> None:
        array = _member(structure, "array")
        start, count = array.get("start"), array.get("deleteCount")
        if not isinstance(start, int) or not isinstance(count, int):
            raise Malformed(f"{notebook.uri}: cells were changed at no index")
        inside = min(max(start, 0), len(notebook.order))
        if start != inside or count < 0 or start + count > len(notebook.order):
            _LOG.warning("%s: cells were changed that it does not have", notebook.uri)
        documents = _documents(_list(structure, "didOpen"))
        replaced = notebook.splice(inside, max(count, 0), _list(array, "cells"), documents)
        self._name_cells(notebook)
        _warn_of_sizes(notebook, documents)
        before = self.workspace.session(notebook.uri).notebook.cells
        self.workspace.apply(notebook.uri, Arranged(notebook.arranged(before, replaced), None, replaced))

    def _told(self, notebook: ClientNotebook, cell: ClientCell, data: Mapping[str, Any]) -> None:
        tags = cell.tags
        for event in cell.told(data):
            self.workspace.apply(notebook.uri, event)
        if cell.tags != tags:
            self._edited(notebook, [cell])

    def _edited(self, notebook: ClientNotebook, changed: list[ClientCell]) -> None:
        cells = self.workspace.session(notebook.uri).notebook.cells
        places = {cell.id: cell.index for cell in cells} if len(changed) > 1 else None
        made: dict[int, Cell] = {}
        notebook.edited(changed)
        for touched in changed:
            index = places.get(touched.uri) if places is not None else _place(cells, touched.uri)
            if index is None:
                continue
            cell = touched.as_cell(cells[index])
            if cell is not cells[index]:
                made[index] = cell
        if made:
            _warn_of_sizes(notebook, (cell.id for cell in made.values()))
            self.workspace.apply(notebook.uri, Changed(made))

    def _text_of_cell(self, uri: str, described: Mapping[str, Any], changes: list[Any]) -> None:
        notebook = self._notebooks.get(self._notebook_of.get(uri, ""))
        if notebook is None:
            raise Malformed(f"{uri} was changed, but is not open")
        content = {"document": described, "changes": changes}
        self._change_cells(notebook, {"textContent": [content]})
        self._listener.changed(notebook.uri)

    def _set_language(self, notebook: ClientNotebook, metadata: Mapping[str, Any]) -> None:
        session = self.workspace.session(notebook.uri)
        language = _language(metadata, session.notebook.cells)
        if language != session.notebook.language:
            self.workspace.apply(notebook.uri, Arranged(session.notebook.cells, language))

    def _read_script(self, uri: str) -> None:
        script = self._scripts[uri]
        kind = None if uri in self._notebook_of else script.format()
        if kind is None:
            self._close_script(uri)
            return
        notebook = script.read(kind, path_of(uri))
        if uri in self.workspace.uris:
            self.workspace.apply(uri, Arranged(notebook.cells))
        else:
            self.workspace.open(uri, Session(notebook), self._config_of(uri))
            self._listener.opened(uri)
        self._listener.changed(uri)

    def _close_script(self, uri: str) -> None:
        if self.workspace.snapshot(uri) is not None:
            self.workspace.close(uri)
            self._listener.closed(uri)

    def _name_cells(self, notebook: ClientNotebook) -> None:
        for name in notebook.cells:
            self._notebook_of[name] = notebook.uri
            # Some clients open a cell as a text document too: it is read as a cell alone.
            self._close_script(name)

    def _forget(self, uri: str) -> None:
        notebook = self._notebooks.pop(uri)
        for name in (*notebook.cells, *notebook.gone):
            self._notebook_of.pop(name, None)
        for other in self._notebooks.values():
            # One that has the same cells answers for them again.
            self._notebook_of.update((name, other.uri) for name in other.cells)


def _session(notebook: ClientNotebook, written: Notebook) -> Session:
    """The session of a notebook that is opened.

    Where cells tell how runs ended, they ran in a kernel that the client has, and only those runs are of it.
    Else the saved counts tell of the session before. A run that is seen then goes on with that session where
    its count is above all of them (a kernel outlives the window), and else is of a new kernel.
    """
    summaries = {name: cell.summary for name, cell in notebook.cells.items() if cell.summary}
    if not summaries:
        return Session.from_counts(written)
    counted, shown = [], []
    for cell in written.cells:
        summary = summaries.get(cell.id)
        order = summary.order if summary else None
        counted.append(replace(cell, execution_count=order, failed=bool(summary and not summary.success)))
        shown.append(replace(cell, execution_count=order if summary else cell.execution_count))
    return Session.from_counts(replace(written, cells=tuple(counted))).with_cells(shown)


def _place(cells: Sequence[Cell], uri: str) -> int | None:
    return next((cell.index for cell in cells if cell.id == uri), None)


def _warn_of_sizes(notebook: ClientNotebook, names: Iterable[str]) -> None:
    for name in names:
        cell = notebook.cells.get(name)
        if cell is not None and cell.is_too_large:
            place = notebook.order.index(name)
            _LOG.warning("%s: cell %d is not read: it has %s", path_of(notebook.uri), place, TOO_LARGE)


def _language(metadata: object, cells: tuple[Cell, ...]) -> str:
    """The language of the kernel: as the metadata say (VS Code has them one level down), else Python."""
    for place in _levels(metadata):
        for holder, key in (("language_info", "name"), ("kernelspec", "language")):
            inner = place.get(holder)
            name = inner.get(key) if isinstance(inner, Mapping) else None
            if isinstance(name, str) and name:
                return "python" if name.lower() in ("ipython", "pyspark") else name.lower()
    return "python"


def _levels(metadata: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(metadata, Mapping):
        inner = metadata.get("metadata")
        if isinstance(inner, Mapping):
            yield inner
        yield metadata


def _member(holder: Json, name: str) -> Mapping[str, Any]:
    value = holder.get(name) if isinstance(holder, Mapping) else None
    if not isinstance(value, Mapping):
        raise Malformed(f"the message has no object `{name}`")
    return value


def _list(holder: Mapping[str, Any], name: str) -> list[Any]:
    value = holder.get(name)
    return value if isinstance(value, list) else []


def _documents(items: list[Any]) -> dict[str, Document]:
    """The documents by URI; what is none is logged."""
    found = {}
    for item in items:
        try:
            document = Document.of(item)
            found[document.uri] = document
        except Malformed as error:
            _LOG.warning("%s", error)
    return found


def _uri(described: Mapping[str, Any]) -> str:
    uri = described.get("uri")
    if not isinstance(uri, str):
        raise Malformed("the message names no document")
    return uri


def _version(described: Mapping[str, Any], before: int) -> int:
    version = described.get("version")
    return version if isinstance(version, int) else before
