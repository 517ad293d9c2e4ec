"""The client that drives language servers, against a server that repeats what it is told."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.harness.jsonrpc import ServerEnded
from tests.harness.lsp import Cell, LanguageClient, ServerError
from tests.harness.positions import difference, edited, found, offset, position

ECHO = (sys.executable, Path(__file__).with_name("echo_server.py"))
_texts = st.text(alphabet="ab\n\r\U0001f600\xe9\u2028", max_size=12)


@pytest.fixture
def client() -> Iterator[LanguageClient]:
    with LanguageClient(ECHO) as client:
        yield client


def sent(client: LanguageClient) -> list[dict]:
    return client.request("what")


def test_a_stop_gives_the_exit_code(client: LanguageClient) -> None:
    client.initialize()
    assert client.stop() == 0


def test_an_error_is_raised_and_the_next_request_answered(client: LanguageClient) -> None:
    with pytest.raises(ServerError, match="not like that") as caught:
        client.request("fail")
    assert caught.value.code == -32602
    assert client.log == "failing\n"
    client.notify("hello", {"a": 1})
    assert sent(client) == [{"jsonrpc": "2.0", "method": "hello", "params": {"a": 1}}]


def test_an_end_is_told_with_what_was_written(client: LanguageClient) -> None:
    client.start("fail")
    client.notify("exit")
    with pytest.raises(ServerEnded, match="failing"):
        client.wait_for(lambda: client.diagnostics("x").number)


def test_waiting_ends(client: LanguageClient) -> None:
    with pytest.raises(TimeoutError, match="the moon did not come in 0"):
        client.wait_for(lambda: False, 0.01, "the moon")


def test_requests_of_the_server_are_answered(client: LanguageClient) -> None:
    client.configuration["notelift"] = {"level": "all"}
    items = [{"section": "notelift"}, {"section": "python"}]
    asked = [
        {"id": "a", "method": "workspace/configuration", "params": {"items": items}},
        {"id": 7, "method": "window/workDoneProgress/create", "params": {"token": 1}},
        {"id": 8, "method": "workspace/codeLens/refresh"},
        {"id": 9, "method": "other/thing"},
    ]
    client.request("what", {"say": asked})
    answers: dict = {}

    def all_came() -> bool:
        answers.update({message["id"]: message for message in sent(client)})
        return len(answers) == len(asked)

    while not all_came():
        pass
    assert answers["a"]["result"] == [{"level": "all"}, None]
    assert answers[7]["result"] is answers[8]["result"] is None
    assert answers[9]["error"]["code"] == -32601
    assert client.requested("workspace/configuration") == [{"items": items}]


def test_the_last_diagnostics_are_kept_and_counted(client: LanguageClient) -> None:
    for items in ([{"code": "a"}], []):
        params = {"uri": "u", "diagnostics": items}
        client.request("what", {"say": [{"method": "textDocument/publishDiagnostics", "params": params}]})
    assert (client.diagnostics("u").number, client.diagnostics("u").items) == (2, ())
    assert client.diagnostics("v").number == 0


def test_an_edit_is_one_small_change_and_forgets_the_saved_count(client: LanguageClient) -> None:
    book = client.open_notebook(["x = '\U0001f600'\ny = 1"], counts=[3])
    book.edit(0, "x = '\U0001f600'\ny = 12")
    _, text, data = sent(client)
    [change] = text["params"]["change"]["cells"]["textContent"]
    end = {"line": 1, "character": 5}
    assert change["changes"] == [{"range": {"start": end, "end": end}, "rangeLength": 0, "text": "2"}]
    assert change["document"] == {"uri": book.uris[0], "version": 2}
    assert data["params"]["change"]["cells"]["data"][0]["metadata"]["execution_count"] is None


def test_a_run_has_the_steps_of_the_editor(client: LanguageClient) -> None:
    book = client.open_notebook(["x = 1"], counts=[3])
    book.run(0)
    opened, *steps = sent(client)
    assert opened["params"]["notebookDocument"]["cells"][0]["metadata"]["execution_count"] == 3
    cells = [step["params"]["change"]["cells"]["data"][0] for step in steps]
    assert [(c["metadata"]["execution_count"], c.get("executionSummary")) for c in cells] == [
        *[(3, None)] * 3,
        (None, None),
        (None, {"executionOrder": 1, "success": True}),
        (1, {"executionOrder": 1, "success": True}),
    ]


def test_a_move_is_one_splice_that_opens_nothing(client: LanguageClient) -> None:
    book = client.open_notebook(["a", "b", "c", "d"])
    first, second, third, _ = book.uris
    book.move(0, 2)
    structure = sent(client)[1]["params"]["change"]["cells"]["structure"]
    assert structure["array"]["start"] == 0 and structure["array"]["deleteCount"] == 3
    assert [cell["document"] for cell in structure["array"]["cells"]] == [second, third, first]
    assert structure["didOpen"] == structure["didClose"] == []
    assert [cell.text for cell in book.cells] == ["b", "c", "a", "d"]


def test_an_undone_deletion_opens_the_same_document(client: LanguageClient) -> None:
    book = client.open_notebook(["a", "b"])
    book.run(1)
    uri = book.uris[1]
    book.undo_delete(1, book.delete(1))
    *_, gone, back = sent(client)
    assert gone["params"]["change"]["cells"]["structure"]["didClose"] == [{"uri": uri}]
    structure = back["params"]["change"]["cells"]["structure"]
    assert structure["array"]["cells"][0]["executionSummary"]["executionOrder"] == 1
    assert structure["didOpen"][0]["uri"] == uri


def test_inserted_cells_get_names_and_metadata_later(client: LanguageClient) -> None:
    book = client.open_notebook(["a", Cell("# text", "markdown", kind=1)])
    book.insert(1, "b")
    _, structure, data = sent(client)
    [cell] = structure["params"]["change"]["cells"]["structure"]["array"]["cells"]
    assert "metadata" not in cell and cell["document"] == book.uris[1]
    assert "metadata" in data["params"]["change"]["cells"]["data"][0]
    assert len(set(book.uris)) == 3


def test_an_edit_of_cells_and_a_new_file_is_applied(client: LanguageClient) -> None:
    book = client.open_notebook(["def f():\n    return 1\nx = f()"])
    whole = found(book.cells[0].text, "def f():\n    return 1\n")
    start = {"line": 0, "character": 0}
    changes = [
        {"kind": "create", "uri": "file:///m.py"},
        {
            "textDocument": {"uri": "file:///m.py", "version": None},
            "edits": [{"range": {"start": start, "end": start}, "newText": "def f(): ..."}],
        },
        {
            "textDocument": {"uri": book.uris[0], "version": 1},
            "edits": [{"range": whole, "newText": "from m import f\n"}],
        },
    ]
    assert book.apply({"documentChanges": changes}) == {"file:///m.py": "def f(): ..."}
    assert book.cells[0].text == "from m import f\nx = f()"
    with pytest.raises(ValueError, match="another version"):
        book.apply({"documentChanges": changes})


@given(_texts, _texts)
def test_a_difference_applied_gives_the_new_text(old: str, new: str) -> None:
    change = difference(old, new)
    assert edited(old, [{"range": change["range"], "newText": change["text"]}]) == new


@given(_texts, st.integers(0, 12))
def test_positions_lead_back(text: str, at: int) -> None:
    at = min(at, len(text))
    if text[at - 1 : at + 1] != "\r\n":
        assert offset(text, position(text, at)) == at


@pytest.mark.parametrize("line, column", [(2, 0), (0, 4), (0, 2)])
def test_places_that_are_none(line: int, column: int) -> None:
    with pytest.raises(ValueError):
        offset("a\U0001f600\nb", {"line": line, "character": column})
