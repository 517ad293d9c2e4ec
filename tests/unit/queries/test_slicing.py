"""Slices of targets of every form, and what is said of targets that there are not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from notelift.notebook.model import Cell, Notebook, Run, Timeline
from notelift.notebook.timelines import ran_timeline, written_timeline
from notelift.queries.slice import Slice
from notelift.queries.slicing import slice_targets
from notelift.queries.targets import Target, TargetError, parse_target
from tests.properties.executing import library, timeline


def sliced(runs: Timeline, *targets: str) -> Slice:
    return slice_targets(runs, [parse_target(text) for text in targets], library())


def kept(found: Slice) -> list[str]:
    return [each.statement.source for each in found.statements]


CELLS = (
    "import random\nrandom.seed(1)",
    "a = [1]\nb = 2; c = a[0] + b",
    "a.append(b)\nprint(a)\nb = 3",
    "open('out.txt', 'w').write(str(c))\nopen('data/other.txt', 'w')",
    "del c\nlen(a)",
)
RUNS = timeline(CELLS)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("a", Target("name", "a")),
        ("größe", Target("name", "größe")),
        ("a@3", Target("name", "a", 3)),
        ("a@3:12", Target("name", "a", 3, 12)),
        ("cell:7", Target("output", "", 7)),
        ("file:out/a b.csv", Target("file", "out/a b.csv")),
        ("file:a@3", Target("file", "a@3")),
        ("cell", Target("name", "cell")),
    ],
)
def test_targets_are_parsed_and_shown(text: str, target: Target) -> None:
    assert parse_target(text) == target
    assert str(target) == text


FORMS = "write name, name@CELL, name@CELL:LINE, cell:N or file:PATH"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f"target '': {FORMS}"),
        ("a b", f"target 'a b': {FORMS}"),
        ("a.b", f"target 'a.b': {FORMS}"),
        ("a@b", f"target 'a@b': {FORMS}"),
        ("a@-1", f"target 'a@-1': {FORMS}"),
        ("@3", f"target '@3': {FORMS}"),
        ("file:", f"target 'file:': {FORMS}"),
        ("cell:", "target 'cell:': write cell:N with the number of the cell, counted from 0"),
        ("cell:a", "target 'cell:a': write cell:N with the number of the cell, counted from 0"),
        ("cell:-1", "target 'cell:-1': write cell:N with the number of the cell, counted from 0"),
    ],
)
def test_targets_of_no_form(text: str, message: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse_target(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("target", "sources"),
    [
        ("a", ["a = [1]", "b = 2", "a.append(b)"]),
        ("b", ["b = 3"]),
        ("a@1", ["a = [1]"]),
        ("a@4", ["a = [1]", "b = 2", "a.append(b)"]),
        ("b@2", ["b = 3"]),
        ("b@2:2", ["b = 2"]),
        ("a@2:1", ["a = [1]", "b = 2", "a.append(b)"]),
        ("c@1", ["a = [1]", "b = 2", "c = a[0] + b"]),
        ("c@1:2", ["a = [1]", "b = 2", "c = a[0] + b"]),
        ("a@3", ["a = [1]", "b = 2", "a.append(b)"]),
        ("file:out.txt", ["a = [1]", "b = 2", "c = a[0] + b", "open('out.txt', 'w').write(str(c))"]),
        ("file:./out.txt", ["a = [1]", "b = 2", "c = a[0] + b", "open('out.txt', 'w').write(str(c))"]),
        ("file:data/other.txt", ["open('data/other.txt', 'w')"]),
        ("file:other.txt", ["open('data/other.txt', 'w')"]),
        ("cell:2", ["a = [1]", "b = 2", "a.append(b)", "print(a)"]),
        ("cell:4", ["a = [1]", "b = 2", "a.append(b)", "len(a)"]),
    ],
)
def test_slices(target: str, sources: list[str]) -> None:
    found = sliced(RUNS, target)
    assert kept(found) == sources
    assert found.total == 12


@pytest.mark.parametrize(
    ("cells", "target", "message"),
    [
        (CELLS, "zz", "target zz: no statement binds zz; names are a, b, random"),
        (["value = 1"], "valeu", "target valeu: no statement binds valeu; near: value"),
        (["print(1)"], "a", "target a: no statement binds a; the notebook binds no name"),
        (["a = 1", "b = 2"], "b@0", "target b@0: no statement binds b up to cell 0; it is bound later"),
        (["b = 2\na = 1"], "a@0:1", "target a@0:1: no statement binds a up to cell 0; it is bound later"),
        (["a = 1\ndel a"], "a", "target a: a is deleted before the end; ask for a@CELL instead"),
        (
            ["b = 2", "a = ("],
            "a",
            "target a: no statement binds a; "
            "cell 1 mentions it and does not parse (line 1: '(' was never closed)",
        ),
        (
            ["b = 2", "a = ("],
            "b@1",
            "target b@1: cell 1 does not parse (line 1: '(' was never closed); correct it first",
        ),
        (["a = 1"], "a@5", "target a@5: cell 5 is not a code cell that ran; the code cells are 0"),
        ([], "a@5", "target a@5: cell 5 is not a code cell that ran"),
        (["a = 1"], "cell:5", "target cell:5: cell 5 is not a code cell that ran; the code cells are 0"),
        (
            ["a = 1"] * 14,
            "a@20",
            "target a@20: cell 20 is not a code cell that ran; "
            "the code cells are 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ...",
        ),
        (
            ["\n\na = 1"],
            "a@0:2",
            "target a@0:2: cell 0 has no statement at or before line 2",
        ),
        (["a = 1"], "cell:0", "target cell:0: cell 0 displays nothing; ask for a name that it binds"),
        (["a = ("], "cell:0",
         "target cell:0: cell 0 does not parse (line 1: '(' was never closed); correct it first"),
        (CELLS, "file:no.txt",
         "target file:no.txt: no statement writes no.txt; files written: data/other.txt, out.txt"),
        (["a = 1"], "file:no.txt", "target file:no.txt: no statement writes no.txt; files written: none"),
    ],
)  # fmt: skip
def test_targets_that_there_are_not(cells: Sequence[str], target: str, message: str) -> None:
    with pytest.raises(TargetError) as caught:
        sliced(timeline(cells), target)
    assert str(caught.value) == message


def test_several_targets_are_one_slice_in_the_order_of_the_timeline() -> None:
    found = sliced(RUNS, "b", "a@1", "cell:2")
    assert kept(found) == ["a = [1]", "b = 2", "a.append(b)", "print(a)", "b = 3"]
    assert found.types == ("int", "list", "")
    together = {
        each.statement.site for target in ("b", "a@1", "cell:2") for each in sliced(RUNS, target).statements
    }
    assert [each.statement.site for each in found.statements] == sorted(together)


def test_targets_before_others_do_not_take_their_place() -> None:
    """A value in the middle is needed as it was there, beside what it is at the end."""
    cells = timeline(["a = 1", "b = a", "a = 2", "c = a"])
    assert kept(sliced(cells, "c", "b")) == ["a = 1", "b = a", "a = 2", "c = a"]
    assert kept(sliced(cells, "a@0", "c")) == ["a = 1", "a = 2", "c = a"]


def test_reasons_lead_to_the_target() -> None:
    found = {each.statement.source: each for each in sliced(RUNS, "a").statements}
    readers = {
        source: {reader.source if reader else None for reader, _ in each.needed_by}
        for source, each in found.items()
    }
    assert readers == {"a = [1]": {"a.append(b)", None}, "b = 2": {"a.append(b)"}, "a.append(b)": {None}}


def test_what_only_possible_effects_lead_to_is_not_certain() -> None:
    found = sliced(timeline(["a = [1]", "n = 1", "unknown(a, n)", "b = a[0]"]), "b")
    assert {each.statement.source: each.certain for each in found.statements} == {
        "a = [1]": True,
        "n = 1": False,
        "unknown(a, n)": False,
        "b = a[0]": True,
    }


def test_one_certain_path_is_enough() -> None:
    found = sliced(timeline(["n = 1", "a = [n]", "unknown(a, n)", "b = a[0] + n"]), "b")
    certain = {each.statement.source: each.certain for each in found.statements}
    assert certain["n = 1"]
    assert not certain["unknown(a, n)"]


def test_opaque_code_is_reported_where_it_stands() -> None:
    found = sliced(timeline(["a = 1; code = input()", "\nexec(code)", "b = a"]), "b")
    assert found.opaque == ("cell 1, line 2: `exec` runs code that is not known before it runs",)
    assert sliced(timeline(["exec(code)", "a = 1"]), "a").opaque == ()


def test_the_ran_timeline_and_the_written_one() -> None:
    cells = (
        Cell(0, "m", "markdown", "# Title"),
        Cell(1, "x", "code", "a = 1", execution_count=3),
        Cell(2, "y", "code", "b = a + 1", execution_count=2),
        Cell(3, "z", "code", "a = 2", execution_count=1),
        Cell(4, "n", "code", "a = 3"),
    )
    notebook = Notebook("n.ipynb", "ipynb", "python", cells)
    assert kept(sliced(written_timeline(notebook), "b")) == ["a = 1", "b = a + 1"]
    assert kept(sliced(ran_timeline(notebook), "b")) == ["a = 2", "b = a + 1"]
    assert kept(sliced(ran_timeline(notebook), "a@3")) == ["a = 2"]
    with pytest.raises(TargetError, match="cell 4 is not a code cell that ran; the code cells are 1, 2, 3"):
        sliced(ran_timeline(notebook), "a@4")


def test_a_cell_that_ran_twice_is_meant_as_it_ran_last() -> None:
    order = [(0, "a = 1"), (1, "a = a + 1"), (1, "a = a + 1"), (2, "a = 0")]
    runs = tuple(Run(cell, f"c{cell}", source, n) for n, (cell, source) in enumerate(order))
    found = sliced(runs, "a@1")
    assert [each.statement.site.run for each in found.statements] == [0, 1, 2]
