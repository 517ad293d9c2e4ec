"""`notelift/slice`: the statements that a value, an output or a file needs."""

from __future__ import annotations

from pygls.exceptions import JsonRpcInvalidParams

from notelift.lsp.located import kept_statements
from notelift.lsp.messages import About, SliceResult
from notelift.lsp.request import Request
from notelift.lsp.targets import targets_of
from notelift.queries.slicing import slice_analysis
from notelift.queries.targets import TargetError


def answer(request: Request, params: object) -> SliceResult:
    """Return the slice. Raises JsonRpcInvalidParams where there is no such target."""
    snapshot = request.snapshot
    targets = targets_of(request, About.of(params), snapshot.kernel)
    try:
        kept = slice_analysis(snapshot.kernel.written, targets)
    except TargetError as error:
        raise JsonRpcInvalidParams(str(error)) from error
    return {
        "notebook": request.notebook_uri,
        "revision": snapshot.revision,
        "target": " ".join(map(str, targets)),
        "statements": kept_statements(request, kept, targets),
        "kept": len(kept.statements),
        "total": kept.total,
        "warnings": [*kept.opaque, *kept.unbound],
    }
