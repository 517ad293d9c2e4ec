"""A notebook rewritten around a module: an import, a call, and without the code that moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from notelift.cells.code import CellStatement, read_cell
from notelift.edits.replacements import Replacement, apply_replacements
from notelift.flow.graph import Dataflow
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.sources.span import Added, Kept, Piece
from notelift.queries.moved import Move, MoveError
from notelift.queries.targets import Target


def call_source(function: str, targets: Sequence[Target]) -> str:
    """Return the statement that binds the targets' names to what the function returns."""
    names = [target.value for target in targets if target.kind == "name"]
    if len(targets) == 1:
        return f"{names[0]} = {function}()" if names else f"{function}()"
    bound = [target.value if target.kind == "name" else "_" for target in targets]
    return f"{', '.join(bound)} = {function}()" if names else f"{function}()"


def import_source(module: str, names: Sequence[str], path: str = "") -> str:
    """Return the code that imports `names` of a module, which is in the folder `path` where one is given."""
    line = f"from {module} import {', '.join(names)}"
    return f"import sys\n\nsys.path.insert(0, {path!r})\n{line}" if path else line


def changes_folder(dataflow: Dataflow) -> bool:
    """Whether the notebook changes its working directory: then it finds no module by a relative path."""
    return any(
        resource == "cwd" and effect not in ("use", "read")
        for statement in dataflow.statements()
        for effect, resource in statement.world
    )


def check_free(dataflow: Dataflow, function: str) -> None:
    """Raise MoveError where the names that the import binds, `function` and `sys`, are others' already."""
    statements = list(dataflow.statements())
    if any(function in each.binds for each in statements):
        raise MoveError(f"it binds `{function}` itself: choose another name for the function")
    if any("sys" in each.binds and not each.source.startswith(("import ", "from ")) for each in statements):
        raise MoveError("`sys` is a name of its own")


def rewritten_cells(
    notebook: Notebook, dataflow: Dataflow, move: Move, imported: str, call: str, apart: bool = True
) -> list[Piece]:
    """Return the notebook's cells after the move, for the `rewrite` of the notebook's format.

    What is `imported` comes in a cell of its own (`apart`) before the cell of the call, else directly above
    the call. Cells that keep no statement are left out.
    """
    gone: dict[int, set[int]] = {}
    for site in move.removed:
        gone.setdefault(dataflow.runs[site.run].run.cell, set()).add(site.statement)
    call_cell = dataflow.runs[move.call.run].run.cell
    pieces: list[Piece] = []
    for cell in notebook.cells:
        if cell.index == call_cell and apart and imported:
            pieces.append(Added(imported))
        if cell.index not in gone:
            pieces.append(Kept(cell.index))
            continue
        code = call if apart or not imported else f"{imported}\n{call}"
        calls = {move.call.statement: code} if cell.index == call_cell else {}
        source = _without(cell, gone[cell.index], calls)
        if source is not None:
            pieces.append(Kept(cell.index, source))
    return pieces


def _without(cell: Cell, removed: set[int], instead: Mapping[int, str]) -> str | None:
    """The cell's source without the removed statements; None when no statement is left."""
    statements = read_cell(cell.source).statements
    if not instead and len(removed) == len(statements):
        return None
    text = _Text(cell.source)
    edits: list[Replacement] = []
    for number, statement in enumerate(statements):
        if number in removed:
            neighbours = _neighbours(statements, number)
            edits.append(text.removal(statement, neighbours, instead.get(number)))
    return apply_replacements(cell.source, _merged(edits)).rstrip("\n")


def _neighbours(
    statements: Sequence[CellStatement], number: int
) -> tuple[CellStatement | None, CellStatement | None]:
    """The statements before and after it that share a line with it."""
    here = statements[number]
    before = statements[number - 1] if number else None
    after = statements[number + 1] if number + 1 < len(statements) else None
    return (
        before if before and before.end_line == here.line else None,
        after if after and after.line == here.end_line else None,
    )


def _merged(edits: list[Replacement]) -> list[Replacement]:
    """The edits without overlaps: blank lines may be claimed by two removals."""
    result: list[Replacement] = []
    for edit in sorted(edits):
        start = max(edit.start, result[-1].end) if result else edit.start
        result.append(Replacement(start, max(start, edit.end), edit.text))
    return result


class _Text:
    """A cell's text by line and column."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._lines = source.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def removal(
        self,
        statement: CellStatement,
        neighbours: tuple[CellStatement | None, CellStatement | None],
        instead: str | None,
    ) -> Replacement:
        """The edit that takes the statement out, with the comments that belong to it."""
        start = self._starts[statement.line - 1] + statement.column
        end = self._starts[statement.end_line - 1] + statement.end_column
        before, after = neighbours
        if before or after:
            if instead is not None:
                return Replacement(start, end, "; ".join(filter(None, instead.split("\n"))))
            if after:
                return Replacement(start, self._starts[after.line - 1] + after.column, "")
            assert before
            return Replacement(self._starts[before.end_line - 1] + before.end_column, end, "")
        first, last = self._comments_above(statement), statement.end_line
        if instead is not None:
            return Replacement(self._starts[first], self._starts[last] - 1, instead)
        if first == 0 or not self._lines[first - 1].strip():
            while last < len(self._lines) and not self._lines[last].strip():
                last += 1
        return Replacement(self._starts[first], min(self._starts[last], len(self._source)), "")

    def _comments_above(self, statement: CellStatement) -> int:
        """The row, from 0, of the first comment line directly above the statement, or of the statement."""
        row = statement.line - 1
        statements = read_cell(self._source).statements
        floor = max((each.end_line for each in statements if each.end_line <= row), default=0)
        while row > floor and self._lines[row - 1].lstrip().startswith("#"):
            row -= 1
        return row
