"""Reads a notebook of any format; what is wrong with a file is said in one line."""

from __future__ import annotations

import pathlib
import re
from typing import Any

from notelift.notebook.model import Format, Notebook, NotebookError

SIZE_LIMIT = 200 * 1024 * 1024

_DATABRICKS = re.compile(r"\s*# Databricks notebook source\s*(?:\n|\Z)")


def read_notebook(path: pathlib.Path) -> Notebook:
    """Read the notebook at `path`; raises NotebookError with one line naming file and remedy."""
    return parse_notebook(read_bytes(path), str(path))


def read_bytes(path: pathlib.Path) -> bytes:
    """Return the file's bytes; raises NotebookError where it cannot be read or is too large."""
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise NotebookError(f"{path}: is a directory; pass a notebook file.")
        if size > SIZE_LIMIT:
            raise NotebookError(_too_large(str(path), size))
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NotebookError(f"{path}: no such file; check the path.") from error
    except NotADirectoryError as error:
        raise NotebookError(f"{path}: no such file: a part of the path is no directory.") from error
    except PermissionError as error:
        raise NotebookError(f"{path}: cannot be read: permission denied; check its rights.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise NotebookError(f"{path}: cannot be read: {reason}; check the path.") from error


def parse_notebook(data: bytes, name: str) -> Notebook:
    """Read a notebook from a file's bytes; `name` is its path for messages and decides the format.

    Raises NotebookError with one line naming file (and cell) and the remedy.
    """
    text = decoded(data, name)
    return source_module(format_of(text, name)).read(text, name)  # type: ignore[no-any-return]


def decoded(data: bytes, name: str) -> str:
    """Return the file's text without a byte order mark; raises NotebookError where it is no text."""
    if len(data) > SIZE_LIMIT:
        raise NotebookError(_too_large(name, len(data)))
    if not data.strip():
        raise NotebookError(f"{name}: the file is empty; save the notebook again.")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise NotebookError(f"{name}: the encoding is UTF-16 or UTF-32; save the file as UTF-8.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\x00" in data[:8192]:
            raise NotebookError(f"{name}: a binary file; pass a notebook (.ipynb or .py).") from error
        raise NotebookError(
            f"{name}: not UTF-8 (byte 0x{data[error.start]:02x} at {error.start}); save the file as UTF-8."
        ) from error
    if "\x00" in text:
        raise NotebookError(f"{name}: a binary file, or UTF-16 without its mark; pass a notebook as UTF-8.")
    return text


def format_of(text: str, name: str) -> Format:
    """Return the format of a file; raises NotebookError for one that is no notebook."""
    suffix = pathlib.PurePath(name).suffix.lower()
    if suffix == ".ipynb":
        return "ipynb"
    if suffix in (".py", ".pyw", ".ipy"):
        return "databricks" if _DATABRICKS.match(text) else "percent"
    if text.lstrip().startswith("{"):
        return "ipynb"
    if _DATABRICKS.match(text):
        return "databricks"
    if re.search(r"^# ?%%", text, re.MULTILINE):
        return "percent"
    raise NotebookError(f"{name}: not a notebook; pass an .ipynb file or a Python script.")


def source_module(kind: Format) -> Any:
    """Return the module of `notebook.sources` for a format, whose functions that package describes."""
    if kind == "ipynb":
        from notelift.notebook.sources import ipynb

        return ipynb
    if kind == "databricks":
        from notelift.notebook.sources import databricks

        return databricks
    from notelift.notebook.sources import percent

    return percent


def _too_large(name: str, size: int) -> str:
    limit = SIZE_LIMIT // (1024 * 1024)
    return f"{name}: {size // (1024 * 1024)} MB, over the limit of {limit} MB; clear its outputs."
