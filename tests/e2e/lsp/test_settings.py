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


@pytest.fixture
def folders(client: LanguageClient, tmp_path: Path) -> list[Path]:
    """Two folders, of which the second has settings of its own."""
    found = [tmp_path / "one", tmp_path / "two"]
    for folder in found:
        folder.mkdir()
    client.folders[found[1].as_uri()] = {"notelift": {"ignore": ["NL104"], "lenses": {"dataflow": False}}}
    return found


def test_each_folder_has_its_settings(client: LanguageClient, folders: list[Path]) -> None:
    one, two = (opened(client, folder, SOURCES) for folder in folders)
    client.wait_for(lambda: (one.codes(), two.codes()) == ({1: ["NL104"]}, {}))
    lenses = [
        client.request("textDocument/codeLens", {"textDocument": {"uri": book.uris[0]}})
        for book in (one, two)
    ]
    assert [any("makes" in each["command"]["title"] for each in shown) for shown in lenses] == [True, False]
    client.folders[folders[0].as_uri()] = {"notelift": {"checks": False}}
    client.folders.pop(folders[1].as_uri())
    client.configure("notelift", {"select": ["NL301"]})
    client.wait_for(lambda: (one.codes(), two.codes()) == ({}, {0: ["NL301"]}))


def test_settings_are_asked_for_by_notebook(client: LanguageClient, folders: list[Path]) -> None:
    client.wait_for(lambda: client.requested("workspace/configuration"))
    books = [opened(client, folder, SOURCES) for folder in folders]
    script = client.open_text("# %%\nx = 1\n", (folders[0] / "a.py").as_uri())
    client.open_text("x = 1\n", (folders[0] / "plain.py").as_uri())
    scopes = [books[0].uri, books[1].uri, script.uri]
    client.wait_for(lambda: len(client.requested("workspace/configuration")) == 4)
    assert client.requested("workspace/configuration")[1:] == [
        {"items": [{"scopeUri": uri, "section": "notelift"}]} for uri in scopes
    ]
    books[0].close()
    client.configure("notelift", {})
    client.wait_for(lambda: len(client.requested("workspace/configuration")) == 5)
    assert client.requested("workspace/configuration")[-1] == {
        "items": [{"section": "notelift"}, *({"scopeUri": uri, "section": "notelift"} for uri in scopes[1:])]
    }


def test_a_notebook_that_is_closed_and_opened_has_the_settings_of_now(
    client: LanguageClient, folders: list[Path]
) -> None:
    book = opened(client, folders[1], SOURCES)
    client.wait_for(lambda: book.codes() == {})
    book.close()
    client.folders.clear()
    book.open()
    client.wait_for(lambda: book.codes() == {1: ["NL104"]})


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
    client.configure("notelift", {"logLevel": "error", "checks": False})
    client.wait_for(lambda: book.codes() == {}, what="the settings")
    client.notify(
        "notebookDocument/didChange", {"notebookDocument": {"uri": "file:///none.ipynb"}, "change": {}}
    )
    client.notify("notelift/nothing", {})
    book.settled()
    levels = [params["type"] for params in client.received("window/logMessage")]
    assert all(level == 1 for level in levels)
