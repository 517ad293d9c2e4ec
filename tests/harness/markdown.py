"""Markdown cases as frozen values: a heading is a case, its fences are cells, targets and files."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

_HEADING = re.compile(r"^(#{1,6})\s+(.*\S)\s*$")
_FENCE = re.compile(r"^(`{3,})(\w+)\s*(.*?)\s*$")
_TARGET = re.compile(r"^target:\s*(.*\S)\s*$")
_KINDS = frozenset({"cell", "target", "files", "timeline", "note", "refused"})

T = TypeVar("T")


class CaseError(Exception):
    """A case that is not well formed; the message names file and line."""


@dataclass(frozen=True)
class Fence:
    """A fenced block: its kind, the words after the kind, its text, and the line of the file it starts on."""

    kind: str
    info: tuple[str, ...]
    text: str
    line: int

    @property
    def end(self) -> int:
        """The line of the file on which the fence is closed."""
        return self.line + (self.text.count("\n") + 1 if self.text else 0)

    def option(self, name: str) -> str | None:
        """Return VALUE of `name=VALUE` in the fence's words, "" for a bare `name`, None without either."""
        for word in self.info:
            key, equals, value = word.partition("=")
            if key == name:
                return value if equals else ""
        return None


@dataclass(frozen=True)
class CaseCell:
    """A code cell. `mark` is the mark of all its statements that have none of their own; `raises` says that
    an error is expected in it."""

    source: str
    line: int
    count: int | None
    mark: str
    raises: bool


@dataclass(frozen=True)
class Case:
    """One small notebook with what is expected of the slices of its targets.

    `order` holds the cells in the order in which they run. `refused` is part of the message with which no
    module is made, "" where one is.
    """

    title: str
    path: Path
    line: int
    cells: tuple[CaseCell, ...]
    targets: tuple[str, ...]
    order: tuple[int, ...]
    files: tuple[tuple[str, str], ...]
    refused: str


def read_cases(path: Path) -> list[Case]:
    """Return the cases of a Markdown file. Raises CaseError when one is not well formed."""
    return read(path, _KINDS, _case)


def read(path: Path, kinds: Collection[str], make: Callable[[Path, str, int, list[Fence]], T]) -> list[T]:
    """Return what `make` makes of the title, the line and the fences of each case of a file.

    Raises CaseError for a fence of no known kind, and for two cases of one title.
    """
    titles: set[str] = set()
    cases = []
    for title, line, fences in sections(path):
        for fence in fences:
            if fence.kind not in kinds:
                raise CaseError(f"{path}:{fence.line}: no fence is called {fence.kind!r}")
        if not fences:
            continue
        if title in titles:
            raise CaseError(f"{path}:{line}: two cases are called {title!r}")
        titles.add(title)
        cases.append(make(path, title, line, fences))
    return cases


def sections(path: Path) -> Iterator[tuple[str, int, list[Fence]]]:
    """Yield each heading with its line and its fences. Raises CaseError for a fence that is not closed."""
    title, start = path.stem, 1
    blocks: list[Fence] = []
    lines = path.read_text(encoding="utf-8").splitlines()
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if heading := _HEADING.match(line):
            yield title, start, blocks
            title, start, blocks = heading.group(2), number, []
        elif target := _TARGET.match(line):
            blocks.append(Fence("target", (), target.group(1), number))
        elif fence := _FENCE.match(line):
            first = number
            while number < len(lines) and lines[number].rstrip() != fence.group(1):
                number += 1
            if number == len(lines):
                raise CaseError(f"{path}:{first}: the fence is not closed")
            text = "\n".join(lines[first:number])
            blocks.append(Fence(fence.group(2), tuple(fence.group(3).split()), text, first + 1))
            number += 1
    yield title, start, blocks


def _case(path: Path, title: str, line: int, blocks: list[Fence]) -> Case:
    cells = tuple(_cell(block) for block in blocks if block.kind == "cell")
    targets = tuple(
        target for block in blocks if block.kind == "target" for target in block.text.split("\n") if target
    )
    if not cells or not targets:
        raise CaseError(f"{path}:{line}: {title!r} has no cell or no target")
    timeline = "".join(block.text for block in blocks if block.kind == "timeline").strip()
    files = tuple((" ".join(block.info), block.text + "\n") for block in blocks if block.kind == "files")
    refused = "".join(block.text for block in blocks if block.kind == "refused").strip()
    return Case(title, path, line, cells, targets, _order(timeline, cells), files, refused)


def _cell(block: Fence) -> CaseCell:
    count = block.option("count")
    mark = "keep" if "keep" in block.info else "drop" if "drop" in block.info else ""
    return CaseCell(block.text, block.line, int(count) if count else None, mark, "raises" in block.info)


def _order(timeline: str, cells: tuple[CaseCell, ...]) -> tuple[int, ...]:
    """The written order, the order of the saved counts for `ran`, or the cells that `timeline` lists."""
    if not timeline:
        return tuple(range(len(cells)))
    if timeline == "ran":
        counted = [(cell.count, index) for index, cell in enumerate(cells) if cell.count is not None]
        return tuple(index for _, index in sorted(counted))
    return tuple(int(word) for word in timeline.split())
