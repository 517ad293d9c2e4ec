"""Puts every notebook below a folder through every command that executes nothing, and counts what happens.

    python tools/run_corpus.py FOLDER... [--targets 6] [--only SUBSTRING]

Each notebook is asked for several targets of every kind on both timelines, in text and JSON. A refusal with
one clear line is fine; a traceback, a report of a bug, two lines or JSON that does not parse is a failure
(exit code 1). The commands run in process, in two worker processes; modules go to a temporary folder.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import itertools
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

SUFFIXES = (".ipynb", ".py")
SLOW = 10.0


@dataclass(slots=True)
class Report:
    """What happened with one notebook: counts of answers and refusals, failures, the slowest call."""

    path: str
    answers: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")


def call(arguments: Sequence[str]) -> tuple[int, str, str]:
    """Run the command in this process and return its exit code and what it wrote to both streams."""
    from notelift.cli.main import run

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(list(arguments))
    return code, out.getvalue(), err.getvalue()


def reason_of(line: str, path: str) -> str:
    """Return what a refusal is about, without what differs from notebook to notebook."""
    text = line.removeprefix("notelift: error: ").replace(path, "FILE")
    text = re.sub(r"target \S+:", "target T:", text)
    text = re.sub(r"; (near|names are|did you mean|files written|the code cells are)\b.*", "", text)
    text = re.sub(r"\(line \d+: .*\)", "(...)", text)
    return re.sub(r"`[^`]*`|'[^']*'|\b\d+\b", "_", text)[:120]


def check(report: Report, arguments: Sequence[str]) -> None:
    """Run one command and note what it did."""
    started = time.perf_counter()
    shown = " ".join(arguments)
    try:
        code, out, err = call(arguments)
        if code == 0 and arguments[-1] == "json":
            json.loads(out)
    except BaseException as error:
        report.failures.append(f"{shown}: {type(error).__name__}: {error}")
        return
    report.slowest = max(report.slowest, (time.perf_counter() - started, shown))
    errors = [line for line in err.splitlines() if not line.startswith("notelift: warning: ")]
    if "Traceback" in err or "bug in Notelift" in err or len(errors) != (code != 0):
        report.failures.append(f"{shown}: exit code {code}: {err.strip()[-300:]}")
    elif code:
        report.refusals[f"{arguments[0]}: {reason_of(errors[0], arguments[1])}"] += 1
    else:
        report.answers[arguments[0]] += 1


def targets_of(path: Path, timeline: str, count: int) -> Iterator[str]:
    """Yield targets of every kind that the notebook has, at most `count` of each."""
    from notelift.cli.errors import CommandError
    from notelift.cli.loading import dataflow_of, load_notebook

    try:
        loaded = load_notebook(path, timeline)
    except CommandError:
        yield "x"
        return
    dataflow = dataflow_of(loaded)
    names = list(dataflow.values)
    yield from names[:: max(1, len(names) // count)][:count]
    binding = [each for each in dataflow.statements() if each.binds]
    for each in binding[:: max(1, len(binding) // count)][:count]:
        yield f"{each.binds[0]}@{each.cell}"
        yield f"{each.binds[0]}@{each.cell}:{each.line}"
    cells = [run.cell for run in loaded.timeline]
    yield from (f"cell:{cell}" for cell in cells[:: max(1, len(cells) // count)][:count])
    known = (file for file in dataflow.files if "…" not in file)
    yield from (f"file:{file}" for file in itertools.islice(known, count))
    yield "no_such_name"


def put_through(path: Path, count: int) -> Report:
    """Put one notebook through all commands."""
    report = Report(str(path))
    notebook = str(path)
    for timeline in ("written", "ran"):
        which = ("--timeline", timeline)
        for form in ("text", "json", "mermaid", "dot"):
            check(report, ("lineage", notebook, *which, "--format", form))
        for number, target in enumerate(dict.fromkeys(targets_of(path, timeline, count))):
            check(report, ("slice", notebook, target, "--explain", *which))
            check(report, ("slice", notebook, target, *which, "--format", "json"))
            if target.isidentifier():
                check(report, ("lineage", notebook, target, *which, "--format", "json"))
            with tempfile.TemporaryDirectory() as folder:
                form = "text" if number % 2 else "json"
                check(report, ("extract", notebook, target, "--output", folder, *which, "--format", form))
                if timeline == "written":
                    rewrite(report, path, target, Path(folder))
    return report


def rewrite(report: Report, path: Path, target: str, folder: Path) -> None:
    """Extract from a copy of the notebook, rewrite the copy, and read it again."""
    copy = folder / path.name
    copy.write_bytes(path.read_bytes())
    check(report, ("extract", str(copy), target, "--output", str(folder / "lib"), "--rewrite"))
    check(report, ("lineage", str(copy), "--format", "json"))


def main() -> int:
    """Run the tool and return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--targets", type=int, default=6, help="targets of each kind (default: 6)")
    parser.add_argument("--only", default="", help="only notebooks with this in their path")
    options = parser.parse_args()
    paths = sorted(
        path
        for folder in options.folders
        for path in folder.rglob("*")
        if path.suffix in SUFFIXES and path.is_file() and options.only in str(path)
    )
    answers: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    failures = 0
    with ProcessPoolExecutor(max_workers=2) as pool:
        for report in pool.map(partial(put_through, count=options.targets), paths):
            answers += report.answers
            refusals += report.refusals
            failures += len(report.failures)
            for failure in report.failures:
                print(f"FAILURE {failure}", flush=True)
            if report.slowest[0] > SLOW:
                print(f"slow    {report.slowest[0]:.1f} s: {report.slowest[1]}", flush=True)
    print("\nrefusals")
    for reason, number in refusals.most_common():
        print(f"{number:7} {reason}")
    print("\nanswers")
    for command, number in answers.most_common():
        print(f"{number:7} {command}")
    print(f"\n{len(paths)} notebooks, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
