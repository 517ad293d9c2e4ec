"""Why a statement is kept, in words."""

from __future__ import annotations

import pytest

from notelift.flow.graph import Dependency, Site, Statement
from notelift.queries.reasons import explain, first_line, resource_in_words
from notelift.queries.slice import Slice, SlicedStatement
from notelift.queries.targets import Target
from tests.unit.queries.dataflows import statement

READER = statement(7, 2, "model.fit(df)")
SAME_CELL = statement(1, 4, "model.fit(df)")
X = (Target("name", "x"),)


def text(source: str, kind: str, name: str, must: bool = True, reader: Statement | None = READER) -> str:
    """The only reason of a statement with that source, which binds the name where it reads like that."""
    binds = [name] if kind == "name" else []
    needs = Dependency(Site(1, 0), kind, name, must, "by hand")
    kept = SlicedStatement(statement(1, 0, source, binds=binds), must, ((reader, needs),))
    ((reason,),) = explain(Slice((kept,), 1), X)
    assert (reason.cell, reason.line) == ((reader.cell, reader.line) if reader else (None, None))
    return reason.text


@pytest.mark.parametrize(
    ("source", "kind", "name", "does"),
    [
        ("df.dropna(inplace=True)", "object", "df", "changes `df`"),
        ("df = f()", "name", "df", "sets `df`"),
        ("import pandas as pd", "name", "pd", "imports `pd`"),
        ("from a import b", "name", "b", "imports `b`"),
        ("def f(): return 1", "name", "f", "defines `f`"),
        ("@cache", "name", "f", "defines `f`"),
        ("np.random.seed(0)", "world", "random:numpy", "sets the random numbers of numpy"),
        ("plt.figure()", "world", "pyplot", "sets the figure that is drawn"),
        ("%cd data", "world", "cwd", "sets the working directory"),
        ('df.to_csv("a.csv")', "file", "a.csv", "writes `a.csv`"),
        ("df", "output", "_", "displays what `_` is"),
        ("exec(code)", "opaque", "df", "runs code that cannot be read and may change `df`"),
    ],
)
def test_sentences(source: str, kind: str, name: str, does: str) -> None:
    assert text(source, kind, name) == f"`{source}` {does}, read in cell 7"


def test_what_is_only_possible_says_may() -> None:
    assert text("f(df)", "object", "df", must=False) == "`f(df)` may change `df`, read in cell 7"
    assert text("df = f()", "name", "df", must=False) == "`df = f()` may set `df`, read in cell 7"


def test_readers_in_the_same_cell_have_a_line_and_the_target_its_name() -> None:
    assert text("df = f()", "name", "df", reader=SAME_CELL) == "`df = f()` sets `df`, read in line 5"
    assert text("x = f()", "name", "x", reader=None) == "`x = f()` sets `x`, needed for the target `x`"


def test_reasons_are_in_the_order_of_their_readers_and_each_once() -> None:
    needs = Dependency(Site(0, 0), "name", "a", True, "by hand")
    readers = [READER, SAME_CELL, None, READER]
    kept = SlicedStatement(
        statement(0, 0, "a = 1", binds=["a"]), True, tuple((each, needs) for each in readers)
    )
    (reasons,) = explain(Slice((kept,), 1), X)
    assert [reason.cell for reason in reasons] == [None, 1, 7]


def test_long_sources_are_cut() -> None:
    assert first_line("a" * 80, 10) == "aaaaaaaaa…"
    assert first_line("\na = (\n1)") == "a = ( …"


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        ("random:torch", "the random numbers of torch"),
        ("options:pandas", "the options of pandas"),
        ("database:con", "the database con"),
        ("environment", "the environment variables"),
        ("something:new", "`something:new`"),
    ],
)
def test_resources(resource: str, words: str) -> None:
    assert resource_in_words(resource) == words
