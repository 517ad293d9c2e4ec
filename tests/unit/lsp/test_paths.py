"""Paths of notebooks, from the URIs that clients send on all systems."""

from __future__ import annotations

import pytest

from notelift.lsp.paths import is_file, name_of, path_of


@pytest.mark.parametrize(
    "uri, path, file",
    [
        ("file:///home/me/a.ipynb", "/home/me/a.ipynb", True),
        ("file:///home/me/100%25%20sure%23%3F.ipynb", "/home/me/100% sure#?.ipynb", True),
        ("FILE:///home/me/a.ipynb", "/home/me/a.ipynb", True),
        ("file://localhost/home/me/a.ipynb", "/home/me/a.ipynb", True),
        # VS Code writes the colon of a drive so, others do not.
        ("file:///c%3A/Users/me/a%20b.ipynb", "c:/Users/me/a b.ipynb", True),
        ("file:///C:/Users/me/a.ipynb", "C:/Users/me/a.ipynb", True),
        ("file://server/share/a.ipynb", "//server/share/a.ipynb", True),
        ("file://wsl%24/Ubuntu/home/me/a.ipynb", "//wsl$/Ubuntu/home/me/a.ipynb", True),
        ("untitled:Untitled-1.ipynb?jupyter-notebook", "Untitled-1.ipynb", False),
        ("vscode-remote://ssh-remote%2Bhost/home/me/a.ipynb", "a.ipynb", False),
        ("vscode-notebook-cell://ssh-remote%2Bhost/home/me/a.ipynb#W0sZmlsZQ%3D%3D", "a.ipynb", False),
        ("http://[", "[", False),
        ("", "", False),
    ],
)
def test_paths(uri: str, path: str, file: bool) -> None:
    assert (path_of(uri), is_file(uri)) == (path, file)


def test_the_name_of_a_document() -> None:
    assert name_of("file:///home/me/a%20b.ipynb") == "a b.ipynb"
    assert name_of("vscode-notebook-cell:/home/me/a.ipynb#W0") == "a.ipynb"
