"""How the kernel differs from a restart: states, causes, cells to run again, failed runs."""

from __future__ import annotations

import functools

import pytest

from notelift.effects.library import Library, load_library
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.session import Deleted, Ran, Session
from notelift.queries.causes import Cause
from notelift.queries.hidden import Kernel
from notelift.queries.status import Status, kernel_status, status_of
from notelift.queries.wording import explain_cause, explain_cell, explain_variable

Step = int | tuple[int, str] | tuple[int, bool]


@functools.cache
def library() -> Library:
    return load_library()


def session(cells: list[str], *runs: Step) -> Session:
    """The cells run in that order; with another text, or with False for a run that fails."""
    notebook = Notebook(
        "n.ipynb", "ipynb", "python", tuple(Cell(n, f"c{n}", "code", text) for n, text in enumerate(cells))
    )
    found = Session(notebook)
    for order, step in enumerate(runs, 1):
        cell, extra = step if isinstance(step, tuple) else (step, None)
        source = extra if isinstance(extra, str) else None
        found = found.apply(Ran(f"c{cell}", order, extra is not False, source))
    return found


def status(cells: list[str], *runs: Step) -> Status:
    return status_of(session(cells, *runs), library())


def states(found: Status) -> dict[str, str]:
    return {each.name: each.state for each in found.difference.variables if each.state != "same"}


def cells(found: Status) -> list[str]:
    return [each.state for each in found.difference.cells]


def cause(found: Status, name: str) -> Cause:
    variable = next(each for each in found.difference.variables if each.name == name)
    assert variable.cause is not None
    return variable.cause


def test_in_order_nothing_differs() -> None:
    found = status(["x = 1", "y = x + 1"], 0, 1)
    assert (states(found), cells(found), found.runs, found.notes) == ({}, ["fresh", "fresh"], (), ())


def test_another_order_that_gives_the_same() -> None:
    assert states(status(["a = 1", "b = 2", "c = a + b"], 1, 0, 2)) == {}


def test_comments_and_layout_are_no_difference() -> None:
    found = status(["x = 1  # one", "y = x"], (0, "x=1"), 1)
    assert (states(found), cells(found)) == ({}, ["fresh", "fresh"])


def test_an_edited_cell() -> None:
    found = status(["x = 2", "y = x"], (0, "x = 1"), 1)
    assert states(found) == {"x": "differs", "y": "differs"}
    assert cells(found) == ["edited", "outdated"]
    assert (cause(found, "y").kind, cause(found, "y").cell) == ("edited", 0)
    assert found.runs == (0, 1)


def test_a_cell_that_was_not_run() -> None:
    found = status(["x = 1", "x = 2", "y = x"], 0, 2)
    assert cells(found) == ["fresh", "never_run", "outdated"]
    assert (cause(found, "y").kind, cause(found, "y").cell) == ("never_run", 1)
    assert found.runs == (1, 2)


def test_a_variable_that_the_kernel_lacks() -> None:
    found = status(["x = 1", "y = x"], 0)
    assert states(found) == {"y": "missing_in_kernel"}
    assert found.runs == (1,)


@pytest.mark.parametrize("hurried, runs", [(False, (0, 2, 3)), (True, (0, 1, 2, 3))])
def test_in_a_hurry_more_cells_run_than_have_to(hurried: bool, runs: tuple[int, ...]) -> None:
    kernel = Kernel.of(session(["x = 1", "w = 3", "y = x + w", "x = 5"], 0, 1, 3, 2), library())
    assert kernel_status(kernel, lambda: hurried).runs == runs


def test_a_variable_that_a_restart_lacks() -> None:
    found = status(["y = 1"], (0, "x = 1\ny = 1"))
    assert states(found) == {"x": "missing_on_restart"}
    assert cells(found) == ["edited"]


def test_a_name_that_is_left_over_is_of_what_bound_it() -> None:
    found = status(["a = b = [1]", "a = 1"], 0, (1, "d = b"), 1)
    assert states(found) == {"d": "missing_on_restart"}
    assert cause(found, "d") == Cause("edited", "d", 1, 1, 2)
    assert found.runs == ()


def test_a_variable_of_a_deleted_cell() -> None:
    before = session(["x = 1", "y = 2"], 0, 1)
    found = status_of(before.apply(Deleted("c0")), library())
    assert states(found) == {"x": "missing_on_restart"}
    assert cause(found, "x").kind == "deleted"
    assert explain_cause(cause(found, "x")) == "`x` was set by [1], a cell that was deleted"


def test_a_cell_that_builds_on_itself() -> None:
    found = status(["total = 0", "total += 1"], 0, 1, 1)
    assert states(found) == {"total": "differs"}
    assert (cause(found, "total").kind, cause(found, "total").cell) == ("repeated", 1)
    assert found.runs == (0, 1)


def test_running_a_pure_cell_again_changes_nothing() -> None:
    assert states(status(["x = 1", "y = x + 1"], 0, 1, 1, 0)) == {}


def test_the_root_cause_is_the_statement_that_differs_first() -> None:
    found = status(["a = 2", "b = a", "c = b", "d = c"], (0, "a = 1"), 1, 2, 3)
    assert {cause(found, name).cell for name in "abcd"} == {0}


def test_an_input_that_ran_again_later() -> None:
    found = status(["a = 2", "b = a"], (0, "a = 1"), 1, 0)
    assert states(found) == {"b": "differs"}
    assert cause(found, "b") == Cause("later_run", "a", 0, 1, 3, 1, 1, 2)
    assert found.runs == (1,)


def test_a_cell_below_that_ran_before() -> None:
    found = status(["x = 1", "y = x", "x = 5"], 0, 2, 1)
    assert states(found) == {"y": "differs"}
    assert (cause(found, "y").kind, cause(found, "y").cell) == ("order", 2)
    assert found.runs == (0, 1, 2)


@pytest.mark.parametrize(
    ("texts", "runs"),
    [
        (["x = 2", "y = x", "z = 1"], [(0, "x = 1"), 1, 2]),
        (["rows = []", "rows.append(1)", "n = len(rows)", "m = 3"], [0, 1, 1, 3, 2]),
        (["x = 1", "y = x", "x = 5", "z = x"], [2, 3, 0, 1]),
        (["a = 1", "b = a", "c = 2", "d = c", "e = b + d"], [2, 3, (0, "a = 9"), 1, 4, 0]),
        (["import random\nrandom.seed(1)", "a = random.random()", "b = random.random()"], [0, 2, 1]),
    ],
)
def test_after_the_advised_runs_nothing_differs(texts: list[str], runs: list[Step]) -> None:
    before = status(texts, *runs)
    assert states(before) and before.runs and not before.restart
    assert states(status(texts, *runs, *before.runs)) == {}
    for cell in before.runs:
        fewer = [each for each in before.runs if each != cell]
        assert states(status(texts, *runs, *fewer)) != {}


@pytest.mark.parametrize(
    ("texts", "runs", "advised"),
    [
        (["x = 2", "y = x + 1", "print(y)"], [(0, "x = 1"), 1, 2, 0], (1, 2)),
        (["x = 1", "print(x, 2)"], [0, (1, "print(x)")], (1,)),
        (["x = 1", "print(x)", "print(2)"], [0, 1], ()),
        (["x = 1", "x"], [0, (1, False)], (1,)),
        (
            ["x = 2", "open('a.txt', 'w').write(x)", "print(open('a.txt').read())"],
            [(0, "x = 1"), 1, 2],
            (0, 1, 2),
        ),
        (["x = 1", "del x"], [0, 1, 0], (1,)),
        (["x = 0", "x += 1", "print(x)", "x = 5"], [0, 1, 1, 2, 3], (0, 1, 2, 3)),
        (["x = 2", "y = ("], [(0, "x = 1"), (1, "y = 3")], (0,)),
    ],
    ids=["outdated", "edited", "never run", "failed", "files", "deleted name", "printed between", "broken"],
)
def test_cells_without_values_are_advised_too(
    texts: list[str], runs: list[Step], advised: tuple[int, ...]
) -> None:
    assert status(texts, *runs).runs == advised
    assert status(texts, *runs, *advised).runs == ()


def test_opaque_code_makes_it_unknown() -> None:
    found = status(["x = 1", "exec(open('a.py').read())", "y = 2"], 0, 2, 1, 1)
    assert set(states(found).values()) <= {"unknown"}


def test_random_draws_depend_on_the_order() -> None:
    found = status(["import random\nrandom.seed(1)", "a = random.random()", "b = random.random()"], 0, 2, 1)
    assert states(found) == {"a": "differs", "b": "differs"}


def test_a_possible_effect_is_not_certain() -> None:
    found = status(["import unknown_library\nx = unknown_library.make()", "unknown_library.touch(x)"], 0)
    different = {each.name: each.certain for each in found.difference.differing}
    assert different == {"x": False}


def test_a_failed_run_stops_at_the_name_that_is_not_bound() -> None:
    found = status(["a = 1\nb = later\nc = 3", "later = 2"], (0, False), 1)
    assert states(found) == {"b": "missing_in_kernel", "c": "missing_in_kernel"}
    assert cells(found) == ["failed", "fresh"]


def test_a_failed_run_stops_where_its_inputs_are_others() -> None:
    found = status(["n = 1", "a = 1\nb = 2 / n\nc = 3"], (0, "n = 0"), (1, False))
    assert states(found) == {"n": "differs", "b": "missing_in_kernel", "c": "missing_in_kernel"}


def test_a_failed_block_counts() -> None:
    found = status(
        ["n = [1]", "rows = []\nfor each in n:\n    rows.append(each)"], (0, "n = [0]"), (1, False)
    )
    assert states(found)["rows"] == "differs"


def test_a_name_that_is_bound_too_late_is_noted() -> None:
    found = status(["y = x", "x = 1"], 1, 0)
    assert found.notes == (
        "Restart & Run All stops in cell 0, line 1, for `x` is not bound there: correct that first; the rest"
        " is compared as if it went on",
    )
    assert found.runs == ()


def test_runs_that_are_gone_are_noted() -> None:
    notebook = Notebook("n.ipynb", "ipynb", "python", (Cell(0, "a", "code", "x = 1", execution_count=3),))
    assert status_of(Session.from_counts(notebook), library()).notes == (
        "the runs [1], [2] are gone: what they did is not known",
    )


@pytest.mark.parametrize(
    ("texts", "runs", "name", "sentence"),
    [
        (["x = 2", "y = x"], [(0, "x = 1"), 1], "y", "[1] (cell 0), which sets `x`, was edited after it ran"),
        (
            ["x = 1", "x = 2", "y = x"],
            [0, 2],
            "y",
            "cell 1, which sets `x`, was never run in this kernel, and [2] (cell 2) reads it",
        ),
        (
            ["x = 1", "y = x"],
            [(0, "x = 3"), 1, 0],
            "y",
            "[3] (cell 0), which sets `x`, ran after [2] (cell 1), which reads it",
        ),
        (
            ["t = 0", "t += 1"],
            [0, 1, 1],
            "t",
            "[2] (cell 1) ran again and built on the `t` that it had changed before",
        ),
        (
            ["x = 1", "y = x", "x = 5"],
            [0, 2, 1],
            "y",
            "[3] (cell 1) read `x` as [2] (cell 2) left it, which after a restart it does not",
        ),
    ],
)
def test_reasons_are_sentences(texts: list[str], runs: list[Step], name: str, sentence: str) -> None:
    found = status(texts, *runs)
    variable = next(each for each in found.difference.variables if each.name == name)
    assert explain_variable(variable) == sentence


def test_reasons_of_cells() -> None:
    found = status(["x = 2", "y = x", "z = 1", "w = q"], (0, "x = 1"), 1, (3, False))
    assert [explain_cell(each) for each in found.difference.cells] == [
        "its code is not the code that ran",
        "[1] (cell 0), which sets `x`, was edited after it ran",
        "it was not run in this kernel",
        "its last run failed",
    ]
