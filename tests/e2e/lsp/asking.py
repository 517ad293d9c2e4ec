"""What tests of faults ask a server, and how they see that it goes on."""

from __future__ import annotations

from typing import Any

from tests.harness.lsp import LanguageClient, Pending, ServerError

Json = Any
PARSE_ERROR, INVALID_REQUEST, INVALID_PARAMS, INTERNAL = -32700, -32600, -32602, -32603
NOT_INITIALIZED, CANCELLED, CONTENT_MODIFIED = -32002, -32800, -32801
POSITION_REQUESTS = (
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/documentHighlight",
)
DOCUMENT_REQUESTS = ("textDocument/documentSymbol", "textDocument/codeLens")
SMILE = "\U0001f600"


def asked(method: str, uri: str, line: int = 0, character: int = 0) -> Json:
    """The parameters of any request about a document."""
    place = {"line": line, "character": character}
    return {
        "textDocument": {"uri": uri},
        "position": place,
        "range": {"start": place, "end": place},
        "context": {"diagnostics": [], "triggerKind": 2, "includeDeclaration": True},
    }


METHODS = (*POSITION_REQUESTS, *DOCUMENT_REQUESTS, "textDocument/codeAction")


def answer(pending: Pending) -> Json:
    """The result, or the error; an internal error is none that a client should see."""
    try:
        return pending.result()
    except ServerError as error:
        assert error.code != INTERNAL, error
        assert error.message and "\n" not in error.message
        return error


def goes_on(client: LanguageClient) -> None:
    """Assert that the server still finds what is wrong in a notebook."""
    book = client.open_notebook(["x = 1", "print(x + nowhere)"])
    book.settled()
    assert book.codes() == {1: ["NL104"]}
    book.edit(1, "print(x)")
    book.settled()
    assert book.codes() == {}
    assert client.request("textDocument/hover", book.at(1, "x")) is not None
    book.close()
