"""Places of views in the client's documents."""

from __future__ import annotations

from lsprotocol import types

from notelift.flow.graph import Statement
from notelift.lsp.layout import ScriptCells
from notelift.lsp.messages import About, LocatedKept, RangeJson
from notelift.lsp.request import Request, Spot
from notelift.queries.slice import Slice
from notelift.queries.targets import Target
from notelift.views.answers import slice_json
from notelift.views.markdown import label


def cells_in(request: Request) -> list[int]:
    """Return the cells that are in the document that the request names, in order."""
    if not is_script(request):
        return [] if request.cell is None else [request.cell]
    return [cell.index for cell in request.snapshot.notebook.cells]


def is_script(request: Request) -> bool:
    """Whether the cells are parts of one document."""
    return isinstance(request.layout, ScriptCells)


def link(request: Request, cell: int, line: int) -> str:
    """Return a link to a line of a cell."""
    uri = request.uri(cell)
    if "#" in uri:
        return uri
    return f"{uri}#L{request.range(cell, line, 0, line, 0).start.line + 1}"


def range_json(found: types.Range) -> RangeJson:
    """Return a range as JSON."""
    return {
        "start": {"line": found.start.line, "character": found.start.character},
        "end": {"line": found.end.line, "character": found.end.character},
    }


def statement_range(request: Request, statement: Statement) -> RangeJson:
    """Return the place of a statement in its document, as JSON."""
    return range_json(
        request.range(
            statement.cell, statement.line, statement.column, statement.end_line, statement.end_column
        )
    )


def cell_label(request: Request, cell: int) -> str:
    """Return what the user sees of a cell."""
    return label(request.snapshot.notebook, cell)


def kept_statements(request: Request, kept: Slice, targets: tuple[Target, ...]) -> list[LocatedKept]:
    """Return the statements of a slice with their places."""
    answered = slice_json(kept, targets)["statements"]
    return [
        {
            **each,
            "uri": request.uri(each["cell"]),
            "range": statement_range(request, sliced.statement),
            "label": cell_label(request, each["cell"]),
        }
        for each, sliced in zip(answered, kept.statements, strict=True)
    ]


def spot_asked(request: Request, about: About) -> Spot | None:
    """Return the place that a request is about, None where it names none in a cell."""
    if about.position is None:
        return None
    return request.spot(types.Position(*about.position))
