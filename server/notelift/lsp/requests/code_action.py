"""`textDocument/codeAction`: what the assists offer at a place. Nothing is built before it is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from notelift.assists.model import Offer, nothing_there
from notelift.assists.registry import Entry, is_below
from notelift.lsp.actions import Place, ask_at, data_of, offers_at, support_at
from notelift.lsp.request import Request
from notelift.lsp.requests import code_action_resolve


def answer(request: Request, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Return the actions at a range. Clients that do not resolve get them built, as few as they ask for."""
    place = place_of(request, params.range)
    support = support_at(request)
    if place is None or not support.literals:
        return []
    automatic = params.context.trigger_kind == types.CodeActionTriggerKind.Automatic
    ask = ask_at(request, place, support, nothing_there)
    found = []
    for entry, offer in offers_at(ask, params.context.only, automatic):
        if offer.refused and not support.disabled:
            continue
        action = _action(request, place, entry, offer, params.context.diagnostics)
        if support.resolves or offer.refused:
            found.append(action)
        elif not automatic or is_below(offer.kind, "quickfix"):
            found += _built(request, action)
    return found


def place_of(request: Request, selected: types.Range) -> Place | None:
    """Return the selection as the assists count it; None where it is in no cell, or in two."""
    start, end = request.place(selected.start), request.place(selected.end)
    if start is None or end is None or start[0] != end[0]:
        return None
    (cell, *first), (_, *last) = sorted((start, end))
    return cell, first[0], first[1], last[0], last[1]


def _action(
    request: Request, place: Place, entry: Entry, offer: Offer, shown: Sequence[types.Diagnostic]
) -> types.CodeAction:
    return types.CodeAction(
        title=offer.title,
        kind=offer.kind,
        diagnostics=[each for each in shown if any(_shows(request, each, offer))] or None,
        is_preferred=offer.preferred or None,
        disabled=types.CodeActionDisabled(reason=offer.refused) if offer.refused else None,
        data=None if offer.refused else data_of(request.snapshot, place, entry, offer),
    )


def _shows(request: Request, diagnostic: types.Diagnostic, offer: Offer) -> list[bool]:
    """For each finding that the offer settles, whether the diagnostic is that finding."""
    return [
        diagnostic.code == each.code
        and diagnostic.range.start
        == request.range(each.cell, each.line, each.column, each.end_line, each.end_column).start
        for each in offer.fixes
    ]


def _built(request: Request, action: types.CodeAction) -> list[types.CodeAction]:
    """The action with its edit, for clients that do not resolve; nothing where it cannot be done."""
    try:
        return [code_action_resolve.resolved(request, action)]
    except JsonRpcException as error:
        there = code_action_resolve.file_in_the_way(error)
    if there is None:
        return []
    # To choose it is to agree that the file is added to.
    action.title = f"{action.title.removesuffix('...')}, added to {there[0]}"
    action.data = code_action_resolve.changed_options(action, append=True)["data"]
    return _built(request, action)
