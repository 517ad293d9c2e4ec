"""Names in cells: where they are found, and which are no variables of the notebook."""

from __future__ import annotations

from pathlib import Path

import pytest

from notelift.cells.code import read_cell
from notelift.export.names import names_of
from notelift.views.names import callee_at, name_at, names_in
from tests.harness.markdown import read_cases

CASES = Path(__file__).parents[2] / "cases" / "flow"

TEXT = """\
%time wörter = {"é": 1}; größe = len(wörter)
@decorate(limit)
async def f(x, *rest: kind, y=default) -> result:
    global counted
    counted = local = x
    return [w + outer for w in rest if (seen := w)]
class A(Base, metaclass=Meta):
    field = source
    other = field
    def m(self): return field, self.z
frame.a["k"], frame2[index] = values
del frame3["x"], gone
total += 1
for i, (j, *rest) in pairs: pass
with opened() as (left, right): pass
try: pass
except (E1, E2) as error: pass
match subject:
    case {"k": captured, **others} | [captured, *others]: pass
import a.b.c, d as e
from p import (q,
    r as s)
lambda z: z + free"""


def found(text: str) -> list[tuple[str, str, str]]:
    return [(each.name, each.access, each.inside) for each in names_in(text).occurrences]


def test_names_and_what_is_done_with_them() -> None:
    assert found(TEXT) == [
        ("wörter", "write", ""),
        ("größe", "write", ""),
        ("len", "read", ""),
        ("wörter", "read", ""),
        ("decorate", "read", ""),
        ("limit", "read", ""),
        ("f", "write", ""),
        ("kind", "read", ""),
        ("default", "read", ""),
        ("result", "read", ""),
        ("counted", "write", "f"),
        ("outer", "read", "f"),
        ("A", "write", ""),
        ("Base", "read", ""),
        ("Meta", "read", ""),
        ("source", "read", ""),
        ("field", "read", "A"),
        ("frame", "change", ""),
        ("frame2", "change", ""),
        ("index", "read", ""),
        ("values", "read", ""),
        ("frame3", "change", ""),
        ("gone", "delete", ""),
        ("total", "write", ""),
        ("i", "write", ""),
        ("j", "write", ""),
        ("rest", "write", ""),
        ("pairs", "read", ""),
        ("opened", "read", ""),
        ("left", "write", ""),
        ("right", "write", ""),
        ("E1", "read", ""),
        ("E2", "read", ""),
        ("error", "write", ""),
        ("subject", "read", ""),
        ("captured", "write", ""),
        ("captured", "write", ""),
        ("others", "write", ""),
        ("a", "write", ""),
        ("e", "write", ""),
        ("q", "write", ""),
        ("s", "write", ""),
        ("free", "read", ""),
    ]


def test_regions_hold_the_name() -> None:
    lines = TEXT.split("\n")
    for each in names_in(TEXT).occurrences:
        line, column, end_line, end_column = each.region
        assert line == end_line
        assert lines[line - 1][column:end_column] == each.name
    for callee in names_in(TEXT).callees:
        line, column, _, end_column = callee.region
        assert callee.text.endswith(lines[line - 1][column:end_column])


@pytest.mark.parametrize("path", sorted(CASES.glob("*.md")), ids=lambda path: path.stem)
def test_they_are_the_names_that_extraction_knows(path: Path) -> None:
    """Two walks that know nothing of each other find the same names in each statement of the cases."""
    for case in read_cases(path):
        for cell in case.cells:
            named = names_in(cell.source).occurrences
            for index, statement in enumerate(read_cell(cell.source).statements):
                expected = names_of(statement.node)
                here = [each for each in named if each.statement == index]
                reads = {each.name for each in here if each.access in ("read", "change")}
                binds = {each.name for each in here if each.access in ("write", "delete")}
                assert reads - {"__notelift_magic__"} <= expected.reads, (case.title, statement.source)
                missing = expected.reads - reads - {"__notelift_magic__"}
                assert missing <= expected.class_reads | expected.outer_binds | binds
                assert binds <= expected.all_binds | {"others"}, (case.title, statement.source)


@pytest.mark.parametrize(
    ("text", "line", "column", "name"),
    [
        ("total = price", 1, 0, "total"),
        ("total = price", 1, 5, "total"),
        ("total = price", 1, 6, None),
        ("total = price", 1, 13, "price"),
        ("f(x)", 1, 1, "f"),
        ("f(x)", 1, 2, "x"),
        ("a=b", 1, 1, "a"),
        ("x = 1", 9, 0, None),
        ("x = 1", 1, 99, None),
        ("", 1, 0, None),
        ("x = (price", 1, 7, "price"),
        ("x = (a.price", 1, 9, None),
        ("x = (  # price", 1, 11, None),
        ("x = ('price', ", 1, 8, None),
        ("if (x", 1, 1, None),
    ],
)
def test_the_name_at_a_place(text: str, line: int, column: int, name: str | None) -> None:
    at = name_at(text, line, column)
    assert (at.name if at else None) == name


def test_what_is_called_at_a_place() -> None:
    at = callee_at("model.fit(X).score(y)", 1, 7)
    assert at is not None and at.text == "model.fit"
    at = callee_at("model.fit(X).score(y)", 1, 14)
    assert at is not None and at.text == "model.fit(X).score"
    assert callee_at("model.fit(X)", 1, 2) is None
    assert callee_at("model.fit", 1, 8) is None


def test_nesting_has_no_limit_of_its_own() -> None:
    text = "x = " + " + ".join(["y"] * 3000)
    assert len(names_in(text).occurrences) in (0, 3001)
