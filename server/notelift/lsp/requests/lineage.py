"""`notelift/lineage`: what a value comes from and goes to, or the graph of the whole notebook."""

from __future__ import annotations

from pygls.exceptions import JsonRpcInvalidParams

from notelift.lsp.located import cell_label, spot_asked, statement_range
from notelift.lsp.messages import About, LineageResult
from notelift.lsp.request import Request
from notelift.queries.lineage import Lineage, UnknownName, lineage, value_lineage
from notelift.views.answers import lineage_json
from notelift.views.graph import mermaid
from notelift.views.history import look, variable_at


def answer(request: Request, params: object) -> LineageResult:
    """Return the graph. Raises JsonRpcInvalidParams where there is no such value."""
    snapshot = request.snapshot
    found = _lineage(request, About.of(params))
    answered = lineage_json(found)
    return {
        "notebook": request.notebook_uri,
        "revision": snapshot.revision,
        "name": answered["name"],
        "type": answered["type"],
        "statements": [
            {
                **each,
                "uri": request.uri(each["cell"]),
                "range": statement_range(request, step.statement),
                "label": cell_label(request, each["cell"]),
            }
            for each, step in zip(answered["statements"], found.steps, strict=True)
        ],
        "flows": answered["flows"],
        "files": answered["files"],
        "values": answered["values"],
        "mermaid": mermaid(found),
    }


def _lineage(request: Request, about: About) -> Lineage:
    kernel = request.snapshot.kernel
    dataflow = kernel.written.dataflow
    if about.position is None:
        try:
            return lineage(dataflow, about.name)
        except UnknownName as error:
            raise JsonRpcInvalidParams(f"no value is named `{error.name}` at the end") from error
    spot = spot_asked(request, about)
    if spot is not None:
        occurrence = variable_at(kernel, *spot)
        history = None if occurrence is None else look(kernel, spot.cell, occurrence).history
        if history is not None:
            return value_lineage(dataflow, history.value)
    raise JsonRpcInvalidParams("no variable of the notebook stands there")
