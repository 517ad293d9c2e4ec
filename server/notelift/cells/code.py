"""The top-level statements of one cell, with their places; memoised by source text."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import Any, NamedTuple, TypeVar
from weakref import WeakValueDictionary

from notelift.notebook.magics import PLACEHOLDER, Magic, translate

_FLAGS = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


class CellStatement(NamedTuple):
    """A top-level statement: its syntax tree, and its place in the cell as `Statement` counts it."""

    node: ast.stmt
    line: int
    end_line: int
    column: int
    end_column: int
    source: str


# Without slots, for a weak reference to it.
@dataclass(frozen=True)
class CellCode:
    """A parsed cell.

    `error` says why there are no statements ("line 3: invalid syntax"), else it is empty. `answers` are what
    functions with `memoised_by_cell` have found.
    """

    statements: tuple[CellStatement, ...]
    magics: tuple[Magic, ...] = ()
    error: str = ""
    answers: dict[object, Any] = field(default_factory=dict, init=False, compare=False, repr=False)


# What is typed is soon another text: only the last few cells are held that no analysis holds.
_HELD = 128
_live: WeakValueDictionary[str, CellCode] = WeakValueDictionary()
_T = TypeVar("_T")


@lru_cache(maxsize=_HELD)
def read_cell(source: str) -> CellCode:
    """Return the statements of `source`; never raises: a cell that does not parse has none and an error.

    While the result is held somewhere, the same object is returned for the same text.
    """
    code = _live.get(source)
    if code is None:
        code = _live[source] = _read(source)
    return code


def memoised_by_cell(function: Callable[[str], _T]) -> Callable[[str], _T]:
    """Return the function of a cell's text with a memory that lasts as long as the parsed cell is held."""

    @wraps(function)
    def memoised(source: str) -> _T:
        answers = read_cell(source).answers
        if function not in answers:
            answers[function] = function(source)
        found: _T = answers[function]
        return found

    return memoised


def _read(source: str) -> CellCode:
    translated = translate(source)
    try:
        tree = _parse(translated.python)
    except SyntaxError as error:
        return CellCode((), translated.magics, f"line {error.lineno or 1}: {error.msg}")
    except (ValueError, RecursionError, MemoryError) as error:
        return CellCode((), translated.magics, f"line 1: {error}")
    lines = source.split("\n")
    if translated.magics:
        _mark(tree, translated.magics)
    ends = {magic.line: magic.end_line for magic in translated.magics}
    statements = tuple(_statement(node, lines, ends, translated.shifts) for node in tree.body)
    return CellCode(statements, translated.magics)


def _parse(python: str) -> ast.Module:
    if "\\" not in python:
        tree: ast.Module = compile(python, "<cell>", "exec", _FLAGS)
        return tree
    # Only an escape that does not exist makes the parser warn.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = compile(python, "<cell>", "exec", _FLAGS)
    return tree


def magic_of(node: ast.AST) -> Magic | None:
    """The magic that a placeholder's call stands for, in whichever cell it was read."""
    found: Magic | None = getattr(node, "_notelift_magic", None)
    return found


def _mark(tree: ast.Module, magics: Sequence[Magic]) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == PLACEHOLDER:
            number = node.args[0]
            if isinstance(number, ast.Constant) and isinstance(number.value, int):
                node._notelift_magic = magics[number.value]  # type: ignore[attr-defined]


def _statement(
    node: ast.stmt, lines: list[str], magic_ends: dict[int, int], shifts: Sequence[int]
) -> CellStatement:
    first, column = node.lineno, node.col_offset
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node.decorator_list:
        first = node.decorator_list[0].lineno
    last, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
    if first in magic_ends or last in magic_ends:
        last = max(last, magic_ends.get(first, last), magic_ends.get(last, last))
        last = min(last, len(lines))
        column, end_column = (0 if first in magic_ends else column), len(lines[last - 1])
    else:
        column = _column(lines, first, column, shifts)
        end_column = _column(lines, last, end_column, shifts)
    if first == last:
        text = lines[first - 1][column:end_column]
    else:
        text = "\n".join([lines[first - 1][column:], *lines[first : last - 1], lines[last - 1][:end_column]])
    return CellStatement(node, first, last, column, end_column, text)


def _column(lines: list[str], line: int, offset: int, shifts: Sequence[int]) -> int:
    """The column in the cell of a place in its translation."""
    text = lines[line - 1]
    if not shifts:
        return _characters(text, offset)
    shift = shifts[line - 1]
    return shift + _characters(text[shift:], offset)


def _characters(line: str, offset: int) -> int:
    """The offset in characters of an offset in UTF-8 bytes, which `ast` counts in."""
    return offset if line.isascii() else len(line.encode()[:offset].decode(errors="ignore"))
