"""Compares what two runs wrote to a file."""

from __future__ import annotations

import re
from itertools import zip_longest
from pathlib import Path

from notelift.cli.verification.compare import Difference, same_number

_NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?")
_DIGITS = 6
HOW = "files are compared byte by byte, and texts line by line with numbers to 6 digits"


def file_difference(notebook: Path, module: Path) -> Difference | None:
    """Return where the contents of two files, which both exist, first differ; None if they are equal."""
    one, other = notebook.read_bytes(), module.read_bytes()
    if one == other:
        return None
    try:
        return text_difference(one.decode(), other.decode())
    except UnicodeDecodeError:
        pairs = enumerate(zip_longest(one, other))
        position = next(position for position, (left, right) in pairs if left != right)
        return Difference(f"byte {position}", f"{len(one)} bytes", f"{len(other)} bytes")


def text_difference(notebook: str, module: str) -> Difference | None:
    """Return the first line that differs by more than the last digits of its numbers."""
    for number, (left, right) in enumerate(zip_longest(notebook.splitlines(), module.splitlines()), start=1):
        if left is None or right is None:
            return Difference(f"line {number}", _shown(left), _shown(right))
        if left != right and not _close(left, right):
            return Difference(f"line {number}", _shown(left), _shown(right))
    return None


def _shown(line: str | None) -> str:
    return "no such line" if line is None else repr(line)


def _close(one: str, other: str) -> bool:
    if _NUMBER.split(one) != _NUMBER.split(other):
        return False
    pairs = zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True)
    return all(same_number(float(left), float(right), _DIGITS) for left, right in pairs)
