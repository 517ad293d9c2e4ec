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


def rows_within_strings(text: str) -> frozenset[int]:
    """Return the rows (from 0) that start inside a string of several lines."""
    if '"""' not in text and "'''" not in text:
        return frozenset()
    rows: set[int] = set()
    row, position = 0, 0
    for match in _TOKEN.finditer(text):
        if match.group("long") is None:
            continue
        row += text.count("\n", position, match.start())
        inside = match.group().count("\n")
        rows.update(range(row + 1, row + 1 + inside))
        row, position = row + inside, match.end()
    return frozenset(rows)


def trimmed(lines: list[str], start: int, end: int) -> tuple[int, int]:
    """Return the rows `start`..`end` without blank lines at both ends."""
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return start, end
