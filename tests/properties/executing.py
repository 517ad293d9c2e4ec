"""Executes generated notebooks, and what the properties need of the engine."""

from __future__ import annotations

import contextlib
import functools
import io
import os
import tempfile
import types
import warnings
from collections.abc import Iterator, Sequence

from notelift.effects.library import Library, load_library
from notelift.notebook.model import Run, Timeline
from notelift.queries.slice import Slice
from tests.harness.values import describe


@functools.cache
def library() -> Library:
    """Return the effect specs, loaded once."""
    return load_library()


def timeline(cells: Sequence[str], ids: Sequence[str] | None = None) -> Timeline:
    """Return the written timeline of a notebook with these cells."""
    names = ids if ids is not None else [f"cell-{number}" for number in range(len(cells))]
    return tuple(Run(number, names[number], source) for number, source in enumerate(cells))


def kept_cells(found: Slice, cells: Sequence[str]) -> list[str]:
    """Return the notebook of the kept statements."""
    texts: list[list[str]] = [[] for _ in cells]
    for kept in found.statements:
        texts[kept.statement.site.run].append(kept.statement.source)
    return ["\n".join(lines) for lines in texts]


def executed(cells: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """Return the descriptions of what names hold after all cells; names that are not bound are left out."""
    module = types.ModuleType("__main__")
    output = contextlib.redirect_stdout(io.StringIO())
    with _folder(), output, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number, source in enumerate(cells):
            exec(compile(source, f"cell {number}", "exec"), module.__dict__)
    return {name: describe(module.__dict__[name]) for name in names if name in module.__dict__}


@contextlib.contextmanager
def _folder() -> Iterator[None]:
    """Work in a new folder."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
