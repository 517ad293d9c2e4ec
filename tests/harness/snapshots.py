"""Rewrites the expectations of Markdown cases: `pytest --rewrite-snapshots`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Rewrite:
    """Fences of a file, by their first and last lines, and what is to stand there, after the line `last`.

    The new ones are pairs of the words after the backquotes and the text.
    """

    path: Path
    old: tuple[tuple[int, int], ...]
    last: int
    new: tuple[tuple[str, str], ...]


REWRITES = pytest.StashKey[list[Rewrite]]()


def rewrite_files(rewrites: list[Rewrite]) -> list[Path]:
    """Write the files with their new expectations and return which they are."""
    by_path: dict[Path, list[Rewrite]] = defaultdict(list)
    for each in rewrites:
        by_path[each.path].append(each)
    for path, group in by_path.items():
        lines = path.read_text(encoding="utf-8").split("\n")
        for each in sorted(group, key=lambda rewrite: rewrite.last, reverse=True):
            _rewrite(lines, each)
        path.write_text("\n".join(lines), encoding="utf-8")
    return sorted(by_path)


def _rewrite(lines: list[str], rewrite: Rewrite) -> None:
    """Change the lines of one case: the old fences go, the new ones come after the last other fence."""
    gone = {number for first, last in rewrite.old for number in range(first, last + 1)}
    end = max([rewrite.last, *gone])
    kept = [lines[number - 1] for number in range(rewrite.last + 1, end + 1) if number not in gone]
    above = [number for number in gone if number < rewrite.last]
    new = [line for kind, text in rewrite.new for line in (f"```{kind}", *_lines(text), "```")]
    lines[rewrite.last : end] = [*new, *(line for line in kept if line.strip())]
    for number in sorted(above, reverse=True):
        del lines[number - 1]


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []
