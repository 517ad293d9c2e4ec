"""`textDocument/references`: the names that read the value under the caret, in all cells."""

from __future__ import annotations

from lsprotocol import types

from notelift.lsp.request import Request
from notelift.views.navigation import references


def answer(request: Request, params: types.ReferenceParams) -> list[types.Location]:
    """Return the names of this value, not those of another that has the same name elsewhere."""
    spot = request.spot(params.position)
    if spot is None:
        return []
    found = references(request.snapshot.kernel, *spot, params.context.include_declaration)
    return [request.location(each.cell, *each.region) for each in found]
