"""Statements of cells: places and texts, for Python, magics and cells that do not parse."""

from __future__ import annotations

import ast
import sysconfig
from pathlib import Path

import pytest

from notelift.cells.code import CellStatement, read_cell


def place(statement: CellStatement) -> tuple[int, int, int, int]:
    return statement.line, statement.column, statement.end_line, statement.end_column


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a = 1", [(1, 0, 1, 5, "a = 1")]),
        ("\n# note\na = 1  # why\n", [(3, 0, 3, 5, "a = 1")]),
        ("a = 1; b = 2", [(1, 0, 1, 5, "a = 1"), (1, 7, 1, 12, "b = 2")]),
        ("a = 1; b = (\n 2); c", [(1, 0, 1, 5, "a = 1"), (1, 7, 2, 3, "b = (\n 2)"), (2, 5, 2, 6, "c")]),
        ("for a in b:\n  c\n\nd", [(1, 0, 2, 3, "for a in b:\n  c"), (4, 0, 4, 1, "d")]),
        ("@a\n@b(1)\ndef f():\n  pass", [(1, 0, 4, 6, "@a\n@b(1)\ndef f():\n  pass")]),
        ("@a\nclass A: pass", [(1, 0, 2, 13, "@a\nclass A: pass")]),
        ("@a\nasync def f(): pass", [(1, 0, 2, 19, "@a\nasync def f(): pass")]),
        ("if a: pass\nelse:\n  b  # c", [(1, 0, 3, 3, "if a: pass\nelse:\n  b")]),
        ("a = \\\n  1", [(1, 0, 2, 3, "a = \\\n  1")]),
        ('a = """x\n"""; b', [(1, 0, 2, 3, 'a = """x\n"""'), (2, 5, 2, 6, "b")]),
        ("await f()", [(1, 0, 1, 9, "await f()")]),
        ("", []),
        ("# only a comment", []),
        # Columns count characters, where `ast` counts the bytes of UTF-8.
        ("é = 'ü'; ñ = 2", [(1, 0, 1, 7, "é = 'ü'"), (1, 9, 1, 14, "ñ = 2")]),
        ("a = '\U0001f600'; b", [(1, 0, 1, 7, "a = '\U0001f600'"), (1, 9, 1, 10, "b")]),
        (
            "a = '日本'; b = (\n'語'); c",
            [(1, 0, 1, 8, "a = '日本'"), (1, 10, 2, 4, "b = (\n'語')"), (2, 6, 2, 7, "c")],
        ),
        # Magics.
        ("%matplotlib inline\na = 1", [(1, 0, 1, 18, "%matplotlib inline"), (2, 0, 2, 5, "a = 1")]),
        ("a = !ls *.é\nb", [(1, 0, 1, 11, "a = !ls *.é"), (2, 0, 2, 1, "b")]),
        ("if a:\n  !ls\nb", [(1, 0, 2, 5, "if a:\n  !ls"), (3, 0, 3, 1, "b")]),
        ("!ls \\\n -l\nb", [(1, 0, 2, 3, "!ls \\\n -l"), (3, 0, 3, 1, "b")]),
        ("%%bash\necho 1\necho 2", [(1, 0, 3, 6, "%%bash\necho 1\necho 2")]),
        ("%%time\na = 1", [(2, 0, 2, 5, "a = 1")]),
        ("%time a = 1", [(1, 6, 1, 11, "a = 1")]),
        ("%%capture out\na = 1", [(1, 0, 1, 13, "%%capture out"), (2, 0, 2, 5, "a = 1")]),
        ("df?\na", [(1, 0, 1, 3, "df?"), (2, 0, 2, 1, "a")]),
        # Prompts and the indentation of the whole cell are taken off by IPython.
        ("  a = 1\n  b = 2", [(1, 2, 1, 7, "a = 1"), (2, 2, 2, 7, "b = 2")]),
        (">>> a = 1\n>>> b = 'é'; c", [(1, 4, 1, 9, "a = 1"), (2, 4, 2, 11, "b = 'é'"), (2, 13, 2, 14, "c")]),
    ],
)
def test_places(source: str, expected: list[tuple[int, int, int, int, str]]) -> None:
    found = read_cell(source)
    assert found.error == ""
    assert [(*place(each), each.source) for each in found.statements] == expected


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("a = (", "line 1: '(' was never closed"),
        ("a = 1\nb = = 2", "line 2: invalid syntax"),
        ("print 1", "line 1: Missing parentheses in call to 'print'"),
        ("a = 1\n\x00", "line 1: "),
        ("(" * 500 + ")" * 500, "line 1: too many nested parentheses"),
    ],
)
def test_cells_that_do_not_parse(source: str, error: str) -> None:
    found = read_cell(source)
    assert found.statements == ()
    assert found.error.startswith(error)


def test_magics_are_kept_where_the_code_is_broken() -> None:
    found = read_cell("%cd data\na = (")
    assert (found.statements, [each.name for each in found.magics]) == ((), ["cd"])


def test_wrong_escapes_warn_nobody(recwarn: pytest.WarningsRecorder) -> None:
    assert len(read_cell(r"a = '\d'").statements) == 1
    assert not recwarn.list


def test_a_cell_is_parsed_once() -> None:
    assert read_cell("a_text_of_this_test = 1") is read_cell("a_text_of_this_test = 1")


@pytest.mark.parametrize(
    "module", ["argparse.py", "ast.py", "collections/__init__.py", "inspect.py", "locale.py", "turtle.py"]
)
def test_real_statements_are_cut_out_exactly(module: str) -> None:
    source = (Path(sysconfig.get_paths()["stdlib"]) / module).read_text(encoding="utf-8")
    lines = source.split("\n")
    statements = read_cell(source).statements
    assert [ast.dump(each.node) for each in statements] == list(map(ast.dump, ast.parse(source).body))
    for each in statements:
        assert ast.dump(ast.parse(each.source).body[0]) == ast.dump(each.node)
        assert each.source.startswith(lines[each.line - 1][each.column :][: len(each.source.split("\n")[0])])
        assert lines[each.end_line - 1][: each.end_column].endswith(each.source.split("\n")[-1])
