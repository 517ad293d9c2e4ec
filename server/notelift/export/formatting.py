"""The module's text, formatted by ruff."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from functools import lru_cache
from pathlib import Path
from shutil import which

from notelift.export.model import ExtractError

_OPTIONS = (
    "format",
    "--isolated",
    "--quiet",
    "--target-version",
    "py310",
    "--stdin-filename",
    "module.py",
    "-",
)


def format_code(text: str) -> str:
    """Return `text` formatted. Raises ExtractError when ruff is missing or does not take the text."""
    done = subprocess.run([_ruff(), *_OPTIONS], input=text.encode(), capture_output=True, check=False)
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise ExtractError(f"ruff cannot format the module: {lines[0] if lines else 'it gives no reason'}")
    return done.stdout.decode()


@lru_cache(maxsize=1)
def _ruff() -> str:
    """The path of ruff, which is installed beside this package or on the path."""
    name = "ruff.exe" if sys.platform == "win32" else "ruff"
    for folder in (sysconfig.get_path("scripts"), str(Path(sys.executable).parent)):
        place = Path(folder) / name
        if place.is_file():
            return str(place)
    found = which("ruff")
    if found is None:
        raise ExtractError("ruff, which formats the module, is not installed: pip install ruff")
    return found
