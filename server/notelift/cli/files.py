"""Writes files whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from notelift.cli.errors import CommandError


def make_folder(folder: Path) -> None:
    """Create the folder where it does not exist. Raises CommandError where that is impossible."""
    if folder.exists() and not folder.is_dir():
        raise CommandError(f"{folder}: is a file, not a folder to write to")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{folder}: cannot be created: {error.strerror}") from error


def replace_files(contents: Mapping[Path, bytes]) -> None:
    """Write each file beside its place, then move all into place. Raises CommandError, with nothing written.

    A file that exists keeps its permissions; a link stays, and what it points to is replaced.
    """
    staged: dict[Path, str] = {}
    try:
        for path, data in contents.items():
            place = Path(os.path.realpath(path))
            try:
                staged[place] = _write_beside(place, data)
            except OSError as error:
                raise CommandError(f"{path}: cannot be written: {error.strerror}") from error
        for place, temporary in staged.items():
            os.replace(temporary, place)
    finally:
        for temporary in staged.values():
            if os.path.exists(temporary):
                os.unlink(temporary)


def _write_beside(place: Path, data: bytes) -> str:
    descriptor, temporary = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        os.chmod(temporary, _permissions(place))
    except BaseException:
        os.unlink(temporary)
        raise
    return temporary


def _permissions(place: Path) -> int:
    try:
        return place.stat().st_mode & 0o7777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
