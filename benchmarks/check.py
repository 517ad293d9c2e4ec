"""Measures `notelift check` beside other linters of notebooks, and what a second process brings.

    python -m benchmarks.check FOLDER                    on all notebooks under FOLDER
    python -m benchmarks.check FOLDER --tools VENV/bin   beside the nbqa, flake8, pyflakes and ruff there

Prints a table of CPU times (of the process and its children; shortest of several runs), then the number
of findings of each rule. The speed-up is of wall-clock times, so it needs two cores that are free. Exit
code 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

REPEATS = 3
ENOUGH_SPEED_UP = 1.7
NOTELIFT = (sys.executable, "-m", "notelift.cli", "check", "--format", "json")


@dataclass(frozen=True)
class Run:
    """CPU and wall-clock time of a process and its children, in seconds, and what it printed."""

    cpu: float
    wall: float
    output: str


def measured(command: Sequence[str | Path]) -> Run:
    """Run a command several times; return the shortest times. Linters exit with 1 when they have findings."""
    best_cpu = best_wall = float("inf")
    output = ""
    for _ in range(REPEATS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.monotonic()
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
        wall = time.monotonic() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best_cpu, best_wall, output = min(best_cpu, cpu), min(best_wall, wall), done.stdout
    return Run(best_cpu, best_wall, output)


def copied(folder: Path, target: Path) -> int:
    """Copy the notebooks under `folder` to `target`, numbered, and return how many there are."""
    notebooks = sorted(folder.rglob("*.ipynb"))
    for number, notebook in enumerate(notebooks):
        shutil.copyfile(notebook, target / f"n{number:04}.ipynb")
    return len(notebooks)


def others(tools: Path, folder: Path) -> list[tuple[str, list[str | Path]]]:
    """Return the other linters that are installed in `tools`, with their commands."""
    os.environ["PATH"] = f"{tools}{os.pathsep}{os.environ['PATH']}"
    commands: list[tuple[str, list[str | Path]]] = [
        ("nbqa flake8", [tools / "nbqa", "flake8", folder]),
        ("nbqa pyflakes", [tools / "nbqa", "pyflakes", folder]),
        ("ruff check", [tools / "ruff", "check", "--no-cache", "--isolated", folder]),
    ]
    return [(name, command) for name, command in commands if Path(command[0]).is_file()]


def main() -> int:
    """Measure, print, and return whether a target was missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--tools", type=Path, help="the folder that holds nbqa and ruff")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"{copied(options.corpus, folder)} notebooks\n")
        print("| what | CPU | wall clock |\n| --- | --- | --- |")
        one = measured([*NOTELIFT, "--select", "ALL", "--jobs", "1", folder])
        two = measured([*NOTELIFT, "--select", "ALL", "--jobs", "2", folder])
        _print("notelift check, all rules, one process", one)
        _print("notelift check, all rules, two processes", two)
        slower = float("inf")
        for title, command in others(options.tools.absolute(), folder) if options.tools else ():
            run = measured(command)
            _print(title, run)
            if title == "nbqa flake8":
                slower = run.cpu
    speed_up = one.wall / two.wall
    print(f"\ntwo processes are {speed_up:.2f} times as fast as one (target {ENOUGH_SPEED_UP})\n")
    for rule, count in Counter(finding["rule"] for finding in json.loads(one.output)).most_common():
        print(f"{count:6} {rule}")
    return int(one.cpu >= slower or speed_up < ENOUGH_SPEED_UP)


def _print(title: str, run: Run) -> None:
    print(f"| {title} | {run.cpu:.2f} s | {run.wall:.2f} s |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
