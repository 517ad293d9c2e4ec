"""The requests that the server lists are those that their modules answer."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from notelift.lsp import requests
from notelift.lsp.requests.registry import ENTRIES, Entry, by_method, load


def test_every_module_is_listed_once() -> None:
    files = {path.stem for path in Path(requests.__file__).parent.glob("*.py")} - {"__init__", "registry"}
    assert sorted(entry.name for entry in ENTRIES) == sorted(files)
    assert len(by_method()) == len(ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_module_answers_its_method(entry: Entry) -> None:
    module = import_module(f"notelift.lsp.requests.{entry.name}")
    assert load(entry.name) is module.answer
    assert getattr(module, "METHOD", entry.method) == entry.method
    assert getattr(module, "OPTIONS", entry.options) == entry.options
