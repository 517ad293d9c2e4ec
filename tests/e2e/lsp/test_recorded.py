"""Messages as VS Code puts them on the wire, one a line in `recorded/`: gaps, repeats and all.

They are told one after the other to one server: a notebook with saved counts is opened; its cells run in
another order than they stand in; a cell is inserted and fails; the first is typed in, deleted and brought
back; it runs again; and a cell is typed in while it runs.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.harness.lsp import LanguageClient

RECORDED = Path(__file__).with_name("recorded")
BOOK = "file:///srv/books/heat.ipynb"
CELL = "vscode-notebook-cell://127.0.0.1:38111/srv/books/heat.ipynb#W{}sdnNjb2RlLXJlbW90ZQ%3D%3D"
EXPECTED: dict[str, dict[int, list[str]]] = {
    "1-open": {4: ["NL109"]},
    "2-run": {},
    "3-insert-and-fail": {5: ["NL107"]},
    "4-type": {1: ["NL103"], 5: ["NL107"]},
    "5-delete": {2: ["NL106"], 5: ["NL107"]},
    "6-undo": {5: ["NL107"]},
    "7-run-again": {5: ["NL103"]},
}


def messages(name: str) -> list[Any]:
    return [json.loads(line) for line in (RECORDED / f"{name}.jsonl").read_text().splitlines()]


def feed(client: LanguageClient, name: str) -> None:
    """Send the messages of a file, and wait until all requests among them are answered."""
    requests = []
    for message in messages(name):
        if "id" in message:
            requests.append(client.start(message["method"], message["params"]))
        else:
            client.send(message)
    for request in requests:
        request.result()
    client.request("notelift/status", {"notebook": {"uri": BOOK}})


def codes(client: LanguageClient) -> dict[int, list[str]]:
    """The codes published last, by the number in the cell's name."""
    found = {number: client.diagnostics(CELL.format(number)).items for number in range(1, 6)}
    return {number: sorted({item["code"] for item in items}) for number, items in found.items() if items}


def test_recorded_messages(fresh: LanguageClient) -> None:
    fresh.initialize()
    found = {}
    for name in EXPECTED:
        feed(fresh, name)
        found[name] = codes(fresh)
    assert found == EXPECTED


def test_recorded_messages_without_a_pause(fresh: LanguageClient) -> None:
    fresh.initialize()
    for name in EXPECTED:
        for message in messages(name):
            if "id" not in message:
                fresh.send(message)
    fresh.request("notelift/status", {"notebook": {"uri": BOOK}})
    assert codes(fresh) == EXPECTED["7-run-again"]


def test_every_file_is_told() -> None:
    assert sorted(EXPECTED) == sorted(path.stem for path in RECORDED.glob("*.jsonl"))
