"""The pytest items of tests/cases/views: a notebook, and what a view shows of it or of a place in it."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

import pytest

from notelift import config as configuration
from notelift.cells.places import Region
from notelift.effects.library import Library, load_library
from notelift.notebook.model import Notebook
from notelift.queries.hidden import Kernel
from notelift.views.highlights import highlights
from notelift.views.hover import hover
from notelift.views.lenses import lenses
from notelift.views.navigation import definitions, references
from notelift.views.symbols import Symbol, symbols
from tests.harness.items import CELLS, CaseFile, CaseItem, WrongCase, cell_of, session_of, text_of
from tests.harness.markdown import CaseError, Fence, read
from tests.harness.snapshots import REWRITES, Rewrite

CARET = "<|>"
_FENCES = CELLS | {"shows", "session", "config", "note"}


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
    return read(path, _FENCES, _case)


def _case(path: Path, title: str, line: int, fences: list[Fence]) -> ViewCase:
    where = f"{path}:{line}"
    parts = [fence for fence in fences if fence.kind in CELLS]
    carets = [index for index, fence in enumerate(parts) if CARET in fence.text]
    if len(carets) > 1 or sum(fence.text.count(CARET) for fence in parts) > 1:
        raise CaseError(f"{where}: there is one caret at most")
    place = None
    if carets:
        head = parts[carets[0]].text.partition(CARET)[0]
        place = carets[0], head.count("\n") + 1, len(head) - head.rfind("\n") - 1
    cells = [cell_of(index, fence, fence.text.replace(CARET, "")) for index, fence in enumerate(parts)]
    notebook = Notebook("notebook.ipynb", "ipynb", "python", tuple(cells))
    session = session_of(notebook, text_of(fences, "session"), where)
    effects = _effects(text_of(fences, "config"), where)
    kernel = Kernel.of(session, _library(effects))
    last = max(fence.end for fence in fences if fence.kind != "shows")
    return ViewCase(title, path, line, kernel, place, last, tuple(f for f in fences if f.kind == "shows"))


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


class ViewsFile(CaseFile[ViewCase]):
    """A Markdown file of cases of one view."""

    def read(self) -> list[ViewCase]:
        """Return the cases of the file."""
        return read_view_cases(self.path)

    def items(self, case: ViewCase) -> Iterator[pytest.Item]:
        """Yield the one item of a case."""
        yield ViewItem.from_parent(self, name=case.title, case=case)


class ViewItem(CaseItem[ViewCase]):
    """The view shows what the case expects."""

    def runtest(self) -> None:
        """Ask the view and compare."""
        found = _VIEWS[self.case.path.stem](self.case)
        expected = "\n".join(fence.text for fence in self.case.shows)
        if found == expected and self.case.shows:
            return
        if REWRITES in self.config.stash:
            old = tuple((each.line - 1, each.end) for each in self.case.shows)
            self.config.stash[REWRITES].append(
                Rewrite(self.case.path, old, self.case.last, (("shows", found),))
            )
            return
        raise WrongCase(f"expected\n{expected}\nfound\n{found}")
