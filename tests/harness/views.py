"""The pytest items of tests/cases/views: a notebook, and what a view shows of it or of a place in it."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from notelift import config as configuration
from notelift.cells.places import Region
from notelift.effects.library import Library, load_library
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.session import Session
from notelift.notebook.session_log import session_of_log
from notelift.queries.hidden import Kernel
from notelift.views.highlights import highlights
from notelift.views.hover import hover
from notelift.views.lenses import lenses
from notelift.views.navigation import definitions, references
from notelift.views.symbols import Symbol, symbols
from tests.harness.markdown import CaseError, Fence, sections
from tests.harness.snapshots import REWRITES, Rewrite

CARET = "<|>"
_CELLS = frozenset({"cell", "markdown"})
_FENCES = _CELLS | {"shows", "session", "config", "note"}


@dataclass(frozen=True)
class ViewCase:
    """A notebook with a caret in it where the view needs one, and the text of what is shown."""

    title: str
    path: Path
    line: int
    kernel: Kernel
    place: tuple[int, int, int] | None
    last: int
    shows: tuple[Fence, ...] = field(repr=False)

    @property
    def asked(self) -> tuple[Kernel, int, str, int, int]:
        """What views of a place are asked. Raises CaseError without a caret."""
        if self.place is None:
            raise CaseError(f"{self.path}:{self.line}: one cell has the caret {CARET}")
        cell, line, column = self.place
        return self.kernel, cell, self.kernel.session.notebook.cells[cell].source, line, column


def read_view_cases(path: Path) -> list[ViewCase]:
    """Return the cases of a Markdown file. Raises CaseError when one is not well formed."""
    cases = [_case(path, title, line, fences) for title, line, fences in sections(path) if fences]
    titles = [case.title for case in cases]
    for case in cases:
        if titles.count(case.title) > 1:
            raise CaseError(f"{path}:{case.line}: two cases are called {case.title!r}")
    return cases


def _case(path: Path, title: str, line: int, fences: list[Fence]) -> ViewCase:
    where = f"{path}:{line}"
    for fence in fences:
        if fence.kind not in _FENCES:
            raise CaseError(f"{path}:{fence.line}: no fence is called {fence.kind!r}")
    parts = [fence for fence in fences if fence.kind in _CELLS]
    carets = [index for index, fence in enumerate(parts) if CARET in fence.text]
    if len(carets) > 1 or sum(fence.text.count(CARET) for fence in parts) > 1:
        raise CaseError(f"{where}: there is one caret at most")
    place = None
    if carets:
        head = parts[carets[0]].text.partition(CARET)[0]
        place = carets[0], head.count("\n") + 1, len(head) - head.rfind("\n") - 1
    notebook = Notebook("notebook.ipynb", "ipynb", "python", tuple(map(_cell, range(len(parts)), parts)))
    log = "\n".join(fence.text for fence in fences if fence.kind == "session")
    session = session_of_log(notebook, log, where) if log else Session.from_counts(notebook)
    effects = _effects("\n".join(fence.text for fence in fences if fence.kind == "config"), where)
    kernel = Kernel.of(session, _library(effects))
    last = max(_end(fence) for fence in fences if fence.kind != "shows")
    return ViewCase(title, path, line, kernel, place, last, tuple(f for f in fences if f.kind == "shows"))


def _cell(index: int, fence: Fence) -> Cell:
    count = fence.option("count")
    return Cell(
        index,
        f"cell-{index}",
        "code" if fence.kind == "cell" else "markdown",
        fence.text.replace(CARET, ""),
        execution_count=int(count) if count else None,
        failed="failed" in fence.info,
    )


def _end(fence: Fence) -> int:
    """The line of the file on which the fence is closed."""
    return fence.line + (fence.text.count("\n") + 1 if fence.text else 0)


def _effects(text: str, where: str) -> tuple[tuple[str, str], ...]:
    toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    config, problems = configuration.load(toml.loads(text))
    if problems:
        raise CaseError(f"{where}: {problems[0]}")
    return tuple(sorted(config.effects.items()))


@functools.cache
def _library(effects: tuple[tuple[str, str], ...]) -> Library:
    return load_library(dict(effects))


def _shown_hover(case: ViewCase) -> str:
    found = hover(*case.asked)
    if found is None:
        return "nothing"
    lines = found.markdown.replace("  \n", "\n")
    return f"{_named(case, case.asked[1], found.region)}\n{lines}"


def _shown_lenses(case: ViewCase) -> str:
    return "\n".join(
        f"cell {cell.index}: {lens.title}"
        for cell in case.kernel.session.notebook.cells
        for lens in lenses(case.kernel, cell.index)
    )


def _shown_highlights(case: ViewCase) -> str:
    every = range(len(case.kernel.session.notebook.cells))
    found = highlights(*case.asked, every)
    return "\n".join(_spot(case, each.cell, each.region, each.writes) for each in found) or "nothing"


def _shown_definition(case: ViewCase) -> str:
    found = definitions(*case.asked)
    return "\n".join(_named(case, each.cell, each.region) for each in found) or "nothing"


def _shown_references(case: ViewCase) -> str:
    found = references(*case.asked)
    return "\n".join(_spot(case, each.cell, each.region, each.writes) for each in found) or "nothing"


def _shown_symbols(case: ViewCase) -> str:
    lines: list[str] = []
    for cell in case.kernel.session.notebook.cells:
        for symbol in symbols(cell.source) if cell.is_python else ():
            lines += _symbol_lines(case, cell.index, symbol, "")
    return "\n".join(lines)


def _symbol_lines(case: ViewCase, cell: int, symbol: Symbol, indent: str) -> Iterator[str]:
    name, region = _named(case, cell, symbol.selection), symbol.region
    yield f"{indent}{symbol.kind} {name} in lines {region.line}-{region.end_line}"
    for child in symbol.children:
        yield from _symbol_lines(case, cell, child, indent + "  ")


def _spot(case: ViewCase, cell: int, region: Region, writes: bool) -> str:
    return f"{_named(case, cell, region)} {'write' if writes else 'read'}"


def _named(case: ViewCase, cell: int, region: Region) -> str:
    """The place of a region and the text in it."""
    lines = case.kernel.session.notebook.cells[cell].source.split("\n")
    text = lines[region.line - 1]
    end = region.end_column if region.line == region.end_line else len(text)
    return f"{cell}:{region.line}:{region.column} {text[region.column : end]}"


_VIEWS: dict[str, Callable[[ViewCase], str]] = {
    "definition": _shown_definition,
    "highlights": _shown_highlights,
    "hover": _shown_hover,
    "hover-calls": _shown_hover,
    "lenses": _shown_lenses,
    "references": _shown_references,
    "symbols": _shown_symbols,
}


class WrongView(AssertionError):
    """What differs from what a case expects, as it is shown to the reader."""


class ViewsFile(pytest.File):
    """A Markdown file of cases of one view."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield an item for each case."""
        try:
            cases = read_view_cases(self.path)
        except CaseError as error:
            raise self.CollectError(str(error)) from error
        for case in cases:
            yield ViewItem.from_parent(self, name=case.title, case=case)


class ViewItem(pytest.Item):
    """The view shows what the case expects."""

    def __init__(self, *, case: ViewCase, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.case = case

    def runtest(self) -> None:
        """Ask the view and compare."""
        found = _VIEWS[self.case.path.stem](self.case)
        expected = "\n".join(fence.text for fence in self.case.shows)
        if found == expected and self.case.shows:
            return
        if REWRITES in self.config.stash:
            old = tuple((each.line - 1, _end(each)) for each in self.case.shows)
            self.config.stash[REWRITES].append(
                Rewrite(self.case.path, old, self.case.last, (("shows", found),))
            )
            return
        raise WrongView(f"expected\n{expected}\nfound\n{found}")

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the place of the case, for pytest."""
        return self.path, self.case.line - 1, self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what differs without a traceback through the harness."""
        if isinstance(excinfo.value, WrongView):
            return f"{self.path}:{self.case.line}: {self.case.title}\n{excinfo.value}"
        return super().repr_failure(excinfo, style)
