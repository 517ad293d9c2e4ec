"""Random sequences of what one does with an open notebook, and the shortest way to the same state."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from hypothesis import strategies as st

from notelift.cells.code import read_cell
from tests.harness.lsp import Cell, LanguageClient, NotebookHandle

_NAME = st.sampled_from(["a", "b", "c"])
_STATEMENT = st.one_of(
    st.builds("{} = {}".format, _NAME, st.integers(0, 3)),
    st.builds("{} = {}".format, _NAME, _NAME),
    st.builds("{} = [{}, {}]".format, _NAME, _NAME, _NAME),
    st.builds("{} += {}".format, _NAME, _NAME),
    st.builds("{}.append({})".format, _NAME, _NAME),
    st.builds("def f():\n    return {}".format, _NAME),
    st.builds("{} = f()".format, _NAME),
    st.builds("print({})".format, _NAME),
    st.builds("del {}".format, _NAME),
    st.sampled_from(
        [
            "import random",
            "a = random.random()",
            "from math import *",
            "1 / 0",
            "for a in range(3):\n    b = a",
            "%time c = a",
            "# only words \U0001f600",
            "open('a.csv', 'w').write('1')",
            "b = open('a.csv').read()",
            "print(missing)",
        ]
    ),
)
_BROKEN = st.sampled_from(["a = (", "def f(:\n    pass", "b = = 1", "'\U0001f600", "if a:\nb = 1"])
sources = st.one_of(
    *[st.lists(_STATEMENT, min_size=1, max_size=2).map("\n".join)] * 4,
    _BROKEN,
    st.just(""),
)


class Step(NamedTuple):
    """One thing that is done: its kind, two numbers that choose cells, and a text."""

    kind: str
    first: int
    second: int
    text: str


KINDS = {
    "edit": 5,
    "run": 6,
    "fail": 1,
    "edit while it runs": 1,
    "edit and undo": 1,
    "insert": 2,
    "delete": 2,
    "undo delete": 2,
    "move": 2,
    "clear": 1,
    "clear all": 1,
    "restart": 1,
    "run two": 2,
    "lost run": 1,
    "reopen": 1,
    "wait": 3,
}
steps = st.lists(
    st.builds(
        Step,
        st.sampled_from([kind for kind, weight in KINDS.items() for _ in range(weight)]),
        st.integers(0, 9),
        st.integers(0, 9),
        sources,
    ),
    min_size=1,
    max_size=20,
)
_COUNT = st.one_of(st.none(), st.integers(1, 9))
cells = st.lists(st.builds(Cell, sources, count=_COUNT), min_size=1, max_size=5)


class Run(NamedTuple):
    """A run as the client saw it: the cell, the text that ran, the count, whether it succeeded."""

    cell: str
    text: str
    order: int
    success: bool


@dataclass
class Story:
    """A notebook to which things are done, and what of that a server has to know."""

    book: NotebookHandle
    first: list[Cell]
    runs: list[Run] = field(default_factory=list)
    good: dict[str, str] = field(default_factory=dict)
    """The last text of each cell that parsed."""
    deleted: list[tuple[int, Cell]] = field(default_factory=list)
    known: dict[str, Cell] = field(default_factory=dict)
    """All cells that ever were, by document."""

    def do(self, step: Step) -> None:
        """Do one thing; what cannot be done to the notebook as it is does nothing."""
        book, count = self.book, len(self.book.cells)
        if step.kind == "insert":
            book.insert(step.first % (count + 1), step.text)
        elif step.kind == "undo delete" and self.deleted:
            index, gone = self.deleted.pop()
            book.undo_delete(min(index, count), gone)
        elif step.kind == "restart":
            book.restart()
        elif step.kind == "lost run":
            book.highest += 1
        elif step.kind == "clear all":
            book.clear_outputs()
        elif step.kind == "wait":
            book.settled()
        elif step.kind == "reopen":
            self._reopen()
        elif count:
            self._do_with_cell(step, step.first % count, step.second % count)
        self.remember()

    def _do_with_cell(self, step: Step, cell: int, other: int) -> None:
        book = self.book
        if step.kind == "edit":
            book.edit(cell, step.text)
        elif step.kind == "edit and undo":
            before = book.cells[cell].text
            book.edit(cell, step.text)
            self.remember()
            book.edit(cell, before)
        elif step.kind == "edit while it runs":
            book.begin(cell)
            ran = book.cells[cell].text
            book.edit(cell, step.text)
            book.finish(cell)
            self._ran(cell, ran, True)
        elif step.kind in ("run", "fail"):
            book.run(cell, success=step.kind == "run")
            self._ran(cell, book.cells[cell].text, step.kind == "run")
        elif step.kind == "run two" and cell != other:
            # The second waits for the first, as when all are run.
            book.begin(cell)
            book.begin(other)
            for each in (cell, other):
                book.finish(each)
                self._ran(each, book.cells[each].text, True)
        elif step.kind == "delete":
            self.deleted.append((cell, book.delete(cell)))
        elif step.kind == "move":
            book.move(cell, other)
        elif step.kind == "clear":
            book.clear_outputs(cell)

    def remember(self) -> None:
        """Note which cells there are, and which of them parse."""
        for cell in self.book.cells:
            self.known[cell.uri] = cell
            if not read_cell(cell.text).error:
                self.good[cell.uri] = cell.text

    def _reopen(self) -> None:
        """A client that restarts knows the last run of each cell; what was before is forgotten."""
        self.book.reopen()
        self.first = [replace(cell, uri="", version=1) for cell in self.book.cells]
        self.runs, self.deleted = [], []
        self.good, self.known = {}, {}

    def _ran(self, cell: int, text: str, success: bool) -> None:
        self.runs.append(Run(self.book.cells[cell].uri, text, self.book.highest, success))


def told(client: LanguageClient, first: list[Cell], done: list[Step]) -> Story:
    """Open a notebook with the cells `first`, do all of `done`, and return the story of it."""
    story = Story(client.open_notebook([copy(cell) for cell in first]), first)
    story.remember()
    for step in done:
        story.do(step)
    return story


def retold(client: LanguageClient, story: Story) -> NotebookHandle:
    """A notebook that comes to the state of `story` by its runs alone: no undo, no moves between them."""
    book = client.open_notebook([copy(cell) for cell in story.first])
    names = dict(zip(list(story.known)[: len(story.first)], book.uris, strict=True))

    def place(uri: str) -> int:
        if uri not in names:
            book.insert(len(book.cells), Cell(""))
            names[uri] = book.uris[-1]
        return book.uris.index(names[uri])

    def write(uri: str, text: str) -> None:
        cell = place(uri)
        if book.cells[cell].text != text:
            book.edit(cell, text, whole=True)

    for run in story.runs:
        write(run.cell, run.text)
        book.run(place(run.cell), run.order, run.success)
    for cell in story.book.cells:
        if cell.uri in story.good:
            write(cell.uri, story.good[cell.uri])
        write(cell.uri, cell.text)
        mine = book.cells[place(cell.uri)]
        if cell.summary is None and mine.summary is not None:
            book.clear_outputs(place(cell.uri))
    kept = {names[cell.uri] for cell in story.book.cells}
    for uri in [uri for uri in book.uris if uri not in kept]:
        book.delete(book.uris.index(uri))
    for target, cell in enumerate(story.book.cells):
        book.move(place(cell.uri), target)
    return book
