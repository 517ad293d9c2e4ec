"""The top-level statements of a cell, and the marks that stand beside them."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from dataclasses import dataclass

from notelift.notebook.magics import translate

_MARK = re.compile(r"(keep|drop)(?:\[([^\]]+)\])?(?:@(\d+))?$")


@dataclass(frozen=True)
class Mark:
    """`keep` or `drop`, for one target ("" is all) and one run of the cell (None is all)."""

    kept: bool
    target: str
    occurrence: int | None


@dataclass(frozen=True)
class MarkedStatement:
    """A top-level statement: its lines within the cell, the text that executes it alone, and its marks."""

    line: int
    end_line: int
    source: str
    marks: tuple[Mark, ...]

    def kept(self, target: str, occurrence: int) -> bool | None:
        """Whether the slice of `target` must have it; None when it is not said."""
        for mark in self.marks:
            if mark.target in ("", target) and mark.occurrence in (None, occurrence):
                return mark.kept
        return None


def marked_statements(source: str, default: str = "") -> list[MarkedStatement]:
    """Return the statements of a cell in their order; one without a mark has the mark `default`.

    Raises SyntaxError when the cell does not parse and ValueError when a mark stands beside nothing.
    """
    translated = translate(source)
    nodes = ast.parse(translated.python).body
    lines = source.split("\n")
    texts = translated.python.split("\n")
    magic_ends = {magic.line: magic.end_line for magic in translated.magics}
    marks, own_lines = _marks(translated.python)
    starts = [_start(node) for node in nodes]
    ends = [max(node.end_lineno or 1, magic_ends.get(node.lineno, 1)) for node in nodes]
    statements = []
    taken: set[int] = set()
    for index, node in enumerate(nodes):
        first, last = starts[index], ends[index]
        line = first if first in marks else first - 1 if first - 1 in own_lines else None
        beside: tuple[Mark, ...] = ()
        if line is not None:
            taken.add(line)
            groups = marks[line]
            position = sum(1 for earlier in range(index) if starts[earlier] == first)
            beside = groups[min(position, len(groups) - 1)]
        alone_before = index == 0 or ends[index - 1] < first
        alone_after = index + 1 == len(nodes) or starts[index + 1] > last
        parts = lines[first - 1 : last]
        if not alone_after:
            parts[-1] = parts[-1][: _column(texts[last - 1], node.end_col_offset or 0)]
        if not alone_before:
            parts[0] = parts[0][_column(texts[first - 1], node.col_offset) :]
        statements.append(MarkedStatement(first, last, "\n".join(parts), beside or _parse_group(default)))
    if unused := set(marks) - taken:
        raise ValueError(f"line {min(unused)}: the mark stands beside no statement")
    return statements


def _start(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _column(line: str, offset: int) -> int:
    return len(line.encode()[:offset].decode())


def _marks(python: str) -> tuple[dict[int, list[tuple[Mark, ...]]], set[int]]:
    """The marks of each line (`;` separates those of several statements), and the lines with nothing else.

    A mark on a line of its own is that of the statement on the next line.
    """
    found = {}
    own_lines = set()
    for token in tokenize.generate_tokens(io.StringIO(python).readline):
        if token.type == tokenize.COMMENT:
            groups = [_parse_group(part) for part in token.string.lstrip("# ").split(";")]
            if all(groups):
                found[token.start[0]] = groups
                if token.line.lstrip().startswith("#"):
                    own_lines.add(token.start[0])
    return found, own_lines


def _parse_group(text: str) -> tuple[Mark, ...]:
    """The marks that `text` consists of; none when it has any other word."""
    matches = [_MARK.match(word) for word in text.split()]
    return tuple(
        Mark(match.group(1) == "keep", match.group(2) or "", int(match.group(3)) if match.group(3) else None)
        for match in matches
        if match and all(matches)
    )
