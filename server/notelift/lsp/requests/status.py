"""`notelift/status`: how far the kernel is from a restart, and which cells to run again."""

from __future__ import annotations

from notelift.lsp.located import cell_label
from notelift.lsp.messages import StatusResult
from notelift.lsp.request import Request
from notelift.queries.status import kernel_status
from notelift.views.answers import status_json


def answer(request: Request, params: object) -> StatusResult:
    """Return the state of the notebook's variables and cells."""
    snapshot = request.snapshot
    status = kernel_status(snapshot.kernel, request.hurried)
    answered = status_json(status)
    return {
        "notebook": request.notebook_uri,
        "revision": snapshot.revision,
        "variables": answered["variables"],
        "cells": [
            {**each, "uri": request.uri(each["cell"]), "label": cell_label(request, each["cell"])}
            for each in answered["cells"]
        ],
        "runs": answered["runs"],
        "run_uris": [request.uri(cell) for cell in answered["runs"]],
        "restart": status.restart,
        "notes": answered["notes"],
    }
