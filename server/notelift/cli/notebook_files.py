"""Finds the notebooks in folders."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

# Folders that hold copies, or code of others.
_SKIPPED = frozenset({"node_modules", "site-packages", "__pycache__", "venv", "build", "dist"})
_SCRIPT = re.compile(rb"^# ?%%|\A\s*# Databricks notebook source", re.MULTILINE)


class Found(NamedTuple):
    """A file to check; `asked` says that it was named, and not found in a folder."""

    path: str
    asked: bool


def notebooks_in(paths: Sequence[Path]) -> tuple[Found, ...]:
    """Return the files named and the notebooks in the folders named, each once, sorted within a folder.

    In a folder these are `.ipynb` files and Python scripts with cells (`# %%`, Databricks), except in hidden
    folders and those of environments.
    """
    found: dict[str, Found] = {}
    for path in paths:
        if path.is_dir():
            for file in _walk(str(path)):
                found.setdefault(os.path.normpath(file), Found(file, False))
        else:
            found[os.path.normpath(path)] = Found(str(path), True)
    return tuple(found.values())


def _walk(folder: str) -> Iterator[str]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        for name in sorted(files):
            file = os.path.normpath(os.path.join(root, name))
            if name.endswith(".ipynb") or (name.endswith(".py") and _has_cells(file)):
                yield file


def _has_cells(file: str) -> bool:
    try:
        with open(file, "rb") as script:
            return _SCRIPT.search(script.read()) is not None
    except OSError:
        return False
