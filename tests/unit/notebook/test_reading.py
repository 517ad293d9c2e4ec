"""Notebooks of every format are read; what is wrong with a file is said in one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from notelift.notebook import reading
from notelift.notebook.model import Cell, NotebookError
from notelift.notebook.reading import parse_notebook, read_notebook


def ipynb(*cells: object, **top: object) -> bytes:
    return json.dumps(
        {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | top
    ).encode()


def code(source: object, **more: object) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "source": source} | more


def cells(data: bytes, name: str = "a.ipynb") -> list[tuple[str, str]]:
    return [(cell.kind, cell.source) for cell in parse_notebook(data, name).cells]


def test_nbformat_4() -> None:
    data = ipynb(
        {"cell_type": "markdown", "metadata": {}, "source": ["# a\n", "b"], "id": "m"},
        code(["x = 1\n", "y"], execution_count=7, id="c", metadata={"tags": ["parameters", "b"]}),
        code("", execution_count=None, metadata={"tags": None}),
        {"cell_type": "raw", "metadata": {}, "source": "r"},
        metadata={"language_info": {"name": "python"}},
    )
    notebook = parse_notebook(data, "a.ipynb")
    assert (notebook.path, notebook.format, notebook.language) == ("a.ipynb", "ipynb", "python")
    assert notebook.cells == (
        Cell(0, "m", "markdown", "# a\nb"),
        Cell(1, "c", "code", "x = 1\ny", execution_count=7, tags=("parameters", "b")),
        Cell(2, "cell-2", "code", ""),
        Cell(3, "cell-3", "raw", "r"),
    )


def test_nbformat_3() -> None:
    document = {
        "metadata": {"name": ""},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [
            {
                "cells": [
                    {"cell_type": "heading", "level": 2, "source": ["Title"]},
                    {
                        "cell_type": "code",
                        "input": ["a\n", "b"],
                        "language": "python",
                        "prompt_number": 4,
                    },
                ]
            },
            {"cells": [{"cell_type": "plaintext", "source": "t"}, {"cell_type": "html", "source": "<b>"}]},
        ],
    }
    notebook = parse_notebook(json.dumps(document).encode(), "a.ipynb")
    assert notebook.language == "python"
    assert notebook.cells == (
        Cell(0, "cell-0", "markdown", "## Title"),
        Cell(1, "cell-1", "code", "a\nb", execution_count=4),
        Cell(2, "cell-2", "raw", "t"),
        Cell(3, "cell-3", "markdown", "<b>"),
    )


def test_ids_are_unique_and_stable() -> None:
    data = ipynb(code("a", id="x"), code("b", id="x"), code("c"), code("d", id="cell-2"), code("e", id=5))
    ids = [cell.id for cell in parse_notebook(data, "a.ipynb").cells]
    assert ids == ["x", "x-2", "cell-2-2", "cell-2", "cell-4"]


LANGUAGES = [
    ({}, "python"),
    ({"kernelspec": {"name": "python3"}}, "python"),
    ({"kernelspec": {"name": "ir", "language": "R"}}, "r"),
    ({"kernelspec": {"name": "julia-1.6"}, "language_info": {"name": "julia"}}, "julia"),
    ({"language_info": {"name": "ipython"}}, "python"),
    ({"language_info": {"name": "pyspark"}}, "python"),
    ({"kernelspec": None, "language_info": []}, "python"),
]


@pytest.mark.parametrize(("metadata", "language"), LANGUAGES)
def test_language_of_the_kernel(metadata: dict[str, object], language: str) -> None:
    notebook = parse_notebook(ipynb(code("x"), metadata=metadata), "a.ipynb")
    assert notebook.language == language
    assert notebook.cells[0].is_python is (language == "python")


def test_language_of_a_cell() -> None:
    data = ipynb(code("select 1", metadata={"vscode": {"languageId": "sql"}}), code("x"))
    assert [cell.is_python for cell in parse_notebook(data, "a.ipynb").cells] == [False, True]


def test_a_byte_order_mark_is_accepted() -> None:
    assert cells(b"\xef\xbb\xbf" + ipynb(code("x"))) == [("code", "x")]
    assert cells(b"\xef\xbb\xbf# %%\nx\n", "a.py") == [("code", "x")]


BAD = {
    "empty": (b"", "empty"),
    "blank": (b" \n", "empty"),
    "not JSON": (b"{cells: []}", "not JSON"),
    "cut off": (ipynb(code("x"))[:-20], "not JSON"),
    "merge conflict": (b'{\n<<<<<<< HEAD\n"cells": [],\n', "merge conflict"),
    "a list": (b"[1]", "a list"),
    "a number": (b"1", "a number"),
    "no notebook": (b'{"a": 1}', "no cells"),
    "no version": (b'{"cells": []}', "`nbformat`"),
    "version 2": (b'{"nbformat": 2, "worksheets": []}', "too old"),
    "version 1": (b'{"nbformat": 1, "cells": []}', "too old"),
    "version 5": (b'{"nbformat": 5, "cells": []}', "newer"),
    "cells no list": (b'{"nbformat": 4, "cells": {}}', "`cells` is an object"),
    "cell no object": (ipynb(code("x"), "y"), "cell 1 is a string"),
    "cell null": (ipynb(None), "cell 0 is null"),
    "no type": (ipynb({"source": "x"}), "cell 0 has no `cell_type`"),
    "source a number": (ipynb(code("x"), code(1)), "source of cell 1"),
    "source a list of numbers": (ipynb(code([1])), "source of cell 0"),
    "worksheets no list": (b'{"nbformat": 3, "worksheets": 1}', "`worksheets` is a number"),
    "deep": (b'{"cells": ' + b"[" * 200_000, "cannot be read"),
    "binary": (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "binary"),
    "UTF-16": (ipynb(code("x")).decode().encode("utf-16"), "UTF-16"),
    "UTF-16 without a mark": (ipynb(code("x")).decode().encode("utf-16-le"), "UTF-16"),
    "Latin-1": ('{"cells": [], "a": "é"}'.encode("latin-1"), "not UTF-8"),
}


@pytest.mark.parametrize(("data", "words"), BAD.values(), ids=BAD)
def test_bad_input(data: bytes, words: str) -> None:
    with pytest.raises(NotebookError) as raised:
        parse_notebook(data, "dir/a.ipynb")
    message = str(raised.value)
    assert message.startswith("dir/a.ipynb: ")
    assert words in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("data", "words"), [(b"", "empty"), ("# é".encode("latin-1"), "not UTF-8"), (b"x = 1\x00", "binary")]
)
def test_bad_scripts(data: bytes, words: str) -> None:
    with pytest.raises(NotebookError, match=words):
        parse_notebook(data, "a.py")


def test_a_text_of_another_kind_is_no_notebook() -> None:
    with pytest.raises(NotebookError, match=r"notes.txt: not a notebook; pass an .ipynb"):
        parse_notebook(b"Dear all,\n", "notes.txt")


def test_the_limit_of_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.ipynb"
    with path.open("wb") as file:
        file.truncate(reading.SIZE_LIMIT + 1)
    with pytest.raises(NotebookError, match=r"a.ipynb: 200 MB, over the limit of 200 MB; clear"):
        read_notebook(path)
    monkeypatch.setattr(reading, "SIZE_LIMIT", 10)
    with pytest.raises(NotebookError, match="limit"):
        parse_notebook(ipynb(code("x")), "a.ipynb")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    cases = {
        tmp_path / "none.ipynb": "no such file",
        tmp_path: "is a directory",
        tmp_path / "file" / "a.ipynb": "no such file",
        tmp_path / ("a" * 400 + ".ipynb"): "cannot be read",
        tmp_path / "a\0.ipynb": "cannot be read",
    }
    for path, words in cases.items():
        with pytest.raises(NotebookError) as raised:
            read_notebook(path)
        assert words in str(raised.value)
        assert str(raised.value).startswith(str(path))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_rights(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(ipynb(code("x")))
    path.chmod(0)
    with pytest.raises(NotebookError, match="permission denied"):
        read_notebook(path)


def test_reading_does_not_import_nbformat() -> None:
    program = (
        "import sys; from notelift.notebook.reading import parse_notebook; "
        "parse_notebook(sys.stdin.buffer.read(), 'a.ipynb'); "
        "sys.exit('nbformat' in sys.modules or 'IPython' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", program], input=ipynb(code("x")), check=False).returncode == 0
    )


PERCENT = """\
# ---
# jupyter:
#   kernelspec:
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Title
#
# text

# %% tags=["parameters"]
n = 3

# %% A title id="abc"
# %matplotlib inline
# !ls
x = 1  # %pwd


def f():
    # %time x
    return '''
# %% no cell
'''


# %% [raw]
# raw text

# %%
# %%bash
# ls

# %% [markdown]
\"\"\"
doc text
\"\"\"

#%%
%pwd
# %% language="R" magic_args="-i \\"a\\""
# x <- 1
# %%
"""


def test_percent_script() -> None:
    notebook = parse_notebook(PERCENT.encode(), "a.py")
    assert (notebook.format, notebook.language) == ("percent", "python")
    function = "def f():\n    %time x\n    return '''\n# %% no cell\n'''"
    assert notebook.cells == (
        Cell(0, "cell-0", "markdown", "# Title\n\ntext"),
        Cell(1, "cell-1", "code", "n = 3", tags=("parameters",)),
        Cell(2, "abc", "code", f"%matplotlib inline\n!ls\nx = 1  # %pwd\n\n\n{function}"),
        Cell(3, "cell-3", "raw", "raw text"),
        Cell(4, "cell-4", "code", "%%bash\nls"),
        Cell(5, "cell-5", "markdown", "doc text"),
        Cell(6, "cell-6", "code", "%pwd"),
        Cell(7, "cell-7", "code", '%%R -i "a"\nx <- 1'),
        Cell(8, "cell-8", "code", ""),
    )


SCRIPTS = {
    "no mark": ("import a\n\nx = 1\n", ["import a\n\nx = 1"]),
    "code before the first mark": ("import a\n# %%\nx\n", ["import a", "x"]),
    "comments before the first mark": ("#!/usr/bin/env python\n# coding: utf-8\n\n# %%\nx\n", ["x"]),
    "exported by nbconvert": ("#!/usr/bin/env python\n\n# In[3]:\n\n\nx\n\n\n# In[ ]:\n\n\ny\n", ["x", "y"]),
    "windows": ("# %%\r\nx\r\ny\r\n# %%\r\nz\r\n", ["x\ny", "z"]),
    "a commented magic is no mark": ("# %%\n# %%time\nx = 1\n", ["%%time\nx = 1"]),
    "a comment about percents": (
        "# %%\n# %d of them, 5 % more!\nx\n",
        ["# %d of them, 5 % more!\nx"],
    ),
    "remarks": ("# %%\n# why?\n# copy it\n# %d!\nx\n", ["# why?\n# copy it\n# %d!\nx"]),
    "as Jupytext escapes": (
        "# ---\n# jupyter:\n# ---\n# %%\n# # copy it\n# # %pwd\n# x?\n# ! ls \\\n#   -l\n# cd ..\n",
        ["# copy it\n# %pwd\nx?\n! ls \\\n  -l\ncd .."],
    ),
    "assigned": ("# %%\n# x = !ls\n", ["x = !ls"]),
    "remarks of a plain script": ("import a\n# !important\n# x = !b\n", ["import a\n# !important\n# x = !b"]),
    "only comments": ("# a\n# b\n", ["# a\n# b"]),
    "sub-cells": ("# %%\nx\n# %%%% sub\ny\n", ["x", "y"]),
}


@pytest.mark.parametrize(("text", "sources"), SCRIPTS.values(), ids=SCRIPTS)
def test_scripts(text: str, sources: list[str]) -> None:
    assert cells(text.encode(), "a.py") == [("code", source) for source in sources]


def test_counts_of_an_exported_script() -> None:
    notebook = parse_notebook(b"# In[3]:\n\n\nx\n\n# In[ ]:\n\ny\n", "a.py")
    assert [cell.execution_count for cell in notebook.cells] == [3, None]


DATABRICKS = """\
# Databricks notebook source
# MAGIC %md
# MAGIC # Title
# MAGIC
# MAGIC text

# COMMAND ----------

# DBTITLE 1,Load
x = 1
y = 2

# COMMAND ----------

# MAGIC %sql
# MAGIC select 1

# COMMAND ----------

# MAGIC %python
# MAGIC z = 1

# COMMAND ----------

# MAGIC %run ./other

# COMMAND ----------

# MAGIC %sh ls

# COMMAND ----------

"""


def test_databricks_source() -> None:
    notebook = parse_notebook(DATABRICKS.encode(), "a.py")
    assert (notebook.format, notebook.language) == ("databricks", "python")
    assert notebook.cells == (
        Cell(0, "cell-0", "markdown", "# Title\n\ntext"),
        Cell(1, "cell-1", "code", "x = 1\ny = 2"),
        Cell(2, "cell-2", "code", "select 1", language="sql"),
        Cell(3, "cell-3", "code", "z = 1"),
        Cell(4, "cell-4", "code", "%run ./other"),
        Cell(5, "cell-5", "code", "ls", language="shell"),
        Cell(6, "cell-6", "code", ""),
    )
