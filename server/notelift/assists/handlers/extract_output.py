"""Extract what a cell displays to a module that computes it; the notebook stays as it is.

An output has no name that the notebook could bind to the call.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from notelift.assists.extraction import why_no_module
from notelift.assists.model import Ask, Assist, Offer
from notelift.assists.modules import extraction_change
from notelift.assists.places import run_at
from notelift.cells.code import magic_of, read_cell
from notelift.flow.graph import Statement
from notelift.queries.slicing import shows
from notelift.queries.targets import Target

KIND = "refactor.extract.module.notelift"


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield the module of the cell's output where the cell displays something."""
    flow = run_at(ask)
    if flow is not None and any(shows(each) and not _is_magic(ask, each) for each in flow.statements):
        title = "Extract this output to a module, leave the notebook as it is..."
        target = Target("output", "", ask.cell)
        refused = ask.no_modules or why_no_module(ask.kernel.written, [target])
        yield Offer(title, KIND, {"targets": str(target), "rewrite": False}, refused)


def _is_magic(ask: Ask, statement: Statement) -> bool:
    """Whether what is shown is a magic's, which no module returns."""
    code = read_cell(ask.kernel.session.notebook.cells[ask.cell].source)
    node = code.statements[statement.site.statement].node
    return isinstance(node, ast.Expr) and magic_of(node.value) is not None


ASSIST = Assist("extract-output", (KIND,), offers, extraction_change)
