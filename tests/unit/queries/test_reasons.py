"""Why a statement is kept, in words."""

from __future__ import annotations

import pytest

from notelift.flow.graph import Dependency, Site, Statement
from notelift.queries.reasons import explain, first_line, merged, resource_in_words
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


def kept_for(statement_: Statement, *pairs: tuple[Statement | None, Dependency]) -> Slice:
    return Slice((SlicedStatement(statement_, True, pairs),), 1)


def needs(kind: str, name: str) -> Dependency:
    return Dependency(Site(1, 0), kind, name, True, "by hand")


MADE = statement(1, 0, "a = f()", binds=["a"])
OTHER = statement(1, 0, "b = f()", binds=["b"])
CHANGED = statement(1, 0, "b.x()", changes=["b"])
BOTH = statement(1, 0, "a = b.pop()", binds=["a"], changes=["b"])
SEVERAL = statement(1, 0, "a, b = f()", binds=["a", "b"])
PLAIN = statement(1, 0, "f(a)")


@pytest.mark.parametrize(
    ("made", "all_needs", "texts"),
    [
        (MADE, [("name", "a"), ("object", "a")], ["sets `a`, read in cell 7"]),
        (OTHER, [("object", "a")], ["makes `b`, read through `a` in cell 7"]),
        (CHANGED, [("object", "a")], ["changes `b`, read through `a` in cell 7"]),
        (CHANGED, [("object", "b['c']")], ["changes `b`, read in cell 7"]),
        (PLAIN, [("object", "a['b']"), ("object", "a")], ["changes `a['b']`, read in cell 7"]),
        (SEVERAL, [("object", "c")], ["makes `c`, read in cell 7"]),
        (PLAIN, [("object", "")], ["changes a value, read in cell 7"]),
        (BOTH, [("object", "b"), ("name", "a")], ["changes `b`, read in cell 7", "sets `a`, read in cell 7"]),
    ],
)
def test_what_a_statement_is_to_one_reader(
    made: Statement, all_needs: list[tuple[str, str]], texts: list[str]
) -> None:
    kept = kept_for(made, *((READER, needs(*each)) for each in all_needs))
    (reasons,) = explain(kept, X)
    assert [reason.text for reason in reasons] == [f"`{made.source}` {each}" for each in texts]


def test_reasons_are_merged_by_what_the_statement_does() -> None:
    made = statement(1, 0, "import a", binds=["a"])
    readers = [
        statement(1, 3, "a.x"),
        statement(1, 4, "a.x"),
        *(statement(cell, 0, "a.x") for cell in range(2, 9)),
    ]
    (reasons,) = explain(kept_for(made, *((reader, needs("name", "a")) for reader in readers)), X)
    assert merged(made, reasons) == (
        "`import a` imports `a`, read in lines 4 and 5 and in cells 2, 3, 4, 5, 6 and 2 more",
    )


def test_a_target_is_told_apart_from_readers() -> None:
    made = statement(1, 0, "x = 1", binds=["x"])
    pairs = [(None, needs("name", "x")), (READER, needs("name", "x"))]
    (reasons,) = explain(kept_for(made, *pairs), X)
    assert merged(made, reasons) == ("`x = 1` sets `x`, needed for the target `x`",)
