"""The statements that a selection covers: whole and consecutive statements of one block."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from notelift.assists.model import Refused
from notelift.cells.code import CellStatement, read_cell
from notelift.notebook.model import Cell

Position = tuple[int, int]
Entry = tuple[ast.AST, str]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Step:
    """A block on the way to the selection, and which of its statements lead there.

    `entries` are the nodes, with the field, through which a run comes into the block; none for a cell.
    """

    entries: tuple[Entry, ...]
    block: tuple[ast.stmt, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Selected:
    """Consecutive statements of one block in a cell; `path` leads from the cell's own block to theirs."""

    cell: Cell
    path: tuple[Step, ...]

    @property
    def statements(self) -> tuple[ast.stmt, ...]:
        """The selected statements."""
        step = self.path[-1]
        return step.block[step.start : step.end]

    @property
    def is_top(self) -> bool:
        """Whether they are statements of the cell itself."""
        return len(self.path) == 1

    @property
    def ends_cell(self) -> bool:
        """Whether the cell's last statement is among them."""
        return self.is_top and self.path[0].end == len(self.path[0].block)

    @property
    def function(self) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The innermost function that they stand in."""
        return next((each for each in reversed(self.owners) if isinstance(each, _FUNCTIONS)), None)

    @property
    def owners(self) -> tuple[ast.AST, ...]:
        """The nodes around them, from the outermost."""
        return tuple(node for step in self.path for node, _ in step.entries)

    def narrowed(self, start: int, end: int) -> Selected:
        """Return the selection with other statements of the same block."""
        return Selected(self.cell, (*self.path[:-1], replace(self.path[-1], start=start, end=end)))


def code_of(cell: Cell) -> tuple[CellStatement, ...]:
    """Return the cell's statements. Raises Refused where it does not parse."""
    code = read_cell(cell.source)
    if code.error:
        raise Refused(f"Cell {cell.index} does not parse ({code.error}): correct it first")
    return code.statements


def whole_cell(cell: Cell) -> Selected:
    """Return all statements of a cell. Raises Refused where it has none, or does not parse."""
    block = tuple(each.node for each in code_of(cell))
    if not block:
        raise Refused(f"Cell {cell.index} has no statement")
    return Selected(cell, (Step((), block, 0, len(block)),))


def selection(cell: Cell, start: Position, end: Position) -> Selected:
    """Return the statements between two places, of which blanks and comments do not count.

    Raises Refused where they are not whole statements of one block.
    """
    places = {
        id(each.node): ((each.line, each.column), (each.end_line, each.end_column)) for each in code_of(cell)
    }
    finder = _Finder(cell, places, *_trimmed(cell.source.split("\n"), start, end))
    return Selected(cell, tuple(finder.path((), tuple(each.node for each in code_of(cell)))))


def _trimmed(lines: Sequence[str], start: Position, end: Position) -> tuple[Position, Position]:
    """The selection without the blanks at its ends: whole lines reach to the start of the next."""
    while start < end and not lines[start[0] - 1][start[1] :].strip():
        start = (start[0] + 1, 0)
    while start < end and not lines[end[0] - 1][: end[1]].strip():
        end = (end[0] - 1, len(lines[end[0] - 2]))
    return start, max(start, end)


class _Finder:
    def __init__(
        self, cell: Cell, top: dict[int, tuple[Position, Position]], start: Position, end: Position
    ) -> None:
        self._cell = cell
        self._lines = cell.source.split("\n")
        self._top = top
        self._start = start
        self._end = end

    def path(self, entries: tuple[Entry, ...], block: tuple[ast.stmt, ...]) -> Iterator[Step]:
        touched = [number for number, node in enumerate(block) if self._touches(node)]
        if not touched:
            raise Refused(f"No statement of cell {self._cell.index} is selected: select whole statements")
        first, last = touched[0], touched[-1]
        yield Step(entries, block, first, last + 1)
        if self._start <= self._place(block[first])[0] and self._place(block[last])[1] <= self._end:
            return
        inner = [each for each in blocks_of(block[first]) if self._is_within(each[1])]
        if len(touched) > 1 or not inner:
            raise Refused(
                f"Only a part of the statement in cell {self._cell.index}, line {block[first].lineno} is"
                " selected: select whole statements of one block"
            )
        yield from self.path(*inner[0])

    def _is_within(self, block: Sequence[ast.stmt]) -> bool:
        """Whether the selection is between the header of a block and its end."""
        first, last = self._place(block[0])[0], self._place(block[-1])[1]
        head = self._lines[first[0] - 1][: first[1]]
        begin = (first[0], 0) if not head.strip() else first
        while begin[0] > 1 and self._lines[begin[0] - 2].lstrip().startswith("#"):
            begin = (begin[0] - 1, 0)
        tail = (last[0], len(self._lines[last[0] - 1]))
        return begin <= self._start and self._end <= max(tail, last) and any(map(self._touches, block))

    def _touches(self, node: ast.stmt) -> bool:
        start, end = self._place(node)
        return start < self._end and self._start < end

    def _place(self, node: ast.stmt) -> tuple[Position, Position]:
        known = self._top.get(id(node))
        return known if known is not None else place_of(node, self._lines)


def place_of(node: ast.stmt, lines: Sequence[str]) -> tuple[Position, Position]:
    """Return where a statement starts and ends, decorators included; columns in characters."""
    line = first_line(node)
    start = (line, _characters(lines[line - 1], node.col_offset))
    end_line = node.end_lineno or node.lineno
    return start, (end_line, _characters(lines[end_line - 1], node.end_col_offset or 0))


def first_line(node: ast.stmt) -> int:
    """Return the line on which a statement starts, decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])


def blocks_of(node: ast.stmt) -> Iterator[tuple[tuple[Entry, ...], tuple[ast.stmt, ...]]]:
    """Yield the blocks of a compound statement, each with the nodes through which a run comes into it."""
    for field in ("body", "orelse", "finalbody"):
        block = getattr(node, field, None)
        if isinstance(block, list) and block:
            yield ((node, field),), tuple(block)
    for handler in getattr(node, "handlers", ()):
        yield ((node, "handlers"), (handler, "body")), tuple(handler.body)
    if isinstance(node, ast.Match):
        for case in node.cases:
            yield ((node, "cases"), (case, "body")), tuple(case.body)


def _characters(line: str, offset: int) -> int:
    return offset if line.isascii() else len(line.encode()[:offset].decode(errors="ignore"))
