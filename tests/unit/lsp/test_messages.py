"""The messages that are Notelift's own: what is read of parameters, and that the page has every field."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from pygls.exceptions import JsonRpcInvalidParams

from notelift.lsp import messages
from notelift.lsp.messages import About

PAGES = [Path(__file__).parents[3] / "docs" / name for name in ("protocol.md", "json.md")]
RESULTS = ("StatusResult", "LineageResult", "SliceResult", "PlanResult", "StateChanged")
BOOK = {"notebook": {"uri": "file:///a.ipynb"}}
CELL = {"textDocument": {"uri": "vscode-notebook-cell:/a.ipynb#W0"}}


@pytest.mark.parametrize("name", RESULTS)
def test_the_page_has_every_field(name: str) -> None:
    written = set(
        re.findall(r"`([\w.\[\]]+)`", "\n".join(page.read_text(encoding="utf-8") for page in PAGES))
    )
    named = {part for field in written for part in re.split(r"[.\[\]]+", field)}
    fields = get_type_hints(getattr(messages, name))
    assert fields and set(fields) <= named


def test_what_is_read_of_parameters() -> None:
    assert About.of(BOOK) == About("file:///a.ipynb")
    position = {"position": {"line": 2, "character": 3}}
    assert About.of({**CELL, **position}) == About(CELL["textDocument"]["uri"], position=(2, 3))
    assert About.of({**BOOK, "target": "x@3"}).targets == ("x@3",)
    assert About.of({**BOOK, "targets": ["x", "y"]}).targets == ("x", "y")
    chosen = About.of({**BOOK, "module": "m", "function": "", "folder": None})
    assert (chosen.module, chosen.function, chosen.folder) == ("m", None, "")


@pytest.mark.parametrize(
    "params",
    [
        None,
        [],
        {},
        {"notebook": "file:///a.ipynb"},
        {"textDocument": {"uri": 3}},
        {**BOOK, "name": 3},
        {**BOOK, "targets": [3]},
        {**BOOK, "targets": 3},
        {**BOOK, "position": {"line": 0, "character": 0}},
        {**CELL, "position": {"line": "0", "character": 0}},
        {**CELL, "position": [0, 0]},
    ],
)
def test_parameters_that_are_none(params: Any) -> None:
    with pytest.raises(JsonRpcInvalidParams) as refused:
        About.of(params)
    assert str(refused.value)
