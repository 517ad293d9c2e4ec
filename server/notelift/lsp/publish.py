"""Findings as diagnostics, published where they changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from notelift.checks.model import Finding
from notelift.lsp.layout import Layout
from notelift.lsp.rule_pages import page_of

SOURCE = "notelift"
_SEVERITIES = {"error": 1, "warning": 2, "hint": 4}
_UNNECESSARY = 1
_UNNECESSARY_RULES = frozenset({"unused-cell", "empty-cell"})
Json = Any
Send = Callable[[str, Json], None]


def diagnostic(finding: Finding, layout: Layout, links: bool = True) -> Json:
    """Return a finding as a diagnostic of its cell's document; `links` has it lead to the rule's page."""
    found: Json = {
        "range": range_json(
            layout, finding.cell, finding.line, finding.column, finding.end_line, finding.end_column
        ),
        "severity": _SEVERITIES[finding.severity],
        "code": finding.code,
        "source": SOURCE,
        "message": finding.message,
        "data": {"rule": finding.rule, "names": list(finding.names)},
    }
    if links:
        found["codeDescription"] = {"href": page_of(finding.rule)}
    if finding.rule in _UNNECESSARY_RULES:
        found["tags"] = [_UNNECESSARY]
    if finding.related:
        found["relatedInformation"] = [
            {
                "location": {
                    "uri": layout.document(related.place.cell)[0],
                    "range": range_json(layout, *related.place),
                },
                "message": related.message,
            }
            for related in finding.related
        ]
    return found


def range_json(layout: Layout, cell: int, line: int, column: int, end_line: int, end_column: int) -> Json:
    """Return a part of a cell as a range of its document."""
    start, end = layout.point(cell, line, column), layout.point(cell, end_line, end_column)
    return {
        "start": {"line": start[0], "character": start[1]},
        "end": {"line": end[0], "character": end[1]},
    }


class Publisher:
    """Knows what was published for each notebook, and sends what differs.

    `links` are for clients that read the files of this machine. Clients that take `versions` may discard what
    comes when they have a later text: they are sent a list again when the document's version is another.
    """

    def __init__(self, send: Send, versions: bool = False, links: bool = True) -> None:
        self._send = send
        self._links = links
        self._versions = versions
        self._published: dict[str, Mapping[str, _List]] = {}

    def publish(self, uri: str, findings: Iterable[Finding], layout: Layout) -> None:
        """Publish the findings in a notebook."""
        found: dict[str, _List] = {}
        for finding in findings:
            name, version = layout.document(finding.cell)
            if name not in found:
                found[name] = _List([], version if self._versions else None)
            found[name].items.append(diagnostic(finding, layout, self._links))
        self._replace(uri, found)

    def clear(self, uri: str) -> None:
        """Take back what was published for a notebook."""
        self._replace(uri, {})
        self._published.pop(uri, None)

    def _replace(self, uri: str, found: Mapping[str, _List]) -> None:
        before = self._published.get(uri, {})
        for document, listed in found.items():
            if before.get(document) != listed:
                self._send_list(document, listed)
        for document in before.keys() - found.keys():
            # It has no version, so that no client discards it.
            self._send_list(document, _List([]))
        self._published[uri] = found

    def _send_list(self, document: str, listed: _List) -> None:
        params: Json = {"uri": document, "diagnostics": listed.items}
        if listed.version is not None:
            params["version"] = listed.version
        self._send("textDocument/publishDiagnostics", params)


class _List(NamedTuple):
    """What is published for a document, and the version that it is of, where the client takes those."""

    items: list[Json]
    version: int | None = None
