"""`codeAction/resolve`: the edit of a chosen action, or the command of the client that does it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from notelift.assists.model import Built, RunCells
from notelift.lsp.actions import Carried, ask_at, build, check_marks, support_at
from notelift.lsp.changes import run_json, workspace_edit
from notelift.lsp.request import Question, Request

RUN_COMMAND = "notelift.runCells"
CHANGE_COMMAND = "notelift.applyChange"


def answer(request: Request, action: types.CodeAction) -> types.CodeAction:
    """Return the action with an edit where it changes texts and files only.

    Cells that come, go or move are no edit of the protocol: the action has the client's command
    `notelift.applyChange` then, whose argument are the action's data, for `notelift/resolveChange`. What runs
    cells has the command `notelift.runCells`. Raises JsonRpcException where it cannot be done any more, and
    Question where a file is in the way and the client does not see to that itself.
    """
    try:
        return resolved(request, action)
    except JsonRpcException as error:
        there = file_in_the_way(error)
        if there is None or request.client.options.get("cellEdits") is True:
            raise
        path, free = there
        adding, renaming = changed_options(action, append=True), changed_options(action, module=free)
        choices = {f"Add to {path}": adding, f"Write {free}.py": renaming}
        raise Question(f"{path} exists already. What is to become of it?", choices, error) from error


def file_in_the_way(error: JsonRpcException) -> tuple[str, str] | None:
    """Return the file that makes an action fail, and another name for the module; None for other errors."""
    match error.data:
        case {"exists": str(path), "free": str(free)}:
            return path, free
    return None


def changed_options(action: types.CodeAction, **options: str | bool) -> dict[str, Any]:
    """Return an action as the client would send it with other options; it has none of what is resolved."""
    data = dict(action.data) if isinstance(action.data, Mapping) else {}
    kind = None if action.kind is None else str(getattr(action.kind, "value", action.kind))
    return {"title": action.title, "kind": kind, "data": {**data, "options": {**data["options"], **options}}}


def resolved(request: Request, action: types.CodeAction) -> types.CodeAction:
    """Return what `answer` does, without asking a person. Raises JsonRpcException."""
    built = built_of(request, action.data)
    if isinstance(built, RunCells):
        action.command = types.Command(action.title, RUN_COMMAND, arguments=[run_json(built, request)])
    elif built.is_plain:
        support = support_at(request)
        action.edit = workspace_edit(built, request, support.files)
    else:
        action.command = types.Command(action.title, CHANGE_COMMAND, arguments=[action.data])
    return action


def built_of(request: Request, data: object) -> Built:
    """Return what the action with these data does. Raises JsonRpcException."""
    carried = Carried.of(data)
    support = support_at(request)
    ask = ask_at(request, carried.place, support, request.read_file)
    built = build(ask, request.snapshot, carried)
    if not isinstance(built, RunCells):
        check_marks(built, request)
    return built
