"""Functions of random statements: what is offered, applied and executed gives the same values and outputs."""

from __future__ import annotations

import ast
import contextlib
import io
import random
import re
import types
import warnings
from collections.abc import Sequence

from hypothesis import assume, given
from hypothesis import strategies as st

from notelift.assists.function.selection import blocks_of, place_of
from notelift.assists.handlers.extract_function import ASSIST
from notelift.assists.model import Ask, Refused
from notelift.cells.code import read_cell
from notelift.config import Config
from notelift.edits.applying import apply
from notelift.edits.change import NotebookChange
from notelift.notebook.model import Cell, Notebook
from tests.harness.selecting import Place, kernel_of
from tests.harness.values import describe, without_code
from tests.properties.executing import library
from tests.properties.programs import notebooks

_ADDRESS = re.compile(r" at 0x[0-9a-f]+|compute_\w+\.<locals>\.|process_\w+\.<locals>\.|show_\w+\.<locals>\.")


@given(notebooks, st.integers(0, 1 << 16))
def test_values_and_outputs_stay(cells: list[str], seed: int) -> None:
    parts = tuple(Cell(number, f"cell-{number}", "code", source) for number, source in enumerate(cells))
    notebook = Notebook("random.ipynb", "ipynb", "python", parts)
    kernel = kernel_of(notebook, library())
    ask = Ask(kernel, Config(), *statements_in(notebook, random.Random(seed)))
    offer = next(iter(ASSIST.offers(ask)))
    assume(not offer.refused)
    try:
        change = ASSIST.build(ask, offer.data)
    except Refused:
        assume(False)
        raise
    assert isinstance(change, NotebookChange)
    changed = [cell.source for cell in apply(change, notebook).notebook.cells]
    names = sorted(kernel.written.dataflow.values)
    before, outputs = run(cells, names)
    after, outputs_after = run(changed, names)
    shown = "\n# ----\n".join(changed)
    assert outputs_after == outputs, shown
    assert after == {name: before[name] for name in after}, shown


def statements_in(notebook: Notebook, draw: random.Random) -> Place:
    """Return random statements of one block, or a caret."""
    cell = draw.choice(notebook.cells[1:] or notebook.cells)
    lines = cell.source.split("\n")
    if draw.random() < 0.15:
        return cell.index, 1, 0, 1, 0
    block: Sequence[ast.stmt] = [each.node for each in read_cell(cell.source).statements]
    while (inner := [found for node in block for _, found in blocks_of(node)]) and draw.random() < 0.6:
        block = draw.choice(inner)
    first = draw.randrange(len(block))
    last = draw.randrange(first, min(first + 4, len(block)))
    start, end = place_of(block[first], lines)[0], place_of(block[last], lines)[1]
    return cell.index, *start, *end


def run(cells: Sequence[str], names: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Execute cells; return what the names hold at the end, and what each cell printed and displayed."""
    module = types.ModuleType("__main__")
    outputs = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for source in cells:
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                shown = _run(source, module)
            outputs.append(printed.getvalue() + _ADDRESS.sub("", repr(shown)))
    values = {name: without_code(describe(vars(module)[name])) for name in names if name in vars(module)}
    return values, outputs


def _run(source: str, module: types.ModuleType) -> object:
    """Run a cell; return the value that it displays."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), vars(module))
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), "cell", "eval"), vars(module))
