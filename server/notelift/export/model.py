"""What an extraction is asked for and what it returns."""

from __future__ import annotations

from dataclasses import dataclass


class ExtractError(Exception):
    """A module that cannot be made; the message is one clear sentence that names the cell."""


@dataclass(frozen=True, slots=True)
class Options:
    """Names chosen by the user; None takes them from the target."""

    module: str | None = None
    function: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A keyword parameter of the function: its name, the source of its default, its annotation."""

    name: str
    default: str
    annotation: str


@dataclass(frozen=True, slots=True)
class Module:
    """A generated module.

    `returns` has the annotation of each target's value, "" where it is unknown. `kept` of `total` statements
    are in it, `maybe` of them only for possible effects. `warnings` are sentences for the user.
    """

    source: str
    module: str
    function: str
    parameters: tuple[Parameter, ...]
    returns: tuple[str, ...]
    kept: int
    total: int
    maybe: int
    warnings: tuple[str, ...] = ()
