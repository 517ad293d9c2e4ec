"""Columns in characters, and as clients count them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notelift.lsp.convert import UTF8, UTF16, UTF32, Columns

LINES = st.text(st.characters(exclude_characters="\n\r", exclude_categories=()), max_size=12)
ENCODINGS = st.sampled_from([UTF8, UTF16, UTF32])
SMILE = "\U0001f600"


def measured(text: str, encoding: str) -> int:
    """The units of a text, from its bytes."""
    size = {UTF8: 1, UTF16: 2, UTF32: 4}[encoding]
    name = {UTF8: "utf-8", UTF16: "utf-16-le", UTF32: "utf-32-le"}[encoding]
    return len(text.encode(name, "surrogatepass")) // size


@given(LINES, st.integers(0, 12), ENCODINGS)
def test_there_and_back(line: str, column: int, encoding: str) -> None:
    columns = Columns(encoding)
    column = min(column, len(line))
    units = columns.to_units(line, column)
    assert units == measured(line[:column], encoding)
    assert columns.to_characters(line, units) == column


@given(LINES, st.integers(-5, 60), ENCODINGS)
def test_any_column_is_one_of_the_line(line: str, units: int, encoding: str) -> None:
    columns = Columns(encoding)
    column = columns.to_characters(line, units)
    assert 0 <= column <= len(line)
    assert columns.to_units(line, column) <= max(units, 0)
    if column < len(line):
        assert columns.to_units(line, column + 1) > units


@pytest.mark.parametrize(
    "line, units, column",
    [
        ("abc", 2, 2),
        ("abc", 9, 3),
        ("abc", -1, 0),
        (f"{SMILE}b", 0, 0),
        (f"{SMILE}b", 1, 0),
        (f"{SMILE}b", 2, 1),
        (f"{SMILE}b", 3, 2),
        ("é=1", 1, 1),
        ("\ud83d=1", 1, 1),
        ("\ud83d\ude00=", 1, 1),
        ("", 4, 0),
    ],
)
def test_columns_in_utf_16(line: str, units: int, column: int) -> None:
    assert Columns().to_characters(line, units) == column
