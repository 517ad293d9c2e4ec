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
        ([("3 + 4", 1), ("c = _1", 2)], [("3 + 4", 5), ("c = _1", 6)]),
    ],
    ids=["run of a file", "exec", "counts come", "counts change"],
)
def test_what_goes_on_is_what_is_found_anew(
    before: list[tuple[str, int | None]], after: list[tuple[str, int | None]]
) -> None:
    known = analyse(timeline(*before), library())
    runs = timeline(*after)
    assert analyse(runs, library(), known).dataflow == analyse(runs, library()).dataflow
