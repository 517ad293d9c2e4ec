"""Random notebooks: the module gives the values, and the rewritten notebook keeps its other values."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import assume, given, reject
from hypothesis import strategies as st

from notelift.edits.rewrite import call_source, rewritten_cells
from notelift.export.model import ExtractError, Module, Options
from notelift.export.module import build_module
from notelift.flow.analysis import analyse
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.sources.span import Added
from notelift.queries.moved import MoveError, plan_move
from notelift.queries.slicing import slice_targets
from notelift.queries.targets import Target
from tests.harness.values import without_code
from tests.properties.executing import LIFTED, executed, library, timeline
from tests.properties.programs import DATA, notebooks


@given(notebooks, st.sampled_from(DATA))
def test_module_gives_the_value(cells: list[str], name: str) -> None:
    module = extracted(cells, [Target("name", name)])
    call = f"from {LIFTED} import {module.function}\n{name} = {module.function}()"
    assert values([call], [name], module) == values(cells, [name], module), module.source


@given(notebooks, st.sampled_from(DATA))
def test_rewritten_notebook_keeps_its_values(cells: list[str], name: str) -> None:
    targets = [Target("name", name)]
    module = extracted(cells, targets)
    dataflow = analyse(timeline(cells), library()).dataflow
    found = slice_targets(timeline(cells), targets, library())
    assume(found.statements)
    try:
        move = plan_move(dataflow, found, targets)
    except MoveError:
        reject()
    pieces = rewritten_cells(
        notebook(cells),
        dataflow,
        move,
        f"from {LIFTED} import {module.function}",
        call_source(module.function, targets),
    )
    rewritten = [
        piece.source if piece.source is not None or isinstance(piece, Added) else cells[piece.index]
        for piece in pieces
    ]
    after = values(rewritten, DATA, module)
    before = values(cells, DATA, module)
    assert name in after
    assert after == {other: before[other] for other in after}, "\n# ----\n".join(rewritten) + module.source


def extracted(cells: list[str], targets: list[Target]) -> Module:
    found = slice_targets(timeline(cells), targets, library())
    try:
        return build_module(notebook(cells), targets, found, Options(module=LIFTED))
    except ExtractError:
        reject()


def notebook(cells: list[str]) -> Notebook:
    parts = tuple(Cell(number, f"cell-{number}", "code", source) for number, source in enumerate(cells))
    return Notebook("random.ipynb", "ipynb", "python", parts)


def values(cells: Sequence[str], names: Sequence[str], module: Module) -> dict[str, str]:
    found = executed(cells, names, module.source)
    return {name: without_code(description) for name, description in found.items()}
