"""The settings of `[tool.notelift]` in the pyproject.toml nearest to a notebook."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

TimelineName = Literal["written", "ran"]

FILE_NAME = "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Config:
    """What users set: effect specs by qualified name, and the timeline that commands read by default."""

    timeline: TimelineName = "written"
    effects: Mapping[str, str] = field(default_factory=dict)


def load(table: Mapping[str, Any]) -> tuple[Config, tuple[str, ...]]:
    """Return the settings in the `[tool.notelift]` table, and a sentence for each entry that is wrong.

    A wrong entry keeps its default, so that an editor can go on with the others.
    """
    problems: list[str] = []
    timeline: TimelineName = "written"
    effects: dict[str, str] = {}
    for key, value in table.items():
        if key == "timeline":
            if value == "written" or value == "ran":
                timeline = value
            else:
                problems.append(f"tool.notelift.timeline is {value!r}: write 'written' or 'ran'")
        elif key == "effects":
            effects = _effects(value, problems)
        else:
            problems.append(f"tool.notelift.{key} is unknown: the settings are effects and timeline")
    return Config(timeline, effects), tuple(problems)


def _effects(table: object, problems: list[str]) -> dict[str, str]:
    if not isinstance(table, Mapping):
        problems.append(f"tool.notelift.effects is {table!r}: write a table of names and clauses")
        return {}
    found: dict[str, str] = {}
    for name, clauses in table.items():
        if isinstance(clauses, Mapping):
            problems.append(
                f'tool.notelift.effects.{name} is a table: quote the whole name, as in "{name}.x" = "pure"'
            )
        elif not isinstance(clauses, str):
            problems.append(f"tool.notelift.effects.{name} is {clauses!r}: write the clauses as a string")
        elif not all(part.isidentifier() for part in name.split(".")):
            problems.append(f"tool.notelift.effects: {name!r} is not a qualified name")
        else:
            found[name] = clauses
    return found


def nearest_file(notebook: Path) -> Path | None:
    """Return the pyproject.toml in the folder of `notebook` or the nearest one above it."""
    for folder in notebook.absolute().parents:
        candidate = folder / FILE_NAME
        if candidate.is_file():
            return candidate
    return None


def read(file: Path) -> tuple[Config, tuple[str, ...]]:
    """Return the settings in `file`, and a sentence for each problem, without the name of the file."""
    try:
        data = file.read_bytes()
    except OSError as error:
        return Config(), (f"cannot be read: {error.strerror}",)
    if b"notelift" not in data:
        return Config(), ()
    toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        document = toml.loads(data.decode())
    except ValueError as error:
        return Config(), (f"is not TOML: {error}",)
    tool = document.get("tool")
    table = tool.get("notelift", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        return Config(), (f"tool.notelift is {table!r}: write a table",)
    return load(table)
