"""Executes generated notebooks, and what the properties need of the engine."""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import os
import sys
import tempfile
import types
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

from notelift.effects.library import Library, load_library
from notelift.notebook.model import Run, Timeline
from notelift.queries.slice import Slice
from tests.harness.values import describe

LIFTED = "lifted_for_a_test"


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


def executed(cells: Sequence[str], names: Sequence[str], lifted: str = "") -> dict[str, str]:
    """Return the descriptions of what names hold after all cells; names that are not bound are left out.

    The cells can import `lifted`, the source of a module called LIFTED.
    """
    module = types.ModuleType("__main__")
    output = contextlib.redirect_stdout(io.StringIO())
    with _folder(lifted), output, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number, source in enumerate(cells):
            exec(compile(source, f"cell {number}", "exec"), module.__dict__)
    return {name: describe(module.__dict__[name]) for name in names if name in module.__dict__}


@contextlib.contextmanager
def _folder(lifted: str) -> Iterator[None]:
    """Work in a new folder, with a module in it."""
    before = os.getcwd()
    path = list(sys.path)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, f"{LIFTED}.py").write_text(lifted, encoding="utf-8")
        os.chdir(folder)
        sys.path.insert(0, folder)
        importlib.invalidate_caches()
        try:
            yield
        finally:
            sys.modules.pop(LIFTED, None)
            sys.path[:] = path
            os.chdir(before)
