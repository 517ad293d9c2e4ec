"""Random events: the timelines that go on from those before equal the ones from scratch."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from notelift.notebook.following import Timelines
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.session import Deleted, Edited, Inserted, Moved, Ran, Restarted, Session

_source = st.sampled_from(["", " \n", "a = 1", "b = 2", "print(a)"])
EVENTS = ["edit", "run", "run", "fail", "insert", "delete", "move", "mark", "restart"]
_event = st.tuples(st.sampled_from(EVENTS), st.integers(0, 9), _source)


@given(st.lists(_source, min_size=1, max_size=5), st.lists(_event, max_size=12))
def test_timelines_equal_those_from_scratch(sources: list[str], events: list[tuple[str, int, str]]) -> None:
    cells = tuple(Cell(index, f"id{index}", "code", source) for index, source in enumerate(sources))
    session = Session(Notebook("a.ipynb", "ipynb", "python", cells))
    followed = Timelines.of(session)
    for number, event in enumerate(events):
        session = happened(session, event, number)
        followed = Timelines.of(session, followed)
        assert followed.written == session.written
        assert followed.ran == session.ran
        assert list(followed.cells) == [cell for cell in session.notebook.cells if cell.is_python]
        assert followed.went_well == all(run.success for run in session.ran)
        assert followed.in_order == in_order(session)


def happened(session: Session, event: tuple[str, int, str], number: int) -> Session:
    """The session after an event; `mark` makes a cell Markdown, or code again."""
    kind, place, source = event
    cells = session.notebook.cells
    if kind == "insert" or not cells:
        return session.apply(Inserted(Cell(place % (len(cells) + 1), f"new{number}", "code", source)))
    cell = cells[place % len(cells)]
    if kind == "mark":
        other = replace(cell, kind="markdown" if cell.is_python else "code")
        return session.with_cells(other if each is cell else each for each in cells)
    if kind == "restart":
        return session.apply(Restarted())
    if kind == "edit":
        return session.apply(Edited(cell.id, source))
    if kind == "delete":
        return session.apply(Deleted(cell.id))
    if kind == "move":
        return session.apply(Moved(cell.id, place // 2 % len(cells)))
    return session.apply(Ran(cell.id, number + 1, kind == "run"))


def in_order(session: Session) -> bool:
    """Whether the runs that do something are those of the first cells that do, and none failed."""
    written = [(run.cell_id, run.source) for run in session.written if run.source.strip()]
    ran = [(run.cell_id, run.source) for run in session.ran if run.source.strip()]
    return all(run.success for run in session.ran) and written[: len(ran)] == ran
