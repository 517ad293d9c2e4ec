"""Parts of Markdown: code that has backquotes, lists that are cut, links with any URI."""

from __future__ import annotations

import pytest

from notelift.flow.graph import Site, Statement
from notelift.notebook.model import Cell, Notebook
from notelift.views.markdown import Places, code, label, listed, no_link, one_line


def notebook(*counts: int | None) -> Notebook:
    cells = (Cell(index, f"c{index}", "code", "x", execution_count=each) for index, each in enumerate(counts))
    return Notebook("n.ipynb", "ipynb", "python", tuple(cells))


def statements(*cells: int) -> list[Statement]:
    return [Statement(Site(cell, 0), cell, 2, 2, 0, 1, "x") for cell in cells]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("x = 1", "`x = 1`"),
        ("x =\n    1", "`x = 1`"),
        ("`x`", "`` `x` ``"),
        ("a ``b`` c", "``` a ``b`` c ```"),
    ],
)
def test_code(text: str, marked: str) -> None:
    assert code(text) == marked


def test_a_statement_is_cut() -> None:
    assert one_line("x = 1\ny = 2") == "`x = 1 …`"
    assert len(one_line("x" * 500)) == 66


def test_lists() -> None:
    assert listed(["a"], 3) == "a"
    assert listed("abc", 3) == "a, b and c"
    assert listed("abcde", 3) == "a, b, c and 2 more"


def test_labels() -> None:
    assert [label(notebook(7, None), cell) for cell in (0, 1)] == ["[7]", "cell 1"]


def test_cells_are_named_once_and_in_order() -> None:
    places = Places(notebook(1, 2, None), no_link)
    assert places.cells(statements(2, 0, 0), 5) == "[1] and cell 2"
    assert (
        Places(notebook(None, None, None), no_link).cells(statements(2, 0, 1), 2) == "cells 0, 1 and 1 more"
    )
    assert Places(notebook(None, None), no_link).cells(statements(1), 2) == "cell 1"


@pytest.mark.parametrize(
    ("uri", "linked"),
    [
        ("file:///a#L2", "[\\[1\\]](file:///a#L2)"),
        ("file:///a (1)#L2", "[\\[1\\]](<file:///a (1)#L2>)"),
        ("file:///ä#L2", "[\\[1\\]](<file:///ä#L2>)"),
    ],
)
def test_links(uri: str, linked: str) -> None:
    assert Places(notebook(1), lambda cell, line: uri).of(statements(0)[0]) == linked
