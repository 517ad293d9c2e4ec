"""Makes functions of random statements in every cell of runnable notebooks: values and outputs must stay.

    python -m tools.run_functions FOLDER [--python PATH] [--only SUBSTRING] [--notebooks N] [--seed 1]

FOLDER is as for `tools.run_assists`. The functions of a notebook are made one after the other, each from what
the ones before left, and executed together; where something differs, again one by one until the first that is
wrong is found (exit code 1).
"""

from __future__ import annotations

import argparse
import ast
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from notelift.assists.function.selection import blocks_of, place_of
from notelift.assists.handlers.extract_function import ASSIST
from notelift.assists.model import Ask, Refused
from notelift.cells.code import read_cell
from notelift.checks.context import Context
from notelift.config import Config
from notelift.edits.applying import Applied, apply
from notelift.edits.change import NotebookChange
from notelift.effects.library import load_library
from notelift.notebook.model import Cell, Notebook
from tests.harness.selecting import Place, kernel_of
from tools.run_assists import Tally, Trial, readable, reason


def made(notebook: Notebook, draw: random.Random, tally: Tally) -> Iterator[tuple[str, Notebook]]:
    """Yield what is made a function, and the notebook with it and all before it."""
    for index in range(len(notebook.cells)):
        cell = notebook.cells[index]
        if not cell.is_python or not read_cell(cell.source).statements:
            continue
        place = place_in_cell(cell, draw)
        ask = Ask(Context.of(kernel_of(notebook, load_library())), Config(), *place)
        for offer in list(ASSIST.offers(ask))[-1:]:
            refused = offer.refused
            change: object = None
            if not refused:
                try:
                    change = ASSIST.build(ask, offer.data)
                except Refused as error:
                    refused = str(error)
            if not isinstance(change, NotebookChange):
                tally.outcomes["refused"] += 1
                tally.refusals[reason(refused)] += 1
                continue
            tally.outcomes["functions"] += 1
            notebook = apply(change, notebook).notebook
            yield f"{offer.title} at {place}", notebook


def place_in_cell(cell: Cell, draw: random.Random) -> Place:
    """Return a caret in a cell, or whole statements of one of its blocks."""
    lines = cell.source.split("\n")
    block: Sequence[ast.stmt] = [each.node for each in read_cell(cell.source).statements]
    if draw.random() < 0.3:
        last = draw.choice(block)
        names = [node for node in ast.walk(last) if isinstance(node, ast.Name)] if draw.random() < 0.5 else []
        name = draw.choice(names) if names else None
        line, column = (name.lineno, name.col_offset) if name else (1, 0)
        column = min(column, len(lines[line - 1]))
        return cell.index, line, column, line, column
    while (inner := [found for node in block for _, found in blocks_of(node)]) and draw.random() < 0.4:
        block = draw.choice(inner)
    first = draw.randrange(len(block))
    end = draw.randrange(first, min(first + 6, len(block)))
    start, stop = place_of(block[first], lines)[0], place_of(block[end], lines)[1]
    return cell.index, *start, *stop


def try_notebook(trial: Trial, draw: random.Random, tally: Tally) -> None:
    """Make functions in a notebook, execute it, and note what happened."""
    notebook = readable(trial.path)
    if notebook is None:
        return
    # What is called `_` is thrown away, and IPython binds it too.
    names = sorted(kernel_of(notebook, load_library()).written.dataflow.values.keys() - {"_"})
    first, second = trial.run(Applied(notebook), names), trial.run(Applied(notebook), names)
    if "error" in first or "error" in second:
        tally.outcomes["notebooks that do not run"] += 1
        return
    before = {name: digest for name, digest in first.items() if second.get(name) == digest}
    steps = list(made(notebook, draw, tally))
    tally.notebooks += 1
    if not steps or not _wrong(before, trial.run_patiently(Applied(steps[-1][1]), names)):
        return
    low, high = 0, len(steps) - 1
    while low < high:
        middle = (low + high) // 2
        if _wrong(before, trial.run_patiently(Applied(steps[middle][1]), names)):
            high = middle
        else:
            low = middle + 1
    title, changed = steps[low]
    # What differs by chance only has been the same twice before.
    again = [trial.run(Applied(notebook), names) for _ in range(3)]
    before = {
        name: digest for name, digest in before.items() if all(run.get(name) == digest for run in again)
    }
    wrong = _wrong(before, trial.run_patiently(Applied(changed), names))
    if not wrong:
        return
    tally.failures.append(f"{trial.path}: {title}: {wrong[:5]}")
    print(f"FAILURE {tally.failures[-1]}", flush=True)
    older = steps[low - 1][1] if low else notebook
    for old, new in zip(older.cells, changed.cells, strict=False):
        if old.source != new.source:
            print(f"---- before\n{old.source}\n---- after\n{new.source}\n----", flush=True)


def _wrong(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    if "error" in after:
        return [after["error"]]
    return [name for name in before if name in after and after[name] != before[name]]


def main() -> int:
    """Run the tool and return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--python", default=sys.executable, help="what executes the notebooks; it has IPython"
    )
    parser.add_argument("--only", default="", help="only notebooks with this in their path")
    parser.add_argument("--notebooks", type=int, default=1000, help="stop after that many")
    parser.add_argument("--timeout", type=int, default=60, help="seconds for one execution (default: 60)")
    parser.add_argument("--seed", default="1")
    options = parser.parse_args()
    tally = Tally()
    paths = sorted(path for path in options.folder.rglob("*.ipynb") if options.only in str(path))
    random.Random(options.seed).shuffle(paths)
    for path in paths:
        if tally.notebooks == options.notebooks:
            break
        project = options.folder / path.relative_to(options.folder).parts[0]
        trial = Trial(path, project, options.python, options.timeout, outputs=True)
        try_notebook(trial, random.Random(f"{options.seed} {path}"), tally)
        print(f"{tally.notebooks:4} {dict(tally.outcomes)} {path.name}", flush=True)
    for text, number in tally.refusals.most_common():
        print(f"{number:6} {text}")
    print(f"\n{tally.notebooks} notebooks, {dict(tally.outcomes)}, {len(tally.failures)} failures")
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
