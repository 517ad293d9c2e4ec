"""Writes a notebook with changed cells; every untouched part stays equal to the byte."""

from __future__ import annotations

from collections.abc import Sequence

from notelift.notebook.model import NotebookError
from notelift.notebook.reading import decoded, format_of, source_module
from notelift.notebook.sources.span import Added, Kept, Piece

__all__ = ["Added", "Kept", "Piece", "rewrite_notebook"]

_MARK = b"\xef\xbb\xbf"


def rewrite_notebook(data: bytes, name: str, cells: Sequence[Piece]) -> bytes:
    """Return the file's bytes with these cells in this order.

    `Kept(i)` is cell `i` as it stands, `Kept(i, source)` the same with another source (its
    outputs and metadata stay), `Added(source)` a new cell. Cells that are not named are left
    out. Raises NotebookError where the file cannot be read.
    """
    text = decoded(data, name)
    kind = format_of(text, name)
    try:
        rewritten: str = source_module(kind).rewrite(text, cells)
    except NotebookError as error:
        raise NotebookError(f"{name}: {error}") from error
    return (_MARK if data.startswith(_MARK) else b"") + rewritten.encode("utf-8")
