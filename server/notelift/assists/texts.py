"""Edits of a cell's text: lines before a statement, imports, arguments, statements that go."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Sequence

from notelift.cells.code import CellStatement, read_cell
from notelift.checks.model import Finding, Place
from notelift.edits.change import TextEdit
from notelift.notebook.model import Cell

_IMPORTS = (ast.Import, ast.ImportFrom)
_BLANK = frozenset({tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT})


def is_magic(cell: Cell) -> bool:
    """Return whether the cell is the text of a cell magic: that is the first line of a cell, or none."""
    return cell.source.lstrip().startswith("%%")


def in_place_of(cell: Cell, place: Place | Finding, text: str) -> TextEdit:
    """Return the edit that puts `text` in the place of a part of the cell."""
    return TextEdit(cell.id, place.line, place.column, place.end_line, place.end_column, text)


def text_at(cell: Cell, place: Place | Finding) -> str:
    """Return what stands in a part of a cell."""
    lines = cell.source.split("\n")[place.line - 1 : place.end_line]
    if not lines:
        return ""
    lines[-1] = lines[-1][: place.end_column]
    lines[0] = lines[0][place.column :]
    return "\n".join(lines)


def before(cell: Cell, statement: CellStatement, code: str) -> TextEdit:
    """Return the edit that puts a simple statement before another: on a line of its own where that can be."""
    line = cell.source.split("\n")[statement.line - 1]
    head = line[: statement.column]
    if head.strip() and ";" in head:
        return TextEdit(
            cell.id, statement.line, statement.column, statement.line, statement.column, f"{code}; "
        )
    blank = line[: len(line) - len(line.lstrip())]
    return TextEdit(cell.id, statement.line, 0, statement.line, 0, f"{blank}{code}\n")


def behind(cell: Cell, statement: CellStatement, code: str) -> TextEdit:
    """Return the edit that puts a line behind the lines of a statement."""
    lines = cell.source.split("\n")
    line = lines[statement.line - 1]
    blank = line[: len(line) - len(line.lstrip())]
    end = len(lines[statement.end_line - 1])
    return TextEdit(cell.id, statement.end_line, end, statement.end_line, end, f"\n{blank}{code}")


def with_import(cells: Sequence[Cell], user: Cell, code: str) -> TextEdit:
    """Return the edit that adds an import: to the first imports above `user`, else on top of `user`.

    A cell of nothing but imports comes before one that begins with some. `cells` are the Python cells, `user`
    is the one that needs the import and has statements.
    """
    above = [cell for cell in cells if cell.index < user.index]
    for cell in above:
        if imports := _only_imports(cell):
            return behind(cell, imports[-1], code)
    for cell in above:
        if leading := _leading(cell):
            return behind(cell, leading[-1], code)
    if leading := _leading(user):
        return behind(user, leading[-1], code)
    statements = read_cell(user.source).statements
    if len(statements) > 1 and _is_text(statements[0]):
        return before(user, statements[1], code)
    return before(user, statements[0], code)


def _leading(cell: Cell) -> list[CellStatement]:
    """The imports with which a cell begins, behind a text that says what it is."""
    statements = list(read_cell(cell.source).statements)
    start = 1 if statements and _is_text(statements[0]) else 0
    found = []
    for each in statements[start:]:
        if not isinstance(each.node, _IMPORTS):
            break
        found.append(each)
    return found


def _is_text(statement: CellStatement) -> bool:
    return isinstance(statement.node, ast.Expr) and isinstance(statement.node.value, ast.Constant)


def _only_imports(cell: Cell) -> list[CellStatement]:
    """The imports of a cell that has nothing else but magics and texts."""
    statements = read_cell(cell.source).statements
    imports = [each for each in statements if isinstance(each.node, _IMPORTS)]
    others = [each for each in statements if not isinstance(each.node, (*_IMPORTS, ast.Expr))]
    return [] if others or any(_calls(each) for each in statements) else imports


def _calls(statement: CellStatement) -> bool:
    """Whether the statement calls something that is not a magic."""
    node = statement.node
    if not isinstance(node, ast.Expr) or isinstance(node.value, ast.Constant):
        return False
    return not statement.source.lstrip().startswith(("%", "!"))


def with_comment(cell: Cell, statement: CellStatement) -> str:
    """Return the text of a statement with the comment behind it."""
    tail = cell.source.split("\n")[statement.end_line - 1][statement.end_column :].rstrip()
    return statement.source + (tail if tail.lstrip().startswith("#") else "")


def without(cell: Cell, statements: Sequence[CellStatement]) -> list[TextEdit] | None:
    """Return the edits that take the lines of statements away, with the comments behind them.

    None where the lines have other code in them, and where nothing would be left of the cell.
    """
    lines = cell.source.split("\n")
    gone: set[int] = set()
    for each in statements:
        first, last = lines[each.line - 1], lines[each.end_line - 1]
        tail = last[each.end_column :].strip()
        if first[: each.column].strip() or (tail and not tail.startswith("#")):
            return None
        gone.update(range(each.line, each.end_line + 1))
    if not any(text.strip() for number, text in enumerate(lines, 1) if number not in gone):
        return None
    starts = sorted(line for line in gone if line - 1 not in gone)
    ends = sorted(line for line in gone if line + 1 not in gone)
    return [_without_lines(cell, lines, *each) for each in zip(starts, ends, strict=True)]


def _without_lines(cell: Cell, lines: list[str], start: int, end: int) -> TextEdit:
    if start == 1:
        # A cell does not begin with the blank lines that were behind.
        end = next(number for number in range(end, len(lines)) if lines[number].strip())
    if end < len(lines):
        return TextEdit(cell.id, start, 0, end + 1, 0, "")
    return TextEdit(cell.id, start - 1, len(lines[start - 2]), end, len(lines[end - 1]), "")


def with_argument(cell: Cell, call: Place, argument: str) -> TextEdit | None:
    """Return the edit that adds an argument behind the last one of a call; None where it cannot be read."""
    text = text_at(cell, call)
    tokens = _tokens(text)
    if len(tokens) < 3 or tokens[-1].string != ")":
        return None
    last, closing = tokens[-2], tokens[-1]
    line, column = last.end
    row, offset = call.line + line - 1, column + (call.column if line == 1 else 0)
    if last.string == "(":
        new = argument
    elif last.string != ",":
        new = f", {argument}"
    elif closing.start[0] > line:
        source = cell.source.split("\n")[row - 1]
        new = f"\n{source[: len(source) - len(source.lstrip())]}{argument},"
    else:
        new = f" {argument}"
    return TextEdit(cell.id, row, offset, row, offset, new)


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    """The tokens of an expression that mean something."""
    try:
        found = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return []
    return [each for each in found if each.type not in _BLANK and each.type != tokenize.ENDMARKER]
