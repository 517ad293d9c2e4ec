"""Sessions: fed by events, rebuilt from saved counts, read from a log."""

from __future__ import annotations

import pytest

from notelift.notebook.model import Cell, Notebook, NotebookError
from notelift.notebook.reading import parse_notebook
from notelift.notebook.session import (
    DELETED,
    Cleared,
    Deleted,
    Edited,
    Event,
    Inserted,
    Moved,
    Ran,
    Restarted,
    Session,
)
from notelift.notebook.session_log import session_of_log


def notebook(*sources: str, counts: tuple[int | None, ...] = ()) -> Notebook:
    cells = tuple(
        Cell(index, f"c{index}", "code", source, execution_count=counts[index] if counts else None)
        for index, source in enumerate(sources)
    )
    return Notebook("n.ipynb", "ipynb", "python", cells)


def session(*events: Event, cells: tuple[str, ...] = ("a = 1", "b = 2", "c = 3")) -> Session:
    found = Session(notebook(*cells))
    for event in events:
        found = found.apply(event)
    return found


def ran(found: Session) -> list[tuple[int, str, int | None, int]]:
    return [(run.cell, run.source, run.order, run.occurrence) for run in found.ran]


def counted(*counts: int | None) -> Session:
    return Session.from_counts(notebook(*[f"x = {n}" for n in range(len(counts))], counts=counts))


def orders(found: Session) -> list[tuple[int, int | None]]:
    return [(run.cell, run.order) for run in found.ran]


def test_runs_keep_the_text_that_ran() -> None:
    found = session(Ran("c0", 1), Edited("c0", "a = 5"), Ran("c0", 2))
    assert ran(found) == [(0, "a = 1", 1, 0), (0, "a = 5", 2, 1)]
    assert [run.source for run in found.written] == ["a = 5", "b = 2", "c = 3"]


def test_events_leave_the_session_before_as_it_was() -> None:
    before = session(Ran("c0", 1))
    after = before.apply(Ran("c1", 2))
    assert (len(before.ran), len(after.ran)) == (1, 2)
    assert before == session(Ran("c0", 1))


def test_a_deleted_cell_has_run_and_is_not_written() -> None:
    found = session(Ran("c0", 1), Ran("c1", 2), Deleted("c0"))
    assert ran(found) == [(DELETED, "a = 1", 1, 0), (0, "b = 2", 2, 0)]
    assert [(run.cell, run.source) for run in found.written] == [(0, "b = 2"), (1, "c = 3")]


def test_runs_have_the_index_that_the_cell_has_now() -> None:
    found = session(Ran("c2", 1), Moved("c2", 0), Inserted(Cell(1, "new", "code", "n = 0")), Ran("new", 2))
    assert ran(found) == [(0, "c = 3", 1, 0), (1, "n = 0", 2, 0)]
    assert [cell.id for cell in found.notebook.cells] == ["c2", "new", "c0", "c1"]
    assert [cell.index for cell in found.notebook.cells] == [0, 1, 2, 3]


def test_clearing_keeps_what_ran() -> None:
    found = session(Ran("c0", 1), Ran("c1", 2), Cleared("c0"))
    assert [cell.execution_count for cell in found.notebook.cells] == [None, 2, None]
    assert len(found.ran) == 2
    assert {cell.execution_count for cell in found.apply(Cleared()).notebook.cells} == {None}


def test_a_restart_forgets_the_runs() -> None:
    found = session(Ran("c0", 1), Restarted(), Ran("c1", 1))
    assert ran(found) == [(1, "b = 2", 1, 0)]
    assert found.restarts == 1


@pytest.mark.parametrize("order", [1, 2])
def test_an_order_that_does_not_rise_is_a_new_kernel(order: int) -> None:
    found = session(Ran("c0", 1), Ran("c1", 2), Ran("c2", order))
    assert ran(found) == [(2, "c = 3", order, 0)]
    assert found.restarts == 1


def test_orders_that_are_missing_are_lost_runs() -> None:
    assert session(Ran("c0", 1), Ran("c1", 4)).lost == (2, 3)


def test_what_is_not_there_changes_nothing() -> None:
    found = session(Ran("c0", 1))
    for event in (Ran("x", 2), Edited("x", ""), Deleted("x"), Moved("x", 0), Cleared("x")):
        assert found.apply(event) == found


def test_a_failed_run_says_so() -> None:
    assert [run.success for run in session(Ran("c0", 1, False), Ran("c1", 2)).ran] == [False, True]


def test_counts_give_the_order() -> None:
    found = counted(3, 1, None, 2)
    assert orders(found) == [(1, 1), (3, 2), (0, 3)]
    assert (found.lost, found.restarts, found.told) == ((), 0, False)


def test_a_gap_is_a_run_that_is_gone() -> None:
    assert counted(1, 4).lost == (2, 3)
    assert counted(2, 3).lost == (1,)


def test_a_gap_that_a_cell_that_ran_again_explains() -> None:
    found = counted(1, 4, 3)
    assert orders(found) == [(0, 1), (1, 2), (2, 3), (1, 4)]
    assert [run.occurrence for run in found.ran] == [0, 0, 0, 1]
    assert found.lost == ()


def test_a_gap_that_several_cells_that_ran_again_explain() -> None:
    assert orders(counted(5, 6, 3, 4)) == [(0, 1), (1, 2), (2, 3), (3, 4), (0, 5), (1, 6)]


def test_a_gap_that_nothing_explains_stays() -> None:
    found = counted(1, 5, 4)
    assert (orders(found), found.lost) == ([(0, 1), (2, 4), (1, 5)], (2, 3))


def test_counts_that_are_there_twice_are_of_two_kernels() -> None:
    found = counted(1, 2, 3, 1, 2)
    assert (orders(found), found.restarts) == ([(3, 1), (4, 2)], 1)


def test_a_saved_error_is_a_run_that_failed() -> None:
    text = """{"cells": [
        {"cell_type": "code", "source": "a", "execution_count": 1, "metadata": {},
         "outputs": [{"output_type": "stream"}, {"output_type": "error", "ename": "NameError"}]},
        {"cell_type": "code", "source": "b = 1", "execution_count": 2, "metadata": {}, "outputs": []}
    ], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}"""
    found = Session.from_counts(parse_notebook(text.encode(), "n.ipynb"))
    assert [run.success for run in found.ran] == [False, True]


def test_a_notebook_without_counts_has_no_runs() -> None:
    assert counted(None, None).ran == ()


def test_a_log_follows_cells_through_changes() -> None:
    log = """
        {"event": "ran", "cell": 0, "order": 1, "source": "gone = 1"}
        {"event": "ran", "cell": 1, "order": 2, "source": "a = 0", "success": false}
        {"event": "deleted", "cell": 0}
        {"event": "moved", "cell": 0, "to": 1}
        {"event": "inserted", "cell": 2, "source": "c = 3"}
        {"event": "ran", "cell": 2, "order": 3}
        {"event": "cleared"}
    """
    found = session_of_log(notebook("b = 2", "a = 1", "c = 3"), log, "runs.jsonl")
    assert ran(found) == [(DELETED, "gone = 1", 1, 0), (1, "a = 0", 2, 0), (2, "c = 3", 3, 0)]
    assert [run.success for run in found.ran] == [True, False, True]
    assert [run.source for run in found.written] == ["b = 2", "a = 1", "c = 3"]


def test_a_log_without_sources_has_the_texts_of_the_notebook() -> None:
    log = """
        {"event": "edited", "cell": 0, "source": "a = 0"}
        {"event": "ran", "cell": 0}
        {"event": "ran", "cell": 1}
    """
    found = session_of_log(notebook("a = 1", "b = 2"), log, "runs.jsonl")
    assert [run.source for run in found.ran] == ["a = 0", "b = 2"]


def test_a_log_of_another_notebook() -> None:
    with pytest.raises(NotebookError, match=r"line 1: there is no cell 4, for n\.ipynb had 1 cells then"):
        session_of_log(notebook("a = 1"), '{"event": "ran", "cell": 4}', "runs.jsonl")
