"""Refactorings at random places: what is offered, applied and executed gives the same values as before."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from notelift.edits.applying import Applied, apply
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.reading import read_notebook
from tests.harness.oracle import Worker
from tests.harness.selecting import answers, kernel_of, place_in
from tests.harness.values import without_code
from tests.properties.executing import LIFTED, executed, library
from tests.properties.programs import notebooks

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
REFACTORINGS = ("refactor",)
# How many places are tried; those of the out-of-order example do not run from top to bottom.
PLACES = {"churn": 8, "messy": 16, "sales-report": 16}


@given(notebooks, st.integers(0, 1 << 16), st.booleans())
def test_random_notebooks_keep_their_values(cells: list[str], seed: int, changes_cells: bool) -> None:
    parts = tuple(Cell(number, f"cell-{number}", "code", source) for number, source in enumerate(cells))
    notebook = Notebook("random.ipynb", "ipynb", "python", parts)
    kernel = kernel_of(notebook, library())
    place = place_in(notebook, random.Random(seed))
    found = list(answers(kernel, place, REFACTORINGS, changes_cells, {"module": LIFTED}))
    assume(any(answer.change and (answer.change.texts or answer.change.cells) for answer in found))
    names = sorted(kernel.written.dataflow.values)
    before = _plain(executed(cells, names))
    for answer in found:
        if answer.change is None:
            continue
        applied = apply(answer.change, notebook)
        sources = [cell.source for cell in applied.notebook.cells if cell.is_python]
        after = _plain(executed(sources, names, "".join(applied.files.values())))
        assert after == {name: before[name] for name in after}, f"{answer.offer.title}: {_shown(applied)}"


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.close()


@pytest.mark.parametrize("example", PLACES)
def test_examples_keep_their_values(example: str, worker: Worker) -> None:
    folder = EXAMPLES / example
    notebook = read_notebook(next(folder.glob("*.ipynb")))
    kernel = kernel_of(notebook, library())
    files = {path.name: path.read_text() for path in folder.iterdir() if path.suffix != ".ipynb"}
    names = sorted(kernel.written.dataflow.values)
    values = functools.partial(_values, worker, names, files)
    # Some values hold how long something took.
    again = values(Applied(notebook))
    before = {name: value for name, value in values(Applied(notebook)).items() if again[name] == value}
    draw = random.Random(example)
    changed = 0
    for _ in range(PLACES[example]):
        place = place_in(notebook, draw)
        changes = [
            (answer.offer.title, answer.change)
            for answer in answers(kernel, place, REFACTORINGS, draw.random() < 0.5, {})
            if answer.change and (answer.change.texts or answer.change.cells)
        ]
        if not changes:
            continue
        title, change = draw.choice(changes)
        applied = apply(change, notebook)
        after = values(applied)
        kept = {name: before[name] for name in before if after[name] != MISSING}
        assert {name: after[name] for name in kept} == kept, f"{title}: {_shown(applied)}"
        changed += 1
    assert changed >= PLACES[example] // 4


MISSING = "<no such name>"


def _values(worker: Worker, names: list[str], files: dict[str, str], applied: Applied) -> dict[str, str]:
    """The values of the names after executing a notebook in a folder with the files."""
    cells = [cell.source for cell in applied.notebook.cells if cell.is_python]
    steps = [{"code": source, "count": number, "raises": False} for number, source in enumerate(cells, 1)]
    everything = [*files.items(), *applied.files.items()]
    observe = [(len(steps) - 1, f"name:{name}") for name in names]
    answer = worker.ask({"files": everything, "steps": steps, "observe": observe})
    assert "error" not in answer, f"{answer['error']}{_shown(applied)}"
    return _plain(dict(zip(names, answer["values"], strict=True)))


def _plain(values: dict[str, str]) -> dict[str, str]:
    return {name: without_code(value) for name, value in values.items()}


def _shown(applied: Applied) -> str:
    cells = "\n# ----\n".join(cell.source for cell in applied.notebook.cells if cell.is_python)
    files = "".join(f"\n# ==== {path}\n{text}" for path, text in applied.files.items())
    return f"\n{cells}{files}"
