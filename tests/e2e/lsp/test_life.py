"""The life of a server: start and end, messages that are none, poor clients, faults of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.lsp.asking import CANCELLED, INVALID_PARAMS, INVALID_REQUEST, NOT_INITIALIZED, asked, goes_on
from tests.harness.lsp import LanguageClient, ServerError

Json = Any
FAILING = (sys.executable, Path(__file__).with_name("failing_server.py"))


MALFORMED: dict[str, tuple[Json, int]] = {
    "no parameters": ({"method": "textDocument/hover"}, INVALID_PARAMS),
    "parameters of another kind": ({"method": "textDocument/hover", "params": 5}, INVALID_PARAMS),
    "parameters lacking": ({"method": "textDocument/hover", "params": {"position": {}}}, INVALID_PARAMS),
    "text for a number": (
        {"method": "notelift/status", "params": {"notebook": {"uri": ["a"]}}},
        INVALID_PARAMS,
    ),
    "unknown method": ({"method": "textDocument/notThere", "params": {}}, -32601),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_requests_that_are_malformed(server: LanguageClient, name: str) -> None:
    message, code = MALFORMED[name]
    number = f"malformed {name}"
    server.send({"jsonrpc": "2.0", "id": number, **message})
    [found] = server.wait_for(lambda: [each for each in server.strays if each.get("id") == number])
    assert found["error"]["code"] == code
    assert found["error"]["message"]
    goes_on(server)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b"null",
        b"5",
        b'"text"',
        b"[]",
        b'[{"jsonrpc": "2.0", "id": 1, "method": "shutdown"}]',
        b"{}",
        b'{"jsonrpc": "2.0"}',
        b'{"jsonrpc": "1.0", "id": 77, "method": "textDocument/hover"}',
        b'{"jsonrpc": "2.0", "id": {}, "method": "textDocument/hover", "params": {}}',
        b'{"jsonrpc": "2.0", "id": 78, "result": null}',
        b'{"jsonrpc": "2.0", "id": 79, "error": {"code": 1, "message": "no"}}',
        b'{"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": "unknown"}}',
        b'{"jsonrpc": "2.0", "method": "$/unknown"}',
        b'{"jsonrpc": "2.0", "method": "notebookDocument/didOpen"}',
        b'{"jsonrpc": "2.0", "method": "notebookDocument/didChange", "params": {"change": []}}',
    ],
)
def test_messages_that_are_none(server: LanguageClient, body: bytes) -> None:
    server.send_body(body)
    goes_on(server)


def test_a_client_without_notebooks(fresh: LanguageClient) -> None:
    fresh.initialize(capabilities={})
    script = fresh.open_text("# %%\nx = 1\n# %%\nprint(nowhere)\n", "file:///home/someone/script.py")
    script.settled()
    assert [item["code"] for item in fresh.diagnostics(script.uri).items] == ["NL104"]
    assert fresh.requests == []


def test_a_request_before_initialize(fresh: LanguageClient) -> None:
    with pytest.raises(ServerError) as caught:
        fresh.request("textDocument/hover", asked("textDocument/hover", "file:///a.py"))
    assert caught.value.code == NOT_INITIALIZED
    fresh.initialize()
    goes_on(fresh)


def test_a_second_initialize(fresh: LanguageClient) -> None:
    fresh.initialize()
    with pytest.raises(ServerError) as caught:
        fresh.request("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
    assert caught.value.code == INVALID_REQUEST
    goes_on(fresh)


def test_a_request_after_shutdown(fresh: LanguageClient) -> None:
    fresh.initialize()
    fresh.request("shutdown")
    with pytest.raises(ServerError) as caught:
        fresh.request("textDocument/hover", asked("textDocument/hover", "file:///a.py"))
    assert caught.value.code == INVALID_REQUEST
    fresh.notify("exit")
    assert fresh.wait() == 0


def test_what_waits_at_shutdown_is_answered(fresh: LanguageClient) -> None:
    fresh.initialize()
    book = fresh.open_notebook([f"x{n} = {n}" for n in range(500)])
    waiting = [fresh.start("textDocument/codeLens", {"textDocument": {"uri": uri}}) for uri in book.uris]
    fresh.request("shutdown")
    assert all(each.answered is not None for each in waiting)
    answers = [each.answer for each in waiting]
    assert {each["error"]["code"] for each in answers if "error" in each} == {CANCELLED}
    fresh.notify("exit")
    assert fresh.wait() == 0


def test_exit_without_shutdown(fresh: LanguageClient) -> None:
    fresh.initialize()
    fresh.open_notebook(["x = 1"])
    fresh.notify("exit")
    assert fresh.wait() == 1


def test_the_client_goes_away(fresh: LanguageClient) -> None:
    fresh.initialize()
    fresh.open_notebook([f"x{n} = {n}" for n in range(200)])
    assert fresh.process.stdin is not None
    fresh.process.stdin.close()
    try:
        assert fresh.wait(30) in (0, 1)
    except subprocess.TimeoutExpired:
        pytest.fail("the server stays when its client is gone")
    assert "Traceback" not in fresh.log


@pytest.fixture
def broken() -> Iterator[LanguageClient]:
    """A server of which a rule and two assists raise."""
    with LanguageClient([*FAILING, "lsp"]) as client:
        client.initialize()
        yield client


def logged(client: LanguageClient) -> str:
    """What the server told of itself."""
    return client.log + "".join(params["message"] for params in client.received("window/logMessage"))


def test_a_rule_that_raises_loses_its_own_findings(broken: LanguageClient) -> None:
    book = broken.open_notebook(["import random\nx = random.random()", "print(nowhere)"])
    book.settled()
    assert book.codes() == {1: ["NL104"]}
    assert "unseeded-random" in logged(broken) and "made to fail" in logged(broken)
    goes_on(broken)


def test_an_answer_that_is_no_json_is_an_error(broken: LanguageClient) -> None:
    book = broken.open_notebook(["x = 1", "x"])
    params = book.at(1, "x") | {"context": {"includeDeclaration": True}}
    with pytest.raises(ServerError, match="textDocument/references failed"):
        broken.request("textDocument/references", params)
    goes_on(broken)


def test_an_assist_that_raises_is_left_out_of_the_list(broken: LanguageClient) -> None:
    book = broken.open_notebook(["x = np.ones(3)\ny = x"])
    book.settled()
    params = book.over(0, "y") | {"context": {"diagnostics": list(book.diagnostics(0)), "triggerKind": 1}}
    offered = broken.request("textDocument/codeAction", params)
    assert any(action["kind"] == "refactor.extract.module.notelift" for action in offered)
    assert "add-import" in logged(broken) and "made to fail" in logged(broken)
    goes_on(broken)


def test_an_assist_that_raises_when_it_is_built_is_an_error(broken: LanguageClient) -> None:
    book = broken.open_notebook(["x = 1", "y = x"])
    context = {"diagnostics": [], "only": ["refactor.extract.module"], "triggerKind": 1}
    offered = broken.request("textDocument/codeAction", book.over(1, "y") | {"context": context})
    action = next(each for each in offered if "disabled" not in each)
    with pytest.raises(ServerError) as caught:
        broken.request("codeAction/resolve", action)
    assert "Traceback" not in caught.value.message
    assert "made to fail" in logged(broken)
    goes_on(broken)


def test_the_log_goes_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "server.log"
    with LanguageClient([*FAILING, "lsp", "--log-file", path]) as client:
        client.initialize()
        client.open_notebook(["import random\nx = random.random()"]).settled()
    assert "made to fail" in path.read_text(encoding="utf-8")
