"""The module's text, formatted by ruff, with all of its texts as they are."""

from __future__ import annotations

import ast
import subprocess
import sys
import sysconfig
from functools import lru_cache
from pathlib import Path
from shutil import which

from notelift.edits.replacements import Places, Replacement, apply_replacements
from notelift.export.model import ExtractError

_DOCUMENTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

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
    """Return `text` formatted. Raises ExtractError when ruff is missing or does not take the text.

    Docstrings that the formatter would change, which code may read, keep their text.
    """
    done = subprocess.run([_ruff(), *_OPTIONS], input=text.encode(), capture_output=True, check=False)
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise ExtractError(f"ruff cannot format the module: {lines[0] if lines else 'it gives no reason'}")
    return _with_docstrings(done.stdout.decode(), text)


def _with_docstrings(formatted: str, text: str) -> str:
    """The formatted text with the docstrings of `text`."""
    old, new = _docstrings(text), _docstrings(formatted)
    places, edits = Places(formatted), []
    for before, after in zip(old, new, strict=True):
        if before.value != after.value:
            source = ast.get_source_segment(text, before)
            edits.append(Replacement(*places.span(after), f"{source}  # fmt: skip"))
    return apply_replacements(formatted, edits)


def _docstrings(text: str) -> list[ast.Constant]:
    """The docstrings of functions and classes in the order of their definitions."""
    found = []
    for node in ast.walk(ast.parse(text)):
        first = node.body[0] if isinstance(node, _DOCUMENTED) else None
        value = first.value if isinstance(first, ast.Expr) else None
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            found.append(value)
    return found


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
