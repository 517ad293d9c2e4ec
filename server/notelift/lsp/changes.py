"""Changes of a notebook in the protocol: as an edit of texts and files, or as JSON with cells too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Protocol
from urllib.parse import quote, urljoin

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from notelift.assists.model import RunCells
from notelift.edits.change import (
    CellChange,
    FileChange,
    MovedCell,
    NewCell,
    NewFile,
    NotebookChange,
    TextEdit,
)
from notelift.edits.lines import LineEdit, line_edits
from notelift.lsp.paths import scheme_of, uri_of
from notelift.lsp.protocol import REQUEST_FAILED

NO_FILES = "this editor does not let a language server create files"
Json = Any


class Documents(Protocol):
    """Where the cells of a notebook are in the documents of the client."""

    @property
    def notebook_uri(self) -> str:
        """The URI of the notebook."""

    def document_of(self, cell_id: str) -> tuple[str, int | None]:
        """The URI and version of the document that a cell's text is in."""

    def line_end_in(self, cell_id: str) -> str:
        """What ends a line in the document that a cell's text is in."""

    def range_in(self, cell_id: str, line: int, column: int, end_line: int, end_column: int) -> types.Range:
        """The range of a part of a cell in its document."""

    def open_text(self, uri: str) -> tuple[str, int] | None:
        """The URI by which the client has a file open, and the version of its text; None where it has not."""

    def end_of(self, line: str) -> int:
        """The column of a line's end as the client counts it."""


def workspace_edit(change: NotebookChange, documents: Documents, creates_files: bool) -> types.WorkspaceEdit:
    """Return a plain change as an edit that every client applies.

    Raises JsonRpcException where the client cannot create files, and the change does.
    """
    changes: list[types.CreateFile | types.TextDocumentEdit] = []
    for file in change.files:
        if isinstance(file, NewFile) and not creates_files:
            raise JsonRpcException(NO_FILES, REQUEST_FAILED)
        changes += _file_edits(file, documents)
    by_document: dict[tuple[str, int | None], list[types.TextEdit]] = defaultdict(list)
    for edit in change.texts:
        by_document[documents.document_of(edit.cell_id)].append(_text_edit(edit, documents))
    if not creates_files:
        return types.WorkspaceEdit(changes={uri: edits for (uri, _), edits in by_document.items()})
    for (uri, version), edits in by_document.items():
        changes.append(_document_edit(uri, version, edits))
    return types.WorkspaceEdit(document_changes=changes)


def change_json(change: NotebookChange, documents: Documents) -> Json:
    """Return any change as the answer to `notelift/resolveChange`.

    `texts` are edits of the texts of cells, all of the texts as they are; `cells` then insert, remove and
    move cells one after the other; `files` are created, or changed where `before` is their text.
    """
    return {
        "kind": "change",
        "texts": [
            {"uri": documents.document_of(edit.cell_id)[0], **_edit_json(_text_edit(edit, documents))}
            for edit in change.texts
        ],
        "cells": [_cell_json(each) for each in change.cells],
        "files": [_file_json(each, documents) for each in change.files],
    }


def run_json(run: RunCells, documents: Documents) -> Json:
    """Return the cells to run as the argument of the client's command `notelift.runCells`."""
    return {
        "kind": "run",
        "notebook": documents.notebook_uri,
        "cells": list(run.cell_ids),
        "restart": run.restart,
    }


def file_uri(path: str, notebook_uri: str) -> str:
    """Return the URI of a path, which is absolute or starts at the notebook's folder.

    Raises JsonRpcException where the notebook is in no folder.
    """
    uri = uri_of(path)
    if uri is not None:
        return uri
    if reason := no_folder(notebook_uri):
        raise JsonRpcException(reason, REQUEST_FAILED)
    return urljoin(notebook_uri, quote(path))


def no_folder(notebook_uri: str) -> str:
    """Return why a notebook has no folder that files can go to, "" where it has one."""
    scheme = scheme_of(notebook_uri)
    if scheme == "untitled":
        return "save the notebook first: the file goes to its folder"
    if scheme != "file":
        return f"the notebook is in no folder of this machine ({scheme}): copy it to one first"
    return ""


def _file_edits(
    file: FileChange, documents: Documents
) -> Iterator[types.CreateFile | types.TextDocumentEdit]:
    uri = file_uri(file.path, documents.notebook_uri)
    if isinstance(file, NewFile):
        start = types.Position(line=0, character=0)
        options = types.CreateFileOptions(overwrite=False, ignore_if_exists=False)
        yield types.CreateFile(uri=uri, options=options)
        yield _document_edit(uri, None, [types.TextEdit(types.Range(start, start), file.text)])
        return
    name, version = documents.open_text(uri) or (uri, None)
    edits = [_line_edit(edit, file.before, documents) for edit in line_edits(file.before, _text(file))]
    yield _document_edit(name, version, edits)


def _text(file: FileChange) -> str:
    """The text that a file gets: one that is there keeps how its lines end."""
    if isinstance(file, NewFile) or "\r\n" not in file.before:
        return file.text
    return file.text.replace("\r\n", "\n").replace("\n", "\r\n")


def _line_edit(edit: LineEdit, before: str, documents: Documents) -> types.TextEdit:
    """The edit of whole lines; the last may have no end."""
    start, end = types.Position(edit.start, 0), types.Position(edit.end, 0)
    last = before.rpartition("\n")[2]
    if last and edit.end > before.count("\n"):
        end = types.Position(edit.end - 1, documents.end_of(last))
    return types.TextEdit(types.Range(start, end), edit.text)


def _document_edit(uri: str, version: int | None, edits: list[types.TextEdit]) -> types.TextDocumentEdit:
    document = types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=version)
    return types.TextDocumentEdit(text_document=document, edits=edits)


def _text_edit(edit: TextEdit, documents: Documents) -> types.TextEdit:
    place = documents.range_in(edit.cell_id, edit.line, edit.column, edit.end_line, edit.end_column)
    return types.TextEdit(range=place, new_text=edit.text.replace("\n", documents.line_end_in(edit.cell_id)))


def _edit_json(edit: types.TextEdit) -> Json:
    start, end = edit.range.start, edit.range.end
    return {
        "range": {
            "start": {"line": start.line, "character": start.character},
            "end": {"line": end.line, "character": end.character},
        },
        "newText": edit.new_text,
    }


def _cell_json(change: CellChange) -> Json:
    if isinstance(change, NewCell):
        return {"insert": {"before": change.before, "kind": change.kind, "source": change.source}}
    if isinstance(change, MovedCell):
        return {"move": {"uri": change.cell_id, "before": change.before}}
    return {"remove": {"uri": change.cell_id}}


def _file_json(file: FileChange, documents: Documents) -> Json:
    before = None if isinstance(file, NewFile) else file.before
    return {"uri": file_uri(file.path, documents.notebook_uri), "before": before, "text": _text(file)}
