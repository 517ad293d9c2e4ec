"""Where the parts of a cell's syntax tree stand in the cell's text."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

from notelift.notebook.magics import translate

_DEFINITION = re.compile(r"(?:(?:async\s+)?def|class)\s+")


class Region(NamedTuple):
    """A part of a cell's text: lines from 1, columns in characters from 0; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    def has(self, line: int, column: int) -> bool:
        """Whether a caret there touches the region."""
        return (self.line, self.column) <= (line, column) <= (self.end_line, self.end_column)


class CellText:
    """A cell's text, in which places of its syntax tree are looked up."""

    def __init__(self, source: str) -> None:
        self.lines = source.split("\n")
        self._shifts = translate(source).shifts

    def region(self, node: ast.expr | ast.stmt | ast.alias | ast.pattern) -> Region:
        """The place of a part of the syntax tree."""
        end_line = min(node.end_lineno or node.lineno, len(self.lines))
        line = min(node.lineno, len(self.lines))
        return Region(
            line,
            self._column(line, node.col_offset),
            end_line,
            self._column(end_line, node.end_col_offset or 0),
        )

    def name_of_definition(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    ) -> Region | None:
        """The place of the name that a definition binds; None where it stands on another line than `def`."""
        line, column, _, _ = self.region(node)
        match = _DEFINITION.match(self.lines[line - 1], column)
        if match is None or not self.lines[line - 1].startswith(node.name, match.end()):
            return None
        return Region(line, match.end(), line, match.end() + len(node.name))

    def text(self, region: Region) -> str:
        """The text of a region."""
        lines = self.lines[region.line - 1 : region.end_line]
        lines[-1] = lines[-1][: region.end_column]
        lines[0] = lines[0][region.column :]
        return "\n".join(lines)

    def _column(self, line: int, offset: int) -> int:
        """The column of an offset in UTF-8 bytes in the translated line."""
        text = self.lines[line - 1]
        shift = self._shifts[line - 1] if self._shifts else 0
        rest = text[shift:]
        inside = offset if rest.isascii() else len(rest.encode()[:offset].decode(errors="ignore"))
        return min(shift + inside, len(text))
