"""What an edit must leave as it was, on changes that do and do not."""

from __future__ import annotations

import functools

import pytest

from notelift.edits.change import (
    ChangedFile,
    MovedCell,
    NewCell,
    NewFile,
    NotebookChange,
    RemovedCell,
    TextEdit,
)
from notelift.edits.checking import check_change, check_flow
from notelift.effects.library import Library, load_library
from notelift.flow.analysis import analyse
from notelift.flow.graph import Dataflow, Site
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.session import Session
from notelift.queries.hidden import Kernel


@functools.cache
def library() -> Library:
    return load_library()


def kernel(*sources: str) -> Kernel:
    cells = tuple(Cell(number, f"c{number}", "code", source) for number, source in enumerate(sources))
    session = Session(Notebook("n.ipynb", "ipynb", "python", cells))
    return Kernel(session, analyse(session.written, library()), library())


SOURCES = ("a = 1", "b = a + 1", "print(unknown)", "c = (")

FINE = {
    "another value": NotebookChange((TextEdit("c0", 1, 4, 1, 5, "2"),)),
    "a cell that no other needs": NotebookChange(cells=(RemovedCell("c1"),)),
    "a name bound instead": NotebookChange(cells=(NewCell("c0", "a = 3"), RemovedCell("c0"))),
    "a module": NotebookChange(
        files=(NewFile("m.py", "x = 1\n"), NewFile("m.txt", "(")),
    ),
    "text": NotebookChange(cells=(NewCell("c0", "(", "markdown"),)),
}
WRONG = {
    "cell 0 would not parse": NotebookChange((TextEdit("c0", 1, 4, 1, 5, "("),)),
    "cell 1 would not parse": NotebookChange(cells=(NewCell("c1", "("),)),
    "m.py would not compile": NotebookChange(files=(NewFile("m.py", "return 1"),)),
    "k.py would not compile": NotebookChange(
        files=(ChangedFile("k.py", "a", "("),),
    ),
    "cell 0, line 1 would read `a`": NotebookChange(cells=(RemovedCell("c0"),)),
    "cell 0, line 1 would read `a`, which": NotebookChange(cells=(MovedCell("c0", None),)),
    "no cell c9": NotebookChange(cells=(RemovedCell("c9"),)),
}


@pytest.mark.parametrize("title", FINE)
def test_nothing_speaks_against(title: str) -> None:
    assert check_change(FINE[title], kernel(*SOURCES)) == ""


@pytest.mark.parametrize("message", WRONG)
def test_what_is_wrong_is_said(message: str) -> None:
    assert message in check_change(WRONG[message], kernel(*SOURCES))


def flow(*sources: str) -> Dataflow:
    return kernel(*sources).written.dataflow


BEFORE = ("a = [1]", "a.append(2)", "b = a + [3]", "print(b)")


def test_statements_that_become_one() -> None:
    after = flow("a = make(); b = a + [3]", "print(b)")
    moved = {Site(0, 0): Site(0, 0), Site(1, 0): Site(0, 0), Site(2, 0): Site(0, 1), Site(3, 0): Site(1, 0)}
    assert check_flow(flow(*BEFORE), after, moved) == ""


def test_a_reader_of_what_is_gone() -> None:
    after = flow("a = [1]", "b = a + [3]", "print(b)")
    moved = {Site(0, 0): Site(0, 0), Site(2, 0): Site(1, 0), Site(3, 0): Site(2, 0)}
    assert check_flow(flow(*BEFORE), after, moved) == (
        "cell 2, line 1 would read `a` as another statement leaves it"
    )


def test_a_change_that_comes_after_the_reader() -> None:
    after = flow("a = [1]", "b = a + [3]", "a.append(2)", "print(b)")
    moved = {Site(0, 0): Site(0, 0), Site(1, 0): Site(2, 0), Site(2, 0): Site(1, 0), Site(3, 0): Site(3, 0)}
    assert check_flow(flow(*BEFORE), after, moved) == (
        "cell 2, line 1 would read `a` as another statement leaves it"
    )


def test_a_value_of_the_end() -> None:
    before, after = flow("a = 1", "a = 2"), flow("a = 2", "a = 1")
    moved = {Site(0, 0): Site(1, 0), Site(1, 0): Site(0, 0)}
    assert check_flow(before, after, moved) == "`a` would hold something else at the end"
