"""The pytest items of tests/cases/checks: notebooks with the findings of one rule beside the code."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from notelift.checks.context import Context
from notelift.checks.model import Finding, Report
from notelift.checks.runner import run_rules
from notelift.effects.library import Library, load_library
from notelift.notebook.model import Notebook
from notelift.queries.hidden import Kernel
from tests.harness.items import CELLS, CaseFile, CaseItem, WrongCase, cell_of, session_of, text_of
from tests.harness.markdown import CaseError, Fence, read

_MARK = re.compile(r"#\s*(?P<severity>error|warning|hint): \[(?P<rule>[a-z-]+)\]")
_FENCES = CELLS | {"message", "related", "after", "note", "session"}


@dataclass(frozen=True)
class Expected:
    """A finding that a case expects: the cell, the line in it, the severity and the rule."""

    cell: int
    line: int
    severity: str
    rule: str

    def __str__(self) -> str:
        return f"cell {self.cell} line {self.line}: {self.severity}: [{self.rule}]"


@dataclass(frozen=True)
class ChecksCase:
    """A notebook, the findings that it must have, and parts of their messages and of related places."""

    title: str
    path: Path
    line: int
    notebook: Notebook
    expected: tuple[Expected, ...]
    messages: tuple[str, ...]
    related: tuple[str, ...]
    after: tuple[str, ...]
    session: str

    @property
    def rule(self) -> str:
        """The rule that the file is about."""
        return self.path.stem


def read_checks_cases(path: Path) -> list[ChecksCase]:
    """Return the cases of a Markdown file. Raises CaseError when one is not well formed."""
    return read(path, _FENCES, _case)


def _case(path: Path, title: str, line: int, fences: list[Fence]) -> ChecksCase:
    cells = [fence for fence in fences if fence.kind in CELLS]
    if not cells:
        raise CaseError(f"{path}:{line}: {title!r} has no cell")
    expected = [found for index, fence in enumerate(cells) for found in _expected(fence, index, path.stem)]
    return ChecksCase(
        title,
        path,
        line,
        Notebook(
            f"{path.stem}.ipynb",
            "ipynb",
            "python",
            tuple(cell_of(index, fence, fence.text) for index, fence in enumerate(cells)),
        ),
        tuple(expected),
        _lines(fences, "message"),
        _lines(fences, "related"),
        tuple(fence.text for fence in fences if fence.kind == "after"),
        text_of(fences, "session"),
    )


def _expected(fence: Fence, index: int, rule: str) -> Iterator[Expected]:
    """The marks: for their line, on a line of their own for the next, in the fence's words for line 1."""
    for word in fence.info:
        if word in ("error", "warning", "hint"):
            yield Expected(index, 1, word, rule)
    for number, text in enumerate(fence.text.split("\n"), 1):
        for mark in _MARK.finditer(text):
            alone = text.lstrip().startswith("#")
            yield Expected(index, number + alone, mark["severity"], mark["rule"])


def _lines(fences: list[Fence], kind: str) -> tuple[str, ...]:
    return tuple(line for fence in fences if fence.kind == kind for line in fence.text.split("\n") if line)


class ChecksFile(CaseFile[ChecksCase]):
    """A Markdown file of cases of one rule."""

    def read(self) -> list[ChecksCase]:
        """Return the cases of the file."""
        return read_checks_cases(self.path)

    def items(self, case: ChecksCase) -> Iterator[pytest.Item]:
        """Yield the one item of a case."""
        yield ChecksItem.from_parent(self, name=case.title, case=case)


class ChecksItem(CaseItem[ChecksCase]):
    """The rule finds what the case expects, and nothing else."""

    def runtest(self) -> None:
        """Run the rule and compare."""
        report = check_case(self.case)
        if report.failures:
            raise WrongCase(f"the rule failed: {report.failures[0].error}")
        found = {_as_expected(finding) for finding in report.findings}
        wanted = set(self.case.expected)
        wrong = [f"  is missing: {each}" for each in self.case.expected if each not in found]
        wrong += [
            f"  is too much: {_as_expected(finding)}: {finding.message}"
            for finding in report.findings
            if _as_expected(finding) not in wanted
        ]
        messages = "\n".join(finding.message for finding in report.findings)
        wrong += [
            f"  no message has: {text}\n{messages}" for text in self.case.messages if text not in messages
        ]
        related = [
            f"cell {other.place.cell} line {other.place.line}: {other.message}"
            for finding in report.findings
            for other in finding.related
        ]
        if self.case.related:
            wrong += [f"  is not related: {text}" for text in self.case.related if text not in related]
            wrong += [f"  is related too: {text}" for text in related if text not in self.case.related]
        fixed = [_fixed(self.case, finding) for finding in report.findings]
        wrong += [f"  no fix gives:\n{text}\nbut {fixed}" for text in self.case.after if text not in fixed]
        if wrong:
            raise WrongCase("\n".join(wrong))


def check_case(case: ChecksCase) -> Report:
    """Return what the case's rule finds in its notebook."""
    session = session_of(case.notebook, case.session, f"{case.path}:{case.line}")
    return run_rules(Context.of(Kernel.of(session, _library())), [case.rule])


def _as_expected(finding: Finding) -> Expected:
    return Expected(finding.cell, finding.line, finding.severity, finding.rule)


def _fixed(case: ChecksCase, finding: Finding) -> str:
    """The finding's cell after the edits of its fix, "" without any."""
    edits = finding.fix.edits if finding.fix else ()
    if not edits:
        return ""
    lines = case.notebook.cells[finding.cell].source.split("\n")
    for edit in sorted(edits, key=lambda edit: edit.place, reverse=True):
        _, line, column, end_line, end_column = edit.place
        head, tail = lines[line - 1][:column], lines[end_line - 1][end_column:]
        lines[line - 1 : end_line] = (head + edit.text + tail).split("\n")
    return "\n".join(lines)


@functools.cache
def _library() -> Library:
    return load_library()
