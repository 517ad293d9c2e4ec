"""`textDocument/references`: the names that read the value under the caret, in all cells."""

from __future__ import annotations

from lsprotocol import types

from notelift.lsp.request import Request
from notelift.views.navigation import references


def answer(request: Request, params: types.ReferenceParams) -> list[types.Location]:
    """Return the names of this value, not those of another that has the same name elsewhere."""
    place = request.place(params.position)
    if place is None:
        return []
    cell, line, column = place
    snapshot = request.snapshot
    source = snapshot.notebook.cells[cell].source
    declarations = params.context.include_declaration
    found = references(snapshot.kernel, cell, source, line, column, declarations)
    return [request.location(spot.cell, *spot.region) for spot in found]
