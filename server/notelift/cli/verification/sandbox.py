"""Throw-away copies of the folders that a notebook works in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from notelift.cli.errors import CommandError

# What neither a notebook nor a module reads, and may be large.
_LEFT_OUT = frozenset({".git", ".ipynb_checkpoints", "__pycache__", "node_modules"})
_ENVIRONMENT_MARK = "pyvenv.cfg"


class Copier:
    """Copies files below a folder that stands for the root of the file system: `..` stays inside it."""

    def __init__(self, target: Path, limit: int) -> None:
        """Make copies below `target`, of at most `limit` bytes in total."""
        self._target = target
        self._limit = limit
        self._copied = 0

    def place(self, path: Path) -> Path:
        """Return where the copy of `path` is."""
        absolute = Path(os.path.abspath(path))
        return self._target.joinpath(*absolute.parts[1:])

    def copy(self, root: Path, more: Iterable[Path] = ()) -> None:
        """Copy the folder `root`, and those of `more` that exist outside it.

        Raises CommandError when that is more than the limit, or a file cannot be read.
        """
        try:
            self._folder(root, self.place(root), root, ())
            for path in more:
                if path.exists() and not _is_below(path, root) and not self.place(path).exists():
                    self._entry(path, self.place(path), path, ())
        except OSError as error:
            raise CommandError(f"{error.filename or root}: cannot be copied: {error.strerror}") from error

    def _folder(self, source: Path, target: Path, root: Path, above: tuple[str, ...]) -> None:
        real = os.path.realpath(source)
        if real in above:
            return
        target.mkdir(parents=True, exist_ok=True)
        for entry in sorted(source.iterdir()):
            if entry.name not in _LEFT_OUT and not (entry / _ENVIRONMENT_MARK).exists():
                self._entry(entry, target / entry.name, root, (*above, real))

    def _entry(self, source: Path, target: Path, root: Path, above: tuple[str, ...]) -> None:
        """Copy one file, folder or link; a link to the outside becomes a copy, lest it be written through."""
        if source.is_symlink() and (not source.exists() or _is_below(source.resolve(), root.resolve())):
            to_copy = self.place(source.resolve())
            target.symlink_to(os.path.relpath(to_copy, target.parent))
        elif source.is_dir():
            self._folder(source, target, root, above)
        elif source.is_file():
            self._copied += source.stat().st_size
            if self._copied > self._limit:
                raise CommandError(
                    f"{root}: there is more than {self._limit >> 20} MB to copy, and verify runs in a copy:"
                    " raise the limit with --copy-limit, or choose a folder with --root"
                )
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)


def _is_below(path: Path, folder: Path) -> bool:
    return Path(os.path.abspath(path)).is_relative_to(os.path.abspath(folder))
