"""Parts of Markdown that views share: code, and the labels of cells as links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from notelift.flow.graph import Statement
from notelift.notebook.model import Notebook
from notelift.queries.reasons import first_line

Link = Callable[[int, int], str]
"""The URI of a cell's line, "" where cells have none."""

_CODE_WIDTH = 64


def no_link(cell: int, line: int) -> str:
    """Return "": for readers that cannot follow links."""
    return ""


def label(notebook: Notebook, cell: int) -> str:
    """Return what the user sees of a cell: `[7]` where it ran, else `cell 3`."""
    count = notebook.cells[cell].execution_count
    return f"cell {cell}" if count is None else f"[{count}]"


def code(text: str) -> str:
    """Return text as code in a line of Markdown."""
    text = " ".join(text.split())
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    if not longest:
        return f"`{text}`"
    fence = "`" * (longest + 1)
    return f"{fence} {text} {fence}"


def one_line(source: str, width: int = _CODE_WIDTH) -> str:
    """Return a statement in one line of code, cut where it is long."""
    return code(first_line(source, width))


def listed(words: Iterable[str], shown: int) -> str:
    """Return `a, b and c`, with `5 more` in place of what is more than `shown`."""
    found = list(words)
    if len(found) > shown:
        found = [*found[:shown], f"{len(found) - shown} more"]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"


class Places:
    """The labels of a notebook's cells as Markdown, with links where there are URIs."""

    def __init__(self, notebook: Notebook, link: Link) -> None:
        self._notebook = notebook
        self._link = link

    def cell(self, cell: int, line: int = 1) -> str:
        """The label of a cell."""
        return self._linked(label(self._notebook, cell), cell, line)

    def _linked(self, text: str, cell: int, line: int) -> str:
        uri = self._link(cell, line)
        if not uri:
            return text
        if not uri.isascii() or any(character in uri for character in " ()"):
            uri = f"<{uri}>"
        escaped = text.replace("[", "\\[").replace("]", "\\]")
        return f"[{escaped}]({uri})"

    def of(self, statement: Statement) -> str:
        """The label of a statement's cell."""
        return self.cell(statement.cell, statement.line)

    def cells(self, statements: Iterable[Statement], shown: int) -> str:
        """The labels of the statements' cells in order, each once: `[1] and cell 4`, `cells 1, 3 and 4`."""
        first: dict[int, Statement] = {}
        for statement in sorted(statements, key=lambda each: each.site):
            first.setdefault(statement.cell, statement)
        counted = any(self._notebook.cells[cell].execution_count is not None for cell in first)
        if counted or len(first) == 1:
            return listed(map(self.of, first.values()), shown)
        numbers = (self._linked(str(each.cell), each.cell, each.line) for each in first.values())
        return f"cells {listed(numbers, shown)}"
