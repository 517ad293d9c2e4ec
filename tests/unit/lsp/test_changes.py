"""Where a new file goes, from the folders that people name on all systems."""

from __future__ import annotations

import pytest
from pygls.exceptions import JsonRpcException

from notelift.lsp.changes import file_uri

BOOK = "file:///home/me/books/a.ipynb"
SHARED = "file://server/share/a.ipynb"


@pytest.mark.parametrize(
    "path, notebook, uri",
    [
        ("x.py", BOOK, "file:///home/me/books/x.py"),
        ("lib/100% x.py", BOOK, "file:///home/me/books/lib/100%25%20x.py"),
        ("../x.py", BOOK, "file:///home/me/x.py"),
        ("/home/me/lib/x.py", BOOK, "file:///home/me/lib/x.py"),
        ("/home/me/lib/x.py", "untitled:Untitled-1.ipynb", "file:///home/me/lib/x.py"),
        ("x.py", "file:///c%3A/Users/me/a.ipynb", "file:///c%3A/Users/me/x.py"),
        ("C:\\Users\\me\\lib/x.py", BOOK, "file:///c%3A/Users/me/lib/x.py"),
        ("c:/Users/me/x.py", BOOK, "file:///c%3A/Users/me/x.py"),
        ("lib/x.py", SHARED, "file://server/share/lib/x.py"),
        ("//server/share/lib/x.py", SHARED, "file://server/share/lib/x.py"),
        (r"\\server\share\lib/x.py", SHARED, "file://server/share/lib/x.py"),
        (
            r"\\server\share\two words\x.py",
            "untitled:Untitled-1.ipynb",
            "file://server/share/two%20words/x.py",
        ),
    ],
)
def test_where_a_file_goes(path: str, notebook: str, uri: str) -> None:
    assert file_uri(path, notebook) == uri


@pytest.mark.parametrize(
    "notebook, said",
    [
        ("untitled:Untitled-1.ipynb", "save the notebook first: the file goes to its folder"),
        ("vscode-vfs://github/me/a.ipynb", "the notebook is in no folder of this machine (vscode-vfs)"),
    ],
)
def test_a_notebook_in_no_folder(notebook: str, said: str) -> None:
    with pytest.raises(JsonRpcException) as caught:
        file_uri("x.py", notebook)
    assert caught.value.message.startswith(said)
