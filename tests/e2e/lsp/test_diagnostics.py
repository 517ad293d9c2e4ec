"""What is published for notebooks: which findings, how they look, and when they are sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import url2pathname

import pytest

from tests.harness.documents import NotebookHandle
from tests.harness.editor import CAPABILITIES
from tests.harness.lsp import LanguageClient
from tests.harness.positions import found

Json = Any
SMILE = "\U0001f600"
ERROR, WARNING, UNNECESSARY = 1, 2, 1


@pytest.fixture(scope="module")
def everything() -> Iterator[LanguageClient]:
    """A server with all rules switched on."""
    with LanguageClient() as client:
        client.configuration["notelift"] = {"select": ["ALL"]}
        client.initialize(options={"settings": {"select": ["ALL"]}})
        yield client


def only(book: NotebookHandle, cell: int, code: str) -> Json:
    """The one diagnostic of a code in a cell."""
    [item] = [each for each in book.diagnostics(cell) if each["code"] == code]
    return item


def test_a_diagnostic(server: LanguageClient) -> None:
    book = server.open_notebook(["x = 1", f"print('{SMILE}', nowhere)"])
    book.settled()
    item = only(book, 1, "NL104")
    assert item["range"] == found(book.cells[1].text, book.cells[1].text)
    assert (item["severity"], item["source"]) == (ERROR, "notelift")
    assert item["data"] == {"rule": "fails-on-restart", "names": ["nowhere"]}
    page = Path(url2pathname(item["codeDescription"]["href"].removeprefix("file://")))
    assert page.read_text(encoding="utf-8").startswith("# fails-on-restart (NL104)\n")
    book.close()


def test_related_places_are_in_their_cells(server: LanguageClient) -> None:
    book = server.open_notebook(["x = 1", "y = x", "print(y)"])
    for cell in range(3):
        book.run(cell)
    book.edit(0, "x = 2")
    book.settled()
    item = only(book, 0, "NL103")
    assert item["severity"] == WARNING
    assert item["relatedInformation"]
    for related in item["relatedInformation"]:
        cell = book.uris.index(related["location"]["uri"])
        assert cell in (1, 2)
        assert related["location"]["range"]["start"]["line"] < len(book.cells[cell].text.split("\n"))
        assert related["message"]
    book.close()


def test_a_cell_that_is_not_used_is_unnecessary(everything: LanguageClient) -> None:
    book = everything.open_notebook(["x = 1", "y = 2", "print(y)"])
    book.settled()
    item = only(book, 0, "NL301")
    assert (item["severity"], item["tags"]) == (WARNING, [UNNECESSARY])
    book.close()


def test_a_broken_cell_has_its_error_and_the_others_stay_as_they_were(server: LanguageClient) -> None:
    book = server.open_notebook(["x = 1\nnowhere", "print(x)", "print(elsewhere)"])
    book.settled()
    assert book.codes() == {0: ["NL104"], 2: ["NL104"]}
    book.edit(0, "x = (\nnowhere")
    book.settled()
    assert book.codes() == {0: ["NL001"], 2: ["NL104"]}
    assert only(book, 0, "NL001")["range"]["start"]["line"] in (0, 1)
    book.edit(0, "x = 1")
    book.settled()
    assert book.codes() == {2: ["NL104"]}
    book.close()


def test_a_comment_ignores(server: LanguageClient) -> None:
    book = server.open_notebook(["print(nowhere)"])
    book.settled()
    assert book.codes() == {0: ["NL104"]}
    book.edit(0, "print(nowhere)  # notelift: ignore[fails-on-restart]")
    book.settled()
    assert book.codes() == {}
    book.close()


def test_only_cells_whose_findings_change_are_published(server: LanguageClient) -> None:
    book = server.open_notebook(["x = 1", "print(nowhere)", "y = x"])
    book.settled()
    assert [server.diagnostics(uri).number for uri in book.uris] == [0, 1, 0]
    book.edit(2, "print(elsewhere)")
    book.settled()
    assert [server.diagnostics(uri).number for uri in book.uris] == [0, 1, 1]
    book.edit(1, "y = 1")
    book.settled()
    assert [server.diagnostics(uri).number for uri in book.uris] == [0, 2, 1]
    assert server.diagnostics(book.uris[1]).items == ()
    book.close()


def test_what_is_closed_has_none(server: LanguageClient) -> None:
    book = server.open_notebook(["print(nowhere)", "x = 1"])
    book.settled()
    book.close()
    server.wait_for(lambda: server.diagnostics(book.uris[0]).number == 2)
    assert server.diagnostics(book.uris[0]).items == ()
    assert server.diagnostics(book.uris[1]).number == 0


def test_a_cell_that_goes_takes_its_findings_along(server: LanguageClient) -> None:
    book = server.open_notebook(["print(nowhere)", "x = 1"])
    book.settled()
    gone = book.delete(0)
    book.settled()
    assert server.diagnostics(gone.uri).items == ()
    book.undo_delete(1, gone)
    book.settled()
    assert book.codes() == {1: ["NL104"]}
    book.close()


def test_a_burst_ends_with_what_the_last_text_has(server: LanguageClient) -> None:
    book = server.open_notebook(["x = 1", *(f"y{n} = x" for n in range(200)), "print(x)"])
    for number in range(200):
        book.edit(201, f"print(x, nowhere{number})")
    book.settled()
    assert "nowhere199" in only(book, 201, "NL104")["message"]
    assert server.diagnostics(book.uris[201]).number < 200
    book.close()


def test_a_hundred_notebooks(server: LanguageClient) -> None:
    books = [server.open_notebook([f"x = {n}", f"print(nowhere{n})"]) for n in range(100)]
    for book in books:
        book.edit(0, f"{book.cells[0].text}\ny = x")
    for number, book in enumerate(books):
        book.settled()
        assert f"nowhere{number}" in only(book, 1, "NL104")["message"]
        book.close()


def test_a_script(server: LanguageClient) -> None:
    text = f"# %%\nx = 1\n# %%\n# %time print('{SMILE}', nowhere)\n"
    script = server.open_text(text, "file:///home/someone/plain.py")
    script.settled()
    [item] = server.diagnostics(script.uri).items
    assert (item["code"], item["range"]) == ("NL104", found(text, f"print('{SMILE}', nowhere)"))
    script.edit(text.replace("nowhere", "x"))
    script.settled()
    assert server.diagnostics(script.uri).items == ()
    script.close()


def test_a_databricks_source(server: LanguageClient) -> None:
    text = "# Databricks notebook source\nx = 1\n\n# COMMAND ----------\n\n# MAGIC %md\n# MAGIC words\n\n"
    text += "# COMMAND ----------\n\nprint(nowhere)\n"
    script = server.open_text(text, "file:///home/someone/bricks.py")
    script.settled()
    [item] = server.diagnostics(script.uri).items
    assert item["range"] == found(text, "print(nowhere)")
    script.close()


def test_a_notebook_as_one_text(server: LanguageClient) -> None:
    text = "x = 1\n\n\nprint(nowhere)\n"
    script = server.open_text(text, "file:///home/someone/.virtual_documents/book.ipynb")
    script.settled()
    assert [item["range"] for item in server.diagnostics(script.uri).items] == [found(text, "print(nowhere)")]
    assert server.request("textDocument/hover", script.at("x")) is not None
    script.close()


def test_a_module_is_none_of_our_business(server: LanguageClient) -> None:
    script = server.open_text("print(nowhere)\n", "file:///home/someone/module.py")
    assert server.request("textDocument/hover", script.at("nowhere")) is None
    assert server.request("textDocument/codeLens", {"textDocument": {"uri": script.uri}}) is None
    assert server.diagnostics(script.uri).number == 0
    script.edit("# %%\nprint(nowhere)\n")
    script.settled()
    assert len(server.diagnostics(script.uri).items) == 1
    script.edit("print(nowhere)\n")
    server.wait_for(lambda: server.diagnostics(script.uri).items == ())
    script.close()


def test_a_kernel_of_another_language(server: LanguageClient) -> None:
    metadata = {"metadata": {"language_info": {"name": "R"}}}
    book = server.open_notebook(["print(nowhere)"], metadata=metadata)
    book.settled()
    assert book.codes() == {}
    book.close()


@pytest.mark.parametrize(
    "encoding, end", [("utf-8", 22), ("utf-16", 20), ("utf-32", 19)], ids=["utf-8", "utf-16", "utf-32"]
)
def test_the_encoding_of_positions(fresh: LanguageClient, encoding: str, end: int) -> None:
    general = CAPABILITIES["general"] | {"positionEncodings": [encoding]}
    result = fresh.initialize(capabilities=CAPABILITIES | {"general": general})
    assert result["capabilities"]["positionEncoding"] == encoding
    book = fresh.open_notebook([f"print('{SMILE}', nowhere)"])
    book.settled()
    assert only(book, 0, "NL104")["range"]["end"] == {"line": 0, "character": end}


def test_a_client_that_knows_several_encodings_is_given_utf_16(fresh: LanguageClient) -> None:
    general = CAPABILITIES["general"] | {"positionEncodings": ["utf-32", "utf-8", "utf-16"]}
    result = fresh.initialize(capabilities=CAPABILITIES | {"general": general})
    assert result["capabilities"]["positionEncoding"] == "utf-16"
