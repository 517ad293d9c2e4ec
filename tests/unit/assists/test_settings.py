"""The settings that a quick fix changes: those of the nearest pyproject.toml."""

from __future__ import annotations

import pytest

from notelift.assists.model import Ask, Refused
from notelift.assists.settings import changed
from notelift.checks.context import Context
from notelift.config import Config
from notelift.edits.change import ChangedFile, NewFile
from notelift.effects.library import load_library
from notelift.flow.analysis import analyse
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.session import Session
from notelift.queries.hidden import Kernel


def ask_of(path: str, files: dict[str, str]) -> Ask:
    notebook = Notebook(path, "ipynb", "python", (Cell(0, "a", "code", "x = 1"),))
    session = Session.from_counts(notebook)
    library = load_library()
    kernel = Kernel(session, analyse(session.written, library), library)
    return Ask(Context.of(kernel), Config(), 0, 1, 0, 1, 0, read=files.get)


def edit(text: str) -> str:
    return text + "new\n"


@pytest.mark.parametrize(
    ("path", "files", "found"),
    [
        ("/home/kim/work/a.ipynb", ["pyproject.toml", "../pyproject.toml"], "pyproject.toml"),
        ("/home/kim/work/a.ipynb", ["../pyproject.toml", "../../pyproject.toml"], "../pyproject.toml"),
        ("C:\\kim\\work\\a.ipynb", ["../pyproject.toml"], "../pyproject.toml"),
        ("work/deep/a.ipynb", ["../../pyproject.toml"], "../../pyproject.toml"),
    ],
)
def test_the_nearest_file_is_changed(path: str, files: list[str], found: str) -> None:
    ask = ask_of(path, {file: f"# {file}\n" for file in files})
    assert changed(ask, edit) == ChangedFile(found, f"# {found}\n", f"# {found}\nnew\n")


@pytest.mark.parametrize("files", [{}, {"../../pyproject.toml": "# of nobody\n"}])
def test_without_one_a_file_is_made_beside_the_notebook(files: dict[str, str]) -> None:
    assert changed(ask_of("work/a.ipynb", files), edit) == NewFile("pyproject.toml", "new\n")


def test_settings_that_cannot_be_edited_are_named() -> None:
    from notelift.edits.toml import with_item

    ask = ask_of("a.ipynb", {"pyproject.toml": "["})
    with pytest.raises(Refused, match=r"^pyproject\.toml: is not TOML"):
        changed(ask, lambda text: with_item(text, ("tool", "notelift"), "ignore", "x"))
