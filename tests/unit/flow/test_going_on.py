"""Runs that may not be taken over although their text is as it was."""

from __future__ import annotations

import pytest

from notelift.flow.analysis import analyse
from notelift.notebook.model import Run, Timeline
from tests.properties.executing import library


def timeline(*cells: tuple[str, int | None]) -> Timeline:
    return tuple(Run(index, f"id-{index}", source, order) for index, (source, order) in enumerate(cells))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([("", None), ("%run x.py", None)], [("b = 1", None), ("%run x.py", None)]),
        ([("a = 1", None), ("exec(text)", None)], [("a = []", None), ("exec(text)", None)]),
        ([("print(_)", None), ("c = _1", None)], [("print(_)", 1), ("c = _1", 2)]),
        ([("", None), ("from numpy import *", None)], [("max = a", None), ("from numpy import *", None)]),
        ([("max = a", None), ("from numpy import *", None)], [("", None), ("from numpy import *", None)]),
        ([("3 + 4", 1), ("c = _1", 2)], [("3 + 4", 5), ("c = _1", 6)]),
    ],
    ids=["run of a file", "exec", "counts come", "star binds again", "star binds no more", "counts change"],
)
def test_what_goes_on_is_what_is_found_anew(
    before: list[tuple[str, int | None]], after: list[tuple[str, int | None]]
) -> None:
    known = analyse(timeline(*before), library())
    runs = timeline(*after)
    assert analyse(runs, library(), known).dataflow == analyse(runs, library()).dataflow


def test_an_object_of_a_star_import_is_of_no_run() -> None:
    cells = ["from helpers import *", "from helpers import *\nb = [a]"]
    runs = tuple(Run(cell, f"id-{cell}", cells[cell], order) for order, cell in enumerate((1, 0, 1), 1))
    runs = (*runs[:2], Run(1, "id-1", cells[1], 3, occurrence=1))
    # The second cell is known already, under a number before that of the first.
    known = analyse(runs[:1], library())
    assert analyse(runs, library(), known).dataflow == analyse(runs, library()).dataflow
    later = analyse(runs[1:2], library())
    assert analyse(runs, library(), later).dataflow == analyse(runs, library()).dataflow


def test_a_displaying_cell_moves_above_what_was_displayed_before_it() -> None:
    cells = {"a": "a", "b": "b", "c": "c = _1"}
    runs = {name: Run(index, f"id-{name}", cells[name]) for index, name in enumerate(cells)}
    known = analyse((runs["a"], runs["b"], runs["c"]), library())
    moved = (runs["b"], runs["c"], runs["a"])
    assert analyse(moved, library(), known).dataflow == analyse(moved, library()).dataflow
