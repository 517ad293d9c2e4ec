"""Edits of a TOML file: what is asked for is there afterwards, and all else is equal to the byte."""

from __future__ import annotations

import difflib
import sys
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notelift.edits.toml import TomlError, with_entry, with_item

TOML = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
EFFECTS = ("tool", "notelift", "effects")
TABLE = ("tool", "notelift")

ENTRIES = {
    "an empty file": ("", '[tool.notelift.effects]\n"a.b" = "pure"\n'),
    "another table": (
        '[project]\nname = "x"\n',
        '[project]\nname = "x"\n\n[tool.notelift.effects]\n"a.b" = "pure"\n',
    ),
    "no line break at the end": (
        "x = 1",
        'x = 1\n\n[tool.notelift.effects]\n"a.b" = "pure"\n',
    ),
    "the table is there": (
        '[tool.notelift.effects]\n"c.d" = "pure"  # known\n\n# about others\n[tool.other]\n',
        '[tool.notelift.effects]\n"c.d" = "pure"  # known\n"a.b" = "pure"\n\n# about others\n[tool.other]\n',
    ),
    "the table is there and empty": (
        "[ tool . 'notelift' . effects ] # mine",
        '[ tool . \'notelift\' . effects ] # mine\n"a.b" = "pure"',
    ),
    "the table of the tool is there": (
        '[tool.notelift]\nselect = ["ALL"]\n\n[tool.other]\nx = 1\n',
        '[tool.notelift]\nselect = ["ALL"]\n\n'
        '[tool.notelift.effects]\n"a.b" = "pure"\n\n[tool.other]\nx = 1\n',
    ),
    "dotted keys": (
        '[tool.notelift]\neffects."c.d" = "pure"\n',
        '[tool.notelift]\neffects."c.d" = "pure"\neffects."a.b" = "pure"\n',
    ),
    "the entry is there": (
        "[tool.notelift.effects]\n'a.b'  =  'changes 0'  # so far\nx.y = 1\n",
        "[tool.notelift.effects]\n'a.b'  =  \"pure\"  # so far\nx.y = 1\n",
    ),
    "a header in a string": (
        'x = """\n[tool.notelift.effects]\n"""\n',
        'x = """\n[tool.notelift.effects]\n"""\n\n[tool.notelift.effects]\n"a.b" = "pure"\n',
    ),
    "Windows lines": (
        "[tool.notelift.effects]\r\n\"c.d\" = 'pure'\r\n[x]\r\n",
        '[tool.notelift.effects]\r\n"c.d" = \'pure\'\r\n"a.b" = "pure"\r\n[x]\r\n',
    ),
}


@pytest.mark.parametrize(("text", "wanted"), ENTRIES.values(), ids=ENTRIES)
def test_an_entry(text: str, wanted: str) -> None:
    assert with_entry(text, EFFECTS, "a.b", "pure") == wanted


ITEMS = {
    "an empty file": ("", '[tool.notelift]\nignore = ["x"]\n'),
    "no list": ("[tool.notelift]\nselect = []\n", '[tool.notelift]\nselect = []\nignore = ["x"]\n'),
    "an empty list": ("[tool.notelift]\nignore = []\n", '[tool.notelift]\nignore = ["x"]\n'),
    "one line": (
        "[tool.notelift]\nignore = ['a']  # one\n",
        "[tool.notelift]\nignore = ['a', \"x\"]  # one\n",
    ),
    "a comma at the end": (
        '[tool.notelift]\nignore = ["a", ]\n',
        '[tool.notelift]\nignore = ["a", "x" ]\n',
    ),
    "a list of several lines": (
        '[tool.notelift]\nignore = [\n    "a", # ], one\n    "b",\n    # the last\n]\n',
        '[tool.notelift]\nignore = [\n    "a", # ], one\n    "b",\n    "x",\n    # the last\n]\n',
    ),
    "several lines without a comma": (
        '[tool.notelift]\nignore = [\n  "a",\n  "]b" # the last\n]\n',
        '[tool.notelift]\nignore = [\n  "a",\n  "]b",\n  "x" # the last\n]\n',
    ),
    "it is there": ('[tool.notelift]\nignore = ["x"]\n', '[tool.notelift]\nignore = ["x"]\n'),
    "a table below": (
        '[tool.notelift.effects]\n"a.b" = "pure"\n',
        '[tool.notelift.effects]\n"a.b" = "pure"\n\n[tool.notelift]\nignore = ["x"]\n',
    ),
}


@pytest.mark.parametrize(("text", "wanted"), ITEMS.values(), ids=ITEMS)
def test_an_item(text: str, wanted: str) -> None:
    assert with_item(text, TABLE, "ignore", "x") == wanted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[tool.notelift", "is not TOML"),
        ("tool = 3", "tool.notelift.effects is not a table"),
        ("[tool.notelift]\neffects = {c = 'pure'}\n", "cannot be edited: add the entry by hand"),
        ("tool.notelift.effects.c = 'pure'\n", "cannot be edited: add the entry by hand"),
    ],
)
def test_what_cannot_be_edited_is_said(text: str, words: str) -> None:
    with pytest.raises(TomlError, match=words):
        with_entry(text, EFFECTS, "a.b", "pure")


def test_a_list_that_is_none_is_said() -> None:
    with pytest.raises(TomlError, match="ignore is not a list"):
        with_item('[tool.notelift]\nignore = "a"\n', TABLE, "ignore", "x")


LINES = st.sampled_from(
    [
        "",
        "# a comment",
        "[tool.notelift]",
        "[tool.notelift.effects]",
        "[tool.other]",
        "[[list]]",
        'ignore = ["a", "b"]',
        "ignore = [\n  'a', # x\n]",
        '"c.d" = "pure"',
        "effects.e = 'pure'",
        'text = """\n[tool.notelift]\nignore = []\n"""',
        "n = 3",
    ]
)


@given(st.lists(LINES, max_size=8), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_any_file_is_edited_or_refused(lines: list[str], newline: str, closed: bool) -> None:
    text = newline.join(line.replace("\n", newline) for line in lines) + newline * closed
    for edit in (
        lambda: with_entry(text, EFFECTS, "a.b", "pure"),
        lambda: with_item(text, TABLE, "ignore", "x"),
    ):
        try:
            edited = edit()
        except TomlError:
            continue
        table = TOML.loads(edited)["tool"]["notelift"]
        assert table.get("effects", {}).get("a.b") == "pure" or "x" in table["ignore"]
        kinds = {kind for kind, *_ in difflib.SequenceMatcher(None, text, edited, False).get_opcodes()}
        assert kinds <= {"equal", "insert"}, "something was taken away"
