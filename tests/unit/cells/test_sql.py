"""What is read off the text of a query."""

from __future__ import annotations

import pytest

from notelift.cells.sql import UNKNOWN, asks, tables_in


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        ("select a from df", ["df"]),
        ('SELECT * FROM "df" AS d JOIN other o ON d.a = o.a', ["df", "AS", "d", "other", "o"]),
        ("select * from df d, other", ["df", "d", "other"]),
        ("from df", ["df"]),
        ("summarize df", ["df"]),
        ("create table t as select * from (select * from df)", ["t", "as", "select", "df"]),
        (f"select * from {UNKNOWN} where a = {UNKNOWN}", [UNKNOWN, "where"]),
        ("no query at all", []),
    ],
)
def test_tables_are_the_words_in_their_places(text: str, tables: list[str]) -> None:
    assert tables_in(text) == tables


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select a from df", True),
        ("  WITH x AS (SELECT 1) SELECT * FROM x", True),
        ("from df", True),
        ("describe df", True),
        ("with x as (select 1) insert into t select * from x", False),
        ("create table t as select 1", False),
        ("select random() from df", False),
        (f"select {UNKNOWN} from df", False),
        ("", False),
    ],
)
def test_a_text_asks_where_nothing_in_it_changes_anything(text: str, expected: bool) -> None:
    assert asks(text) is expected
