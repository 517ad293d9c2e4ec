"""What requests of our own ask for: targets as on the command line, or the name at a position."""

from __future__ import annotations

from pygls.exceptions import JsonRpcInvalidParams

from notelift.assists.places import target_here
from notelift.lsp.located import spot_asked
from notelift.lsp.messages import About
from notelift.lsp.request import Request
from notelift.queries.hidden import Kernel
from notelift.queries.targets import Target, TargetError, parse_target
from notelift.views.history import site_of, variable_at


def targets_of(request: Request, about: About, kernel: Kernel) -> tuple[Target, ...]:
    """Return the targets: those named, else the value of the name at the position, after its statement.

    Raises JsonRpcInvalidParams where there are none.
    """
    named = about.targets or ((about.name,) if about.name else ())
    if named:
        try:
            return tuple(map(parse_target, named))
        except TargetError as error:
            raise JsonRpcInvalidParams(str(error)) from error
    spot = spot_asked(request, about)
    if spot is not None:
        occurrence = variable_at(kernel, *spot)
        site = None if occurrence is None else site_of(kernel, spot.cell, spot.line, occurrence.statement)
        if occurrence is not None and site is not None:
            dataflow = kernel.written.dataflow
            return (target_here(dataflow, occurrence.name, dataflow.statement(site)),)
    raise JsonRpcInvalidParams("ask for `targets`, or for the `position` of a variable in `textDocument`")
