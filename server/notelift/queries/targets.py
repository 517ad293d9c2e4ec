"""What users ask for: `name`, `name@CELL`, `name@CELL:LINE`, `cell:N`, `file:PATH`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_POSITION = re.compile(r"^(?P<name>.+)@(?P<cell>\d+)(?::(?P<line>\d+))?$")


class TargetError(Exception):
    """A target that does not exist or cannot be asked for; the message is one clear line."""


@dataclass(frozen=True, slots=True)
class Target:
    """A parsed target. `value` is the name, the path of the file, or empty for a cell's output."""

    kind: Literal["name", "output", "file"]
    value: str
    cell: int | None = None
    line: int | None = None

    def __str__(self) -> str:
        if self.kind == "output":
            return f"cell:{self.cell}"
        if self.kind == "file":
            return f"file:{self.value}"
        at = "" if self.cell is None else f"@{self.cell}" + ("" if self.line is None else f":{self.line}")
        return self.value + at


def parse_target(text: str) -> Target:
    """Return the target that `text` names. Raises TargetError when it has none of the forms."""
    if text.startswith("cell:"):
        if not text[5:].isdigit():
            raise TargetError(f"target {text!r}: write cell:N with the number of the cell, counted from 0")
        return Target("output", "", int(text[5:]))
    if text.startswith("file:") and len(text) > 5:
        return Target("file", text[5:])
    match = _POSITION.match(text)
    name, cell, line = match.group("name", "cell", "line") if match else (text, None, None)
    if not name.isidentifier():
        raise TargetError(f"target {text!r}: write name, name@CELL, name@CELL:LINE, cell:N or file:PATH")
    return Target("name", name, int(cell) if cell else None, int(line) if line else None)
