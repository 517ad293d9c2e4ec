"""`notelift/status`: how far the kernel is from a restart, and which cells to run again."""

from __future__ import annotations

from notelift.lsp.located import cell_label, uri_of
from notelift.lsp.messages import STATUS, StatusResult
from notelift.lsp.request import Request
from notelift.queries.status import kernel_status
from notelift.views.answers import status_json

METHOD = STATUS
OPTIONS = None


def answer(request: Request, params: object) -> StatusResult:
    """Return the state of the notebook's variables and cells."""
    snapshot = request.snapshot
    status = kernel_status(snapshot.kernel)
    answered = status_json(status)
    return {
        "notebook": snapshot.uri,
        "revision": snapshot.revision,
        "variables": answered["variables"],
        "cells": [
            {**each, "uri": uri_of(request, each["cell"]), "label": cell_label(request, each["cell"])}
            for each in answered["cells"]
        ],
        "runs": answered["runs"],
        "run_uris": [uri_of(request, cell) for cell in answered["runs"]],
        "restart": status.restart,
        "notes": answered["notes"],
    }
