"""Extract what a cell displays to a module that computes it; the notebook stays as it is.

An output has no name that the notebook could bind to the call.
"""

from __future__ import annotations

from collections.abc import Iterator

from notelift.assists.model import Ask, Assist, Offer
from notelift.assists.modules import extraction_change
from notelift.assists.places import run_at
from notelift.queries.slicing import shows

KIND = "refactor.extract.module.notelift"


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield the module of the cell's output where the cell displays something."""
    flow = run_at(ask)
    if flow is not None and any(map(shows, flow.statements)):
        title = "Extract this output to a module, leave the notebook as it is..."
        yield Offer(title, KIND, {"targets": f"cell:{ask.cell}", "rewrite": False})


ASSIST = Assist("extract-output", (KIND,), offers, extraction_change)
