"""Open notebooks: what events do to them, and what a snapshot says."""

from __future__ import annotations

import pytest

from notelift.config import Config
from notelift.flow.analysis import Cancelled
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.session import Edited, Ran, Session
from notelift.session import Arranged, Draft, Snapshot, Workspace

URI = "file:///a.ipynb"


def book(*sources: str) -> Session:
    cells = tuple(Cell(index, f"c{index}", "code", source) for index, source in enumerate(sources))
    return Session(Notebook("a.ipynb", "ipynb", "python", cells))


def opened(*sources: str) -> Workspace:
    workspace = Workspace()
    workspace.open(URI, book(*sources), Config())
    return workspace


def now(workspace: Workspace) -> Snapshot:
    snapshot = workspace.snapshot(URI)
    assert snapshot is not None
    return snapshot


def texts(session: Session) -> list[str]:
    return [cell.source for cell in session.notebook.cells]


SHOWN = [
    # the texts that a cell has in turn, what is shown of it with the last, and whether that is broken
    (["x = 1"], "x = 1", False),
    (["x = 1", "x = (", "x = (1"], "x = 1", True),
    (["x = 1", "x = (", "x = (1)", "x = (1) +"], "x = (1)", True),
    (["x = ("], "x = (", True),
    (["x = (", "x = 1", "x = ["], "x = 1", True),
    (["x = 1", "", "("], "(", True),
    (["x = 1", "  \n", "("], "(", True),
    (["x = (", "x = 1"], "x = 1", False),
]


@pytest.mark.parametrize("typed, shown, broken", SHOWN)
@pytest.mark.parametrize("asked", ["always", "at the end"])
def test_a_broken_cell_is_shown_as_it_parsed_last(
    typed: list[str], shown: str, broken: bool, asked: str
) -> None:
    workspace = opened(typed[0], "y = 2")
    for text in typed[1:]:
        if asked == "always":
            assert now(workspace).broken is not None
        workspace.apply(URI, Edited("c0", text))
    snapshot = now(workspace)
    assert texts(snapshot.session) == [typed[-1], "y = 2"]
    assert texts(snapshot.kernel.session) == [shown, "y = 2"]
    assert texts(snapshot.exact.session) == [typed[-1], "y = 2"]
    assert ("c0" in snapshot.broken) is broken


def test_one_kernel_where_nothing_is_broken() -> None:
    snapshot = now(opened("x = 1", "y = x"))
    assert snapshot.exact is snapshot.kernel
    assert snapshot.shown is snapshot.session


def test_a_cell_that_stands_in_is_the_same_object_while_one_types() -> None:
    workspace = opened("x = 1", "y = x")
    shown = []
    for text in ("x = (", "x = (1", "x = (1,"):
        workspace.apply(URI, Edited("c0", text))
        shown.append(now(workspace).shown.notebook.cells[0])
    assert shown[0].source == "x = 1"
    assert shown[1] is shown[0] and shown[2] is shown[0]


def test_a_snapshot_stays_as_it_was() -> None:
    workspace = opened("x = 1")
    before = now(workspace)
    workspace.apply(URI, Edited("c0", "x = ("))
    after = now(workspace)
    workspace.apply(URI, Edited("c0", "x = 3"))
    assert texts(now(workspace).kernel.session) == ["x = 3"]
    assert texts(after.kernel.session) == ["x = 1"]
    assert texts(before.kernel.session) == ["x = 1"]
    assert before.revision < after.revision < now(workspace).revision


def test_newest() -> None:
    workspace = opened("x = 1")
    snapshot = now(workspace)
    assert workspace.is_newest(snapshot)
    workspace.apply(URI, Edited("nowhere", "x = 2"))
    assert workspace.is_newest(snapshot)
    workspace.apply(URI, Ran("c0", 1))
    assert not workspace.is_newest(snapshot)
    workspace.close(URI)
    assert workspace.snapshot(URI) is None
    assert not workspace.is_newest(snapshot)
    workspace.open(URI, book("x = 1"), Config())
    assert not workspace.is_newest(snapshot)


def test_what_is_not_open() -> None:
    workspace = Workspace()
    workspace.close(URI)
    assert workspace.snapshot(URI) is None
    with pytest.raises(KeyError):
        workspace.apply(URI, Ran("c0", 1))


def test_a_deleted_cell_that_comes_back_keeps_its_last_good_text() -> None:
    workspace = opened("x = 1", "y = 2")
    first, second = now(workspace).notebook.cells
    workspace.apply(URI, Edited("c0", "x = ("))
    workspace.apply(URI, Arranged((second,)))
    assert now(workspace).broken == frozenset()
    workspace.apply(URI, Arranged((Cell(0, "c0", "code", "x = ("), second)))
    assert now(workspace).broken == {"c0"}
    assert texts(now(workspace).kernel.session) == [first.source, "y = 2"]


def test_settings_make_another_library() -> None:
    workspace = opened("import mine\nx = [1]\nmine.look(x)")
    before = now(workspace)
    assert not workspace.configure(URI, Config())
    assert workspace.configure(URI, Config(effects={"mine.look": "pure"}))
    after = now(workspace)
    assert after.library is not before.library
    assert after.library.find("mine.look") is not None and before.library.find("mine.look") is None
    assert after.kernel.library is after.library


def test_an_analysis_goes_on_from_the_last() -> None:
    workspace = opened(*(f"x{n} = {n}" for n in range(20)))
    assert now(workspace).kernel.written.analysed == 20
    workspace.apply(URI, Edited("c7", "x7 = 70"))
    assert now(workspace).kernel.written.analysed == 1


def test_an_analysis_can_be_cancelled() -> None:
    snapshot = now(opened("x = 1", "y = x"))
    with pytest.raises(Cancelled):
        snapshot.analyse(lambda: True)
    assert [cell.source for cell in snapshot.kernel.session.notebook.cells] == ["x = 1", "y = x"]


def test_cells_that_are_not_python_are_kept_and_not_read() -> None:
    workspace = Workspace()
    cells = (
        Cell(0, "m", "markdown", "# ("),
        Cell(1, "r", "code", "x <- (", "r"),
        Cell(2, "p", "code", "x = 1"),
    )
    workspace.open(URI, Session(Notebook("a.ipynb", "ipynb", "python", cells)), Config())
    snapshot = now(workspace)
    assert snapshot.broken == frozenset()
    assert [run.cell for run in snapshot.kernel.session.written] == [2]


def test_a_draft_of_which_none_parses() -> None:
    draft = Draft("(", Draft("[", Draft("{")))
    assert not draft.parses and draft.good is None


def test_drafts_between_know_what_was_good() -> None:
    oldest = Draft("x = 1")
    between = Draft("x = (", oldest)
    newest = Draft("x = ((", between)
    assert newest.good == "x = 1"
    assert between.good == "x = 1" and not between.parses
