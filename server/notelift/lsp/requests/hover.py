"""`textDocument/hover`: what made, changed and reads a value, and what a call does."""

from __future__ import annotations

from functools import cache, partial

from lsprotocol import types

from notelift.lsp.located import link
from notelift.lsp.request import Request
from notelift.lsp.types_jedi import TypesByJedi
from notelift.views.hover import hover


@cache
def _types() -> TypesByJedi:
    """What knows types, and asks jedi from the first hover on."""
    return TypesByJedi()


def answer(request: Request, params: types.HoverParams) -> types.Hover | None:
    """Return what is known of the name or call at a position, None where there is none."""
    spot = request.spot(params.position)
    if spot is None:
        return None
    kernel = request.snapshot.kernel
    links = partial(link, request)
    markdown = _takes_markdown(request.client.capabilities)
    found = (
        hover(kernel, *spot, links, infer=_types().ask)
        if markdown
        else hover(kernel, *spot, infer=_types().ask)
    )
    if found is None:
        return None
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    text = found.markdown if markdown else _plain(found.markdown)
    return types.Hover(types.MarkupContent(kind, text), request.range(spot.cell, *found.region))


def _takes_markdown(capabilities: types.ClientCapabilities) -> bool:
    document = capabilities.text_document
    formats = document.hover.content_format if document and document.hover else None
    return formats is None or types.MarkupKind.Markdown in formats


def _plain(markdown: str) -> str:
    """The text without its marks."""
    return markdown.replace("  \n", "\n").replace("**", "").replace("`", "")
