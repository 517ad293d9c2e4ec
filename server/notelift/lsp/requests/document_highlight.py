"""`textDocument/documentHighlight`: the slice of the value under the caret, in the document asked about."""

from __future__ import annotations

from lsprotocol import types

from notelift.lsp.located import cells_in
from notelift.lsp.request import Request
from notelift.views.highlights import highlights


def answer(request: Request, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
    """Return what lights up; None where no name of the notebook stands at the position."""
    spot = request.spot(params.position)
    if spot is None:
        return None
    snapshot = request.snapshot
    # What is lit is found in the text that was analysed, which a cell that does not parse has no more.
    whole = [each for each in cells_in(request) if snapshot.notebook.cells[each].id not in snapshot.broken]
    found = highlights(snapshot.kernel, *spot, frozenset(whole))
    write, read = types.DocumentHighlightKind.Write, types.DocumentHighlightKind.Read
    return [
        types.DocumentHighlight(request.range(each.cell, *each.region), write if each.writes else read)
        for each in found
    ] or None
