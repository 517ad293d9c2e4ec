"""Makes functions of random statements in every cell of runnable notebooks: values and outputs must stay.

    python -m tools.run_functions FOLDER [--python PATH] [--only SUBSTRING] [--notebooks N] [--seed 1]

FOLDER is as for `tools.run_assists`. The functions of a notebook are made one after the other, each from what
the ones before left, and executed together; where something differs, again one by one until the first that is
wrong is found (exit code 1).
"""

from __future__ import annotations

import ast
import random
import sys
from collections.abc import Iterator, Sequence

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
from tools.run_assists import (
    Tally,
    Trial,
    arguments,
    differing,
    names_of,
    readable,
    reason,
    steady_values,
    try_all,
)


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
    names = names_of(kernel_of(notebook, load_library()))
    before = steady_values(trial, notebook, names)
    if before is None:
        tally.outcomes["notebooks that do not run"] += 1
        return
    steps = list(made(notebook, draw, tally))
    tally.notebooks += 1
    if not steps or not differing(before, trial.run_patiently(Applied(steps[-1][1]), names)):
        return
    low, high = 0, len(steps) - 1
    while low < high:
        middle = (low + high) // 2
        if differing(before, trial.run_patiently(Applied(steps[middle][1]), names)):
            high = middle
        else:
            low = middle + 1
    title, changed = steps[low]
    # What differs by chance only has been the same twice before.
    again = [trial.run(Applied(notebook), names) for _ in range(3)]
    before = {
        name: digest for name, digest in before.items() if all(run.get(name) == digest for run in again)
    }
    wrong = differing(before, trial.run_patiently(Applied(changed), names))
    if not wrong:
        return
    tally.failures.append(f"{trial.path}: {title}: {wrong[:5]}")
    print(f"FAILURE {tally.failures[-1]}", flush=True)
    older = steps[low - 1][1] if low else notebook
    for old, new in zip(older.cells, changed.cells, strict=False):
        if old.source != new.source:
            print(f"---- before\n{old.source}\n---- after\n{new.source}\n----", flush=True)


def main() -> int:
    """Run the tool and return its exit code."""
    tally = try_all(arguments(__doc__ or "").parse_args(), try_notebook, outputs=True)
    for text, number in tally.refusals.most_common():
        print(f"{number:6} {text}")
    print(f"\n{tally.notebooks} notebooks, {dict(tally.outcomes)}, {len(tally.failures)} failures")
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
