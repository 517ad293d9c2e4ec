"""The settings of `[tool.notelift]` in the pyproject.toml nearest to a notebook."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

TimelineName = Literal["written", "ran"]

FILE_NAME = "pyproject.toml"
_SETTINGS = "effects, ignore, per-file-ignores, select and timeline"


@dataclass(frozen=True, slots=True)
class Config:
    """What users set: effect specs by qualified name, the timeline that commands read by default, and rules.

    `select` are the rules that `check` runs (by default those that are on), `ignore` those that it does not;
    `per_file_ignores` has them by patterns of paths relative to the file of the settings.
    """

    timeline: TimelineName = "written"
    effects: Mapping[str, str] = field(default_factory=dict)
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def ignored_in(self, path: Path, folder: Path) -> tuple[str, ...]:
        """Return the rules that are ignored in the file at `path`; `folder` is that of the settings."""
        relative = path.relative_to(folder).as_posix()
        return tuple(
            rule
            for pattern, rules in self.per_file_ignores
            if fnmatch(relative, pattern) or fnmatch(path.name, pattern)
            for rule in rules
        )


def load(table: Mapping[str, Any]) -> tuple[Config, tuple[str, ...]]:
    """Return the settings in the `[tool.notelift]` table, and a sentence for each entry that is wrong.

    A wrong entry keeps its default, so that an editor can go on with the others.
    """
    problems: list[str] = []
    timeline: TimelineName = "written"
    effects: dict[str, str] = {}
    rules: dict[str, tuple[str, ...]] = {}
    per_file: tuple[tuple[str, tuple[str, ...]], ...] = ()
    for key, value in table.items():
        if key == "timeline":
            if value == "written" or value == "ran":
                timeline = value
            else:
                problems.append(f"tool.notelift.timeline is {value!r}: write 'written' or 'ran'")
        elif key == "effects":
            effects = _effects(value, problems)
        elif key in ("select", "ignore"):
            rules[key] = _rules(key, value, problems)
        elif key == "per-file-ignores":
            per_file = _per_file(value, problems)
        else:
            problems.append(f"tool.notelift.{key} is unknown: the settings are {_SETTINGS}")
    selected, ignored = rules.get("select", ()), rules.get("ignore", ())
    return Config(timeline, effects, selected, ignored, per_file), tuple(problems)


def _rules(key: str, value: object, problems: list[str]) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    problems.append(f"tool.notelift.{key} is {value!r}: write a list of names or codes of rules")
    return ()


def _per_file(table: object, problems: list[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(table, Mapping):
        problems.append(f"tool.notelift.per-file-ignores is {table!r}: write a table of patterns and rules")
        return ()
    return tuple(
        (pattern, _rules(f'per-file-ignores."{pattern}"', value, problems))
        for pattern, value in table.items()
    )


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


class ConfigError(ValueError):
    """A file that has no settings to be read; the text says why, without the name of the file."""


def read(file: Path) -> tuple[Config, tuple[str, ...]]:
    """Return the settings in `file`, and a sentence for each problem, without the name of the file."""
    try:
        return load(table_in(file))
    except ConfigError as error:
        return Config(), (str(error),)


def table_in(file: Path) -> Mapping[str, Any]:
    """Return the `[tool.notelift]` table of `file`, empty where it has none. Raises ConfigError."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}") from error
    if b"notelift" not in data:
        return {}
    toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        document = toml.loads(data.decode())
    except ValueError as error:
        raise ConfigError(f"is not TOML: {error}") from error
    tool = document.get("tool")
    table = tool.get("notelift", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise ConfigError(f"tool.notelift is {table!r}: write a table")
    return table
