"""Changes of a document's text."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notelift.lsp.convert import Columns
from notelift.lsp.document import Document, Malformed
from tests.harness.positions import difference

TEXTS = st.text(
    st.sampled_from(["a", "b", "\n", "\r", "\x0c", "\x1c", "\x85", "é", "\U0001f600"]), max_size=12
)
SMILE = "\U0001f600"


def document(text: str) -> Document:
    return Document("file:///a.py", "python", 1, text)


def at(line: int, character: int, end_line: int, end_character: int) -> Any:
    return {
        "start": {"line": line, "character": character},
        "end": {"line": end_line, "character": end_character},
    }


@given(st.lists(TEXTS, min_size=2, max_size=5))
def test_incremental_changes(texts: list[str]) -> None:
    known = document(texts[0])
    for before, after in pairwise(texts):
        known.change([difference(before, after)], Columns())
        assert known.text == after


@pytest.mark.parametrize(
    "text, place, new, after",
    [
        ("ab\ncd", at(0, 1, 1, 1), "-", "a-d"),
        ("ab\r\ncd", at(1, 0, 1, 1), "-", "ab\r\n-d"),
        ("ab\rcd", at(1, 1, 1, 2), "-", "ab\rc-"),
        ("a\x0cb\nc", at(1, 0, 1, 1), "-", "a\x0cb\n-"),
        ("a\u2028b\nc", at(1, 0, 1, 1), "-", "a\u2028b\n-"),
        ("ab", at(0, 5, 0, 9), "-", "ab-"),
        ("ab\ncd", at(0, 9, 0, 9), "-", "ab-\ncd"),
        ("ab", at(7, 0, 9, 0), "-", "ab-"),
        ("ab", at(0, 2, 0, 0), "-", "-"),
        ("ab", at(-3, 0, -1, 4), "-", "-ab"),
        (f"x{SMILE}y", at(0, 3, 0, 4), "-", f"x{SMILE}-"),
        (f"x{SMILE}y", at(0, 2, 0, 2), "-", f"x-{SMILE}y"),
        ("", at(0, 0, 0, 0), "a", "a"),
    ],
)
def test_a_change(text: str, place: Any, new: str, after: str) -> None:
    known = document(text)
    known.change([{"range": place, "text": new}], Columns())
    assert known.text == after


def test_changes_come_one_after_the_other() -> None:
    known = document("a")
    changes = [{"text": "xy"}, {"range": at(0, 1, 0, 1), "text": "-"}, {"range": at(0, 2, 0, 3), "text": "z"}]
    known.change(changes, Columns())
    assert known.text == "x-z"


@pytest.mark.parametrize(
    "change", [None, {}, {"text": 5}, {"text": "a", "range": 5}, {"text": "a", "range": {}}]
)
def test_what_is_no_change(change: Any) -> None:
    known = document("a")
    with pytest.raises(Malformed):
        known.change([change], Columns())
    assert known.text == "a"


def test_lines_end_alike_for_the_analysis() -> None:
    assert document("a\r\nb\rc\nd\r").source == "a\nb\nc\nd\n"


@pytest.mark.parametrize("item", [None, {}, {"uri": 1, "text": ""}, {"uri": "a"}, {"uri": "a", "text": None}])
def test_what_is_no_document(item: Any) -> None:
    with pytest.raises(Malformed):
        Document.of(item)
