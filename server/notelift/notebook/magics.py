"""IPython's syntax in a cell, translated to Python that keeps every line in its place.

`translate` is what the analysis reads: magics become calls of `__notelift_magic__`. Each
`Magic` says which plain Python does the same, or why there is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from notelift.notebook.specials import may_have_specials

PLACEHOLDER = "__notelift_magic__"

MagicKind = Literal["line", "cell", "shell", "help"]


@dataclass(frozen=True, slots=True)
class Magic:
    """One magic, shell line or help request. Lines count from 1 within the cell.

    `name` is the magic's name without `%`, or `!`, `!!`, `?`, `??`; `arguments` the rest of
    its line. `assigns` are the names that it is known to bind, `body` the text that a cell
    magic (or `%timeit`) is given, Python code where `python_body` says so.

    `plain` is Python that does the same as a whole statement ("" where the magic means
    nothing in a module), and `imports` the modules that it names. It is None where there is
    none; `refusal` says why in one sentence. `note` is a remark on what was left out.

    IPython puts values into `{name}` and `$name`, but leaves the whole text as it stands when
    one of the names is undefined. `interpolates` are those names, `literal` is `plain` for
    the text as it stands; `plain_given` chooses. `opaque` magics may bind or delete any name.
    """

    line: int
    end_line: int
    kind: MagicKind
    name: str
    arguments: str
    assigns: tuple[str, ...] = ()
    body: str = ""
    plain: str | None = None
    refusal: str = ""
    imports: tuple[str, ...] = ()
    note: str = ""
    python_body: bool = False
    opaque: bool = False
    interpolates: tuple[str, ...] = ()
    literal: str | None = None

    def plain_given(self, defined: Callable[[str], bool]) -> str | None:
        """Return the plain Python for a place where `defined` says which names exist."""
        if all(defined(name) for name in self.interpolates):
            return self.plain
        return self.literal


@dataclass(frozen=True, slots=True)
class Translated:
    """A cell as Python: as many lines as the source, the n-th magic as `__notelift_magic__(n)`.

    `shifts` says for each line how many characters before its code are not in `python` (prompts,
    the indentation of the whole cell, `%time`); it is empty where there are none. A column of
    `python` plus the shift of its line is the column in the source.
    """

    python: str
    magics: tuple[Magic, ...] = ()
    shifts: tuple[int, ...] = field(default=(), compare=False)


@lru_cache(maxsize=128)
def translate(source: str) -> Translated:
    """Return the cell's Python and its magics; never fails, for broken cells neither."""
    if may_have_specials(source) or _may_be_automagic(source):
        from notelift.notebook.translation import Translation

        return Translation(source).result()
    return Translated(source)


_AUTOMAGIC = re.compile(r"\s*(?P<name>[a-z_]+)[ \t]+(?![=,)<>|+\-*/%&^!(\[.]\s)(?P<rest>\S.*?)\s*\Z")


def automagic(source: str) -> bool:
    """Tell whether a cell is one bare line that only IPython's automagic makes sense of.

    As IPython does, only in a cell of one line, and never where the line is Python.
    """
    from notelift.notebook.meanings import AUTOMAGIC
    from notelift.notebook.pythontext import parsed

    match = _AUTOMAGIC.match(source)
    if match is None or match.group("name") not in AUTOMAGIC:
        return False
    return parsed(source.strip()) is None


def _may_be_automagic(source: str) -> bool:
    return "\n" not in source.strip() and automagic(source)
