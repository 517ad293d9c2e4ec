"""Checks notebook files: what `notelift check` does with one file, in a process of its own or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from notelift import config as configuration
from notelift.config import Config

if TYPE_CHECKING:
    from notelift.checks.model import Finding
    from notelift.cli.notebook_files import Found
    from notelift.effects.library import Library
    from notelift.notebook.model import Notebook
    from notelift.notebook.session import Session


@dataclass(frozen=True, slots=True)
class Choice:
    """What the command line asks for: rules, where `select` without an entry leaves it to the settings.

    `log` is the file that tells what ran in the kernel, "" where the saved counts do.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    log: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What is to say about one file. `sources` are the texts of the cells that have findings."""

    path: str
    findings: tuple[Finding, ...] = ()
    sources: Mapping[int, str] = field(default_factory=dict)
    errors: tuple[str, ...] = ()


def check_files(files: Iterable[Found], choice: Choice) -> Iterator[Checked]:
    """Yield what is to say about each file."""
    known: dict[Path, Settings] = {}
    for file in files:
        yield _check_file(file.path, choice, file.asked, known)


def _check_file(path: str, choice: Choice, asked: bool, known: dict[Path, Settings]) -> Checked:
    """The findings in a file, or the errors because of which there are none.

    A notebook of another language is an error only where it was `asked` for by name. `known` are the settings
    of folders, and gets those that are read.
    """
    from notelift.checks.context import Context
    from notelift.checks.registry import UnknownRule
    from notelift.checks.runner import run_rules
    from notelift.effects.spec import EffectError
    from notelift.notebook.model import NotebookError
    from notelift.notebook.reading import read_notebook
    from notelift.queries.hidden import Kernel

    try:
        folder = Path(path).absolute().parent
        settings = known.get(folder) or known.setdefault(folder, settings_for(folder))
        rules = rules_for(path, choice, settings)
        notebook = read_notebook(Path(path))
        if notebook.language != "python":
            problem = f"{path}: the language of its kernel is {notebook.language!r}: Notelift reads Python"
            return Checked(path, errors=(problem,) if asked else ())
        kernel = Kernel.of(_session(notebook, choice.log), settings.library())
        report = run_rules(Context.of(kernel), rules)
    except (NotebookError, SettingsError) as error:
        return Checked(path, errors=(str(error),))
    except UnknownRule as error:
        return Checked(path, errors=(f"{settings.file}: {unknown_rule(error.selector)}",))
    except EffectError as error:
        return Checked(path, errors=(f"{settings.file}: {error}",))
    cells = {finding.cell for finding in report.findings}
    sources = {cell: notebook.cells[cell].source for cell in cells}
    errors = tuple(
        f"{path}: the rule {failure.rule} failed ({failure.error}): please report it"
        for failure in report.failures
    )
    return Checked(path, report.findings, sources, errors)


def _session(notebook: Notebook, log: str) -> Session:
    """What the log tells of the kernel, or without one the saved counts."""
    from notelift.notebook.model import NotebookError
    from notelift.notebook.session import Session
    from notelift.notebook.session_log import session_of_log

    if not log:
        return Session.from_counts(notebook)
    try:
        text = Path(log).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise NotebookError(f"{log}: cannot be read: {reason}") from error
    return session_of_log(notebook, text, log)


class SettingsError(Exception):
    """Settings that are wrong; the message names the file."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a folder, and the file that they are from."""

    config: Config = field(default_factory=Config)
    file: Path | None = None

    def library(self) -> Library:
        """The effect specs. Raises EffectError for one of the user's that is wrong."""
        return _library(tuple(sorted(self.config.effects.items())))


def settings_for(folder: Path) -> Settings:
    """Return the settings that hold for the notebooks in `folder`. Raises SettingsError."""
    file = configuration.nearest_file(folder / "notebook")
    if file is None:
        return Settings()
    config, problems = configuration.read(file)
    if problems:
        raise SettingsError(f"{file}: {problems[0]}")
    return Settings(config, file)


@lru_cache(maxsize=16)
def _library(effects: tuple[tuple[str, str], ...]) -> Library:
    from notelift.effects.library import load_library

    return load_library(dict(effects))


def rules_for(path: str, choice: Choice, settings: Settings) -> tuple[str, ...]:
    """Return the names of the rules to run on a file. Raises UnknownRule for a wrong setting."""
    from notelift.checks.registry import select

    config = settings.config
    ignored = [*config.ignore, *choice.ignore]
    if settings.file is not None:
        ignored += _ignored_here(Path(path).absolute(), settings.file.parent, config.per_file_ignores)
    return select(choice.select or config.select, ignored)


def _ignored_here(path: Path, root: Path, patterns: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[str, ...]:
    relative = path.relative_to(root).as_posix()
    return tuple(
        rule
        for pattern, rules in patterns
        if fnmatch(relative, pattern) or fnmatch(path.name, pattern)
        for rule in rules
    )


def unknown_rule(selector: str) -> str:
    """Return what to say of a selector that no rule answers to."""
    from notelift.checks.registry import UnknownRule
    from notelift.cli.errors import nearest

    close = nearest(selector, UnknownRule(selector).known)
    return f"no rule is called {selector!r}{close or ': notelift rules lists them'}"
