"""The client of the worker: executes the whole of a notebook, or some of its statements."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from notelift.queries.targets import Target, parse_target
from tests.harness.markdown import Case, CaseError
from tests.harness.statements import MarkedStatement, marked_statements

Sites = frozenset[tuple[int, int]]


class ExecutionError(Exception):
    """Code of a case that ended with an error; the message has the error and the code."""


class Worker:
    """One helper process for a test session; started at its first job."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def ask(self, job: dict[str, Any]) -> dict[str, Any]:
        """Return the worker's answer to `job`."""
        if self._process is None:
            root = str(Path(__file__).resolve().parents[2])
            environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": root, "MPLBACKEND": "Agg"}
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.harness.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=environment,
            )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            pytest.exit("the process that executes the cases has ended", returncode=3)
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process, if it was started."""
        if self._process is not None:
            assert self._process.stdin is not None and self._process.stdout is not None
            self._process.stdin.close()
            self._process.wait(timeout=10)
            self._process.stdout.close()
            self._process = None


@dataclass(frozen=True)
class PlannedRun:
    """One run of a case: the cell, how often it ran before, and its statements."""

    cell: int
    occurrence: int
    count: int
    statements: tuple[MarkedStatement, ...]


def planned_runs(case: Case) -> list[PlannedRun]:
    """Return the runs of a case in their order. Raises CaseError for a cell that is not well formed."""
    seen: dict[int, int] = {}
    runs = []
    for position, number in enumerate(case.order):
        cell = case.cells[number]
        try:
            statements = tuple(marked_statements(cell.source, cell.mark))
        except (SyntaxError, ValueError) as error:
            raise CaseError(f"cell {number}: {error}") from error
        count = cell.count if cell.count is not None else position + 1
        runs.append(PlannedRun(number, seen.get(number, 0), count, statements))
        seen[number] = seen.get(number, 0) + 1
    return runs


class Oracle:
    """Executes one case as a whole or in part and describes the values of its targets."""

    def __init__(self, worker: Worker, case: Case) -> None:
        self.case = case
        self.runs = planned_runs(case)
        self._worker = worker
        self._whole: dict[str, str] = {}
        self._parts: dict[tuple[str, Sites], str] = {}

    def whole(self, target: str) -> str:
        """Return the value of `target` in the whole notebook."""
        if not self._whole:
            values = self._execute(None, self.case.targets)
            self._whole = dict(zip(self.case.targets, values, strict=True))
        return self._whole[target]

    def part(self, target: str, sites: Sites) -> str:
        """Return the value of `target` when only the statements at `sites` are executed."""
        key = (target, sites)
        if key not in self._parts:
            self._parts[key] = self._execute(sites, (target,))[0]
        return self._parts[key]

    def module(self, target: str, source: str, function: str) -> str:
        """Return the value of `target` that a module's function gives."""
        kind = parse_target(target)
        observed = f"file:{kind.value}" if kind.kind == "file" else "name:lifted"
        code = f"from lifted_module import {function} as lifted_function\nlifted = lifted_function()"
        steps = [{"code": code, "count": 1, "raises": False}]
        files = [*self.case.files, ("lifted_module.py", source)]
        answer = self._worker.ask({"files": files, "steps": steps, "observe": [(0, observed)]})
        if "error" in answer:
            raise ExecutionError(f"{answer['error']}\n{source}")
        return str(answer["values"][0])

    def sites(self) -> list[tuple[int, int]]:
        """Return the places (run, statement) of all statements in their order."""
        return [
            (run, index) for run, planned in enumerate(self.runs) for index in range(len(planned.statements))
        ]

    def _execute(self, chosen: Sites | None, targets: Sequence[str]) -> list[str]:
        parsed = [parse_target(target) for target in targets]
        steps: list[dict[str, Any]] = []
        ends: dict[int, int] = {}
        cuts: dict[tuple[int, int], int] = {}
        last_runs = {run.cell: number for number, run in enumerate(self.runs)}
        for number, run in enumerate(self.runs):
            lines = {t.line for t in parsed if t.cell == run.cell and t.line is not None}
            if last_runs[run.cell] != number:
                lines = set()
            for cut, code in self._pieces(number, chosen, lines):
                if cut is not None:
                    cuts[run.cell, cut] = len(steps)
                steps.append({"code": code, "count": run.count, "raises": self.case.cells[run.cell].raises})
            ends[run.cell] = len(steps) - 1
        observe = [_observation(target, ends, cuts, len(steps) - 1) for target in parsed]
        answer = self._worker.ask({"files": self.case.files, "steps": steps, "observe": observe})
        if "error" in answer:
            raise ExecutionError(answer["error"])
        values: list[str] = answer["values"]
        return values

    def _pieces(self, number: int, chosen: Sites | None, lines: set[int]) -> list[tuple[int | None, str]]:
        """The code of a run, cut after the statements that stand on `lines`."""
        run = self.runs[number]
        if chosen is None and not lines:
            return [(None, self.case.cells[run.cell].source)]
        pieces: list[tuple[int | None, str]] = []
        texts: list[str] = []
        for index, statement in enumerate(run.statements):
            if chosen is None or (number, index) in chosen:
                texts.append(statement.source)
            for line in sorted(lines):
                if statement.line <= line <= statement.end_line:
                    pieces.append((line, "\n".join(texts)))
                    texts = []
        return [*pieces, (None, "\n".join(texts))]


def _observation(
    target: Target, ends: dict[int, int], cuts: dict[tuple[int, int], int], last: int
) -> tuple[int, str]:
    if target.kind == "file":
        return last, f"file:{target.value}"
    if target.kind == "output":
        return ends[target.cell or 0], "output"
    if target.cell is None:
        return last, f"name:{target.value}"
    if target.line is None:
        return ends[target.cell], f"name:{target.value}"
    return cuts[target.cell, target.line], f"name:{target.value}"
