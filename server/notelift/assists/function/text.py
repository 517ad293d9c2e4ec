"""The change that puts a function into a cell, and a call in place of its statements."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from notelift.assists.function.interface import Interface
from notelift.assists.function.selection import Position, Selected, first_line, place_of
from notelift.edits.change import NotebookChange, TextEdit
from notelift.edits.function_text import INDENT, call_source, function_source, lines_in_strings
from notelift.notebook.magics import translate

_GAP = "\n\n\n"


@dataclass(frozen=True, slots=True)
class Extract:
    """Statements that become a function.

    `aside` are those of the selected (by their place in the block) that come above it. With `displays` the
    function returns the value of its last statement, which the cell displays. `start` is the line from which
    on comments above the statements belong to them.
    """

    selected: Selected
    aside: tuple[int, ...]
    name: str
    interface: Interface
    displays: bool
    start: int


def change_of(extract: Extract) -> NotebookChange:
    """Return the change of the cell's text."""
    return _Text(extract).change()


class _Text:
    def __init__(self, extract: Extract) -> None:
        self._extract = extract
        self._selected = extract.selected
        self._cell = extract.selected.cell
        self._lines = self._cell.source.split("\n")
        self._kept = lines_in_strings(translate(self._cell.source).python)
        step = self._selected.path[-1]
        self._step = step
        self._first = self._above(first_line(step.block[step.start]), extract.start)
        self._last = self._end(step.end - 1)

    def change(self) -> NotebookChange:
        edits = self._together() if self._selected.is_top else self._apart()
        return NotebookChange(tuple(edits))

    def _together(self) -> list[TextEdit]:
        """The function right above its call."""
        start, gap = self._behind(self._first)
        parts = [*self._asides(), self._function(), self._call()]
        return [self._edit(start, (self._last, len(self._lines[self._last - 1])), gap + _joined(parts))]

    def _apart(self) -> list[TextEdit]:
        """The function above the statement of the cell that holds its call."""
        top = self._selected.path[0]
        line = self._above(first_line(top.block[top.start]), 1)
        start, gap = self._behind(line)
        end = (line, 0)
        call = self._edit((self._first, 0), (self._last, len(self._lines[self._last - 1])), self._call())
        return [self._edit(start, end, f"{gap}{self._function()}{_GAP}"), call]

    def _edit(self, start: Position, end: Position, text: str) -> TextEdit:
        return TextEdit(self._cell.id, *start, *end, text)

    def _function(self) -> str:
        gone = {line for number in self._extract.aside for line in self._aside_lines(number)}
        numbers: list[int] = []
        for line in range(self._first, self._last + 1):
            # As in any function, no more than one blank line at once, and none on top.
            if line not in gone and not (
                self._is_blank(line) and (not numbers or self._is_blank(numbers[-1]))
            ):
                numbers.append(line)
        texts = [self._lines[line - 1] for line in numbers]
        in_string = [line - 1 in self._kept for line in numbers]
        interface = self._extract.interface
        if self._extract.displays:
            line, column = self._place(self._step.end - 1)[0]
            at = numbers.index(line)
            before, shown = texts[at][:column], f"return {texts[at][column:]}"
            if before.strip():
                # A reader of the function looks for what it returns at the start of a line.
                texts[at : at + 1] = [before.rstrip("; \t"), shown]
                in_string.insert(at + 1, False)
            else:
                texts[at] = before + shown
        kept = frozenset(number for number, inside in enumerate(in_string) if inside)
        result = ", ".join(interface.returns)
        return function_source(
            self._extract.name,
            interface.parameters,
            "\n".join(texts),
            kept,
            len(self._margin),
            result,
            self._indentation(),
        )

    def _indentation(self) -> str:
        """What indents a block in the cell."""
        for statement in self._selected.path[0].block:
            for part in ast.walk(statement):
                inner = getattr(part, "body", None)
                if not isinstance(part, ast.stmt) or not inner:
                    continue
                outer, line = self._lines[part.lineno - 1], self._lines[first_line(inner[0]) - 1]
                blanks = line[: len(line) - len(line.lstrip())]
                margin = outer[: len(outer) - len(outer.lstrip())]
                if blanks != margin and blanks.startswith(margin):
                    return blanks.removeprefix(margin)
        return INDENT

    def _is_blank(self, line: int) -> bool:
        return line - 1 not in self._kept and not self._lines[line - 1].strip()

    def _call(self) -> str:
        interface = self._extract.interface
        return call_source(self._extract.name, interface.parameters, interface.returns, self._margin)

    @property
    def _margin(self) -> str:
        line, column = self._place(self._step.start)[0]
        return self._lines[line - 1][:column]

    def _asides(self) -> list[str]:
        return [
            "\n".join(self._lines[line - 1] for line in self._aside_lines(each))
            for each in self._extract.aside
        ]

    def _aside_lines(self, number: int) -> range:
        """The lines of a statement that comes above the function, with its comments."""
        return range(self._above(first_line(self._step.block[number]), self._first), self._end(number) + 1)

    def _place(self, number: int) -> tuple[Position, Position]:
        return place_of(self._step.block[number], self._lines)

    def _end(self, number: int) -> int:
        return self._place(number)[1][0]

    def _above(self, line: int, floor: int) -> int:
        return comments_above(
            self._lines, line, max([floor, *(each + 2 for each in self._kept if each < line)])
        )

    def _behind(self, line: int) -> tuple[Position, str]:
        """Where the text above a line ends, and what separates a function from it."""
        above = line - 1
        while above and not self._lines[above - 1].strip():
            above -= 1
        if not above:
            return (line, 0), ""
        gap = "\n" if self._lines[above - 1].startswith("%%") else _GAP
        return (above, len(self._lines[above - 1])), gap


def comments_above(lines: Sequence[str], line: int, floor: int) -> int:
    """Return the first line of the comments directly above a line, indented as it is, not above `floor`."""
    margin = lines[line - 1][: len(lines[line - 1]) - len(lines[line - 1].lstrip())]
    while line > floor and lines[line - 2].startswith(f"{margin}#"):
        line -= 1
    return line


def _joined(parts: Sequence[str]) -> str:
    """Statements below each other: imports close, definitions apart."""
    text = parts[0]
    for before, after in itertools.pairwise(parts):
        close = all(each.lstrip().startswith(("import ", "from ")) for each in (before, after))
        text += ("\n" if close else _GAP) + after
    return text
