"""Findings as text, JSON, SARIF and GitHub annotations."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from notelift import __version__
from notelift.cli.output import plural

if TYPE_CHECKING:
    from notelift.checks.model import Finding, Fix, Place, Related
    from notelift.cli.checking import Checked

_COLOURS = {"error": "red", "warning": "yellow", "hint": "cyan"}
_SARIF_LEVELS = {"error": "error", "warning": "warning", "hint": "note"}
_GITHUB_LEVELS = {"error": "error", "warning": "warning", "hint": "notice"}
_SHOWN_LINES = 5
_WIDEST = 160
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(form: str, results: Sequence[Checked]) -> str:
    """Return all findings in a form; as text and for GitHub that is nothing when there are none."""
    if form == "json":
        return json.dumps([as_json(finding) for finding in _findings(results)], indent=2)
    if form == "sarif":
        return json.dumps(as_sarif(_findings(results)), indent=2)
    if form == "github":
        return "\n".join(as_github(finding) for finding in _findings(results))
    return "\n".join(_text(results))


def _findings(results: Iterable[Checked]) -> list[Finding]:
    return [finding for result in results for finding in result.findings]


def as_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as docs/json.md has it."""
    return {
        "path": finding.path,
        "cell": finding.cell,
        "cell_id": finding.cell_id,
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "code": finding.code,
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "names": list(finding.names),
        "related": [{**related.place._asdict(), "message": related.message} for related in finding.related],
        "fix": _fix(finding.fix),
    }


def _fix(fix: Fix | None) -> dict[str, Any] | None:
    if fix is None:
        return None
    return {
        "message": fix.message,
        "edits": [{**edit.place._asdict(), "text": edit.text} for edit in fix.edits],
    }


def as_sarif(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return a SARIF log; it knows no cells, so lines are those of the cell that is named beside them."""
    from notelift.checks.registry import page

    rules = sorted({(finding.code, finding.rule) for finding in findings})
    return {
        "$schema": _SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "notelift",
                        "version": __version__,
                        "rules": [
                            {
                                "id": code,
                                "name": name,
                                "shortDescription": {"text": page(name).partition("\n")[0]},
                                "help": {"text": page(name)},
                            }
                            for code, name in rules
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_sarif_result(finding) for finding in findings],
            }
        ],
    }


def _sarif_result(finding: Finding) -> dict[str, Any]:
    location = _sarif_location(
        finding.path, finding.cell, finding.line, finding.column, finding.end_line, finding.end_column
    )
    result = {
        "ruleId": finding.code,
        "level": _SARIF_LEVELS[finding.severity],
        "message": {"text": f"cell {finding.cell}, line {finding.line}: {_advised(finding)}"},
        "locations": [location],
    }
    if finding.related:
        result["relatedLocations"] = [
            {
                "id": number,
                **_sarif_location(finding.path, *related.place),
                "message": {"text": _related(related)},
            }
            for number, related in enumerate(finding.related)
        ]
    return result


def _sarif_location(
    path: str, cell: int, line: int, column: int, end_line: int, end_column: int
) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": path.replace("\\", "/")},
            "region": {
                "startLine": line,
                "startColumn": column + 1,
                "endLine": end_line,
                "endColumn": end_column + 1,
            },
        },
        "logicalLocations": [{"name": f"cell {cell}", "kind": "module"}],
    }


def as_github(finding: Finding) -> str:
    """Return the workflow command that annotates a notebook; GitHub shows notebooks as one file."""
    title = _escaped(f"{finding.code} {finding.rule}", ",:")
    file = _escaped(finding.path, ",:")
    text = _escaped(f"cell {finding.cell}, line {finding.line}: {_advised(finding)}")
    return f"::{_GITHUB_LEVELS[finding.severity]} file={file},title={title}::{text}"


def _escaped(text: str, more: str = "") -> str:
    for sign in "%\r\n" + more:
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text


def _advised(finding: Finding) -> str:
    return f"{finding.message}. {finding.fix.message}" if finding.fix else finding.message


def _text(results: Sequence[Checked]) -> Iterator[str]:
    findings = _findings(results)
    for result in results:
        for finding in result.findings:
            yield from _lines(finding, result.sources[finding.cell])
            yield ""
    if findings:
        notebooks = len({finding.path for finding in findings})
        yield f"Found {plural(len(findings), 'finding')} in {plural(notebooks, 'notebook')}."


def _lines(finding: Finding, source: str) -> Iterator[str]:
    code = click.style(finding.code, fg=_COLOURS[finding.severity], bold=True)
    note = " (hint)" if finding.severity == "hint" else ""
    yield f"{code} {finding.rule}{note}: {finding.message}"
    yield from _frame(finding, source.split("\n"))
    for related in finding.related:
        yield f"  = {_related(related)}"
    if finding.fix:
        yield f"help: {finding.fix.message}"


def _related(related: Related) -> str:
    return f"{_where(related.place)}: {related.message}"


def _where(place: Place) -> str:
    return f"cell {place.cell}, line {place.line}"


def _frame(finding: Finding, lines: Sequence[str]) -> Iterator[str]:
    """The lines of the finding, the first of them underlined, under its place."""
    last = min(finding.end_line, finding.line + _SHOWN_LINES - 1)
    width = len(str(last))
    blank = " " * width
    yield f"{blank}--> {finding.path}:cell {finding.cell}:{finding.line}:{finding.column + 1}"
    yield f"{blank} |"
    for number in range(finding.line, last + 1):
        text = lines[number - 1]
        yield f"{number:>{width}} | {_clipped(text.expandtabs(4))}".rstrip()
        if finding.line == finding.end_line:
            before = min(len(text[: finding.column].expandtabs(4)), _WIDEST)
            end = min(len(text[: finding.end_column].expandtabs(4)), _WIDEST)
            marked = "^" * max(end - before, 1)
            yield f"{blank} | {'':{before}}{click.style(marked, fg=_COLOURS[finding.severity])}"
    if last < finding.end_line:
        yield f"{blank} | ..."
    yield f"{blank} |"


def _clipped(text: str) -> str:
    """A line as far as it is shown: some hold a whole table."""
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
