"""Tries the refactorings at random places of runnable notebooks: applied and executed, the values must stay.

    python -m tools.run_assists FOLDER [--python PATH] [--places 3] [--only SUBSTRING] [--seed 1]

FOLDER holds a folder for each project, which is copied for every execution. Each notebook is executed twice
as it is, for the names whose values are the same both times; then once for every change that is tried.
A change that gives another value, or an error, is a failure (exit code 1).
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import copytree

from notelift.cells.code import read_cell
from notelift.edits.applying import Applied, apply
from notelift.effects.library import load_library
from notelift.notebook.model import Notebook, NotebookError
from notelift.notebook.reading import read_notebook
from notelift.queries.hidden import Kernel
from tests.harness.selecting import answers, kernel_of, place_in

ROOT = Path(__file__).resolve().parents[1]
TRIES = 8
PATIENCE = 5
TOO_LONG = "takes too long"


@dataclass(slots=True)
class Tally:
    """What happened: notebooks tried, answers by kind, reasons of refusals, failures."""

    notebooks: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trial:
    """A notebook in its project, and how it is executed; what cells show counts where `outputs` is set."""

    path: Path
    project: Path
    python: str
    timeout: int
    outputs: bool = False

    def run(self, applied: Applied, names: list[str]) -> Mapping[str, str]:
        """Execute the cells in a copy of the project and return the digests of names, or of "error"."""
        with tempfile.TemporaryDirectory(prefix="notelift-assists-") as folder:
            copy = Path(folder, self.project.name)
            copytree(self.project, copy, symlinks=True)
            home = (copy / self.path.relative_to(self.project)).parent
            for path, text in applied.files.items():
                (home / path).write_text(text, encoding="utf-8")
            cells = [cell.source for cell in applied.notebook.cells if cell.is_python]
            job = json.dumps({"cells": cells, "names": names, "root": str(ROOT), "outputs": self.outputs})
            child = str(ROOT / "tools" / "run_cells.py")
            try:
                done = subprocess.run(
                    [self.python, child],
                    input=job.encode(),
                    cwd=home,
                    capture_output=True,
                    timeout=self.timeout,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                return {"error": TOO_LONG}
        try:
            answer: Mapping[str, str] = json.loads(done.stdout.decode().rpartition("\n")[2])
        except ValueError:
            return {"error": done.stderr.decode(errors="replace")[-500:]}
        return answer

    def run_patiently(self, applied: Applied, names: list[str]) -> Mapping[str, str]:
        """Execute the cells; where the time is up, which may be the machine's fault, again with more."""
        digests = self.run(applied, names)
        if digests.get("error") == TOO_LONG:
            return replace(self, timeout=PATIENCE * self.timeout).run(applied, names)
        return digests


def try_notebook(trial: Trial, places: int, draw: random.Random, tally: Tally) -> None:
    """Try changes at random places until enough were applied, and note what happened."""
    notebook = readable(trial.path)
    if notebook is None:
        return
    kernel = kernel_of(notebook, load_library())
    names = names_of(kernel)
    before = steady_values(trial, notebook, names)
    if before is None:
        tally.outcomes["notebooks that do not run"] += 1
        return
    tally.notebooks += 1
    done = 0
    for _ in range(places * TRIES):
        if done == places:
            break
        changes = []
        for answer in answers(kernel, place_in(notebook, draw), ("refactor",), draw.random() < 0.5, {}):
            if answer.change is None:
                tally.outcomes["refused"] += 1
                tally.refusals[reason(answer.refused)] += 1
            elif answer.change.texts or answer.change.cells:
                changes.append(answer)
        if not changes:
            continue
        answer = draw.choice(changes)
        assert answer.change is not None
        applied = apply(answer.change, notebook)
        after = trial.run_patiently(applied, names)
        done += 1
        wrong = differing(before, after)
        kind = f"{answer.offer.kind}: {answer.offer.title.split()[0]}"
        tally.outcomes[f"{'wrong' if wrong else 'same'} {kind}"] += 1
        if wrong:
            tally.failures.append(f"{trial.path}: {answer.offer.title} at {answer.place}: {wrong[:5]}")
            print(f"FAILURE {tally.failures[-1]}", flush=True)


def readable(path: Path) -> Notebook | None:
    """Return the notebook, None where it cannot be read or has no Python code."""
    try:
        notebook = read_notebook(path)
    except NotebookError:
        return None
    has_code = any(cell.is_python and read_cell(cell.source).statements for cell in notebook.cells)
    return notebook if notebook.language == "python" and has_code else None


def reason(text: str) -> str:
    """Return what a refusal is about, without what differs from notebook to notebook."""
    import re

    text = re.sub(r"`[^`]*`|'[^']*'", "_", text)
    return re.sub(r"\d+", "N", text)[:140]


def names_of(kernel: Kernel) -> list[str]:
    """Return the names that a notebook leaves bound; `_` is thrown away, and IPython binds it too."""
    return sorted(kernel.written.dataflow.values.keys() - {"_"})


def steady_values(trial: Trial, notebook: Notebook, names: list[str]) -> dict[str, str] | None:
    """Return the digests of the values that two runs give alike, None where the notebook does not run."""
    first, second = trial.run(Applied(notebook), names), trial.run(Applied(notebook), names)
    if "error" in first or "error" in second:
        return None
    return {name: digest for name, digest in first.items() if second.get(name) == digest}


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Return the names whose values differ, or the error in place of them."""
    if "error" in after:
        return [after["error"]]
    return [name for name in before if name in after and after[name] != before[name]]


def arguments(description: str) -> argparse.ArgumentParser:
    """Return the arguments of a tool that executes the notebooks of a folder."""
    parser = argparse.ArgumentParser(description=description.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--python", default=sys.executable, help="what executes the notebooks; it has IPython"
    )
    parser.add_argument("--only", default="", help="only notebooks with this in their path")
    parser.add_argument("--notebooks", type=int, default=1000, help="stop after that many")
    parser.add_argument("--timeout", type=int, default=60, help="seconds for one execution (default: 60)")
    parser.add_argument("--seed", default="1")
    return parser


def try_all(
    options: argparse.Namespace, try_one: Callable[[Trial, random.Random, Tally], None], outputs: bool = False
) -> Tally:
    """Try the notebooks of a folder in a random order, and return what happened."""
    tally = Tally()
    paths = sorted(path for path in options.folder.rglob("*.ipynb") if options.only in str(path))
    random.Random(options.seed).shuffle(paths)
    for path in paths:
        if tally.notebooks == options.notebooks:
            break
        project = options.folder / path.relative_to(options.folder).parts[0]
        trial = Trial(path, project, options.python, options.timeout, outputs=outputs)
        try_one(trial, random.Random(f"{options.seed} {path}"), tally)
        print(f"{tally.notebooks:4} {dict(tally.outcomes)} {path.name}", flush=True)
    return tally


def main() -> int:
    """Run the tool and return its exit code."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--places", type=int, default=3, help="changes to try in each notebook (default: 3)")
    options = parser.parse_args()
    tally = try_all(options, lambda trial, draw, tally: try_notebook(trial, options.places, draw, tally))
    print("\nrefusals")
    for reason, number in tally.refusals.most_common():
        print(f"{number:6} {reason}")
    print("\noutcomes")
    for outcome, number in sorted(tally.outcomes.items()):
        print(f"{number:6} {outcome}")
    print(f"\n{tally.notebooks} notebooks, {len(tally.failures)} failures")
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
