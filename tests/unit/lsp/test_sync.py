"""Notebooks as clients change them: which cells there are, and what they are."""

from __future__ import annotations

from typing import Any

import pytest

from notelift.lsp.client_cells import SIZE_LIMIT
from notelift.lsp.document import Malformed
from tests.harness.documents import KERNEL, NotebookHandle
from tests.unit.lsp.syncing import URI, Cell, Synced, runs, sources


@pytest.fixture
def synced() -> Synced:
    return Synced()


@pytest.fixture
def book(synced: Synced) -> NotebookHandle:
    return synced.open("a = 1", "b = 2", "c = 3")


def test_a_notebook_is_opened(synced: Synced) -> None:
    book = synced.open(
        "a = 1",
        Cell("# b", "markdown", kind=1),
        Cell("c", "raw", kind=1),
        Cell("d <- 1", "r"),
        Cell("e = 1", "Python"),
    )
    notebook = synced.session().notebook
    assert notebook.path == "/home/someone/books/book.ipynb"
    assert notebook.language == "python"
    assert [(cell.index, cell.id, cell.kind, cell.language, cell.is_python) for cell in notebook.cells] == [
        (0, book.uris[0], "code", "python", True),
        (1, book.uris[1], "markdown", "markdown", False),
        (2, book.uris[2], "raw", "raw", False),
        (3, book.uris[3], "code", "r", False),
        (4, book.uris[4], "code", "python", True),
    ]
    assert synced.changes == [URI]


@pytest.mark.parametrize(
    "metadata, language",
    [
        ({"metadata": {"language_info": {"name": "R"}}}, "r"),
        ({"language_info": {"name": "python"}}, "python"),
        ({"kernelspec": {"language": "julia"}}, "julia"),
        ({"metadata": {"kernelspec": {"name": "x"}}, "kernelspec": {"language": "julia"}}, "julia"),
        ({"language_info": {"name": "ipython"}}, "python"),
        ({}, "python"),
        ({"metadata": 5}, "python"),
        ({"jsonrpc": "2.0", "id": 1}, "python"),
    ],
)
def test_the_language_of_the_kernel(synced: Synced, metadata: Any, language: str) -> None:
    synced.open("a = 1", metadata=metadata)
    assert synced.session().notebook.language == language


def test_the_kernel_is_changed(synced: Synced, book: NotebookHandle) -> None:
    change = {"metadata": {"metadata": {"language_info": {"name": "r"}}}}
    synced.notify(
        "notebookDocument/didChange", {"notebookDocument": {"uri": URI, "version": 2}, "change": change}
    )
    assert synced.session().notebook.language == "r"
    assert synced.changes == [URI, URI]


def test_cells_come_go_and_move(synced: Synced, book: NotebookHandle) -> None:
    book.insert(1, "new = 1")
    assert sources(synced.session()) == ["a = 1", "new = 1", "b = 2", "c = 3"]
    gone = book.delete(0)
    assert sources(synced.session()) == ["new = 1", "b = 2", "c = 3"]
    book.move(2, 0)
    assert sources(synced.session()) == ["c = 3", "new = 1", "b = 2"]
    book.undo_delete(3, gone)
    notebook = synced.session().notebook
    assert [cell.source for cell in notebook.cells] == ["c = 3", "new = 1", "b = 2", "a = 1"]
    assert [cell.index for cell in notebook.cells] == [0, 1, 2, 3]
    assert [cell.id for cell in notebook.cells] == book.uris


def test_cells_that_stay_are_the_same_objects(synced: Synced, book: NotebookHandle) -> None:
    before = synced.session().notebook.cells
    book.edit(1, "b = 3")
    after = synced.session().notebook.cells
    assert after[0] is before[0] and after[2] is before[2] and after[1] is not before[1]


def test_a_deleted_cell_that_is_back_has_its_count(synced: Synced) -> None:
    book = synced.open(Cell("a = 1", count=3), "b = 2")
    book.edit(0, "a = 2")
    gone = book.delete(0)
    book.undo_delete(0, gone)
    assert synced.session().notebook.cells[0].execution_count == 3


def test_a_cell_that_is_inserted_before_it_is_deleted_elsewhere(synced: Synced, book: NotebookHandle) -> None:
    book.run(2)
    cell = book.cells[2].data
    book.change({"structure": {"array": {"start": 0, "deleteCount": 0, "cells": [cell]}}})
    assert sources(synced.session()) == ["c = 3", "a = 1", "b = 2"]
    book.change({"structure": {"array": {"start": 3, "deleteCount": 1}}})
    assert sources(synced.session()) == ["c = 3", "a = 1", "b = 2"]
    assert runs(synced.session()) == [("c = 3", 1, True)]


def test_one_message_with_everything(synced: Synced, book: NotebookHandle) -> None:
    name = f"{book.uris[0]}-new"
    data = {"kind": 2, "document": name}
    book.change(
        {
            "structure": {
                "array": {"start": 3, "deleteCount": 0, "cells": [data]},
                "didOpen": [{"uri": name, "languageId": "python", "version": 1, "text": "d = 4"}],
            },
            "data": [data | {"executionSummary": {"executionOrder": 1, "success": True}}],
            "textContent": [
                {"document": {"uri": name, "version": 2}, "changes": [{"text": "d = 5"}]},
                {"document": {"uri": book.uris[0], "version": 2}, "changes": [{"text": "a = 5"}]},
            ],
        }
    )
    assert sources(synced.session()) == ["a = 5", "b = 2", "c = 3", "d = 5"]
    assert runs(synced.session()) == [("d = 4", 1, True)]
    assert synced.changes == [URI, URI]


def test_tags(synced: Synced, book: NotebookHandle) -> None:
    book.cells[1].tags = ("parameters",)
    book.change({"data": [book.cells[1].data]})
    assert [cell.tags for cell in synced.session().notebook.cells] == [(), ("parameters",), ()]
    assert runs(synced.session()) == []


def test_what_tells_nothing_new_is_not_checked(synced: Synced, book: NotebookHandle) -> None:
    book.change({"data": [book.cells[0].data]})
    book.change({"textContent": [{"document": {"uri": book.uris[0], "version": 9}, "changes": []}]})
    book.change({})
    assert synced.changes == [URI]


def test_a_cell_that_is_too_large_is_not_read(synced: Synced, book: NotebookHandle) -> None:
    book.edit(0, "x" * (SIZE_LIMIT + 1))
    book.run(0)
    cell = synced.session().notebook.cells[0]
    assert not cell.is_python and cell.source == ""
    assert synced.session().runs[0].source == ""
    book.edit(0, "a = 1")
    assert synced.session().notebook.cells[0].is_python


REFUSED: dict[str, Any] = {
    "no cells": {"notebookDocument": {"uri": URI}},
    "another notebook": {"notebookDocument": {"uri": "file:///b.ipynb"}, "change": {}},
    "no name": {"notebookDocument": {}, "change": {}},
    "no object": [],
    "nothing": None,
    "a place that is none": {
        "notebookDocument": {"uri": URI},
        "change": {"cells": {"structure": {"array": {"start": "0", "deleteCount": 1}}}},
    },
    "a cell without a text": {
        "notebookDocument": {"uri": URI},
        "change": {"cells": {"structure": {"array": {"start": 0, "deleteCount": 1, "cells": [{"kind": 2}]}}}},
    },
    "data of another cell": {
        "notebookDocument": {"uri": URI},
        "change": {"cells": {"data": [{"kind": 2, "document": "other"}]}},
    },
    "text of another cell": {
        "notebookDocument": {"uri": URI},
        "change": {"cells": {"textContent": [{"document": {"uri": "other"}, "changes": []}]}},
    },
}


@pytest.mark.parametrize("name", REFUSED)
def test_messages_that_are_refused(synced: Synced, book: NotebookHandle, name: str) -> None:
    before = synced.session()
    with pytest.raises(Malformed):
        synced.notify("notebookDocument/didChange", REFUSED[name])
    assert synced.session() == before


def test_what_can_be_understood_is_done(synced: Synced, book: NotebookHandle) -> None:
    good = {"document": {"uri": book.uris[0], "version": 2}, "changes": [{"text": "a = 9"}]}
    bad = {"document": {"uri": book.uris[1], "version": 2}, "changes": [{"text": 9}]}
    with pytest.raises(Malformed):
        book.change({"textContent": [bad, good]})
    assert sources(synced.session()) == ["a = 9", "b = 2", "c = 3"]
    assert synced.changes == [URI, URI]


@pytest.mark.parametrize(
    "start, count, left", [(1, 99, ["a = 1"]), (-1, 1, ["b = 2", "c = 3"]), (9, 1, None), (0, -2, None)]
)
def test_places_out_of_range(
    synced: Synced, book: NotebookHandle, start: int, count: int, left: list[str] | None
) -> None:
    book.change({"structure": {"array": {"start": start, "deleteCount": count}}})
    assert sources(synced.session()) == (left or ["a = 1", "b = 2", "c = 3"])


def test_closing(synced: Synced, book: NotebookHandle) -> None:
    book.close()
    assert synced.closes == [URI]
    assert synced.sync.view(book.uris[0]) is None
    with pytest.raises(Malformed):
        book.close()
    book.open()
    assert sources(synced.session()) == ["a = 1", "b = 2", "c = 3"]


def test_opened_twice_is_opened_anew(synced: Synced, book: NotebookHandle) -> None:
    book.run(0)
    book.cells = book.cells[:1]
    book.cells[0].summary = None
    book.open()
    assert sources(synced.session()) == ["a = 1"]
    assert runs(synced.session()) == [("a = 1", 1, True)] and not synced.session().told


def test_cells_that_are_changed_as_text_documents(synced: Synced, book: NotebookHandle) -> None:
    document = {"uri": book.uris[1], "version": 2}
    synced.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": "b = 9"}]})
    assert sources(synced.session()) == ["a = 1", "b = 9", "c = 3"]


@pytest.mark.parametrize("first", ["texts", "notebook"])
def test_cells_that_are_opened_as_text_documents_too(synced: Synced, first: str) -> None:
    cells = [Cell("a = 1", uri="vscode-notebook-cell:/home/someone/books/book.ipynb#W1")]
    book = NotebookHandle(synced, URI, "jupyter-notebook", KERNEL, cells)  # type: ignore[arg-type]
    if first == "notebook":
        book.open()
    text = synced.open_text("a = 1", book.uris[0])
    if first == "texts":
        book.open()
    text.edit("a = 2")
    book.edit(0, "a = 2")
    assert synced.sync.workspace.uris == (URI,)
    assert sources(synced.session()) == ["a = 2"]
    text.close()
    view = synced.sync.view(book.uris[0])
    assert view is not None and view.snapshot.uri == URI


def test_two_notebooks_with_the_same_cells(synced: Synced, book: NotebookHandle) -> None:
    other = NotebookHandle(synced, f"{URI}.copy", "jupyter-notebook", KERNEL, book.cells)  # type: ignore[arg-type]
    other.open()
    other.close()
    view = synced.sync.view(book.uris[0])
    assert view is not None and view.snapshot.uri == URI
    book.close()
    assert synced.sync.view(book.uris[0]) is None


def test_where_cells_are(synced: Synced, book: NotebookHandle) -> None:
    book.edit(1, "b = '\U0001f600'; c")
    view = synced.sync.view(book.uris[1])
    assert view is not None and view.snapshot.uri == URI
    layout = view.layout
    assert layout.place(book.uris[1], 0, 10) == (1, 1, 9)
    assert layout.point(1, 1, 9) == (0, 10)
    assert layout.place(book.uris[1], 7, 3) == (1, 1, 10)
    assert layout.place("elsewhere", 0, 0) is None
    assert layout.document(1) == (book.uris[1], 2)
