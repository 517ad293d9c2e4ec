"""Settings of the client and of projects, while notebooks are open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.documents import NotebookHandle
from tests.harness.editor import CAPABILITIES
from tests.harness.lsp import LanguageClient

SOURCES = ["x = 1", "print(nowhere)"]
EFFECTS = ["import mine\nx = [1]", "mine.look(x)", "print(x)"]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[LanguageClient]:
    with LanguageClient() as client:
        client.initialize(root=tmp_path)
        yield client


def opened(client: LanguageClient, folder: Path, sources: list[str]) -> NotebookHandle:
    book = client.open_notebook(sources, uri=(folder / "book.ipynb").as_uri())
    book.settled()
    return book


def write(folder: Path, text: str) -> str:
    path = folder / "pyproject.toml"
    path.write_text(text)
    return path.as_uri()


def saved(client: LanguageClient, uri: str) -> None:
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 2}]})


def test_the_server_asks_to_be_told(client: LanguageClient) -> None:
    client.wait_for(lambda: client.requested("workspace/configuration"))
    [params] = client.requested("client/registerCapability")
    assert {each["method"] for each in params["registrations"]} == {
        "workspace/didChangeWatchedFiles",
        "workspace/didChangeConfiguration",
    }
    assert client.requested("workspace/configuration") == [{"items": [{"section": "notelift"}]}]


def test_rules_are_chosen_by_the_project(client: LanguageClient, tmp_path: Path) -> None:
    uri = write(tmp_path, '[tool.notelift]\nignore = ["fails-on-restart"]\n')
    book = opened(client, tmp_path, SOURCES)
    assert book.codes() == {}
    write(tmp_path, '[tool.notelift]\nselect = ["NL301"]\n')
    saved(client, uri)
    book.settled()
    assert book.codes() == {0: ["NL301"]}


def test_a_project_file_that_is_saved_in_the_editor(client: LanguageClient, tmp_path: Path) -> None:
    book = opened(client, tmp_path, SOURCES)
    assert book.codes() == {1: ["NL104"]}
    uri = write(tmp_path, '[tool.notelift.per-file-ignores]\n"b*.ipynb" = ["NL104"]\n')
    client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
    book.settled()
    assert book.codes() == {}


def test_rules_are_chosen_by_the_client(client: LanguageClient, tmp_path: Path) -> None:
    book = opened(client, tmp_path, SOURCES)
    client.configure("notelift", {"select": ["NL301"]})
    client.wait_for(lambda: book.codes() == {0: ["NL301"]})
    client.configure("notelift", {"checks": False})
    client.wait_for(lambda: book.codes() == {})
    client.configure("notelift", {})
    client.wait_for(lambda: book.codes() == {1: ["NL104"]})


def test_a_client_that_cannot_be_asked_sends_its_settings(fresh: LanguageClient, tmp_path: Path) -> None:
    workspace = {**CAPABILITIES["workspace"], "configuration": False}
    fresh.initialize(capabilities={**CAPABILITIES, "workspace": workspace})
    book = opened(fresh, tmp_path, SOURCES)
    settings = {"notelift": {"ignore": ["NL104"]}}
    fresh.notify("workspace/didChangeConfiguration", {"settings": settings})
    book.settled()
    assert book.codes() == {}
    assert fresh.requested("workspace/configuration") == []


def test_effects_are_taken_anew(client: LanguageClient, tmp_path: Path) -> None:
    book = opened(client, tmp_path, EFFECTS)
    for cell in range(3):
        book.run(cell)
    book.run(1)
    assert "x" in {each["name"] for each in book.settled()["variables"] if each["state"] != "same"}
    saved(client, write(tmp_path, '[tool.notelift.effects]\n"mine.look" = "pure"\n'))
    assert {each["state"] for each in book.settled()["variables"]} == {"same"}


def test_what_is_wrong_is_shown_once(client: LanguageClient, tmp_path: Path) -> None:
    uri = write(tmp_path, '[tool.notelift]\nselect = ["NL104", "no-such-rule"]\nnowhere = 1\n')
    book = opened(client, tmp_path, SOURCES)
    for number in range(3):
        book.edit(0, f"x = {number}")
        client.open_notebook(["y = 1"], uri=(tmp_path / f"other{number}.ipynb").as_uri()).settled()
    shown = [params["message"] for params in client.received("window/showMessage")]
    assert len(shown) == 2
    assert any("no-such-rule" in message for message in shown)
    assert any(
        "tool.notelift.nowhere" in message and uri.removeprefix("file://") in message for message in shown
    )
    logged = " ".join(params["message"] for params in client.received("window/logMessage"))
    assert "no-such-rule" in logged and "tool.notelift.nowhere" in logged
    assert book.codes() == {1: ["NL104"]}


def test_the_level_of_the_log(client: LanguageClient, tmp_path: Path) -> None:
    book = opened(client, tmp_path, SOURCES)
    client.configure("notelift", {"logLevel": "error"})
    client.wait_for(lambda: len(client.requested("workspace/configuration")) == 2)
    client.request("notelift/status", {"notebook": {"uri": book.uri}})
    client.notify(
        "notebookDocument/didChange", {"notebookDocument": {"uri": "file:///none.ipynb"}, "change": {}}
    )
    client.notify("notelift/nothing", {})
    book.settled()
    levels = [params["type"] for params in client.received("window/logMessage")]
    assert all(level == 1 for level in levels)
