"""`textDocument/documentSymbol`: the names that cells bind; in a text document below their cells."""

from __future__ import annotations

from lsprotocol import types

from notelift.lsp.located import cells_in, is_script
from notelift.lsp.request import Request
from notelift.notebook.model import Cell
from notelift.views.symbols import Symbol, symbols

_KINDS = {
    "variable": types.SymbolKind.Variable,
    "constant": types.SymbolKind.Constant,
    "function": types.SymbolKind.Function,
    "class": types.SymbolKind.Class,
    "method": types.SymbolKind.Method,
}
_WIDTH = 60


def answer(
    request: Request, params: types.DocumentSymbolParams
) -> list[types.DocumentSymbol] | list[types.SymbolInformation]:
    """Return the outline; a flat list for clients that show no tree."""
    uri = params.text_document.uri
    found = []
    for index in cells_in(request):
        cell = request.snapshot.notebook.cells[index]
        inner = [_symbol(request, index, each) for each in symbols(cell.source)] if cell.is_python else []
        if is_script(request):
            found.append(_cell(request, cell, inner))
        else:
            found += inner
    if _takes_trees(request.client.capabilities):
        return found
    return [
        types.SymbolInformation(types.Location(uri, each.range), each.name, each.kind)
        for each in _flat(found)
    ]


def _symbol(request: Request, cell: int, symbol: Symbol) -> types.DocumentSymbol:
    return types.DocumentSymbol(
        name=symbol.name,
        kind=_KINDS[symbol.kind],
        range=request.range(cell, *symbol.region),
        selection_range=request.range(cell, *symbol.selection),
        children=[_symbol(request, cell, each) for each in symbol.children] or None,
    )


def _cell(request: Request, cell: Cell, inner: list[types.DocumentSymbol]) -> types.DocumentSymbol:
    """A cell of a text document, named by its first line with text."""
    lines = cell.source.split("\n")
    first = next((line.strip("# ") for line in lines if line.strip("# ")), "")
    place = request.range(cell.index, 1, 0, len(lines), len(lines[-1]))
    name = f"cell {cell.index}: {first[:_WIDTH]}" if first else f"cell {cell.index}"
    return types.DocumentSymbol(
        name=name,
        kind=types.SymbolKind.Module if cell.kind == "code" else types.SymbolKind.String,
        range=place,
        selection_range=types.Range(place.start, place.start),
        children=inner or None,
    )


def _flat(found: list[types.DocumentSymbol]) -> list[types.DocumentSymbol]:
    return [each for symbol in found for each in (symbol, *_flat(list(symbol.children or ())))]


def _takes_trees(capabilities: types.ClientCapabilities) -> bool:
    document = capabilities.text_document
    symbol = document.document_symbol if document else None
    return bool(symbol and symbol.hierarchical_document_symbol_support)
