"""What messages about cells tell of runs, as VS Code sends them and as simpler clients do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.harness.documents import NotebookHandle
from tests.unit.lsp.syncing import Cell, Synced, runs

Do = Callable[[NotebookHandle], Any]


def _data(book: NotebookHandle, cell: int, **more: Any) -> None:
    book.change({"data": [{"kind": 2, "document": book.uris[cell], **more}]})


def _summary(order: int, success: bool | None = True) -> dict[str, Any]:
    summary: dict[str, Any] = {"executionOrder": order}
    return {"executionSummary": summary if success is None else summary | {"success": success}}


def _edit_while_it_runs(book: NotebookHandle) -> None:
    book.begin(0)
    book.edit(0, "x = 9")
    book.change({"data": [book.cells[0].data]})
    book.finish(0)


def _insert_and_run_much_later(book: NotebookHandle) -> None:
    book.insert(2, "z = 1")
    book.change({"data": [book.cells[2].data]})
    book.edit(2, "z = 2")
    book.edit(2, "z = 3")
    book.run(2)


def _simple_client(book: NotebookHandle) -> None:
    _data(book, 0)
    book.edit(0, "x = 9")
    _data(book, 0, **_summary(1))


def _twice_without_a_start(book: NotebookHandle) -> None:
    _data(book, 0, **_summary(1))
    book.edit(0, "x = 9")
    _data(book, 0, **_summary(2))


def _again(book: NotebookHandle) -> None:
    book.run(0)
    book.edit(0, "x = 2")
    book.run(0)


def _repeats(book: NotebookHandle) -> None:
    book.run(0)
    for _ in range(3):
        book.change({"data": [book.cells[0].data]})


def _clear_then_edit_then_run(book: NotebookHandle) -> None:
    book.run(0)
    book.clear_outputs()
    book.edit(0, "x = 3")
    book.run(0)


def _delete_and_undo(book: NotebookHandle) -> None:
    book.run(0)
    gone = book.delete(0)
    book.undo_delete(0, gone)
    book.change({"data": [gone.data]})


def _move(book: NotebookHandle) -> None:
    book.run(0)
    book.move(0, 1)
    book.change({"data": [book.cells[1].data]})


def _restart(book: NotebookHandle) -> None:
    book.run(0)
    book.run(1)
    book.restart()
    book.run(1)


def _cancelled_then_edited_then_run(book: NotebookHandle) -> None:
    book.begin(0)
    book.edit(0, "x = 5")
    book.run(0)


TOLD: dict[str, tuple[Do, list[tuple[str, int, bool]]]] = {
    "a run": (lambda b: b.run(0), [("x = 1", 1, True)]),
    "a failure": (lambda b: b.run(0, success=False), [("x = 1", 1, False)]),
    "twice": (_again, [("x = 1", 1, True), ("x = 2", 2, True)]),
    "nothing but messages": (lambda b: b.begin(0), []),
    "the same summary again": (_repeats, [("x = 1", 1, True)]),
    "edited while it runs": (_edit_while_it_runs, [("x = 1", 1, True)]),
    "inserted, typed in, run": (_insert_and_run_much_later, [("z = 3", 1, True)]),
    "one message at the start": (_simple_client, [("x = 1", 1, True)]),
    "no message at the start": (_twice_without_a_start, [("x = 1", 1, True), ("x = 9", 2, True)]),
    "outputs cleared": (_clear_then_edit_then_run, [("x = 1", 1, True), ("x = 3", 2, True)]),
    "deleted and back": (_delete_and_undo, [("x = 1", 1, True)]),
    "moved": (_move, [("x = 1", 1, True)]),
    "a restart": (_restart, [("y = x", 1, True)]),
    "asked for, not run": (_cancelled_then_edited_then_run, [("x = 5", 1, True)]),
    "no success": (lambda b: _data(b, 0, **_summary(1, None)), []),
    "a count of nought": (lambda b: _data(b, 0, **_summary(0)), []),
    "a negative count": (lambda b: _data(b, 0, **_summary(-5)), []),
    "a huge count": (lambda b: _data(b, 0, **_summary(2**31 - 1)), []),
    "a count as a decimal": (
        lambda b: _data(b, 0, executionSummary={"executionOrder": 2.0, "success": True}),
        [("x = 1", 2, True)],
    ),
    "a count that is none": (
        lambda b: _data(b, 0, executionSummary={"executionOrder": "1", "success": True}),
        [],
    ),
    "a summary that is none": (lambda b: _data(b, 0, executionSummary=[1]), []),
    "counts between are lost": (
        lambda b: (b.run(0), b.run(1, order=4)),
        [("x = 1", 1, True), ("y = x", 4, True)],
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_runs(name: str) -> None:
    do, expected = TOLD[name]
    synced = Synced()
    do(synced.open("x = 1", "y = x"))
    assert runs(synced.session()) == expected


@pytest.mark.parametrize(
    "name, lost, restarts",
    [("a restart", (), 1), ("counts between are lost", (2, 3), 0), ("twice", (), 0)],
)
def test_kernels(name: str, lost: tuple[int, ...], restarts: int) -> None:
    synced = Synced()
    TOLD[name][0](synced.open("x = 1", "y = x"))
    assert (synced.session().lost, synced.session().restarts) == (lost, restarts)


def counts(synced: Synced) -> list[int | None]:
    return [cell.execution_count for cell in synced.session().notebook.cells]


def test_saved_counts_are_of_the_session_before() -> None:
    synced = Synced()
    book = synced.open(Cell("x = 1", count=2), Cell("y = 2", count=1), Cell("z = 3"))
    session = synced.session()
    assert runs(session) == [("y = 2", 1, True), ("x = 1", 2, True)]
    assert not session.told
    book.edit(0, "x = 9")
    assert runs(synced.session()) == runs(session)
    assert counts(synced) == [2, 1, None]


def test_a_run_of_a_new_kernel_takes_their_place() -> None:
    synced = Synced()
    book = synced.open(Cell("x = 1", count=2), Cell("y = 2", count=1))
    book.run(1)
    assert runs(synced.session()) == [("y = 2", 1, True)]
    assert synced.session().told


def test_a_run_with_a_higher_count_goes_on_with_them() -> None:
    synced = Synced()
    book = synced.open(Cell("x = 1", count=2), Cell("y = 2", count=1))
    book.run(1, order=3)
    assert runs(synced.session()) == [("y = 2", 1, True), ("x = 1", 2, True), ("y = 2", 3, True)]


def test_runs_that_the_client_has_seen_are_of_its_kernel() -> None:
    synced = Synced()
    book = synced.open(Cell("x = 1", count=7), "y = 2", "z = 3")
    book.run(1)
    book.run(2, success=False)
    book.edit(1, "y = 4")
    book.reopen()
    assert runs(synced.session()) == [("y = 4", 1, True), ("z = 3", 2, False)]
    assert counts(synced) == [7, 1, 2]
    book.run(0)
    assert runs(synced.session())[-1] == ("x = 1", 3, True)


def test_outputs_that_are_cleared_take_the_count_with_them() -> None:
    synced = Synced()
    book = synced.open("x = 1", "y = 2")
    book.run(0)
    book.run(1)
    book.clear_outputs(0)
    assert counts(synced) == [None, 2]
    assert len(synced.session().runs) == 2


def test_a_cell_that_is_edited_and_back_is_as_it_was() -> None:
    synced = Synced()
    book = synced.open("x = 1", Cell("y = 2", count=1))
    before = synced.session()
    book.edit(0, "x = 12")
    book.edit(0, "x = 1")
    book.edit(1, "y = 22")
    book.edit(1, "y = 2")
    assert synced.session() == before
