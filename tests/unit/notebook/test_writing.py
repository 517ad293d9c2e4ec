"""A rewritten notebook has the cells that were asked for, and all else equal to the byte."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notelift.notebook.model import NotebookError
from notelift.notebook.reading import parse_notebook, source_module
from notelift.notebook.sources.span import Piece
from notelift.notebook.writing import Added, Kept, rewrite_notebook

SOURCES = ["", "x = 1", "x = 1\ny = 'é'\n", 'print("a\\n")\n\n', "%pwd", "!ls {x}", "s = '''\n]}\n'''"]
sources = st.sampled_from(SOURCES)


def json_cell(number: int, source: str, as_list: bool, kind: str) -> dict[str, Any]:
    value: object = source.splitlines(keepends=True) if as_list else source
    cell: dict[str, Any] = {"cell_type": kind, "id": f"c{number}", "metadata": {"source": "no"}}
    if kind == "code":
        cell |= {"execution_count": number, "outputs": [{"output_type": "stream", "text": ['é{["\\']}]}
    return cell | {"source": value}


@st.composite
def notebooks(draw: st.DrawFn) -> str:
    parts = st.tuples(sources, st.booleans(), st.sampled_from(["code", "code", "markdown", "raw"]))
    cells = [json_cell(number, *part) for number, part in enumerate(draw(st.lists(parts, max_size=5)))]
    document = {"metadata": {"a": "é"}, "cells": cells, "nbformat": 4, "nbformat_minor": 5}
    if draw(st.booleans()):
        document = dict(reversed(document.items()))
    text = json.dumps(
        document,
        indent=draw(st.sampled_from([None, 1, 2, "\t"])),
        ensure_ascii=draw(st.booleans()),
    )
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    return text.replace("\n", newline) + draw(st.sampled_from(["", newline]))


def pieces_of(draw: st.DrawFn, count: int) -> list[Piece]:
    """Cells in order: some left out, some changed, new ones between them."""
    pieces: list[Piece] = []
    for index in range(count + 1):
        if draw(st.integers(0, 3)) == 0:
            pieces.append(Added(draw(sources), draw(st.sampled_from(["code", "markdown"]))))
        choice = draw(st.sampled_from(["keep", "keep", "change", "drop"]))
        if index < count and choice != "drop":
            pieces.append(Kept(index, draw(sources) if choice == "change" else None))
    return pieces


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_rewritten_ipynb(data: st.DataObject) -> None:
    text = data.draw(notebooks())
    before = json.loads(text)["cells"]
    pieces = data.draw(st.composite(pieces_of)(len(before)))
    after_text = rewrite_notebook(text.encode(), "a.ipynb", pieces).decode()
    after = json.loads(after_text)
    assert {**after, "cells": 0} == {**json.loads(text), "cells": 0}
    assert len(after["cells"]) == len(pieces)
    for piece, cell in zip(pieces, after["cells"], strict=True):
        assert "".join(cell["source"]) == (
            piece.source if piece.source is not None else "".join(before[piece.index]["source"])
        )
        if isinstance(piece, Kept):
            assert {**cell, "source": 0} == {**before[piece.index], "source": 0}
    ids = [cell["id"] for cell in after["cells"]]
    assert len(set(ids)) == len(ids)
    assert_kept_to_the_byte(text, after_text, pieces, "ipynb")


def assert_kept_to_the_byte(before: str, after: str, pieces: list[Piece], kind: str) -> None:
    """What is outside of the changed, added and dropped cells stands in both texts."""
    module = source_module(kind)  # type: ignore[arg-type]
    old, new = module.spans(before), module.spans(after)
    assert len(new) == len(pieces)
    for piece, place in zip(pieces, new, strict=True):
        if isinstance(piece, Kept) and piece.source is None:
            was = old[piece.index]
            # A first cell without a mark gets one where another cell precedes it.
            assert after[place.start : place.end].rstrip().endswith(before[was.start : was.end].rstrip())
        elif isinstance(piece, Kept):
            was = old[piece.index]
            head = before[was.start : was.source_start]
            assert head.rstrip() in after[place.start : place.end]
            assert after[place.start : place.end].rstrip().endswith(before[was.source_end : was.end].strip())
    if old and new:
        assert after[: new[0].start] == before[: old[0].start]
        assert after[new[-1].end :] == before[old[-1].end :]
    if all(isinstance(piece, Kept) and piece.source is None for piece in pieces) and len(pieces) == len(old):
        assert after == before


SCRIPT = """\
# ---
# jupyter:
# ---

# %% [markdown]
# # Title

# %% tags=["parameters"]
n = 3


# %%
# %matplotlib inline
x = n  # é
# %%
y = '''
# %%
'''
# %% empty
# %% last
z"""

DATABRICKS = """\
# Databricks notebook source
# MAGIC %md
# MAGIC # Title

# COMMAND ----------

# DBTITLE 1,Load
x = 1

# COMMAND ----------

# MAGIC %sql
# MAGIC select 1

# COMMAND ----------

# MAGIC %python
# MAGIC z = 1

# COMMAND ----------

# MAGIC %sql select 2
# COMMAND ----------

z"""


@settings(max_examples=300, deadline=None)
@given(st.data(), st.sampled_from([SCRIPT, DATABRICKS]), st.sampled_from(["\n", "\r\n"]))
def test_rewritten_script(data: st.DataObject, text: str, newline: str) -> None:
    text = text.replace("\n", newline)
    before = parse_notebook(text.encode(), "a.py")
    pieces = data.draw(st.composite(pieces_of)(len(before.cells)))
    after_text = rewrite_notebook(text.encode(), "a.py", pieces).decode()
    if not pieces:
        return
    after = parse_notebook(after_text.encode(), "a.py")
    expected = [
        piece.source if piece.source is not None else before.cells[piece.index].source for piece in pieces
    ]
    assert [cell.source.strip() for cell in after.cells] == [source.strip() for source in expected]
    for piece, cell in zip(pieces, after.cells, strict=True):
        kept = before.cells[piece.index] if isinstance(piece, Kept) else None
        assert cell.kind == (kept.kind if kept else piece.kind)  # type: ignore[union-attr]
        assert kept is None or (cell.tags, cell.language) == (kept.tags, kept.language)
    assert_kept_to_the_byte(text, after_text, pieces, before.format)


def test_a_mark_of_byte_order_stays() -> None:
    data = b"\xef\xbb\xbf# %%\nx\n"
    assert rewrite_notebook(data, "a.py", [Kept(0, "y")]) == b"\xef\xbb\xbf# %%\ny\n"


def test_a_changed_source_looks_like_the_rest() -> None:
    document = {"cells": [json_cell(0, "a\nb", True, "code")], "nbformat": 4, "nbformat_minor": 5}
    text = json.dumps(document, indent=1)
    expected = text.replace('    "a\\n",\n    "b"\n', '    "c\\n",\n    "d\\n",\n    "e"\n')
    assert expected != text
    assert rewrite_notebook(text.encode(), "a.ipynb", [Kept(0, "c\nd\ne")]).decode() == expected


def test_an_added_cell_looks_like_nbformat_writes_it() -> None:
    nbformat = pytest.importorskip("nbformat")
    old = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("a", id="a")])
    data = nbformat.writes(old).encode()
    added = rewrite_notebook(data, "a.ipynb", [Added("b\nc"), Kept(0), Added("# d", "markdown")])
    new = nbformat.reads(added.decode(), as_version=4)
    nbformat.validate(new)
    assert nbformat.writes(new) == added.decode()


def test_cells_of_nbformat_3() -> None:
    sheet = {
        "cells": [{"cell_type": "heading", "level": 1, "source": "T"}, {"cell_type": "code", "input": "a"}]
    }
    document = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [sheet]}
    data = json.dumps(document).encode()
    after = rewrite_notebook(data, "a.ipynb", [Kept(0, "# U"), Added("b"), Kept(1, "c")])
    assert [cell.source for cell in parse_notebook(after, "a.ipynb").cells] == ["# U", "b", "c"]
    document["worksheets"] = [sheet, sheet]
    with pytest.raises(NotebookError, match=r"^a\.ipynb: a notebook of several worksheets"):
        rewrite_notebook(json.dumps(document).encode(), "a.ipynb", [Kept(0)])


def test_half_surrogates_stay_escaped() -> None:
    data = json.dumps({"cells": [json_cell(0, "'\ud800'", True, "code")], "nbformat": 4}).encode()
    after = rewrite_notebook(data, "a.ipynb", [Kept(0, "'é\ud800'")])
    assert parse_notebook(after, "a.ipynb").cells[0].source == "'é\ud800'"
