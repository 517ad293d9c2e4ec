"""A cell that the client puts in place of another, to edit it, is that cell: it ran with the text it had."""

from __future__ import annotations

from tests.unit.lsp.syncing import Cell, Synced, runs


def ran(synced: Synced) -> list[tuple[int, str, int | None]]:
    """The runs with the cells that they are of now."""
    return [(run.cell, run.source, run.order) for run in synced.session().ran]


def test_it_has_the_runs_of_the_other() -> None:
    synced = Synced()
    book = synced.open("x = 1", "y = x")
    book.run(0)
    book.run(0)
    book.run(1)
    book.replace(0, "x = 2")
    assert ran(synced) == [(0, "x = 1", 1), (0, "x = 1", 2), (1, "y = x", 3)]
    assert [run.occurrence for run in synced.session().runs] == [0, 1, 0]
    assert synced.session().notebook.cells[0].execution_count == 2
    book.change({"data": [book.cells[0].data]})
    book.run(0)
    assert ran(synced)[-1] == (0, "x = 2", 4)
    assert synced.session().restarts == 0


def test_an_undo_gives_them_back() -> None:
    synced = Synced()
    book = synced.open("x = 1")
    book.run(0)
    old = book.replace(0, "x = 2")
    book.run(0)
    new = book.cells[0]
    book.put_back(0, old)
    assert ran(synced) == [(0, "x = 1", 1), (0, "x = 2", 2)]
    book.put_back(0, new)
    assert ran(synced) == [(0, "x = 1", 1), (0, "x = 2", 2)]


def test_the_saved_count_says_so_too() -> None:
    synced = Synced()
    book = synced.open(Cell("x = 1", count=4), Cell("y = 1", count=5))
    book.replace(1, "y = 2")
    assert ran(synced) == [(0, "x = 1", 4), (1, "y = 1", 5)]
    assert [cell.execution_count for cell in synced.session().notebook.cells] == [4, 5]


def test_a_cell_that_is_new_has_no_runs() -> None:
    synced = Synced()
    book = synced.open("x = 1", "y = x")
    book.run(0)
    gone = book.cells[0]
    book.put_back(0, Cell("x = 2", uri=book.new_uri()))
    assert ran(synced) == [(-1, "x = 1", 1)]
    assert runs(synced.session()) == [("x = 1", 1, True)]
    book.undo_delete(0, gone)
    assert ran(synced) == [(0, "x = 1", 1)]


def test_several_that_are_replaced_by_one_edit_have_theirs() -> None:
    synced = Synced()
    book = synced.open("x = 1", "y = x", "z = y")
    for cell in range(3):
        book.run(cell)
    old = book.replace_run(0, "x = 2", "y = 2", "z = 2")
    new = book.cells[:3]
    before = [(0, "x = 1", 1), (1, "y = x", 2), (2, "z = y", 3)]
    for cells in (old, new, old):
        assert ran(synced) == before
        assert [cell.execution_count for cell in synced.session().notebook.cells] == [1, 2, 3]
        book.put_back_run(0, *cells)
    assert ran(synced) == before


def test_several_with_saved_counts_have_theirs() -> None:
    synced = Synced()
    book = synced.open(Cell("x = 1", count=4), Cell("y = 1", count=5))
    book.replace_run(0, "x = 2", "y = 2")
    assert ran(synced) == [(0, "x = 1", 4), (1, "y = 1", 5)]
    assert [cell.execution_count for cell in synced.session().notebook.cells] == [4, 5]


def test_a_cell_that_comes_later_is_another() -> None:
    synced = Synced()
    book = synced.open("x = 1", "y = x")
    book.run(0)
    book.run(1)
    gone = book.delete(1)
    book.undo_delete(1, Cell("y = 2", uri=book.new_uri(), summary=gone.summary))
    assert ran(synced) == [(0, "x = 1", 1), (-1, "y = x", 2)]


def test_a_cell_that_leaves_and_comes_back_in_one_edit_is_the_same() -> None:
    synced = Synced()
    book = synced.open("x = 1", "y = x")
    book.run(0)
    book.run(1)
    gone = book.delete(1)
    book.version -= 1
    book.undo_delete(0, gone)
    assert ran(synced) == [(1, "x = 1", 1), (0, "y = x", 2)]
