"""Functions of random statements: what is offered, applied and executed gives the same values and outputs."""

from __future__ import annotations

import ast
import contextlib
import io
import random
import re
import sys
import types
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from notelift.assists.function.selection import blocks_of, place_of
from notelift.assists.handlers.extract_function import ASSIST
from notelift.assists.model import Ask, Refused
from notelift.cells.code import read_cell
from notelift.checks.context import Context
from notelift.config import Config
from notelift.edits.applying import Applied, apply
from notelift.edits.change import NotebookChange
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.reading import read_notebook
from tests.harness.selecting import Place, kernel_of
from tests.harness.values import describe, without_code
from tests.properties.executing import library
from tests.properties.programs import notebooks
from tests.properties.scopes import Writer
from tools.run_assists import Tally, Trial
from tools.run_functions import made

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

Outcome = tuple[Mapping[str, str], Mapping[str, str]]
NOTHING = "None"
_ADDRESS = re.compile(r" at 0x[0-9a-f]+|compute_\w+\.<locals>\.|process_\w+\.<locals>\.|show_\w+\.<locals>\.")


@given(notebooks, st.integers(0, 1 << 16), st.booleans())
def test_values_and_outputs_stay(cells: list[str], seed: int, changes_cells: bool) -> None:
    parts = tuple(Cell(number, f"cell-{number}", "code", source) for number, source in enumerate(cells))
    notebook = Notebook("random.ipynb", "ipynb", "python", parts)
    kernel = kernel_of(notebook, library())
    place = statements_in(notebook, random.Random(seed))
    changed = list(functions_at(Ask(Context.of(kernel), Config(), *place, changes_cells=changes_cells)))
    assume(changed)
    names = sorted(kernel.written.dataflow.values)
    before = run(notebook, names)
    for after in changed:
        assert difference(before, run(after, names)) == "", "\n# ----\n".join(c.source for c in after.cells)


@given(st.integers(0, 1 << 32), st.booleans())
def test_names_that_may_be_unbound(seed: int, changes_cells: bool) -> None:
    draw = random.Random(seed)
    cells = Writer(draw).notebook()
    assume(not any(read_cell(source).error for source in cells))
    parts = tuple(Cell(number, f"cell-{number}", "code", source) for number, source in enumerate(cells))
    notebook = Notebook("random.ipynb", "ipynb", "python", parts)
    kernel = kernel_of(notebook, library())
    # What a generator left over gives depends on what is bound when it is asked.
    names = sorted(kernel.written.dataflow.values.keys() - {"late"})
    try:
        before = run(notebook, names)
    except (NameError, SyntaxError, TypeError, AttributeError, ZeroDivisionError, AssertionError):
        reject()
    for _ in range(4):
        place = statements_in(notebook, draw)
        for after in functions_at(Ask(Context.of(kernel), Config(), *place, changes_cells=changes_cells)):
            shown = "\n# ----\n".join(cell.source for cell in after.cells)
            assert difference(before, run(after, names)) == "", shown


@pytest.mark.parametrize("example", ["churn", "messy", "sales-report"])
def test_functions_of_an_example_make_the_same(example: str) -> None:
    folder = EXAMPLES / example
    notebook = read_notebook(next(folder.glob("*.ipynb")))
    trial = Trial(next(folder.glob("*.ipynb")), folder, sys.executable, 60, outputs=True)
    names = sorted(kernel_of(notebook, library()).written.dataflow.values)
    tally = Tally()
    changed = [each for _, each in made(notebook, random.Random(example), tally)][-1]
    before, again, after = (trial.run(Applied(each), names) for each in (notebook, notebook, changed))
    assert "error" not in before
    stable = {name: digest for name, digest in before.items() if again[name] == digest and name in after}
    assert {name: after[name] for name in stable} == stable
    assert "error" not in after
    assert tally.outcomes["functions"] >= 3


def functions_at(ask: Ask) -> Iterator[Notebook]:
    """Yield the notebook with each function that can be made at a place."""
    for offer in ASSIST.offers(ask):
        if offer.refused:
            continue
        try:
            change = ASSIST.build(ask, offer.data)
        except Refused:
            continue
        assert isinstance(change, NotebookChange)
        yield apply(change, ask.kernel.session.notebook).notebook


def difference(before: Outcome, after: Outcome) -> str:
    """Return the first name or cell whose value or output differs, "" where none does."""
    for name, value in after[0].items():
        if value != before[0][name]:
            return f"{name}: {before[0][name]} became {value}"
    for cell, output in before[1].items():
        if after[1].get(cell, NOTHING) != output:
            return f"the output of {cell}: {output!r} became {after[1].get(cell)!r}"
    return ""


def statements_in(notebook: Notebook, draw: random.Random) -> Place:
    """Return random statements of one block, or a caret in a name."""
    cell = draw.choice(notebook.cells[1:] or notebook.cells)
    lines = cell.source.split("\n")
    block: Sequence[ast.stmt] = [each.node for each in read_cell(cell.source).statements]
    names = [node for each in block for node in ast.walk(each) if isinstance(node, ast.Name)]
    if names and draw.random() < 0.3:
        name = draw.choice(names)
        return cell.index, name.lineno, name.col_offset, name.lineno, name.col_offset
    while (inner := [found for node in block for _, found in blocks_of(node)]) and draw.random() < 0.6:
        block = draw.choice(inner)
    first = draw.randrange(len(block))
    last = draw.randrange(first, min(first + 4, len(block)))
    start, end = place_of(block[first], lines)[0], place_of(block[last], lines)[1]
    return cell.index, *start, *end


def run(notebook: Notebook, names: Sequence[str]) -> Outcome:
    """Execute a notebook; return what the names hold at the end, and what each cell printed and displayed."""
    module = types.ModuleType("__main__")
    outputs = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for cell in notebook.cells:
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                shown = _run(cell.source, module)
            outputs[cell.id] = printed.getvalue() + _ADDRESS.sub("", repr(shown))
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
