"""The pytest items of tests/cases/flow: each case is checked as its own oracle, then against the engine."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.harness.markdown import Case, CaseError, read_cases
from tests.harness.oracle import ExecutionError, Oracle, Worker
from notelift.notebook.model import Run, Timeline
from notelift.queries.targets import parse_target

WORKER = pytest.StashKey[Worker]()


class WrongCase(AssertionError):
    """What a check found, as it is shown to the reader."""


class FlowFile(pytest.File):
    """A Markdown file of flow cases."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the checks of every target of every case."""
        worker = self.config.stash.setdefault(WORKER, Worker())
        try:
            cases = read_cases(self.path)
        except CaseError as error:
            raise self.CollectError(str(error)) from error
        for case in cases:
            oracle = functools.cache(functools.partial(Oracle, worker, case))
            for target in case.targets:
                suffix = f" [{target}]" if len(case.targets) > 1 else ""
                for kind in (OracleItem, SliceItem):
                    name = f"{case.title}{suffix}::{kind.check}"
                    yield kind.from_parent(self, name=name, case=case, target=target, oracle=oracle)


class FlowItem(pytest.Item):
    """One check of one target of a case."""

    check = ""

    def __init__(self, *, case: Case, target: str, oracle: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.case = case
        self.target = target
        self._oracle = oracle

    @property
    def oracle(self) -> Oracle:
        """The executions of the case, shared by its checks."""
        oracle: Oracle = self._oracle()
        return oracle

    def expected(self, run: int, statement: int) -> bool | None:
        """Whether the slice must have a statement; None when the case does not say."""
        planned = self.oracle.runs[run]
        return planned.statements[statement].kept(self.target, planned.occurrence)

    def compare(self, value: str, what: str) -> None:
        """Raise WrongCase when `value` is not the value of the whole notebook."""
        whole = self.oracle.whole(self.target)
        if value != whole:
            raise WrongCase(f"{self.target} differs\n  whole notebook: {whole[:2000]}\n  {what}: {value[:2000]}")

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the place of the case, for pytest."""
        return self.path, self.case.line - 1, self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what a check found without a traceback through the harness."""
        if isinstance(excinfo.value, (WrongCase, ExecutionError)):
            return f"{self.path}:{self.case.line}: {self.case.title}\n{excinfo.value}"
        return super().repr_failure(excinfo, style)


class OracleItem(FlowItem):
    """The statements that are not marked `drop` give the value that the whole notebook gives."""

    check = "oracle"

    def runtest(self) -> None:
        """Execute both."""
        if not any(mark for run in self.oracle.runs for s in run.statements for mark in s.marks):
            raise WrongCase("the case expects nothing")
        part = self.oracle.part(self.target, lambda run, index: self.expected(run, index) is not False)
        self.compare(part, "without the statements marked drop")


class SliceItem(FlowItem):
    """The slice has every `keep` and no `drop`, and gives the value that the whole notebook gives."""

    check = "slice"

    def runtest(self) -> None:
        """Slice, compare with the marks, execute the slice."""
        pytest.importorskip("notelift.queries.slicing", reason="the engine has not landed")
        from notelift.effects.library import load_library
        from notelift.queries.slicing import slice_targets

        found = slice_targets(timeline(self.case), [parse_target(self.target)], load_library())
        sites = {(kept.statement.site.run, kept.statement.site.statement) for kept in found.statements}
        wrong = []
        for run, planned in enumerate(self.oracle.runs):
            for index, statement in enumerate(planned.statements):
                expected = self.expected(run, index)
                if expected is not None and expected != ((run, index) in sites):
                    verb = "is missing" if expected else "must not be kept"
                    first = statement.source.strip().split("\n")[0]
                    wrong.append(f"  cell {planned.cell} line {statement.line}: {verb}: {first}")
        if wrong:
            raise WrongCase(f"the slice of {self.target} is wrong\n" + "\n".join(wrong))
        self.compare(self.oracle.part(self.target, lambda run, index: (run, index) in sites), "slice")


def timeline(case: Case) -> Timeline:
    """Return the runs of a case as the engine reads them."""
    seen: dict[int, int] = {}
    runs = []
    for number in case.order:
        cell = case.cells[number]
        occurrence = seen.get(number, 0)
        seen[number] = occurrence + 1
        runs.append(Run(number, f"cell-{number}", cell.source, cell.count, occurrence=occurrence))
    return tuple(runs)
