"""The pytest items of tests/cases/flow: each case is checked as its own oracle, then against the engine."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import pytest

from notelift.effects.library import Library, load_library
from notelift.export.module import ExtractError, Options, build_module
from notelift.notebook.model import Cell, Notebook, Run, Timeline
from notelift.queries.slicing import slice_targets
from notelift.queries.targets import parse_target
from tests.harness.items import CaseFile, CaseItem, WrongCase
from tests.harness.markdown import Case, CaseError, read_cases
from tests.harness.oracle import ExecutionError, Oracle, Sites, Worker
from tests.harness.values import without_code

WORKER = pytest.StashKey[Worker]()


class FlowFile(CaseFile[Case]):
    """A Markdown file of flow cases."""

    def read(self) -> list[Case]:
        """Return the cases of the file."""
        return read_cases(self.path)

    def items(self, case: Case) -> Iterator[pytest.Item]:
        """Yield the checks of every target of a case."""
        worker = self.config.stash.setdefault(WORKER, Worker())
        oracle = functools.cache(functools.partial(Oracle, worker, case))
        for target in case.targets:
            suffix = f" [{target}]" if len(case.targets) > 1 else ""
            for kind in (OracleItem, SliceItem, ModuleItem):
                name = f"{case.title}{suffix}::{kind.check}"
                item = kind.from_parent(self, name=name, case=case, target=target, oracle=oracle)
                item.add_marker(pytest.mark.xdist_group(f"{self.path.stem}-{case.line}"))
                yield item


class FlowItem(CaseItem[Case]):
    """One check of one target of a case."""

    shown = (WrongCase, ExecutionError, CaseError)
    check = ""

    def __init__(self, *, target: str, oracle: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
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

    def compare(self, value: str, what: str, moved: bool = False) -> None:
        """Raise WrongCase when `value` is not the value of the whole notebook.

        In a module (`moved`) the code of functions and the names of their modules are others.
        """
        whole = self.oracle.whole(self.target)
        if moved:
            value, whole = without_code(value), without_code(whole)
        if value != whole:
            raise WrongCase(
                f"{self.target} differs\n  whole notebook: {whole[:2000]}\n  {what}: {value[:2000]}"
            )


class OracleItem(FlowItem):
    """The statements that are not marked `drop` give the value that the whole notebook gives."""

    check = "oracle"

    def runtest(self) -> None:
        """Execute both."""
        if not any(mark for run in self.oracle.runs for s in run.statements for mark in s.marks):
            raise WrongCase("the case expects nothing")
        sites = frozenset(site for site in self.oracle.sites() if self.expected(*site) is not False)
        self.compare(self.oracle.part(self.target, sites), "without the statements marked drop")


class SliceItem(FlowItem):
    """The slice has every `keep` and no `drop`, and gives the value that the whole notebook gives."""

    check = "slice"

    def runtest(self) -> None:
        """Slice, compare with the marks, execute the slice."""
        found = slice_targets(timeline(self.case), [parse_target(self.target)], library())
        sites: Sites = frozenset(
            (site.run, site.statement) for site in (kept.statement.site for kept in found.statements)
        )
        wrong = []
        for site in self.oracle.sites():
            expected = self.expected(*site)
            if expected is not None and expected != (site in sites):
                planned = self.oracle.runs[site[0]]
                statement = planned.statements[site[1]]
                verb = "is missing" if expected else "must not be kept"
                first = statement.source.strip().split("\n")[0]
                wrong.append(f"  cell {planned.cell} line {statement.line}: {verb}: {first}")
        if wrong:
            raise WrongCase(f"the slice of {self.target} is wrong\n" + "\n".join(wrong))
        self.compare(self.oracle.part(self.target, sites), "slice")


class ModuleItem(FlowItem):
    """The extracted module, imported in a fresh process, gives the whole notebook's value, or is refused."""

    check = "module"

    def runtest(self) -> None:
        """Slice, build the module, call its function."""
        target = parse_target(self.target)
        if target.kind == "output":
            pytest.skip("what a cell displays is printed, not returned")
        found = slice_targets(timeline(self.case), [target], library())
        try:
            module = build_module(notebook(self.case), [target], found, Options(module="lifted_module"))
        except ExtractError as error:
            if self.case.refused and self.case.refused in str(error):
                return
            raise WrongCase(f"no module: {error}") from error
        if self.case.refused:
            raise WrongCase(f"a module was made, not refused\n{module.source}")
        value = self.oracle.module(self.target, module.source, module.function)
        self.compare(value, f"module\n{module.source}\n  its value", moved=True)


@functools.cache
def library() -> Library:
    """Return the effect specs, loaded once."""
    return load_library()


def notebook(case: Case) -> Notebook:
    """Return a case as a notebook."""
    cells = [
        Cell(number, f"cell-{number}", "code", cell.source, execution_count=cell.count)
        for number, cell in enumerate(case.cells)
    ]
    return Notebook(f"{case.path.stem}.ipynb", "ipynb", "python", tuple(cells))


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
