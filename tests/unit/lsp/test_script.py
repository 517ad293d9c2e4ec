"""Text documents with cells: which are notebooks, what their cells are called, and where they are."""

from __future__ import annotations

import pytest

from notelift.lsp.client_cells import SIZE_LIMIT
from notelift.lsp.layout import Layout
from notelift.notebook.model import Cell
from tests.unit.lsp.syncing import Synced, runs, sources

URI = "file:///home/someone/a.py"
SCRIPT = "# %%\nx = 1\n\n# %%\n# %time y = x\n# %% [markdown]\n# words\n# %%\nprint('\U0001f600', y)\n"
DATABRICKS = "# Databricks notebook source\nx = 1\n\n# COMMAND ----------\n\n# MAGIC %sql\n# MAGIC select 1\n"


@pytest.fixture
def synced() -> Synced:
    return Synced()


@pytest.mark.parametrize(
    "uri, language, text, cells",
    [
        (URI, "python", SCRIPT, 4),
        (URI, "python", DATABRICKS, 2),
        ("untitled:Untitled-1", "python", "# %%\nx = 1", 1),
        ("file:///a/.virtual_documents/b.ipynb", "python", "x = 1\n\n\ny = x", 1),
        (URI, "python", "x = 1\n", None),
        (URI, "python", "", None),
        (URI, "r", SCRIPT, None),
        ("file:///b.ipynb", "json", "{}", None),
    ],
)
def test_which_documents_are_notebooks(
    synced: Synced, uri: str, language: str, text: str, cells: int | None
) -> None:
    synced.open_text(text, uri, language)
    view = synced.sync.view(uri)
    assert (None if view is None else len(view.snapshot.notebook.cells)) == cells
    assert synced.changes == ([] if cells is None else [uri])


def names(synced: Synced) -> list[str]:
    return [cell.id for cell in synced.session(URI).notebook.cells]


RENAMED = [
    # a text, the next one, and for each of its cells the place of the cell before that it still is
    ("# %%\na\n# %%\nb\n# %%\nc", "# %%\na\n# %%\nbb\n# %%\nc", [0, 1, 2]),
    ("# %%\na\n# %%\nb\n# %%\nc", "# %%\na\n# %%\nnew\n# %%\nb\n# %%\nc", [0, None, 1, 2]),
    ("# %%\na\n# %%\nb\n# %%\nc", "# %%\na\n# %%\nc", [0, 2]),
    ("# %%\na\n# %%\nb", "# %%\na\n\n\n# %%\nb", [0, 1]),
    ("# %%\na\n# %%\na\n# %%\na", "# %%\na\n# %%\na", [0, 1]),
    ("# %%\na\n# %%\nb", "# %%\na2\n# %%\nb2", [0, 1]),
    ("# %%\na", "# %%\na\n# %%\nb", [0, None]),
]


@pytest.mark.parametrize("before, after, kept", RENAMED)
def test_cells_that_stay_keep_their_names(
    synced: Synced, before: str, after: str, kept: list[int | None]
) -> None:
    script = synced.open_text(before, URI)
    old = names(synced)
    script.edit(after)
    new = names(synced)
    assert [old.index(name) if name in old else None for name in new] == kept
    assert len(set(new)) == len(new)


def test_cells_that_stay_are_the_same_objects(synced: Synced) -> None:
    script = synced.open_text(SCRIPT, URI)
    before = synced.session(URI).notebook.cells
    script.edit(SCRIPT.replace("x = 1", "x = 2"))
    after = synced.session(URI).notebook.cells
    assert [new is old for new, old in zip(after, before, strict=True)] == [False, True, True, True]


def test_scripts_have_no_runs(synced: Synced) -> None:
    synced.open_text("# In[3]:\nx = 1\n# In[4]:\ny = x\n", URI)
    assert runs(synced.session(URI)) == []
    assert [cell.execution_count for cell in synced.session(URI).notebook.cells] == [None, None]


def test_marks_that_come_and_go(synced: Synced) -> None:
    script = synced.open_text("x = 1\n", URI)
    assert synced.changes == [] and synced.closes == []
    script.edit("# %%\nx = 1\n")
    assert synced.changes == [URI]
    script.edit("x = 1\n")
    assert synced.closes == [URI] and synced.sync.view(URI) is None
    script.edit("# %%\nx = 2\n")
    assert sources(synced.session(URI)) == ["x = 2"]
    script.close()
    assert synced.closes == [URI, URI]


def test_a_script_that_is_too_large_is_told_of_once(synced: Synced, caplog: pytest.LogCaptureFixture) -> None:
    script = synced.open_text(SCRIPT, URI)
    for text in (SCRIPT + "# " + "y" * SIZE_LIMIT, SCRIPT + "# " + "z" * SIZE_LIMIT, SCRIPT):
        script.edit(text)
    script.edit(SCRIPT + "#" * SIZE_LIMIT)
    assert synced.closes == [URI, URI] and synced.sync.view(URI) is None
    assert [record.getMessage() for record in caplog.records] == [
        "/home/someone/a.py is not read: it has text of more than 1,000,000 characters"
    ]


@pytest.mark.parametrize("language, text", [("python", "x = 1\n"), ("r", SCRIPT)])
def test_large_texts_without_cells_are_left_out_without_a_word(
    synced: Synced, caplog: pytest.LogCaptureFixture, language: str, text: str
) -> None:
    synced.open_text(text + "#" * SIZE_LIMIT, URI, language)
    assert synced.changes == [] and caplog.records == []


def layout(synced: Synced, text: str) -> tuple[Layout, tuple[Cell, ...]]:
    synced.open_text(text, URI)
    view = synced.sync.view(URI)
    assert view is not None
    return view.layout, view.snapshot.notebook.cells


@pytest.mark.parametrize(
    "text, line, character, place",
    [
        (SCRIPT, 0, 3, (0, 1, 0)),  # a mark is the start of its cell
        (SCRIPT, 1, 2, (0, 1, 2)),
        (SCRIPT, 1, 99, (0, 1, 5)),
        (SCRIPT, 2, 0, (0, 1, 5)),  # a blank line behind a cell is its end
        (SCRIPT, 4, 2, (1, 1, 0)),  # `# ` in front of a magic is none of the cell
        (SCRIPT, 4, 8, (1, 1, 6)),
        (SCRIPT, 6, 3, (2, 1, 1)),
        (SCRIPT, 8, 11, (3, 1, 10)),
        (SCRIPT, 99, 0, (3, 1, 13)),
        (SCRIPT, -1, 0, (0, 1, 0)),
        (DATABRICKS, 1, 4, (0, 1, 4)),
        (DATABRICKS, 6, 10, (1, 1, 2)),
    ],
)
def test_places(synced: Synced, text: str, line: int, character: int, place: tuple[int, int, int]) -> None:
    known, _ = layout(synced, text)
    assert known.place(URI, line, character) == place


@pytest.mark.parametrize("text", [SCRIPT, DATABRICKS])
def test_every_character_of_a_cell_is_where_it_is_in_the_document(synced: Synced, text: str) -> None:
    known, cells = layout(synced, text)
    rows = text.split("\n")
    seen = 0
    for cell in cells:
        for line, content in enumerate(cell.source.split("\n"), start=1):
            for column, character in enumerate(content):
                row, units = known.point(cell.index, line, column)
                encoded = rows[row].encode("utf-16-le")[2 * units :]
                assert encoded.startswith(character.encode("utf-16-le"))
                assert known.place(URI, row, units) == (cell.index, line, column)
                seen += 1
    assert seen > 12


def test_places_out_of_range_are_the_nearest(synced: Synced) -> None:
    known, _ = layout(synced, SCRIPT)
    assert known.point(0, 9, 9) == (1, 5)
    assert known.point(0, 0, -1) == (1, 0)
    assert known.place("file:///other.py", 0, 0) is None
    assert known.document(2) == (URI, 1)
