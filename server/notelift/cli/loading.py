"""What every command starts with: the notebook, one of its timelines, the settings, the effect specs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from notelift import config as configuration
from notelift.cli.errors import CommandError
from notelift.config import Config
from notelift.notebook.model import Notebook, NotebookError, Timeline
from notelift.notebook.reading import read_notebook
from notelift.notebook.timelines import ran_timeline, written_timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from notelift.effects.library import Library
    from notelift.flow.graph import Dataflow
    from notelift.queries.slice import Slice
    from notelift.queries.targets import Target


@dataclass(frozen=True, slots=True)
class Loaded:
    """A notebook that commands can ask about."""

    path: Path
    notebook: Notebook
    timeline: Timeline
    config: Config
    library: Library


def load_notebook(path: Path, timeline: str | None) -> Loaded:
    """Return the notebook at `path` with all that the analysis of it needs.

    Raises CommandError for a file that is no readable Python notebook, and for wrong settings.
    """
    file = configuration.nearest_file(path)
    settings = _settings(file)
    try:
        notebook = read_notebook(path)
    except NotebookError as error:
        raise CommandError(str(error)) from error
    if notebook.language != "python":
        raise CommandError(
            f"{path}: the language of its kernel is {notebook.language!r}: Notelift reads Python notebooks"
        )
    runs = _timeline(notebook, timeline or settings.timeline)
    return Loaded(path, notebook, runs, settings, _library(settings, file))


def _settings(file: Path | None) -> Config:
    if file is None:
        return Config()
    settings, problems = configuration.read(file)
    if problems:
        raise CommandError(f"{file}: {problems[0]}")
    return settings


def _timeline(notebook: Notebook, name: str) -> Timeline:
    if name == "written":
        return written_timeline(notebook)
    runs = ran_timeline(notebook)
    if not runs:
        raise CommandError(
            f"{notebook.path}: no cell has an execution count, so the order in which cells ran is unknown:"
            " use --timeline written"
        )
    return runs


def _library(settings: Config, file: Path | None) -> Library:
    from notelift.effects.library import load_library
    from notelift.effects.spec import EffectError

    try:
        return load_library(settings.effects)
    except EffectError as error:
        raise CommandError(f"{file}: {error}") from error


def parse_targets(path: Path, texts: Sequence[str]) -> tuple[Target, ...]:
    """Return the targets that the arguments name. Raises CommandError for one that has none of the forms."""
    from notelift.queries.targets import TargetError, parse_target

    try:
        return tuple(parse_target(text) for text in texts)
    except TargetError as error:
        raise CommandError(f"{path}: {error}") from error


def slice_of(loaded: Loaded, targets: tuple[Target, ...]) -> Slice:
    """Return the slice of the targets. Raises CommandError for a target that the notebook does not have."""
    from notelift.queries.slicing import slice_targets
    from notelift.queries.targets import TargetError

    try:
        return slice_targets(loaded.timeline, targets, loaded.library)
    except TargetError as error:
        raise CommandError(f"{loaded.path}: {error}") from error


def dataflow_of(loaded: Loaded) -> Dataflow:
    """Return what the statements of the timeline make, change and read."""
    from notelift.flow.analysis import analyse

    return analyse(loaded.timeline, loaded.library).dataflow
