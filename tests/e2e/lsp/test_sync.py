"""Notebooks that are edited and run, as the server sees them, and the ways in which it is spoken to."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from typing import Any, BinaryIO

import pytest

from tests.e2e.lsp.asking import CANCELLED
from tests.harness.documents import NotebookHandle
from tests.harness.lsp import Cell, LanguageClient, ServerError

Json = Any


def states(book: NotebookHandle) -> dict[str, str]:
    """The state of each variable."""
    return {each["name"]: each["state"] for each in book.settled()["variables"]}


def told(client: LanguageClient, book: NotebookHandle) -> list[Json]:
    """What was told of a notebook's state."""
    return [each for each in client.received("notelift/stateChanged") if each["uri"] == book.uri]


def test_a_run_has_the_text_that_the_cell_had_when_it_began(server: LanguageClient) -> None:
    book = server.open_notebook(["x = 1", "y = x"])
    book.begin(0)
    book.edit(0, "x = 2")
    book.finish(0)
    book.run(1)
    assert states(book) == {"x": "differs", "y": "differs"}
    book.edit(0, "x = 1")
    assert states(book) == {"x": "same", "y": "same"}
    book.close()


def test_saved_counts_are_of_the_kernel_before(server: LanguageClient) -> None:
    book = server.open_notebook(["x = 1", "y = x"], counts=[2, 1])
    book.settled()
    assert book.codes() == {1: ["NL101"]}
    book.run(0)
    book.run(1)
    assert states(book) == {"x": "same", "y": "same"}
    assert book.codes() == {}
    book.close()


def test_a_restart_shows_as_a_count_that_is_no_higher(server: LanguageClient) -> None:
    book = server.open_notebook(["x = 1", "y = x"])
    book.run(0)
    book.run(1)
    book.edit(0, "x = 2")
    assert "differs" in states(book).values()
    book.restart()
    book.run(0)
    assert states(book)["x"] == "same"
    book.close()


def test_the_state_is_told_when_it_changes_and_not_else(server: LanguageClient) -> None:
    book = server.open_notebook(["x = 1", "y = x", "z = 1"])
    for cell in range(3):
        book.run(cell)
    book.settled()
    before = len(told(server, book))
    book.edit(2, "z = 1  # as it was")
    book.settled()
    assert len(told(server, book)) == before
    book.edit(0, "x = 2")
    book.settled()
    [*_, last] = told(server, book)
    assert len(told(server, book)) == before + 1
    assert (last["differing"], last["outdated"], last["broken"]) == (2, 1, 0)
    book.edit(0, "x = (")
    book.settled()
    assert told(server, book)[-1]["broken"] == 1
    book.close()


def test_reopening_tells_the_runs_again(server: LanguageClient) -> None:
    book = server.open_notebook(["x = 1", "y = x", "z = y"])
    for cell in (0, 1, 2, 1):
        book.run(cell)
    book.settled()
    before = states(book)
    book.reopen()
    assert states(book) == before
    book.close()


def test_cells_are_counted_over_all_cells(server: LanguageClient) -> None:
    book = server.open_notebook(
        [Cell("# words", "markdown", kind=1), "x = 1", Cell("x", "r"), "print(nowhere)"]
    )
    book.settled()
    assert "cell 3" in book.diagnostics(3)[0]["message"]
    book.close()


def test_a_cell_that_is_too_large_is_told_of(server: LanguageClient) -> None:
    book = server.open_notebook(["x = '" + "y" * 1_100_000 + "'", "print(nowhere)"])
    book.settled()
    assert book.codes() == {1: ["NL104"]}
    assert any("cell 0 is not read" in each["message"] for each in server.received("window/logMessage"))
    book.close()


def large(client: LanguageClient, mark: str, cells: int = 4000) -> NotebookHandle:
    """A notebook that takes a second to check for the first time."""
    sources = [f"x{n} = x{n - 1} + 1  # {mark}\ny{n} = [x{n}]\ny{n}.append({n})" for n in range(1, cells)]
    return client.open_notebook(["x0 = 0", *sources])


def test_long_work_shows_progress(server: LanguageClient) -> None:
    book = large(server, "progress")
    book.settled()
    shown = server.received("$/progress")
    kinds = [each["value"]["kind"] for each in shown]
    assert kinds and kinds[0] == "begin" and kinds[-1] == "end" and len(kinds) % 2 == 0
    assert f"Notelift: checking {book.uri.rpartition('/')[2]}" in {
        each["value"].get("title") for each in shown
    }
    created = {each["token"] for each in server.requested("window/workDoneProgress/create")}
    assert {each["token"] for each in shown} <= created
    book.close()


def test_the_progress_of_a_request_says_what_is_done(fresh: LanguageClient) -> None:
    fresh.initialize()
    shown: list[Json] = []
    # Where the machine holds the client, the check comes before the question, which is quick then.
    attempts = (f"of the hover {number}" for number in range(5))
    while not shown and (token := next(attempts, None)):
        # While the first is checked, the second waits: it is read when it is asked about.
        large(fresh, f"checked {token}")
        book = large(fresh, f"hovered {token}", 8000)
        params = book.at(3999, "x3999") | {"workDoneToken": token}
        assert fresh.request("textDocument/hover", params) is not None
        shown = [each["value"] for each in fresh.received("$/progress") if each["token"] == token]
    assert [each["kind"] for each in shown] == ["begin", "end"]
    assert shown[0]["title"] == "Notelift: finding what made the value"


def test_progress_that_the_client_has_not_created_is_not_shown(fresh: LanguageClient) -> None:
    fresh.unanswered.add("window/workDoneProgress/create")
    fresh.initialize()
    book = large(fresh, "unanswered")
    book.settled()
    assert fresh.requested("window/workDoneProgress/create")
    assert fresh.received("$/progress") == []


def test_a_request_is_cancelled_while_its_notebook_is_read(server: LanguageClient) -> None:
    book = large(server, "cancelled")
    pending = server.start("textDocument/hover", book.at(3999, "x3999"))
    pending.cancel()
    with pytest.raises(ServerError) as caught:
        pending.result()
    assert caught.value.code == CANCELLED
    assert server.request("textDocument/hover", book.at(3999, "x3999")) is not None
    book.close()


def framed(message: Json) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def received(stream: BinaryIO) -> Json:
    length = 0
    while line := stream.readline().strip():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return json.loads(stream.read(length))


def test_a_client_at_a_socket() -> None:
    command = [sys.executable, "-m", "notelift.cli", "lsp", "--tcp", "127.0.0.1:0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        address = re.search(rb"127\.0\.0\.1:(\d+)", process.stderr.readline())
        assert address is not None
        with socket.create_connection(("127.0.0.1", int(address.group(1))), 30) as connection:
            stream = connection.makefile("rb")
            params = {"processId": None, "rootUri": None, "capabilities": {}}
            connection.sendall(framed({"id": 1, "method": "initialize", "params": params}))
            assert received(stream)["result"]["serverInfo"]["name"] == "notelift"
            connection.sendall(framed({"id": 2, "method": "shutdown"}))
            assert received(stream) == {"jsonrpc": "2.0", "id": 2, "result": None}
            connection.sendall(framed({"method": "exit"}))
            assert process.wait(30) == 0
            stream.close()


@pytest.mark.parametrize(
    "options, said",
    [
        (["--tcp", "nowhere"], "write an address and a port"),
        (["--tcp", "127.0.0.1:99999"], "write an address and a port"),
        (["--log-file", "/nowhere/at/all.log"], "/nowhere/at/all.log: No such file or directory"),
    ],
)
def test_options_that_are_wrong(options: list[str], said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "notelift.cli", "lsp", *options], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert said in done.stderr and len(done.stderr.splitlines()) == 1
