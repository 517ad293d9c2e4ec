"""Provenance numbers: what changes them and what does not, and the two timelines of a notebook."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from notelift.flow.analysis import analyse
from notelift.flow.graph import Site
from notelift.flow.provenance import Provenance, numbers
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.timelines import ran_timeline, written_timeline
from tests.properties.executing import library, timeline


def provenance(*cells: str) -> Provenance:
    return numbers(analyse(timeline(cells), library()).dataflow)


def differing(one: Sequence[str], other: Sequence[str]) -> set[str]:
    """The names whose numbers differ between two notebooks."""
    left, right = provenance(*one), provenance(*other)
    names = left.dataflow.values.keys() & right.dataflow.values.keys()
    return {name for name in names if left.of_value(name) != right.of_value(name)}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # Comments, layout, and where the lines are cut into cells.
        ("a = f(1,2)", "# note\n\na = f( 1, 2 )  # why"),
        ("a = (1 +\n  2)", "a = 1 + 2"),
        ("a = 'x'", 'a = "x"'),
        ("a = u'x'", "a = 'x'"),
        ("a = 0x10", "a = 16"),
        ("def a(b):\n  # note\n  return b", "def a(b):\n      return (b)"),
        ("%time a = 1", "a = 1"),
        ("%%time\na = 1", "a = 1"),
        ("a = !ls", "a = !ls  "),
    ],
)
def test_the_same_code(before: str, after: str) -> None:
    assert differing([before], [after]) == set()
    assert provenance(before).of_statement(Site(0, 0)) == provenance(after).of_statement(Site(0, 0))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = 1", "a = 2"),
        ("a = 1", "a = 1.0"),
        ("a = 1", "a = True"),
        ("a = 'x'", "a = b'x'"),
        ("a = b'x'", "a = 'x'"),
        ("a = None", "a = ..."),
        ("a = x - y", "a = y - x"),
        ("a = [x[1:]]", "a = [x[:1]]"),
        ("a = [[1], 2]", "a = [[1, 2]]"),
        ("a = f(b=1)", "a = f(c=1)"),
        ("a = {**x, 1: 2}", "a = {1: 2, **x}"),
        ("def a():\n  'text'", "def a():\n  'other'"),
        ("def a():\n  b: (yield) = 1", "def a():\n  b: (yield 1)"),
        ("a = !ls", "a = !ls -l"),
        ("a = %sql select 1", "a = %sql select 2"),
        ("%%capture a\n1", "%%capture a --no-stderr\n1"),
        ("a = 1" + "0" * 5000, "a = 0"),
        ("a = 0x1" + "0" * 5000, "a = 0x2" + "0" * 5000),
        (r"a = '\ud800'", r"a = '\ud801'"),
    ],
)
def test_other_code(before: str, after: str) -> None:
    one, other = provenance(before), provenance(after)
    if one.dataflow.values and other.dataflow.values:
        assert one.of_value("a") != other.of_value("a")
        assert one.of_statement(Site(0, 0)) != other.of_statement(Site(0, 0))
    else:
        assert one.dataflow.runs[0].error or other.dataflow.runs[0].error


@pytest.mark.parametrize(
    ("before", "after", "differ"),
    [
        (["a = 1", "b = a"], ["a = 2", "b = a"], "a b"),
        (["a = 1", "b = 2", "c = a"], ["a = 1", "b = 3", "c = a"], "b"),
        (["a = [1]", "b = a", "b.append(1)"], ["a = [1]", "b = a", "b.append(2)"], "a b"),
        (["x = 1", "def f(): return x", "a = f()"], ["x = 2", "def f(): return x", "a = f()"], "x a f"),
        # Cells between, and cells in another order, that have nothing to do with it.
        (["a = 1", "c = a"], ["print(0)", "a = 1", "b = 2", "c = a"], ""),
        (["a = 1", "b = 2", "c = a + b"], ["b = 2", "a = 1", "c = a + b"], ""),
        # The order in which one thing was made.
        (["d = {}", "d['x'] = 1", "d['y'] = 2"], ["d = {}", "d['y'] = 2", "d['x'] = 1"], "d"),
        (["a = []", "a.append(1)", "a.append(2)"], ["a = []", "a.append(2)", "a.append(1)"], "a"),
        # What is bound again is bound alike.
        (["a = 1", "a = 2", "b = a"], ["a = 2", "b = a"], ""),
        # The world.
        (
            ["import random", "random.seed(1)", "a = random.random()"],
            ["import random", "random.seed(2)", "a = random.random()"],
            "a",
        ),
        (
            ["import random", "random.seed(1)", "a = random.random()"],
            ["import random", "random.seed(1)", "random.random()", "a = random.random()"],
            "a",
        ),
        (
            ["import random", "random.random()", "random.seed(1)", "a = random.random()"],
            ["import random", "random.seed(1)", "a = random.random()"],
            "",
        ),
        (
            ["import os", "os.environ.update(A='1')", "os.environ['A'] = '2'", "a = os.environ['A']"],
            ["import os", "os.environ['A'] = '2'", "os.environ.update(A='1')", "a = os.environ['A']"],
            "a",
        ),
        (
            ["open('x.txt', 'w').write('1')", "a = open('x.txt').read()"],
            ["open('x.txt', 'w').write('2')", "a = open('x.txt').read()"],
            "a",
        ),
        # Statements of one text are told apart by what they read.
        (["a = 1", "a = a + 1"], ["a = 1", "a = a + 1", "a = a + 1"], "a"),
    ],
)
def test_what_is_read(before: list[str], after: list[str], differ: str) -> None:
    assert differing(before, after) == set(differ.split())


def test_files_have_numbers() -> None:
    one = provenance("n = 1", "open('x.txt', 'w').write(str(n))", "open('y.txt', 'w')")
    other = provenance("n = 2", "open('x.txt', 'w').write(str(n))", "open('y.txt', 'w')")
    assert one.of_file("x.txt") != other.of_file("x.txt")
    assert one.of_file("y.txt") == other.of_file("y.txt")
    assert len(one.of_file("x.txt")) == 32


def test_what_there_is_not() -> None:
    found = provenance("a = 1")
    with pytest.raises(KeyError):
        found.of_value("b")
    with pytest.raises(KeyError):
        found.of_file("b")
    with pytest.raises(IndexError):
        found.of_statement(Site(0, 1))


@pytest.mark.parametrize(
    ("cells", "differ"),
    [
        # Sorted counts, and counts in another order that changes nothing.
        ([(1, "a = 1"), (2, "b = a")], ""),
        ([(2, "a = 1"), (1, "b = 2"), (3, "c = a + b")], ""),
        ([(7, "a = 1"), (30, "b = a")], ""),
        # Hidden state: what ran before a cell stands below it, or was not run.
        ([(3, "a = 1"), (2, "b = a"), (1, "a = 2")], "a b"),
        ([(1, "a = 1"), (None, "a = 2"), (2, "b = a")], "a b"),
        ([(1, "a = [1]"), (3, "a.append(2)"), (2, "b = len(a)")], "b"),
        # Only what is made of it differs.
        ([(1, "a = 1"), (3, "a = a + 1"), (2, "b = a"), (4, "c = 0"), (5, "d = b")], "b d"),
    ],
)
def test_the_two_timelines_of_a_notebook(cells: list[tuple[int | None, str]], differ: str) -> None:
    found = Notebook(
        "n.ipynb",
        "ipynb",
        "python",
        tuple(
            Cell(n, f"c{n}", "code", source, execution_count=count) for n, (count, source) in enumerate(cells)
        ),
    )
    written = numbers(analyse(written_timeline(found), library()).dataflow)
    ran = numbers(analyse(ran_timeline(found), library()).dataflow)
    names = written.dataflow.values.keys() & ran.dataflow.values.keys()
    assert {name for name in names if written.of_value(name) != ran.of_value(name)} == set(differ.split())


@pytest.mark.parametrize(
    ("cell", "idempotent"),
    [
        ("b = a + 1", True),
        ("b = sorted(xs)", True),
        ("def f(): return a", True),
        ("import random\nrandom.seed(0)\nb = random.random()", True),
        ("a += 1", False),
        ("a = a + 1", False),
        ("xs.append(1)", False),
        ("xs = xs[1:]", False),
        ("import random\nb = random.random()", False),
        ("b = next(it)", False),
        ("open('log.txt', 'a').write('x'); b = open('log.txt').read()", False),
        ("open('log.txt', 'w').write('x'); b = open('log.txt').read()", True),
    ],
)
def test_running_a_cell_again(cell: str, idempotent: bool) -> None:
    start = "a = 1; xs = [3, 1]; it = iter(xs)"
    assert (differing([start, cell], [start, cell, cell]) == set()) is idempotent
