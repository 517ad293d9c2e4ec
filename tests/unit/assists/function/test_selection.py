"""Which statements a selection covers."""

from __future__ import annotations

import pytest

from notelift.assists.function.selection import selection, whole_cell
from notelift.assists.model import Refused
from notelift.notebook.model import Cell

SOURCE = """\
# first
a = 1
if a:
    # inside
    b = 2
    c = [
        3,
    ]
else:
    d = 4

@cache
def f(x):
    return x

e = 'ä'; g = 6
"""


def chosen(start: tuple[int, int], end: tuple[int, int]) -> list[int]:
    cell = Cell(0, "cell", "code", SOURCE)
    return [node.lineno for node in selection(cell, start, end).statements]


@pytest.mark.parametrize(
    ("start", "end", "lines"),
    [
        ((1, 0), (2, 5), [2]),
        ((2, 0), (3, 0), [2]),
        ((1, 2), (9, 0), None),
        ((2, 0), (10, 9), [2, 3]),
        ((4, 0), (5, 9), [5]),
        ((5, 4), (8, 5), [5, 6]),
        ((5, 2), (9, 0), [5, 6]),
        ((5, 4), (10, 9), None),
        ((3, 5), (9, 0), [5, 6]),
        ((14, 12), (17, 0), [16, 16]),
        ((10, 0), (10, 9), [10]),
        ((3, 2), (5, 9), None),
        ((12, 0), (14, 12), [13]),
        ((13, 0), (14, 12), None),
        ((14, 0), (14, 12), [14]),
        ((16, 0), (16, 7), [16]),
        ((16, 0), (16, 14), [16, 16]),
        ((11, 0), (11, 0), None),
        ((7, 0), (7, 5), None),
    ],
)
def test_selected_statements(start: tuple[int, int], end: tuple[int, int], lines: list[int] | None) -> None:
    if lines is None:
        with pytest.raises(Refused):
            chosen(start, end)
    else:
        assert chosen(start, end) == lines


def test_a_whole_cell() -> None:
    found = whole_cell(Cell(0, "cell", "code", SOURCE))
    assert len(found.statements) == 5
    assert found.ends_cell and found.is_top and found.function is None


@pytest.mark.parametrize("source", ["a = (", "# nothing"])
def test_cells_without_statements(source: str) -> None:
    with pytest.raises(Refused, match=r"[Cc]ell 3"):
        whole_cell(Cell(3, "cell", "code", source))


def test_statements_of_a_method_know_their_function() -> None:
    source = "class A:\n    def f(self):\n        for x in self:\n            y = x\n"
    found = selection(Cell(0, "cell", "code", source), (4, 12), (4, 17))
    assert found.function is not None
    assert found.function.name == "f"
    assert [type(owner).__name__ for owner in found.owners] == ["ClassDef", "FunctionDef", "For"]
