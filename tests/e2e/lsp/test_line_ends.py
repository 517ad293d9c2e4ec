"""Edits end their lines as the document does that they are made in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.harness.documents import Cell, edited
from tests.harness.lsp import LanguageClient

SCRIPT = "# %%\nrows = [1]\n\n# %%\ntotal = sum(rows)\nprint(total)\n\n# %%\nprint(total)\n"
ENDS = {"CRLF": "\r\n", "CR": "\r", "LF": "\n"}


def ends_of(text: str) -> set[str]:
    return set(re.findall(r"\r\n|\r|\n", text))


def chosen(client: LanguageClient, at: Any, title: str) -> Any:
    """The edit of the action with that title at a place."""
    asked = {
        "textDocument": at["textDocument"],
        "range": {"start": at["position"], "end": at["position"]},
        "context": {"diagnostics": [], "triggerKind": 1},
    }
    actions = client.request("textDocument/codeAction", asked)
    action = next(each for each in actions if each["title"] == title)
    return client.request("codeAction/resolve", action)["edit"]["documentChanges"]


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_script(end: str) -> None:
    text = SCRIPT.replace("\n", end)
    with LanguageClient() as client:
        client.initialize()
        script = client.open_text(text, "file:///work/s.py")
        script.settled()
        *_, change = chosen(client, script.at("total"), "Extract `total` to a module...")
    after = edited(text, change["edits"])
    assert ends_of(after) == {end}
    call = "from total import compute_total\ntotal = compute_total()"
    whole = SCRIPT.replace("rows = [1]", "# Moved to total.py").replace("total = sum(rows)", call)
    assert after.replace(end, "\n") == whole


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_cell(end: str) -> None:
    with LanguageClient() as client:
        client.initialize()
        book = client.open_notebook(
            ["rows = [1]", Cell(f"total = sum(rows){end}print(total)"), "print(total)"]
        )
        book.settled()
        changes = chosen(client, book.at(1, "total"), "Extract `total` to a module...")
        book.apply({"documentChanges": changes})
        assert [ends_of(cell.text) for cell in book.cells][1] == {end}
        assert "compute_total()" in book.cells[1].text


@pytest.mark.parametrize("opened", [False, True], ids=["closed", "open"])
def test_a_file_that_is_there(tmp_path: Path, opened: bool) -> None:
    there = "[project]\r\nname = 'x'\r\n"
    path = tmp_path / "pyproject.toml"
    path.write_bytes(there.encode())
    with LanguageClient() as client:
        client.initialize(root=tmp_path)
        book = client.open_notebook(["x = 1\nprint(y)"], uri=(tmp_path / "a.ipynb").as_uri())
        if opened:
            client.open_text(there, path.as_uri(), "toml")
        book.settled()
        title = "Ignore `fails-on-restart` in this project (pyproject.toml)"
        (change,) = chosen(client, book.at(0, "y"), title)
    after = edited(there, change["edits"])
    assert after.startswith(there) and "fails-on-restart" in after
    assert ends_of(after) == {"\r\n"}
