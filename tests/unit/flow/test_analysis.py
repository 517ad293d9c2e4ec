"""The analysis of a timeline: edges and their reasons, what runs leave, and what edits cost."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from notelift.flow.analysis import Analysis, analyse, analyse_prefix
from notelift.flow.graph import Dataflow, Dependency, Site
from notelift.notebook.model import Cell, Notebook, Run, Timeline
from notelift.notebook.timelines import ran_timeline, written_timeline
from tests.properties.executing import library, timeline


def dataflow(*cells: str) -> Dataflow:
    return analyse(timeline(cells), library()).dataflow


def shown(needs: Dependency) -> str:
    """An edge in short: where to, its kind and name, and a question mark where it is only possible."""
    run, statement = needs.source
    return f"{run}.{statement} {needs.kind} {needs.name}{'' if needs.must else '?'}"


# -- edges


@pytest.mark.parametrize(
    ("cells", "edges"),
    [
        # Names, and what they hold.
        (["a = 1", "b = a"], ["0.0 name a"]),
        (["a = 1", "a = 2", "b = a"], ["1.0 name a"]),
        (["a = [1]", "b = a[0]"], ["0.0 name a", "0.0 object a"]),
        # What surely changed an object stands for all that made it before.
        (["a = []; a.append(1)", "b = a[0]"], ["0.0 name a", "0.1 object a"]),
        (["a = []", "b = a", "b.append(1)", "print(a)"], ["0.0 name a", "2.0 object a"]),
        (["d = {}; d['x'] = 1; d['y'] = 2", "d['x']"], ["0.0 name d", "0.0 object d", "0.1 object d['x']"]),
        # What is bound on one path only is read from all that may have bound it.
        (["a = 1", "if c: a = 2", "b = a"], ["0.0 name a", "1.0 name a"]),
        (["def f(): return g()", "def g(): return 1", "a = f()"],
         ["0.0 name f", "0.0 object f", "1.0 name g", "1.0 object g"]),
        # What may have changed is told apart from what has.
        (["a = [1]", "unknown(a)", "b = a[0]"], ["0.0 name a", "0.0 object a", "1.0 object a?"]),
        (["a = [1]", "b = unknown(a)", "c = a[0]"], ["0.0 name a", "0.0 object a"]),
        (["a = [1]; b = [2]", "c = a if n else b", "c.append(1)", "d = len(a)"],
         ["0.0 name a", "0.0 object a", "2.0 object a?"]),
        # The world, files, outputs, and code that cannot be read.
        (["import random", "random.seed(1)", "a = random.random()"],
         ["0.0 name random", "1.0 world random:random"]),
        (["import random", "random.random()", "random.seed(1)", "a = random.random()"],
         ["0.0 name random", "2.0 world random:random"]),
        (["f = open('a.txt', 'w'); f.write('x'); f.close()", "b = open('a.txt')"],
         ["0.2 file a.txt"]),
        (["1 + 1", "a = _"], ["0.0 output _"]),
        (["from unknown_module import *", "a = thing"], ["0.0 opaque thing"]),
        (["exec(code)", "a = thing"], ["0.0 opaque thing?"]),
    ],
)  # fmt: skip
def test_edges_of_the_last_statement(cells: Sequence[str], edges: list[str]) -> None:
    statements = list(dataflow(*cells).statements())
    assert sorted(map(shown, statements[-1].reads)) == edges


@pytest.mark.parametrize(
    ("cells", "source", "why"),
    [
        (["a = 1", "b = a"], Site(0, 0), "binds a"),
        (["d = {}", "d['x'] = 1", "print(d)"], Site(1, 0), "`d['x'] = ...`"),
        (["a = [1]", "a += [2]", "b = a"], Site(1, 0), "binds a"),
        (["a = [1]", "b = a[0]"], Site(0, 0), "binds a"),
    ],
)
def test_edges_say_why(cells: Sequence[str], source: Site, why: str) -> None:
    statements = list(dataflow(*cells).statements())
    assert why in {needs.why for needs in statements[-1].reads if needs.source == source}


def test_every_edge_has_a_reason_and_an_earlier_source_and_edges_are_sorted() -> None:
    cells = [
        "import pandas as pd, random",
        "df = pd.read_csv('a.csv')\nrows = [df]",
        "for r in rows:\n    r['x'] = random.random()\nunknown(df)",
        "df.to_csv('b.csv')\nexec('1')",
        "df2 = pd.read_csv('b.csv')\ndf2",
    ]
    for statement in dataflow(*cells).statements():
        assert list(statement.reads) == sorted(statement.reads)
        for needs in statement.reads:
            assert needs.why
            assert needs.source < statement.site


# -- facts of statements, values and files


def test_statements_know_their_place_and_what_they_do() -> None:
    found = dataflow("# first\na = []; a.append(1)", "global_one = 1\ndef f():\n  global b\n  b = a\nf()")
    first, second = found.runs[0].statements
    assert (first.cell, first.line, first.column, first.source) == (0, 2, 0, "a = []")
    assert (second.line, second.column, second.end_column) == (2, 8, 19)
    assert [name for name, _, must in second.changes if must] == ["a"]
    assert found.runs[1].statements[2].binds == ("b",)
    assert found.values.keys() == {"a", "b", "f", "global_one"}
    assert found.values["b"].type == "list"


@pytest.mark.parametrize(
    ("source", "world"),
    [
        ("open('a.txt')", ("read", "file:a.txt")),
        ("open('a.txt', 'w')", ("write", "file:a.txt")),
        ("open('a.txt', 'a')", ("append", "file:a.txt")),
        ("import random; random.seed(0)", ("set", "random:random")),
        ("import random; random.random()", ("draw", "random:random")),
        ("import os; os.remove('a.txt')", ("remove", "file:a.txt")),
        ("1 + 1", ("show", "output")),
        ("exec(code)", ("alter", "opaque")),
    ],
)
def test_effects_on_the_world(source: str, world: tuple[str, str]) -> None:
    assert world in list(dataflow(source).statements())[-1].world


def test_deleted_names_are_no_values() -> None:
    assert dataflow("a = 1; b = 2", "del a").values.keys() == {"b"}


def test_files_at_the_end_have_their_writers() -> None:
    found = dataflow("open('a.txt', 'w')", "open('a.txt', 'w')", "open('b.txt', 'a')", "open('b.txt', 'a')")
    assert {path: [shown(needs) for needs in reads] for path, reads in found.files.items()} == {
        "a.txt": ["1.0 file a.txt"],
        "b.txt": ["3.0 file b.txt"],
    }


def test_a_broken_cell_says_why_and_the_others_go_on() -> None:
    found = dataflow("a = 1", "b = (", "c = a")
    assert found.runs[1].error == "line 1: '(' was never closed"
    assert [shown(needs) for needs in found.values["c"].reads] == ["2.0 name c"]


def test_code_that_is_nested_too_deeply_is_opaque() -> None:
    found = dataflow("a = [1]", "b = " + "+".join(["a"] * 900), "c = a")
    (deep,) = found.runs[1].statements
    assert deep.notes == ("the code is nested too deeply to be analysed",)
    assert "1.0 object a?" in map(shown, found.runs[2].statements[0].reads)


def test_data_may_be_nested_deeper_than_code() -> None:
    lines = [f"x{n} = [x{n - 1}, {n}]\nx{n}.append(x{n - 1})" for n in range(1, 600)]
    found = dataflow("x0 = [0]", "\n".join(lines), "print(x599)")
    assert not any(each.notes for each in found.statements())
    assert "0.0 object x599" in map(shown, found.runs[2].statements[0].reads)


# -- timelines


def notebook(*cells: tuple[int | None, str]) -> Notebook:
    found = [
        Cell(n, f"c{n}", "code", source, execution_count=count) for n, (count, source) in enumerate(cells)
    ]
    return Notebook("n.ipynb", "ipynb", "python", tuple(found))


@pytest.mark.parametrize(
    ("cells", "written", "ran"),
    [
        ([(1, "a = 1"), (2, "b = a")], ["0.0 name a"], ["0.0 name a"]),
        ([(3, "a = 1"), (2, "b = a"), (1, "a = 2")], ["0.0 name a"], ["0.0 name a"]),
        ([(2, "a = 1"), (1, "b = a")], ["0.0 name a"], []),
        ([(1, "a = 1"), (None, "a = 2"), (2, "b = a")], ["1.0 name a"], ["0.0 name a"]),
        ([(1, "a = []"), (3, "a.append(1)"), (2, "b = a[:]")],
         ["0.0 name a", "1.0 object a"], ["0.0 name a", "0.0 object a"]),
    ],
)  # fmt: skip
def test_both_timelines_of_one_notebook(
    cells: list[tuple[int | None, str]], written: list[str], ran: list[str]
) -> None:
    """The edges of the statement that binds `b`, its sources as places of the timeline."""
    for runs, expected in (
        (written_timeline(notebook(*cells)), written),
        (ran_timeline(notebook(*cells)), ran),
    ):
        found = analyse(runs, library()).dataflow
        binder = next(each for each in found.statements() if "b" in each.binds)
        assert sorted(map(shown, binder.reads)) == expected


def test_a_cell_that_runs_twice_is_two_runs() -> None:
    runs = tuple(Run(0, "c0", "a = a + 1 if 'a' in globals() else 0", n, occurrence=n) for n in range(2))
    found = analyse(runs, library()).dataflow
    assert "0.0 name a" in map(shown, found.runs[1].statements[0].reads)
    assert [each.site for each in found.statements()] == [Site(0, 0), Site(1, 0)]


# -- prefixes


@pytest.mark.parametrize(
    ("cell", "line", "type_", "reads"),
    [
        (0, None, "int", ["0.0 name a"]),
        (1, 1, "str", ["1.0 name a"]),
        (1, 2, "float", ["1.1 name a"]),
        (1, 3, "float", ["1.1 name a"]),
        (1, None, "list", ["1.2 name a", "1.2 object a"]),
    ],
)
def test_prefixes_end_at_a_line(cell: int, line: int | None, type_: str, reads: list[str]) -> None:
    runs = timeline(["a = 1", "a = 'x'\na = 1.5\n\na = []", "a = {}"])
    value = analyse_prefix(runs, library(), cell, line).dataflow.values["a"]
    assert (value.type, sorted(map(shown, value.reads))) == (type_, reads)


def test_a_prefix_ends_in_the_last_run_of_the_cell() -> None:
    runs = tuple(
        Run(cell, f"c{cell}", source, n, occurrence=n // 2)
        for n, (cell, source) in enumerate([(0, "a = 1"), (1, "a = 2"), (0, "a = 3"), (1, "a = 4")])
    )
    reads = analyse_prefix(runs, library(), 0, None).dataflow.values["a"].reads
    assert list(map(shown, reads)) == ["2.0 name a"]


# -- edits

CELLS = ("a = [1]", "b = 2", "a.append(b)", "c = 3\nd = c", "e = len(a)", "f = d + 1")


def edited(before: Analysis, *cells: str) -> Analysis:
    return analyse(timeline(cells, [f"cell-{n}" for n in range(len(cells))]), library(), before)


@pytest.mark.parametrize(
    ("place", "source", "analysed"),
    [
        (1, "b = 2", 0),
        (1, "b = 2  # a comment", 1),
        (4, "e = len(a) + 1", 1),
        (5, "f = d + 2", 1),
        # The next cell but one reads what was bound, and its own readers read who changed it as before.
        (3, "c = 3\nd = c + 1", 2),
        (3, "c = 3\n\nd = c", 1),
        # A cell that does not parse binds nothing.
        (3, "c = (", 2),
        # `a` is another object: all that change or read it.
        (0, "a = (1, 2)", 3),
    ],
)
def test_an_edit_costs_the_runs_that_read_what_it_changes(place: int, source: str, analysed: int) -> None:
    before = analyse(timeline(CELLS), library())
    cells = [*CELLS[:place], source, *CELLS[place + 1 :]]
    after = edited(before, *cells)
    assert after.analysed == analysed
    assert after.dataflow == dataflow(*cells)


@pytest.mark.parametrize("source", ["print(1)", "1 +", "a = 3", "3", "'b'"])
def test_older_outputs_cost_those_alone_who_ask_for_them(source: str) -> None:
    cells = ["'a'", "2", "[3]", "'d'", "old = ___", "new = _"]
    after = edited(analyse(timeline(cells), library()), cells[0], source, *cells[2:])
    assert after.analysed == 2
    assert after.dataflow == dataflow(cells[0], source, *cells[2:])


def test_an_edit_and_its_undoing() -> None:
    before = analyse(timeline(CELLS), library())
    between = edited(before, "a = {}", *CELLS[1:])
    assert edited(between, *CELLS).dataflow == before.dataflow


def test_what_only_the_edited_cell_did_is_gone() -> None:
    before = analyse(timeline(["open('a.txt', 'w')", "b = 1"]), library())
    after = edited(before, "a = 1", "b = 1")
    assert not after.dataflow.files
    assert after.dataflow == dataflow("a = 1", "b = 1")


def tokens(analysis: Analysis, cell: str) -> list[int]:
    return [fact.token for fact in analysis.records[cell, 0].facts]


@pytest.mark.parametrize(
    ("after", "kept"),
    [
        ("x = 1\ny = 2\nz = 3", [0, 1, 2]),
        ("x = 1\nnew = 0\ny = 2\nz = 3", [0, None, 1, 2]),
        ("x = 1\nz = 3", [0, 2]),
        ("x = 1\ny = 20\nz = 3", [0, 1, 2]),
        ("new = 0\nx = 1\ny = 2\nz = 3", [None, 0, 1, 2]),
        ("x = 1\ny = 2\nz = 3\nnew = 0", [0, 1, 2, None]),
        ("x = 1\n", [0]),
    ],
)
def test_statements_before_and_after_an_edit_keep_their_tokens(after: str, kept: list[int | None]) -> None:
    before = analyse(timeline(["x = 1\ny = 2\nz = 3"]), library())
    old = tokens(before, "cell-0")
    new = tokens(edited(before, after), "cell-0")
    assert [old.index(token) if token in old else None for token in new] == kept
    assert len(set(new)) == len(new)


def test_another_library_begins_anew() -> None:
    from notelift.effects.library import load_library

    before = analyse(timeline(CELLS), library())
    assert analyse(timeline(CELLS), load_library(), before).analysed == len(CELLS)


def test_the_analysis_before_is_left_as_it_was() -> None:
    runs: Timeline = timeline(CELLS)
    before = analyse(runs, library())
    edited(before, *CELLS[:3])
    edited(before, "a = {}", *CELLS[1:])
    assert before.dataflow == analyse(runs, library()).dataflow
