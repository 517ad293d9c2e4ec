"""One file of effect specs as text: finds an entry's line without reading the others."""

from __future__ import annotations

import os
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache

from .parse import is_dotted
from .spec import EffectError

# Not importlib.resources: its import alone takes longer than reading all that a notebook needs.
DATA = os.path.join(os.path.dirname(__file__), "data")


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of one data file, sorted, and its prefix aliases, longest first."""

    file: str
    lines: tuple[str, ...]
    aliases: tuple[tuple[str, str], ...]

    def clauses(self, name: str) -> str | None:
        """The text after `name` on its line, None when the file has no such line."""
        if not name:
            return None
        place = bisect_left(self.lines, name)
        if place == len(self.lines):
            return None
        line = self.lines[place]
        size = len(name)
        if line.startswith(name) and (len(line) == size or line[size].isspace()):
            return line[size:]
        return None

    def where(self, name: str) -> str:
        """`file:line` of the entry of `name`, for messages; read from the file again."""
        for number, line in enumerate(_text(self.file).splitlines(), 1):
            if line.split(None, 1)[:1] == [name]:
                return f"{self.file}:{number}"
        return self.file


@cache
def read_table(file: str) -> Table | None:
    """The table of `effects/data/<file>`, None without such a file; EffectError on a bad alias line."""
    try:
        text = _text(file)
    except FileNotFoundError:
        return None
    return parse_table(file, text)


def parse_table(file: str, text: str) -> Table:
    """The table of a file's text; EffectError on a bad alias line."""
    # A space sorts before every character of a name, so that sorted lines can be bisected by name.
    lines = sorted(text.split("\n"))
    aliases = []
    place = text.find(". = ")
    while place >= 0:
        start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
        line = text[start : end if end >= 0 else len(text)]
        if line[0] != "#":
            left, _, right = line.partition(" = ")
            _check_prefixes(left, right.strip(), file, text, start)
            aliases.append((left, right.strip()))
        place = text.find(". = ", place + 1)
    aliases.sort(key=lambda pair: -len(pair[0]))
    return Table(file, tuple(lines), tuple(aliases))


def _text(file: str) -> str:
    with open(os.path.join(DATA, file), encoding="utf-8") as stream:
        return stream.read()


def _check_prefixes(left: str, right: str, file: str, text: str, start: int) -> None:
    for side in (left, right):
        if side[-1:] != "." or not is_dotted(side[:-1]):
            number = text.count("\n", 0, start) + 1
            raise EffectError(f"{file}:{number}: {side!r} is not a prefix such as `tensorflow.keras.`")
