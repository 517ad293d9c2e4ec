"""What is sent when findings change."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.request import url2pathname

import pytest

from notelift.checks.model import Finding, Place, Related
from notelift.checks.registry import ENTRIES
from notelift.lsp.publish import Publisher, diagnostic
from notelift.lsp.rule_pages import page_of
from tests.unit.lsp.syncing import URI, Synced


def finding(cell: int, message: str, rule: str = "skipped-cell", **more: Any) -> Finding:
    place = {"line": 1, "column": 0, "end_line": 1, "end_column": 1} | more
    return Finding("a", cell, "", code="NL1", rule=rule, severity="hint", message=message, **place)


class Sent:
    """A publisher of a notebook of three cells, and what it sent, with cells by their index."""

    def __init__(self, versions: bool = False) -> None:
        self.synced = Synced()
        self.book = self.synced.open("a = 1", "b = 2", "c = 3")
        self.messages: list[Any] = []
        self.publisher = Publisher(lambda _, params: self.messages.append(params), versions)

    def publish(self, *findings: Finding) -> list[tuple[int, list[str]]]:
        view = self.synced.sync.view(URI)
        assert view is not None
        self.publisher.publish(URI, findings, view.layout)
        return self.taken()

    def taken(self) -> list[tuple[int, list[str]]]:
        found = [
            (self.book.uris.index(each["uri"]), [item["message"] for item in each["diagnostics"]])
            for each in self.messages
        ]
        self.messages.clear()
        return sorted(found)


STEPS: Sequence[tuple[list[tuple[int, str]], list[tuple[int, list[str]]]]] = [
    ([], []),
    ([(0, "x"), (2, "y")], [(0, ["x"]), (2, ["y"])]),
    ([(0, "x"), (2, "y")], []),
    ([(0, "x"), (0, "z"), (2, "y")], [(0, ["x", "z"])]),
    ([(2, "other")], [(0, []), (2, ["other"])]),
    ([], [(2, [])]),
    ([], []),
]


def test_only_what_changed_is_sent() -> None:
    sent = Sent()
    for found, expected in STEPS:
        assert sent.publish(*(finding(cell, message) for cell, message in found)) == expected


def test_a_notebook_that_is_closed_has_nothing() -> None:
    sent = Sent()
    sent.publish(finding(1, "x"))
    sent.publisher.clear(URI)
    assert sent.taken() == [(1, [])]
    sent.publisher.clear(URI)
    assert sent.taken() == []
    assert sent.publish(finding(1, "x")) == [(1, ["x"])]


@pytest.mark.parametrize("versions, expected", [(True, [1, 3]), (False, [None, None])])
def test_versions_where_the_client_takes_them(versions: bool, expected: list[int | None]) -> None:
    sent = Sent(versions)
    sent.book.edit(1, "b = 3")
    sent.book.edit(1, "b = 4")
    view = sent.synced.sync.view(URI)
    assert view is not None
    sent.publisher.publish(URI, [finding(0, "x"), finding(1, "y")], view.layout)
    assert [each.get("version") for each in sent.messages] == expected


@pytest.mark.parametrize("versions", [True, False])
def test_a_list_that_a_client_may_have_discarded_is_sent_for_the_next_version(versions: bool) -> None:
    sent = Sent(versions)
    again = [(1, ["y"])] if versions else []
    assert sent.publish(finding(0, "x"), finding(1, "y")) == [(0, ["x"]), (1, ["y"])]
    sent.book.edit(1, "b = 3")
    assert sent.publish(finding(0, "x"), finding(1, "y")) == again
    sent.book.edit(2, "c = 4")
    assert sent.publish(finding(0, "x"), finding(1, "y")) == []
    assert sent.publish(finding(0, "x")) == [(1, [])]
    sent.book.edit(1, "b = 5")
    assert sent.publish(finding(0, "x")) == []


def test_a_diagnostic() -> None:
    sent = Sent()
    sent.book.edit(1, "b = '\U0001f600'; c")
    view = sent.synced.sync.view(URI)
    assert view is not None
    related = (Related(Place(2, 1, 0, 1, 99), "there"),)
    made = finding(1, "x", "unused-cell", column=9, end_column=10, names=("c",), related=related)
    assert diagnostic(made, view.layout) == {
        "range": {"start": {"line": 0, "character": 10}, "end": {"line": 0, "character": 11}},
        "severity": 4,
        "code": "NL1",
        "codeDescription": {"href": page_of("unused-cell")},
        "source": "notelift",
        "message": "x",
        "data": {"rule": "unused-cell", "names": ["c"]},
        "tags": [1],
        "relatedInformation": [
            {
                "location": {
                    "uri": sent.book.uris[2],
                    "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 5}},
                },
                "message": "there",
            }
        ],
    }


def test_a_client_on_another_machine_gets_no_links_to_files() -> None:
    sent = Sent()
    view = sent.synced.sync.view(URI)
    assert view is not None
    sent.publisher = Publisher(lambda _, params: sent.messages.append(params), links=False)
    sent.publisher.publish(URI, [finding(0, "x")], view.layout)
    [message] = sent.messages
    assert message["diagnostics"] and all("codeDescription" not in each for each in message["diagnostics"])


@pytest.mark.parametrize("rule", [entry.name for entry in ENTRIES])
def test_each_rule_has_a_page(rule: str) -> None:
    page = Path(url2pathname(page_of(rule).removeprefix("file://")))
    assert page.read_text(encoding="utf-8").startswith(f"# {rule} (")
