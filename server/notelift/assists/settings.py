"""The pyproject.toml of a notebook, and a change of it."""

from __future__ import annotations

from collections.abc import Callable

from notelift.assists.model import Ask, Refused
from notelift.edits.change import ChangedFile, FileChange, NewFile
from notelift.edits.toml import TomlError

FILE_NAME = "pyproject.toml"
TABLE = ("tool", "notelift")


def changed(ask: Ask, edit: Callable[[str], str]) -> FileChange:
    """Return the change that makes `edit` of the settings that hold for the notebook.

    They are in the nearest pyproject.toml, in the notebook's folder or above; where there is none, one is
    made beside the notebook. Raises Refused where it cannot be edited.
    """
    path, text = _nearest(ask)
    try:
        edited = edit(text or "")
    except TomlError as error:
        raise Refused(f"{path}: {error}") from error
    return NewFile(path, edited) if text is None else ChangedFile(path, text, edited)


def _nearest(ask: Ask) -> tuple[str, str | None]:
    notebook = ask.kernel.session.notebook.path
    depth = notebook.replace("\\", "/").strip("/").count("/")
    for level in range(depth + 1):
        path = "../" * level + FILE_NAME
        text = ask.read(path)
        if text is not None:
            return path, text
    return FILE_NAME, None
