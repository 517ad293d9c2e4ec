"""Measures the language server as a client sees it, beside `ruff server`, and prints a table with targets.

    python -m benchmarks.lsp_latency                     on invented notebooks
    python -m benchmarks.lsp_latency --corpus FOLDER     and the event loop on all notebooks under FOLDER

A keystroke is one incremental change that brings a name nobody binds, which both servers report in the cell;
its time ends when the report has come out of the server's pipe. The two servers get the same keystrokes on
the same notebooks, in turn, with a pause after each as when one types. Exit code 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.speed import EXAMPLES, MILLI, Line
from benchmarks.synthetic import notebook as synthetic
from notelift.notebook.model import NotebookError
from notelift.notebook.reading import read_notebook
from tests.harness.incoming import Watch
from tests.harness.loop import longest_wait
from tests.harness.lsp import SERVER, Cell, LanguageClient, NotebookHandle, Pending

RUFF = (sys.executable, "-m", "ruff", "server", "--isolated")
SIZES = (100, 500, 1000)
REPEATS = 12
PAUSE = 0.1
EDITS = 2000
LIMIT = 0.05
ATTEMPTS = 5
LATE = "late_name"
IN_A_FUNCTION = "    # keep what is above the limit"


@dataclass(frozen=True)
class Place:
    """Where is typed: a cell, and what it becomes when `name` is typed there."""

    what: str
    cell: int
    typed: Callable[[str, str], str]


def places(book: NotebookHandle) -> list[Place]:
    """The places of the keystrokes in a notebook that `opened` opened."""
    last = len(book.cells) - 1
    middle = last // 2
    function = next(n for n in range(middle, last) if IN_A_FUNCTION in book.cells[n].text)
    return [
        Place("first cell", 1, at_the_end),
        Place("middle cell", middle, at_the_end),
        Place("last cell", last, at_the_end),
        Place("in a function", function, in_the_function),
        Place("a name that the last cell reads", 2, with_a_name),
    ]


def at_the_end(source: str, name: str) -> str:
    """The name as a line of its own."""
    return f"{source}\n{name}"


def in_the_function(source: str, name: str) -> str:
    """The name in the body of a function that the cell calls."""
    return source.replace(IN_A_FUNCTION, f"    {name}", 1)


def with_a_name(source: str, name: str) -> str:
    """The name, and another that is bound anew and read further down."""
    return f"{source}\n{LATE} = 1, {name}"


def sources(cells: int) -> list[str]:
    """The cells of the notebook: data frames in chains of four, and a last cell that reads a late name."""
    invented = [cell.source for cell in synthetic(cells, 1, chains=cells // 4).cells]
    return [*invented[:-1], f"{invented[-1]}\nprint({LATE})"]


@contextmanager
def started(command: Sequence[str], folder: Path) -> Iterator[LanguageClient]:
    """A server in an empty folder, so that it finds no settings."""
    with LanguageClient(command, folder) as client:
        client.initialize(root=folder)
        yield client


def opened(client: LanguageClient, cells: int) -> NotebookHandle:
    """The notebook of that many cells, opened and checked."""
    book = client.open_notebook(sources(cells))
    client.wait_for(lambda: client.diagnostics(book.uris[-1]).number)
    return book


def keystroke(book: NotebookHandle, place: Place, before: str, name: str) -> float:
    """The seconds from typing `name` to the report that nobody binds it."""
    client = book.client
    watch = client.incoming.watch = Watch(name.encode())
    at = time.perf_counter()
    book.edit(place.cell, place.typed(before, name))
    came = client.wait_for(lambda: watch.seen, what=f"a diagnostic about {name}")
    assert came is not None
    time.sleep(PAUSE)
    uri = book.uris[place.cell]
    assert any(name in item["message"] for item in client.diagnostics(uri).items)
    return came - at


@dataclass(frozen=True)
class Times:
    """What one server needed for the keystrokes of one notebook, by place, in seconds."""

    by_place: dict[str, list[float]]

    @property
    def all(self) -> list[float]:
        """All of them."""
        return [each for times in self.by_place.values() for each in times]

    @property
    def median(self) -> float:
        """The median of all, in milliseconds."""
        return statistics.median(self.all) * MILLI

    @property
    def late(self) -> float:
        """What 95 % do not exceed, in milliseconds."""
        return statistics.quantiles(self.all, n=20)[-1] * MILLI

    @property
    def slowest(self) -> tuple[str, float]:
        """The place with the longest median, and that, in milliseconds."""
        medians = {what: statistics.median(times) * MILLI for what, times in self.by_place.items()}
        return max(medians.items(), key=lambda each: each[1])


def typed(books: Sequence[NotebookHandle]) -> list[Times]:
    """The times of the same keystrokes in several servers, which get them in turn."""
    times = [Times({}) for _ in books]
    for place in places(books[0]):
        before = books[0].cells[place.cell].text
        for repeat in range(REPEATS):
            for book, found in zip(books, times, strict=True):
                seconds = keystroke(book, place, before, f"wanted_{place.cell}_{repeat}")
                if repeat:  # The first opens what the place needs for the first time.
                    found.by_place.setdefault(place.what, []).append(seconds)
        for book in books:
            book.edit(place.cell, before)
            time.sleep(PAUSE)
    return times


def keystrokes(folder: Path) -> Iterator[Line]:
    """Keystroke to diagnostic beside `ruff server`, without and with a history of runs."""
    medians: dict[tuple[int, bool], float] = {}
    for cells in SIZES:
        for history in (False, True):
            with started(SERVER, folder) as ours, started(RUFF, folder) as ruffs:
                books = [opened(ours, cells), opened(ruffs, cells)]
                if history:
                    run_all(books[0])
                mine, theirs = typed(books)
            what = f"keystroke to diagnostic, {cells:,} cells" + (", all run" if history else "")
            slowest, longest = mine.slowest
            medians[cells, history] = mine.median
            yield Line(f"{what}: median", mine.median, "ms", 10 if cells == SIZES[0] else None)
            yield Line(f"{what}: 95 %", mine.late, "ms", None)
            yield Line(f"{what}: slowest place, {slowest}", longest, "ms", None)
            yield Line(f"{what}: `ruff server`, median", theirs.median, "ms", None)
            yield Line(f"{what}: `ruff server`, 95 %", theirs.late, "ms", None)
            limit = None if cells == SIZES[0] else 1.0
            yield Line(f"{what}: over `ruff server`", mine.median / theirs.median, "x", limit)
    for history in (False, True):
        ratio = medians[SIZES[-1], history] / medians[SIZES[0], history]
        yield Line(f"1,000 cells over 100 cells{', all run' if history else ''}", ratio, "x", 2.0)


def run_all(book: NotebookHandle) -> None:
    """Run all cells in order."""
    for cell in range(len(book.cells)):
        book.run(cell)
    book.settled()


def start(folder: Path) -> Line:
    """From starting the process to the answer to `initialize`, over importing pygls."""
    ours, imports = [], []
    for _ in range(REPEATS):
        at = time.perf_counter()
        with started(SERVER, folder) as client:
            ours.append(time.perf_counter() - at)
            assert client.result
        at = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import pygls.lsp.server"], check=True)
        imports.append(time.perf_counter() - at)
    ratio = statistics.median(ours) / statistics.median(imports)
    return Line("start to `initialize` answered, over `import pygls.lsp.server`", ratio, "x", 1.5)


def requests(folder: Path) -> Iterator[Line]:
    """Hover and the list of code actions in a notebook of 1,000 cells."""
    with started(SERVER, folder) as client:
        book = opened(client, SIZES[-1])
        run_all(book)
        asked: dict[str, list[float]] = {"hover": [], "codeAction": [], "hover right after a keystroke": []}
        for cell in range(5, len(book.cells), len(book.cells) // 20):
            name = f"df1_{cell}"
            hover = book.at(cell, name)
            asked["hover"].append(answered(client, "hover", hover))
            selected = book.over(cell, name) | {"context": {"diagnostics": [], "triggerKind": 2}}
            asked["codeAction"].append(answered(client, "codeAction", selected))
            book.edit(cell, f"{book.cells[cell].text}\nother_{cell} = 1")
            asked["hover right after a keystroke"].append(answered(client, "hover", hover))
            book.settled()
    for what, times in asked.items():
        limit = None if "after" in what else 20
        yield Line(f"{what}, 1,000 cells: median", statistics.median(times) * MILLI, "ms", limit)
        yield Line(f"{what}, 1,000 cells: longest", max(times) * MILLI, "ms", None)


def answered(client: LanguageClient, method: str, params: object) -> float:
    """The seconds from a request to its answer."""
    pending = client.start(f"textDocument/{method}", params)
    pending.result()
    return pending.seconds


def memory(folder: Path) -> Iterator[Line]:
    """What 2,000 edits leave behind in a notebook of 100 cells."""
    with started(SERVER, folder) as client:
        book = opened(client, SIZES[0])
        run_all(book)
        before = resident(client)
        for number in range(EDITS):
            cell = number % len(book.cells)
            text = book.cells[cell].text
            book.edit(cell, f"{text}\nextra_{number} = {number}")
            book.settled()
            book.edit(cell, text)
        book.settled()
        after = resident(client)
    yield Line("memory with a notebook of 100 cells open", before / 1024, "MiB", None)
    yield Line(f"memory after {EDITS:,} edits, over that before", after / before, "x", 1.1)


def resident(client: LanguageClient) -> int:
    """The memory that the server holds, in KiB."""
    asked = ["ps", "-o", "rss=", "-p", str(client.process.pid)]
    return int(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)


def loop(folder: Path, corpus: Path | None) -> Iterator[Line]:
    """The longest time that the server let a client wait while it read a notebook and its edits."""
    worst, where, count = 0.0, "", 0
    with started(SERVER, folder) as client:
        # The engine is loaded when the first notebook is opened, whatever is in that.
        client.open_notebook(["x = 1"]).settled()
        for title, cells in [*notebooks(corpus or EXAMPLES), ("1,000 cells", [*map(Cell, sources(1000))])]:
            wait = held(client, cells)
            count += 1
            if wait > worst:
                worst, where = wait, title
    yield Line(
        f"longest wait for the event loop, {count} notebooks ({where})", worst * MILLI, "ms", LIMIT * MILLI
    )


def held(client: LanguageClient, cells: list[Cell]) -> float:
    """The longest wait for an answer while a notebook is opened, edited, run and closed.

    A busy machine may hold the whole process; what the notebook causes comes every time. So where it is too
    long, the notebook is tried again, with texts that the server does not know, and the least counts.
    """
    waits: list[float] = []
    while len(waits) < ATTEMPTS and not (waits and min(waits) < LIMIT):
        mark = f"\n# {len(waits)}"
        waits.append(waited(client, [Cell(c.text + mark, c.language, c.kind) for c in cells]))
    return min(waits)


def waited(client: LanguageClient, cells: list[Cell]) -> float:
    """The longest wait for an answer in one attempt."""
    books: list[NotebookHandle] = []

    def work() -> Pending:
        books.append(client.open_notebook(cells))
        for cell in range(0, len(cells), 1 + len(cells) // 10):
            if cells[cell].language == "python":
                books[0].edit(cell, f"{cells[cell].text}\n")
                books[0].run(cell)
        return books[0].barrier()

    wait = longest_wait(client, work)
    books[0].close()
    return wait


def notebooks(folder: Path) -> Iterator[tuple[str, list[Cell]]]:
    """The names and cells of the notebooks under a folder that can be read."""
    for path in sorted(folder.rglob("*.ipynb")):
        try:
            book = read_notebook(path)
        except NotebookError as problem:
            print(f"left out: {problem}")
            continue
        cells = [
            Cell(cell.source, "python" if cell.is_python else "markdown", 2 if cell.kind == "code" else 1)
            for cell in book.cells
        ]
        yield path.name, cells


def main() -> int:
    """Measure, print the table, and return 0 when every target is met."""
    parser = argparse.ArgumentParser(description="Measure Notelift's language server.")
    parser.add_argument("--corpus", type=Path, help="a folder of notebooks for the event loop")
    arguments = parser.parse_args()
    gc.disable()
    print("| what | measured | target | met |\n| --- | --- | --- | --- |")
    met = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts = ([start(folder)], keystrokes(folder), requests(folder), memory(folder))
        for part in (*parts, loop(folder, arguments.corpus)):
            for line in part:
                print(line, flush=True)
                met = met and line.met
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
