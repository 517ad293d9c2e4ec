"""The settings of a notebook: what the client says over the nearest pyproject.toml."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from notelift import config as configuration
from notelift.config import FILE_NAME, Config, ConfigError
from notelift.lsp.paths import is_file, name_of, path_of

SECTION = "notelift"
LEVELS = {
    "error": logging.ERROR,
    "warning": logging.WARNING,
    "info": logging.INFO,
    "debug": logging.DEBUG,
}
LENSES = frozenset({"state", "dataflow", "extract"})
_SHARED = ("select", "ignore", "effects")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the client says.

    `checks`: whether diagnostics are published. `level`: what of the log it gets, which is said for all
    notebooks alone. `lenses`: the kinds of lines above cells that are shown.
    """

    config: Config = field(default_factory=Config)
    checks: bool = True
    level: int = logging.WARNING
    lenses: frozenset[str] = LENSES


def read_settings(section: object) -> tuple[Settings, tuple[str, ...]]:
    """Return the settings in the section `notelift` of a client, and a sentence for each that is wrong.

    A wrong one keeps its default. What the server does not know is the client's own.
    """
    if section is None:
        return Settings(), ()
    if not isinstance(section, Mapping):
        return Settings(), (f"{SECTION} is {section!r}: write an object",)
    given = {name: section[name] for name in _SHARED if section.get(name) is not None}
    config, found = configuration.load(given)
    problems = [problem.replace("tool.notelift.", f"{SECTION}.", 1) for problem in found]
    checks, level = section.get("checks"), section.get("logLevel")
    if checks is not None and not isinstance(checks, bool):
        problems.append(f"{SECTION}.checks is {checks!r}: write true or false")
        checks = None
    if level is not None and level not in LEVELS:
        problems.append(f"{SECTION}.logLevel is {level!r}: write one of {', '.join(LEVELS)}")
        level = None
    lenses = _lenses(section.get("lenses"), problems)
    return Settings(config, checks is not False, LEVELS[level or "warning"], lenses), tuple(problems)


def _lenses(given: object, problems: list[str]) -> frozenset[str]:
    """The kinds of lenses that are not switched off."""
    if given is None:
        return LENSES
    if not isinstance(given, Mapping):
        problems.append(f"{SECTION}.lenses is {given!r}: write an object")
        return LENSES
    for kind, shown in given.items():
        if kind in LENSES and not isinstance(shown, bool):
            problems.append(f"{SECTION}.lenses.{kind} is {shown!r}: write true or false")
    return frozenset(kind for kind in LENSES if given.get(kind) is not False)


class SettingsStore:
    """The settings of all notebooks. What is wrong with some is told once, by `complain`."""

    def __init__(self, complain: Callable[[str], None], first: object = None) -> None:
        self._complain = complain
        self._first = first
        self._told: set[str] = set()
        self._read: dict[Path, tuple[Path | None, Config]] = {}
        self._good: dict[Path, Config] = {}
        self._own: dict[str, Settings] = {}
        self.set_client(first)

    def set_client(self, section: object, uri: str | None = None) -> None:
        """Take the settings that the client has for a notebook, or for all.

        Where it has none, those for all hold, and for all those that it gave at the start.
        """
        if uri is not None and section is None:
            self._own.pop(uri, None)
            return
        settings, problems = read_settings(self._first if section is None else section)
        self._tell(problems)
        if uri is None:
            self.client = settings
        else:
            self._own[uri] = settings

    def of(self, uri: str) -> Settings:
        """Return what the client says for a notebook."""
        return self._own.get(uri, self.client)

    def forget(self, uri: str) -> None:
        """Forget what the client says for a notebook alone."""
        self._own.pop(uri, None)

    def forget_files(self) -> None:
        """Read the files again when they are asked for."""
        self._read.clear()
        self._told.clear()

    def config_of(self, uri: str) -> Config:
        """Return the settings that hold for a notebook; every rule that they name exists."""
        file, project, path = None, Config(), Path(path_of(uri))
        if is_file(uri):
            file, project = self._project(path.parent)
        client = self.of(uri).config
        ignored = (*project.ignore, *client.ignore)
        if file is not None:
            ignored += project.ignored_in(path.absolute(), file.parent)
        return replace(
            project,
            select=self._known(client.select or project.select),
            ignore=self._known(ignored),
            effects=self._valid({**project.effects, **client.effects}),
            per_file_ignores=(),
        )

    def _project(self, folder: Path) -> tuple[Path | None, Config]:
        known = self._read.get(folder)
        if known is None:
            file = self._nearest_file(folder)
            known = self._read[folder] = file, Config() if file is None else self._read_file(file)
        return known

    def _nearest_file(self, folder: Path) -> Path | None:
        try:
            return configuration.nearest_file(folder / "notebook")
        except OSError as error:
            self._tell([f"{folder}: no settings can be looked for: {error.strerror}"])
            return None

    def _read_file(self, file: Path) -> Config:
        """The settings of a project: of its file as it is, or as it was before it was broken."""
        try:
            config, problems = configuration.load(configuration.table_in(file))
        except ConfigError as error:
            before = self._good.get(file)
            holding = "" if before is None else "; what it said before holds"
            self._tell([f"{file}: {error}{holding}"])
            return before or Config()
        self._tell(f"{file}: {problem}" for problem in problems)
        self._good[file] = config
        return config

    def _known(self, selectors: Iterable[str]) -> tuple[str, ...]:
        from notelift.checks.registry import UnknownRule, matching

        found = []
        for selector in selectors:
            try:
                matching([selector])
                found.append(selector)
            except UnknownRule:
                self._tell([f"no rule is called {selector!r}: `notelift rules` lists them"])
        return tuple(found)

    def _valid(self, effects: Mapping[str, str]) -> Mapping[str, str]:
        from notelift.effects.library import load_library
        from notelift.effects.spec import EffectError

        found = {}
        for name, text in effects.items():
            try:
                load_library({name: text})
                found[name] = text
            except EffectError as error:
                self._tell([str(error)])
        return found

    def _tell(self, problems: Iterable[str]) -> None:
        for problem in problems:
            if problem not in self._told:
                self._told.add(problem)
                self._complain(problem)


def is_settings_file(uri: str) -> bool:
    """Return whether a document has settings of a project."""
    return name_of(uri) == FILE_NAME
