"""`notelift/resolveChange`: what a chosen action does, for clients that insert, remove and move cells.

The parameters are the data of an action of `textDocument/codeAction`; the client may have added to their
`options` (for modules `module`, `function`, `folder` and `append`). The answer is what `changes.change_json`
or `changes.run_json` return. Errors are those of `codeAction/resolve`.
"""

from __future__ import annotations

from typing import Any

from notelift.assists.model import RunCells
from notelift.lsp.changes import change_json, run_json
from notelift.lsp.request import Request
from notelift.lsp.requests.code_action_resolve import built_of


def answer(request: Request, data: object) -> Any:
    """Return the change, or the cells to run, as JSON. Raises JsonRpcException."""
    built = built_of(request, data)
    return run_json(built, request) if isinstance(built, RunCells) else change_json(built, request)
