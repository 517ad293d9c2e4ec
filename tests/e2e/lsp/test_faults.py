"""What goes wrong in clients and notebooks: an answer or a clear error, and the server goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.lsp.asking import (
    CANCELLED,
    CONTENT_MODIFIED,
    METHODS,
    POSITION_REQUESTS,
    SMILE,
    answer,
    asked,
    goes_on,
)
from tests.harness.lsp import Cell, LanguageClient, NotebookHandle, ServerError

Json = Any


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "uri",
    ["file:///nowhere.py", "vscode-notebook-cell:/nowhere.ipynb#W1", "untitled:Untitled-1", "%%%", ""],
)
def test_unknown_documents(server: LanguageClient, method: str, uri: str) -> None:
    found = answer(server.start(method, asked(method, uri)))
    assert isinstance(found, ServerError) or found in (None, [])


@pytest.mark.parametrize("method", METHODS)
def test_closed_documents(server: LanguageClient, method: str) -> None:
    book = server.open_notebook(["x = 1"])
    book.close()
    found = answer(server.start(method, asked(method, book.uris[0])))
    assert isinstance(found, ServerError) or found in (None, [])
    assert server.diagnostics(book.uris[0]).items == ()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("line, character", [(0, 10**6), (1, 0), (10**6, 0), (10**9, 10**9)])
def test_positions_behind_the_end(server: LanguageClient, method: str, line: int, character: int) -> None:
    book = server.open_notebook(["xyz = 1"])
    answer(server.start(method, asked(method, book.uris[0], line, character)))
    book.close()


@pytest.mark.parametrize("method", (*POSITION_REQUESTS, "textDocument/codeAction"))
@pytest.mark.parametrize("line, character", [(-1, 0), (0, -1), ("0", 0), (0, None), (0.5, 0), (2**40, 0)])
def test_positions_that_are_none(server: LanguageClient, method: str, line: Json, character: Json) -> None:
    book = server.open_notebook(["xyz = 1"])
    answer(server.start(method, asked(method, book.uris[0], line, character)))
    book.close()


def test_ranges_with_ends_swapped(server: LanguageClient) -> None:
    book = server.open_notebook(["x = 1\ny = x"])
    params = book.over(0, "x = 1\ny")
    selected = params["range"]
    swapped = {"start": selected["end"], "end": selected["start"]}
    context = {"context": {"diagnostics": [], "triggerKind": 1}}
    answer(server.start("textDocument/codeAction", params | {"range": swapped} | context))
    book.close()


CELLS = {
    "markdown": Cell("# x = 1", "markdown", kind=1),
    "raw": Cell("x = 1", "raw", kind=1),
    "R": Cell("x <- 1", "r"),
    "SQL": Cell("select x from y", "sql"),
    "bash": Cell("%%bash\necho x"),
    "no language": Cell("x = 1", ""),
    "form feed": Cell("x = 1\x0c\ny = x\x1c + 1"),
    "null": Cell("x = '\0'"),
    "BOM": Cell("\ufeffx = 1"),
    "separator": Cell("x = 1\u2028y = x"),
    "carriage returns": Cell("x = 1\ry = x\r\nz = x"),
    "deep": Cell("x = " + "(" * 5000 + ")" * 5000),
    "deeper": Cell("x = " + "-" * 100_000 + "1"),
    "chain": Cell("x = 1" + ".real" * 20_000),
    "sum": Cell("x = " + "+".join(["1"] * 20_000)),
    "assignments": Cell("\n".join(f"x{n} = {n}" for n in range(20_000))),
    "nested": Cell("".join(f"{' ' * n}if x:\n" for n in range(150)) + " " * 150 + "x"),
}


@pytest.mark.parametrize("name", CELLS)
def test_cells_that_are_hard_to_read(server: LanguageClient, name: str) -> None:
    book = server.open_notebook(["x = 1", CELLS[name], "print(x)"])
    for method in METHODS:
        answer(server.start(method, asked(method, book.uris[1], 0, 0)))
    book.settled()
    assert not any(item["code"] == "NL001" for item in (*book.diagnostics(0), *book.diagnostics(2)))
    book.edit(2, "print(x, nowhere)")
    book.settled()
    assert "NL104" in book.codes()[2]
    book.close()


@pytest.mark.parametrize("method", METHODS)
def test_a_position_inside_a_character(server: LanguageClient, method: str) -> None:
    book = server.open_notebook([f"x = '{SMILE}'; y = x"])
    answer(server.start(method, asked(method, book.uris[0], 0, 6)))
    after = answer(server.start("textDocument/hover", asked(method, book.uris[0], 0, 14)))
    assert after is not None and not isinstance(after, ServerError)
    book.close()


@pytest.mark.parametrize("text", ["x = '\ud83d'", "\ude00 = 1", f"x = '{SMILE}\udc00'\nnowhere"])
def test_half_a_character(server: LanguageClient, text: str) -> None:
    book = server.open_notebook([text, "print(nowhere_else)"])
    for method in METHODS:
        answer(server.start(method, asked(method, book.uris[0], 0, 0)))
    book.settled()
    assert "NL104" in book.codes()[1]
    book.close()


def test_an_edit_inside_a_character(server: LanguageClient) -> None:
    book = server.open_notebook([f"x = '{SMILE}'"])
    middle = {"line": 0, "character": 6}
    change = {"range": {"start": middle, "end": middle}, "text": "+"}
    document = {"uri": book.uris[0], "version": 9}
    book.change({"textContent": [{"document": document, "changes": [change]}]})
    book.settled()
    book.edit(0, "print(nowhere)", whole=True)
    book.settled()
    assert book.codes() == {0: ["NL104"]}
    book.close()


Misuse = Callable[[NotebookHandle], None]
ELSEWHERE = {"kind": 2, "document": "vscode-notebook-cell:/elsewhere.ipynb#W9"}


def _splice(start: int, count: int, cells: list[Json] | None = None) -> Misuse:
    array = {"start": start, "deleteCount": count, "cells": cells}
    return lambda book: book.change({"structure": {"array": array, "didOpen": [], "didClose": []}})


def _text(uri: str) -> Misuse:
    change = {"document": {"uri": uri, "version": 5}, "changes": [{"text": "print(1)"}]}
    return lambda book: book.change({"textContent": [change]})


def _edit_of_nowhere(book: NotebookHandle) -> None:
    place = {"line": 50, "character": 3}
    change = {"range": {"start": place, "end": place}, "text": "q"}
    document = {"uri": book.uris[0], "version": 5}
    book.change({"textContent": [{"document": document, "changes": [change]}]})


def _close_twice(book: NotebookHandle) -> None:
    book.close()
    book.close()
    book.open()


MISUSES: dict[str, Misuse] = {
    "opened twice": NotebookHandle.open,
    "closed twice": _close_twice,
    "data of an unknown cell": lambda book: book.change({"data": [ELSEWHERE]}),
    "text of an unknown cell": _text(ELSEWHERE["document"]),
    "text of no document": _text(""),
    "an edit behind the end": _edit_of_nowhere,
    "a cell that has no text": _splice(2, 0, [ELSEWHERE]),
    "cells inserted behind the end": _splice(99, 0, [ELSEWHERE]),
    "cells deleted behind the end": _splice(1, 99),
    "cells deleted before the start": _splice(-1, 1),
    "nothing changed": lambda book: book.change({}),
    "no cells changed": lambda book: book.client.notify(
        "notebookDocument/didChange",
        {"notebookDocument": {"uri": book.uri, "version": 1}, "change": {}},
    ),
    "metadata that is empty": lambda book: book.client.notify(
        "notebookDocument/didChange",
        {"notebookDocument": {"uri": book.uri, "version": 1}, "change": {"metadata": {}}},
    ),
    "saved": lambda book: book.client.notify(
        "notebookDocument/didSave", {"notebookDocument": {"uri": book.uri}}
    ),
    "a run with a strange order": lambda book: book.run(0, -5),
    "a huge order": lambda book: book.run(0, 2**31 - 1),
}


@pytest.mark.parametrize("name", MISUSES)
def test_notifications_that_do_not_fit(server: LanguageClient, name: str) -> None:
    book = server.open_notebook(["x = 1", "print(x)"])
    MISUSES[name](book)
    book.close()
    book.open()
    book.edit(1, "print(nowhere)")
    book.settled()
    assert "NL104" in book.codes()[1]
    book.close()


def test_a_change_of_a_notebook_that_is_not_open(server: LanguageClient) -> None:
    book = server.open_notebook(["x = 1"])
    book.close()
    book.edit(0, "x = 2")
    book.insert(1, "y = 1")
    book.run(0)
    goes_on(server)


def test_many_requests_and_cancellations(server: LanguageClient) -> None:
    book = server.open_notebook(["x = 1", *(f"x = x + {n}" for n in range(100))])
    asked_for = []
    for number in range(300):
        book.edit(0, f"x = {number}")
        asked_for.append(server.start("textDocument/hover", book.at(50, "x")))
        if number % 2:
            asked_for[-1].cancel()
    answers = [answer(pending) for pending in asked_for]
    errors = {found.code for found in answers if isinstance(found, ServerError)}
    assert errors <= {CANCELLED, CONTENT_MODIFIED}
    assert not isinstance(answers[298], ServerError)
    book.close()
    goes_on(server)


def test_a_notebook_of_5000_cells(server: LanguageClient) -> None:
    book = server.open_notebook(["x0 = 1", *(f"x{n} = x{n - 1} + 1" for n in range(1, 5000))])
    book.settled()
    book.edit(4999, "print(nowhere)")
    book.edit(2500, "x2500 = 1")
    book.settled()
    assert book.codes() == {4999: ["NL104"]}
    assert server.request("textDocument/hover", book.at(2501, "x2500")) is not None
    book.close()


@pytest.mark.parametrize("text", ["x = '''\n" + "data\n" * 1_000_000 + "'''", "x = 1\n" * 850_000])
def test_a_cell_of_5_megabytes(server: LanguageClient, text: str) -> None:
    book = server.open_notebook([text, "print(nowhere)"])
    book.settled()
    assert "NL104" in book.codes()[1]
    book.edit(1, "print(nowhere_else)")
    book.settled()
    assert "nowhere_else" in book.diagnostics(1)[0]["message"]
    book.close()
    goes_on(server)
