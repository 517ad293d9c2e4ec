"""Indentation of statements that leaves the inside of their strings as it is."""

from __future__ import annotations

import ast


def string_lines(text: str, node: ast.stmt, first_line: int) -> frozenset[int]:
    """Return the lines of a statement's text, counted from 0, that start inside a string."""
    if "\n" not in text or not ("'''" in text or '"""' in text or "\\\n" in text):
        return frozenset()
    inside: set[int] = set()
    pending: list[ast.AST] = [node]
    while pending:
        part = pending.pop()
        if isinstance(part, ast.JoinedStr) or (
            isinstance(part, ast.Constant) and isinstance(part.value, (str, bytes))
        ):
            end = part.end_lineno or part.lineno
            inside.update(range(part.lineno + 1 - first_line, end + 1 - first_line))
        else:
            pending.extend(ast.iter_child_nodes(part))
    return frozenset(inside)


def indent(text: str, by: str, kept: frozenset[int] = frozenset()) -> str:
    """Return `text` with `by` before each line that is not empty and whose number is not in `kept`."""
    lines = text.split("\n")
    return "\n".join(
        line if not line.strip() or number in kept else by + line for number, line in enumerate(lines)
    )


def dedent(text: str, by: int, kept: frozenset[int] = frozenset()) -> str:
    """Return `text` with up to `by` blanks taken off each line whose number is not in `kept`."""
    lines = text.split("\n")
    return "\n".join(
        line if number in kept else line[min(by, len(line) - len(line.lstrip(" \t"))) :]
        for number, line in enumerate(lines)
    )
