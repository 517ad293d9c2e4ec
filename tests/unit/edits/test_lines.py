from hypothesis import given
from hypothesis import strategies as st

from notelift.edits.lines import LineEdit, line_edits, lines_of

TEXTS = st.lists(st.sampled_from(["a", "b", "", "c d", "\f", "\u2028"]), max_size=9).map("\n".join)


@given(TEXTS, TEXTS)
def test_the_edits_make_the_one_of_the_other(before: str, after: str) -> None:
    lines = lines_of(before)
    for edit in reversed(list(line_edits(before, after))):
        lines[edit.start : edit.end] = [edit.text]
    assert "".join(lines) == after


def test_what_comes_in_between_and_behind_replaces_nothing() -> None:
    before = "import a\n\nx = 1\n"
    after = "import a\nimport b\n\nx = 1\n\n\ndef f():\n    return x\n"
    assert list(line_edits(before, after)) == [
        LineEdit(1, 1, "import b\n"),
        LineEdit(3, 3, "\n\ndef f():\n    return x\n"),
    ]
    assert list(line_edits(before, before)) == []


def test_a_last_line_without_an_end_is_completed() -> None:
    assert list(line_edits("x = 1", "x = 1\ny = 2\n")) == [LineEdit(0, 1, "x = 1\ny = 2\n")]
