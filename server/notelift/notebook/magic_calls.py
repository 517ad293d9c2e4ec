"""One use of a magic, and what it means as plain Python."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from notelift.notebook.pythontext import Field, expression_of, interpolated, quoted

_OPTIONS_WITH_VALUE = MappingProxyType(
    {"prun": "DlsT", "lprun": "fmDTsuz", "mprun": "fT", "timeit": "nrpv", "memit": "rti"}
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a magic means; the fields are those of `Magic`."""

    plain: str | None
    refusal: str = ""
    imports: tuple[str, ...] = ()
    note: str = ""
    assigns: tuple[str, ...] = ()
    body: str = ""
    python_body: bool = False
    opaque: bool = False
    interpolates: tuple[str, ...] = ()
    literal: str | None = None


class Call:
    """One use of a magic, and the expressions for the text in it."""

    def __init__(self, name: str, arguments: str, body: str, captured: bool, interpolate: bool) -> None:
        """Take what was written; `captured` tells whether the value is assigned."""
        self.name = name
        self.arguments = arguments
        self.body = body
        self.captured = captured
        self.names: dict[str, None] = {}
        self._interpolate = interpolate

    def text(self, text: str) -> str:
        """Return the expression for `text` with IPython's interpolation."""
        pieces = interpolated(text) if self._interpolate else None
        if pieces is None:
            return quoted(text)
        for piece in pieces:
            if isinstance(piece, Field):
                self.names.update(dict.fromkeys(piece.names))
        return expression_of(pieces)

    def words(self) -> list[str]:
        """Return the arguments split as a shell would, or at blanks where quotes do not match."""
        try:
            return shlex.split(self.arguments)
        except ValueError:
            return self.arguments.split()


Handler = Callable[[Call], Meaning]


def nothing(note: str = "") -> Handler:
    """Return the handler of a magic that means nothing in a module."""

    def handle(call: Call) -> Meaning:
        if call.captured:
            return Meaning(None, f"The value of %{call.name} exists only in IPython.")
        return Meaning("", note=note)

    return handle


def refused(reason: str, *, opaque: bool = False) -> Handler:
    """Return the handler of a magic that plain Python cannot do."""
    return lambda call: Meaning(None, reason, opaque=opaque)


def statement_of(name: str, arguments: str) -> str:
    """Return the statement that `%time`, `%prun` and their like are given, without the options."""
    valued = _OPTIONS_WITH_VALUE.get(name, "")
    while match := re.match(r"--?(\w[\w-]*)(?:=\S+)?[ \t]*|--[ \t]+", arguments):
        arguments = arguments[match.end() :]
        letters = match.group(1) or ""
        if len(letters) == 1 and letters in valued and "=" not in match.group():
            arguments = arguments.partition(" ")[2].lstrip()
    return arguments
