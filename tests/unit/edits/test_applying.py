"""Changes applied to notebooks: what comes out, and what does not fit."""

from __future__ import annotations

import pytest

from notelift.edits.applying import ChangeError, apply
from notelift.edits.change import (
    ChangedFile,
    MovedCell,
    NewCell,
    NewFile,
    NotebookChange,
    RemovedCell,
    TextEdit,
)
from notelift.notebook.model import Cell, Notebook


def book(*sources: str) -> Notebook:
    cells = (Cell(number, f"c{number}", "code", source) for number, source in enumerate(sources))
    return Notebook("n.ipynb", "ipynb", "python", tuple(cells))


CELLS = {
    "a cell before another": ([NewCell("c1", "new")], ["a", "new", "b", "c"]),
    "two cells before one": ([NewCell("c1", "n"), NewCell("c1", "m")], ["a", "n", "m", "b", "c"]),
    "a cell at the end": ([NewCell(None, "new")], ["a", "b", "c", "new"]),
    "a cell that goes": ([RemovedCell("c1")], ["a", "c"]),
    "a cell that moves up": ([MovedCell("c2", "c0")], ["c", "a", "b"]),
    "a cell that moves down": ([MovedCell("c0", "c2")], ["b", "a", "c"]),
    "a cell that moves to the end": ([MovedCell("c0", None)], ["b", "c", "a"]),
    "a new cell before one that goes": ([NewCell("c1", "new"), RemovedCell("c1")], ["a", "new", "c"]),
}  # fmt: skip


@pytest.mark.parametrize("title", CELLS)
def test_cells(title: str) -> None:
    changes, expected = CELLS[title]
    after = apply(NotebookChange(cells=tuple(changes)), book("a", "b", "c")).notebook
    assert [cell.source for cell in after.cells] == expected
    assert [cell.index for cell in after.cells] == list(range(len(expected)))
    assert len({cell.id for cell in after.cells}) == len(expected)


def test_edits_of_one_cell_are_all_of_the_text_before() -> None:
    edits = (
        TextEdit("c0", 2, 0, 2, 1, "second"),
        TextEdit("c0", 1, 0, 1, 0, "# üñí\n"),
        TextEdit("c0", 3, 1, 3, 1, "!"),
    )
    after = apply(NotebookChange(edits), book("x\ny\nz", "z")).notebook
    assert [cell.source for cell in after.cells] == ["# üñí\nx\nsecond\nz!", "z"]


def test_what_comes_to_one_place_comes_in_its_order() -> None:
    edits = (TextEdit("c0", 1, 0, 1, 0, "import b\n"), TextEdit("c0", 1, 0, 1, 0, "import a\n"))
    after = apply(NotebookChange(edits), book("x")).notebook
    assert after.cells[0].source == "import b\nimport a\nx"


def test_files_are_as_the_change_expects() -> None:
    change = NotebookChange(files=(NewFile("a.py", "1"), ChangedFile("b.py", "2", "3")))
    assert apply(change, book("x")).files == {"a.py": "1", "b.py": "3"}
    assert apply(change, book("x"), {"b.py": "2"}).files == {"a.py": "1", "b.py": "3"}


WRONG = {
    "no cell c9": NotebookChange((TextEdit("c9", 1, 0, 1, 0, ""),)),
    "no cell c8": NotebookChange(cells=(NewCell("c8", ""),)),
    "no cell c7": NotebookChange(cells=(RemovedCell("c7"),)),
    "no line 3": NotebookChange((TextEdit("c0", 3, 0, 3, 0, ""),)),
    "a column 5": NotebookChange((TextEdit("c0", 1, 0, 1, 5, ""),)),
    "overlap": NotebookChange((TextEdit("c0", 1, 0, 1, 1, "a"), TextEdit("c0", 1, 0, 1, 1, "b"))),
    "a.py exists already": NotebookChange(files=(NewFile("a.py", ""),)),
    "b.py has changed": NotebookChange(files=(ChangedFile("b.py", "old", "new"),)),
}


@pytest.mark.parametrize("message", WRONG)
def test_what_does_not_fit(message: str) -> None:
    with pytest.raises(ChangeError, match=message):
        apply(WRONG[message], book("x"), {"a.py": "there", "b.py": "other"})
