"""Assists as code actions: what is listed at a place, what an action carries, and what is built of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcException, JsonRpcInvalidParams

from notelift.assists.model import Ask, Built, FileExists, Offer, Read, Refused
from notelift.assists.registry import Entry, entries_of, is_below, load_assist
from notelift.edits.change import NotebookChange
from notelift.lsp.changes import NO_FILES, no_folder
from notelift.lsp.layout import ScriptCells
from notelift.lsp.protocol import REQUEST_FAILED
from notelift.lsp.request import Request
from notelift.session import Snapshot

Place = tuple[int, int, int, int, int]
"""A cell, a line (from 1) and column where a selection starts, and where it ends."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Support:
    """What a client can do with code actions.

    `cells`: it inserts, removes and moves cells (`initializationOptions.cellEdits`); `commands`: it runs
    cells when it is asked to (`initializationOptions.commands`); `literals`: it takes more than commands;
    `disabled`: it shows why an action cannot be done; `resolves`: it asks for the edit of an action when that
    is chosen; `files`: it applies edits that create files.
    """

    cells: bool
    commands: bool
    literals: bool
    disabled: bool
    resolves: bool
    files: bool

    @staticmethod
    def of(capabilities: types.ClientCapabilities, options: object) -> Support:
        """Return what the client said of itself when it was initialised."""
        declared: Mapping[str, Any] = options if isinstance(options, Mapping) else {}
        document = capabilities.text_document
        action = document.code_action if document else None
        resolve = action.resolve_support if action else None
        workspace = capabilities.workspace
        edit = workspace.workspace_edit if workspace else None
        operations = (edit.resource_operations if edit else None) or ()
        return Support(
            cells=declared.get("cellEdits") is True,
            commands=declared.get("commands") is True,
            literals=bool(action and action.code_action_literal_support),
            disabled=bool(action and action.disabled_support),
            resolves=bool(
                resolve and "edit" in resolve.properties and action is not None and action.data_support
            ),
            files=bool(edit and edit.document_changes) and types.ResourceOperationKind.Create in operations,
        )


def support_at(request: Request) -> Support:
    """Return what the client can do at a place: the cells of a script are no documents that it could move."""
    support = Support.of(request.client.capabilities, request.client.options)
    return replace(support, cells=False, commands=False) if _is_script(request) else support


def check_marks(change: NotebookChange, request: Request) -> None:
    """Raise JsonRpcException where a change touches a line that is a comment in the script, as magics are."""
    layout = request.layout
    if not isinstance(layout, ScriptCells):
        return
    indices = {cell.id: cell.index for cell in layout.cells}
    for edit in change.texts:
        cell = indices[edit.cell_id]
        lines = layout.cells[cell].source.split("\n")
        for line in range(edit.line, min(edit.end_line, len(lines)) + 1):
            row = layout.sources[cell] + line - 1
            if row < len(layout.rows) and layout.rows[row] != lines[line - 1]:
                raise JsonRpcException(
                    f"line {line} of cell {cell} is a comment in the script (a magic): change it by hand",
                    REQUEST_FAILED,
                )


def _is_script(request: Request) -> bool:
    return isinstance(request.layout, ScriptCells)


def ask_at(request: Request, place: Place, support: Support, read: Read) -> Ask:
    """Return the question about a place."""
    cell, line, _, end_line, _ = place
    here = tuple(
        each
        for each in request.findings
        if each.cell == cell and each.line <= end_line and line <= each.end_line
    )
    return Ask(
        request.context,
        request.snapshot.config,
        *place,
        findings=here,
        changes_cells=support.cells,
        runs_cells=support.commands,
        no_modules=_no_modules(request, support),
        read=read,
    )


def _no_modules(request: Request, support: Support) -> str:
    """Why no file can be written, "" where one can; clients that ask themselves ask for a folder too."""
    asks_itself = request.client.options.get("cellEdits") is True
    if not support.files and not asks_itself:
        return NO_FILES
    return "" if asks_itself else no_folder(request.notebook_uri)


def offers_at(ask: Ask, only: Sequence[str] | None, automatic: bool) -> Iterator[tuple[Entry, Offer]]:
    """Yield what the assists offer of the kinds `only`.

    Where the client asks by itself (`automatic`, at every move of the caret), only refactorings that are
    possible and the quick fixes that are most likely wanted. An assist that fails is logged and left out.
    """
    for entry in entries_of(only):
        try:
            offers = list(load_assist(entry.name).offers(ask))
        except Exception:
            _LOG.exception("the assist %s failed", entry.name)
            continue
        for offer in offers:
            if only is not None and not any(is_below(offer.kind, each) for each in only):
                continue
            if automatic and (offer.refused or not (offer.preferred or is_below(offer.kind, "refactor"))):
                continue
            yield entry, offer


def data_of(snapshot: Snapshot, place: Place, entry: Entry, offer: Offer) -> dict[str, Any]:
    """Return what an action carries: all that it takes to build it, in JSON. Clients may add to `options`."""
    return {
        "notebook": snapshot.uri,
        "revision": snapshot.revision,
        "assist": entry.name,
        "place": list(place),
        "options": dict(offer.data),
    }


@dataclass(frozen=True, slots=True)
class Carried:
    """The data of an action, as they came back."""

    revision: int
    assist: str
    place: Place
    options: Mapping[str, Any]

    @staticmethod
    def of(data: object) -> Carried:
        """Return the data. Raises JsonRpcInvalidParams where they are not those of an action."""
        if isinstance(data, Mapping):
            match dict(data):
                case {
                    "revision": int(revision),
                    "assist": str(assist),
                    "place": [int(), int(), int(), int(), int()] as place,
                    "options": dict(options),
                }:
                    return Carried(revision, assist, tuple(place), options)
        raise JsonRpcInvalidParams("the action does not carry the data that the server gave it")


def build(ask: Ask, snapshot: Snapshot, carried: Carried) -> Built:
    """Return what the chosen action does.

    Raises JsonRpcContentModified where the notebook has changed since it was listed, and JsonRpcException
    with RequestFailed and a sentence where it cannot be done. Where a file is in the way, the error's data
    have its path (`exists`): with `append` in the options the module is added to that file. `free` is a name
    for the module of which there is no file.
    """
    if snapshot.revision != carried.revision:
        raise JsonRpcContentModified("the notebook has changed since the action was listed: ask again")
    try:
        assist = load_assist(carried.assist)
    except KeyError as error:
        raise JsonRpcInvalidParams(f"there is no assist {carried.assist}") from error
    try:
        return assist.build(ask, carried.options)
    except FileExists as error:
        raise JsonRpcException(
            str(error), REQUEST_FAILED, {"exists": error.path, "free": error.free}
        ) from error
    except Refused as error:
        raise JsonRpcException(str(error), REQUEST_FAILED) from error
    except Exception as error:
        _LOG.exception("the assist %s failed", carried.assist)
        message = f"the assist {carried.assist} failed: the log of the server says where"
        raise JsonRpcException(message, REQUEST_FAILED) from error
