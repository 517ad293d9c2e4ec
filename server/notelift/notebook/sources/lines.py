"""What the script formats share: lines of a file, and rows that lie within a string."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"#[^\n]*"
    r"|(?P<long>'''(?:[^\\']|\\.|'(?!''))*'''|\"\"\"(?:[^\\\"]|\\.|\"(?!\"\"))*\"\"\")"
    r"|'(?:[^\\'\n]|\\.)*'|\"(?:[^\\\"\n]|\\.)*\"",
    re.DOTALL,
)


def split_lines(text: str) -> list[str]:
    r"""Return the lines with their ends (`\n` or `\r\n`)."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def bare(line: str) -> str:
    """Return the line without its end."""
    return line.rstrip("\r\n")


def long_strings(text: str) -> list[tuple[int, int]]:
    """Return where the strings in three quotes start and end, in order."""
    if '"""' not in text and "'''" not in text:
        return []
    return [match.span() for match in _TOKEN.finditer(text) if match.group("long") is not None]


def rows_within_strings(text: str) -> frozenset[int]:
    """Return the rows (from 0) that start inside a string of several lines."""
    rows: set[int] = set()
    row, position = 0, 0
    for start, end in long_strings(text):
        row += text.count("\n", position, start)
        inside = text.count("\n", start, end)
        rows.update(range(row + 1, row + 1 + inside))
        row, position = row + inside, end
    return frozenset(rows)


def trimmed(lines: list[str], start: int, end: int) -> tuple[int, int]:
    """Return the rows `start`..`end` without blank lines at both ends."""
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return start, end
