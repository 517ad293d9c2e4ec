"""`textDocument/codeLens`: the lines above a cell. They come whole, so that nothing has to be resolved."""

from __future__ import annotations

from lsprotocol import types

from notelift.lsp.located import cells_in, uri_of
from notelift.lsp.messages import EXTRACT_COMMAND
from notelift.lsp.request import Request
from notelift.views.lenses import Lens, lenses

METHOD = types.TEXT_DOCUMENT_CODE_LENS
OPTIONS = types.CodeLensOptions(resolve_provider=False)


def answer(request: Request, params: types.CodeLensParams) -> list[types.CodeLens]:
    """Return the lenses of the cells in a document, those that the settings show.

    *Extract...* is for clients that have the command (`initializationOptions.commands`).
    """
    options = request.client.options
    commands = isinstance(options, dict) and options.get("commands") is True
    return [
        types.CodeLens(request.range(cell, 1, 0, 1, 0), _command(request, cell, lens))
        for cell in cells_in(request, params.text_document.uri)
        for lens in lenses(request.snapshot.kernel, cell)
        if request.settings.lenses.shows(lens.kind) and (lens.kind != "extract" or commands)
    ]


def _command(request: Request, cell: int, lens: Lens) -> types.Command:
    if lens.kind != "extract":
        return types.Command(lens.title, "")
    return types.Command(lens.title, EXTRACT_COMMAND, [{"uri": uri_of(request, cell), "cell": cell}])
