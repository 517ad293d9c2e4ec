"""The case format itself: what is read from Markdown, which marks stand where, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness.markdown import CaseError, read_cases
from tests.harness.statements import marked_statements

CASE = """\
# Theme

## two cells
```cell count=3 raises
x = 1  # keep
```
```cell drop
y = 2
```
```files data/in.csv
a,b
```
```timeline
ran
```
target: x
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "cases.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_case_is_read_with_its_lines(tmp_path: Path) -> None:
    (case,) = read_cases(written(tmp_path, CASE))
    assert (case.title, case.line, case.targets, case.order) == ("two cells", 3, ("x",), (0,))
    assert [(cell.line, cell.count, cell.mark, cell.raises) for cell in case.cells] == [
        (5, 3, "", True),
        (8, None, "drop", False),
    ]
    assert case.files == (("data/in.csv", "a,b\n"),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("## a\n```cell\nx = 1\n", "not closed"),
        ("## a\n```cells\nx = 1\n```\ntarget: x\n", "'cells'"),
        ("## a\n```cell\nx = 1\n```\n", "no target"),
        ("## a\n```cell\nx\n```\ntarget: x\n## a\n```cell\nx\n```\ntarget: x\n", "two cases"),
    ],
)
def test_malformed_case_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CaseError, match=message):
        read_cases(written(tmp_path, text))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1  # keep\ny = 2\nz = 3  # drop", [True, None, False]),
        ("a = 1; b = 2  # keep; drop", [True, False]),
        ("# drop\n%matplotlib inline\nx = 1  # keep", [False, True]),
        ("@f  # keep\ndef g():\n    pass", [True]),
        ("for i in x:  # drop\n    y = '# keep'", [False]),
        ("x = 1  # keep what comes", [None]),
    ],
)
def test_marks_stand_on_first_lines(source: str, expected: list[bool | None]) -> None:
    assert [statement.kept("x", 0) for statement in marked_statements(source)] == expected


def test_marks_of_targets_and_runs() -> None:
    (first,) = marked_statements("x = 1  # keep[x] drop[y]")
    assert (first.kept("x", 0), first.kept("y", 0), first.kept("z", 0)) == (True, False, None)
    (second,) = marked_statements("x = 1  # drop@0 keep@1")
    assert (second.kept("x", 0), second.kept("x", 1)) == (False, True)


def test_mark_beside_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="line 2"):
        marked_statements("for i in x:\n    y = 1  # keep")


def test_statements_are_their_own_text() -> None:
    texts = [statement.source for statement in marked_statements("a = 1; b = (2,\n 3); c = 4")]
    assert texts == ["a = 1", "b = (2,\n 3)", "c = 4"]
