"""`textDocument/codeLens`: the lines above a cell. They come whole, so that nothing has to be resolved."""

from __future__ import annotations

from lsprotocol import types

from notelift.lsp.located import cells_in
from notelift.lsp.messages import EXTRACT_COMMAND
from notelift.lsp.request import Request
from notelift.views.lenses import Lens, lenses


def answer(request: Request, params: types.CodeLensParams) -> list[types.CodeLens]:
    """Return the lenses of the cells in a document, those that the settings show.

    *Extract...* is for clients that have the command (`initializationOptions.commands`).
    """
    commands = request.client.options.get("commands") is True
    return [
        types.CodeLens(request.range(cell, 1, 0, 1, 0), _command(request, cell, lens))
        for cell in cells_in(request)
        for lens in lenses(request.snapshot.kernel, cell)
        if lens.kind in request.settings.lenses and (lens.kind != "extract" or commands)
    ]


def _command(request: Request, cell: int, lens: Lens) -> types.Command:
    if lens.kind != "extract":
        return types.Command(title=lens.title, command="")
    arguments = [{"uri": request.uri(cell), "cell": cell}]
    return types.Command(title=lens.title, command=EXTRACT_COMMAND, arguments=arguments)
