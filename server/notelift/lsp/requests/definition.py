"""`textDocument/definition`: the statements that made and changed the value under the caret."""

from __future__ import annotations

from lsprotocol import types

from notelift.lsp.request import Request
from notelift.views.navigation import definitions


def answer(request: Request, params: types.DefinitionParams) -> list[types.Location]:
    """Return the names where the value was bound or changed, in the order of the cells."""
    spot = request.spot(params.position)
    if spot is None:
        return []
    found = definitions(request.snapshot.kernel, *spot)
    return [request.location(each.cell, *each.region) for each in found]
