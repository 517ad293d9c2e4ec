"""`textDocument/definition`: the statements that made and changed the value under the caret."""

from __future__ import annotations

from lsprotocol import types

from notelift.lsp.request import Request
from notelift.views.navigation import definitions


def answer(request: Request, params: types.DefinitionParams) -> list[types.Location]:
    """Return the names where the value was bound or changed, in the order of the cells."""
    place = request.place(params.position)
    if place is None:
        return []
    cell, line, column = place
    snapshot = request.snapshot
    found = definitions(snapshot.kernel, cell, snapshot.notebook.cells[cell].source, line, column)
    return [request.location(spot.cell, *spot.region) for spot in found]
