"""Measures Notelift and prints a table: each line with what was measured and its target.

    python -m benchmarks.speed                     on the examples and on invented notebooks
    python -m benchmarks.speed --corpus FOLDER     on all notebooks under FOLDER

Ratios compare times of one run on one machine. Exit code 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import ast
import gc
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pyflakes.checker import Checker

from benchmarks.synthetic import notebook as synthetic
from notelift.checks.context import Context
from notelift.checks.registry import select
from notelift.checks.runner import run_rules
from notelift.effects.library import Library, load_library
from notelift.export.module import Options, build_module
from notelift.flow.analysis import Analysis, analyse
from notelift.notebook.magics import translate
from notelift.notebook.model import Notebook, NotebookError, Timeline
from notelift.notebook.reading import read_notebook
from notelift.notebook.session import Edited, Session
from notelift.notebook.timelines import written_timeline
from notelift.queries.hidden import Kernel, Memory
from notelift.queries.idempotence import drifting_cells
from notelift.queries.slicing import slice_targets
from notelift.queries.targets import parse_target

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
REPEATS = 5
MILLI = 1000


@dataclass(frozen=True)
class Line:
    """One line of the table; `limit` None is a measurement without a target."""

    what: str
    value: float
    unit: str
    limit: float | None

    @property
    def met(self) -> bool:
        """Whether the target is met."""
        return self.limit is None or self.value <= self.limit

    def __str__(self) -> str:
        target = "" if self.limit is None else f"≤ {self.limit:g} {self.unit}".rstrip()
        verdict = "" if self.limit is None else ("yes" if self.met else "NO")
        return f"| {self.what} | {self.value:.3g} {self.unit} | {target} | {verdict} |".replace("  ", " ")


def forget() -> None:
    """Empty every cache of Notelift, as in a new process."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "notelift":
            for value in list(vars(module).values()):
                clear: Any = getattr(value, "cache_clear", None)
                if callable(clear):
                    clear()
    gc.collect()


def best(action: Callable[[], object], prepare: Callable[[], object] = gc.collect) -> float:
    """The shortest CPU time of several calls of `action`, in seconds."""
    times = []
    for _ in range(REPEATS):
        prepare()
        started = time.process_time()
        action()
        times.append(time.process_time() - started)
    return min(times)


def notebooks(corpus: Path | None) -> list[Notebook]:
    """The notebooks under `corpus`, or the examples and invented ones; says how many cannot be read."""
    books, unreadable = [], 0
    for path in sorted((corpus or EXAMPLES).rglob("*.ipynb")):
        try:
            books.append(read_notebook(path))
        except NotebookError:
            unreadable += 1
    if unreadable:
        print(f"{unreadable} notebooks cannot be read and are left out")
    if corpus is None:
        books += [synthetic(40, seed, chains=3) for seed in range(200)]
    return books


def parsing(timelines: Sequence[Timeline]) -> list[str]:
    """The cells as Python, those that parse."""
    sources = [translate(run.source).python for timeline in timelines for run in timeline]
    return [source for source in sources if parses(source)]


def parses(source: str) -> bool:
    """Whether `ast.parse` takes it."""
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return True


def cold(books: Sequence[Notebook]) -> list[Line]:
    """Analysis from cold beside `ast.parse` and pyflakes on the same cells."""
    timelines = [written_timeline(book) for book in books]
    cells = parsing(timelines)
    # All trees are held until the end, as an analysis of several notebooks holds them: collecting garbage is
    # most of what that costs.
    parse = best(lambda: [ast.parse(cell) for cell in cells])
    flakes = pyflakes([ast.parse(cell) for cell in cells])

    def analysis() -> None:
        library = load_library()
        for timeline in timelines:
            analyse(timeline, library)

    ours = best(analysis, forget)
    print(
        f"{len(books)} notebooks, {len(cells)} cells, {sum(cell.count(chr(10)) + 1 for cell in cells)} lines;"
    )
    print(f"`ast.parse` of the cells takes {parse * MILLI:.0f} ms\n")
    return [
        Line("analysis from cold, over `ast.parse`", ours / parse, "x", 5.0),
        Line("pyflakes on the parsed cells (names only), over `ast.parse`", flakes / parse, "x", None),
    ]


def pyflakes(trees: Sequence[ast.Module]) -> float:
    """The time that pyflakes takes for the names of `trees`, in seconds."""

    def check() -> None:
        for tree in trees:
            Checker(tree)

    return best(check)


CHANGES: tuple[Callable[[str], str], ...] = (
    lambda source: source + "\n# checked",
    lambda source: source + "\nnew_name = 1",
    lambda source: source.replace("'a'", "'b'"),
    lambda source: source + "\nif (",
)
CHANGED = (3, 350, 650, 998)


def edits(library: Library) -> list[Line]:
    """Edits in a notebook of 1,000 cells, each analysed from the analysis before it."""
    timeline = written_timeline(synthetic(1000, 1, chains=300))
    before = analyse(timeline, library)
    results = [edit(timeline, cell, change, library, before) for change in CHANGES for cell in CHANGED]
    analysed, times = zip(*results, strict=True)
    what = "edit in a notebook of 1,000 cells"
    return [
        Line(f"{what}: cells analysed again, at most", max(analysed), "", 5),
        Line(f"{what}: time, median", statistics.median(times) * MILLI, "ms", 10),
        Line(f"{what}: time, longest", max(times) * MILLI, "ms", 10),
    ]


def edit(
    timeline: Timeline, cell: int, change: Callable[[str], str], library: Library, before: Analysis
) -> tuple[int, float]:
    """How many runs are analysed again after a change of one cell, and the time that it takes, in seconds."""
    run = timeline[cell]
    # Each repeat has a text of its own, for texts that were seen before are not parsed again.
    texts = [f"{change(run.source)}\n# {number}" for number in range(REPEATS)]
    afters = iter([(*timeline[:cell], replace(run, source=text), *timeline[cell + 1 :]) for text in texts])
    counts = []
    seconds = best(lambda: counts.append(analyse(next(afters), library, before).analysed))
    return max(counts), seconds


def rules_after_edits(library: Library) -> Line:
    """The default rules after an edit in a notebook of 1,000 cells, which has been analysed again."""
    rules, memory, times = select(()), Memory(), []
    session = Session(synthetic(1000, 1, chains=300))
    context = Context.of(Kernel.of(session, library, memory))
    report = run_rules(context, rules)
    for number in range(REPEATS):
        for change in CHANGES[:-1]:
            for cell in CHANGED:
                book = session.notebook.cells[cell]
                session = session.apply(Edited(book.id, f"{change(book.source)}\n# {number}"))
                kernel = Kernel.of(session, library, memory)
                drifting_cells(kernel.written)
                started = time.process_time()
                context = Context.of(kernel, context)
                report = run_rules(context, rules, report)
                times.append(time.process_time() - started)
    return Line("rules after an edit in 1,000 cells, median", statistics.median(times) * MILLI, "ms", 2)


def extraction() -> Line:
    """`extract` in process: analysis, slice and module of a notebook of 300 statements."""
    book = synthetic(90, 2, chains=3)
    target = parse_target("df2_89")
    library = load_library()

    def extract() -> None:
        kept = slice_targets(written_timeline(book), [target], library)
        build_module(book, [target], kept, Options())

    statements = sum(len(ast.parse(cell.source).body) for cell in book.cells)
    seconds = best(extract, forget)
    return Line(f"extract in process, notebook of {statements} statements", seconds * MILLI, "ms", 50)


def process() -> Line:
    """`notelift slice` as a process of its own."""
    command = [sys.executable, "-m", "notelift.cli", "slice", str(EXAMPLES / "churn/churn.ipynb"), "auc"]
    times = []
    for _ in range(REPEATS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return Line("`notelift slice` on examples/churn, whole process, CPU", statistics.median(times), "s", 0.25)


def memory() -> Line:
    """The most memory that this process held."""
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return Line("peak memory of this benchmark", kilobytes / 1024, "MiB", None)


def main() -> int:
    """Measure, print the table, and return 0 when every target is met."""
    parser = argparse.ArgumentParser(description="Measure Notelift.")
    parser.add_argument("--corpus", type=Path, help="a folder of notebooks instead of the examples")
    arguments = parser.parse_args()
    lines = cold(notebooks(arguments.corpus))
    library = load_library()
    lines += [*edits(library), rules_after_edits(library), extraction(), process(), memory()]
    print("| what | measured | target | met |\n| --- | --- | --- | --- |")
    print("\n".join(map(str, lines)))
    return 0 if all(line.met for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
