"""`codeAction/resolve`: the edit of a chosen action, or the command of the client that does it."""

from __future__ import annotations

from lsprotocol import types

from notelift.assists.model import Built, RunCells
from notelift.lsp.actions import Carried, ask_at, build, check_marks, support_at
from notelift.lsp.changes import run_json, workspace_edit
from notelift.lsp.request import Request

RUN_COMMAND = "notelift.runCells"
CHANGE_COMMAND = "notelift.applyChange"


def answer(request: Request, action: types.CodeAction) -> types.CodeAction:
    """Return the action with an edit where it changes texts and files only.

    Cells that come, go or move are no edit of the protocol: the action has the client's command
    `notelift.applyChange` then, whose argument are the action's data, for `notelift/resolveChange`. What runs
    cells has the command `notelift.runCells`. Raises JsonRpcException where it cannot be done any more.
    """
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
