"""Literals that become parameters stand behind characters of more than one byte."""

from __future__ import annotations

import pytest

from notelift.effects.library import load_library
from notelift.export.module import Options, build_module
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.timelines import written_timeline
from notelift.queries.slicing import slice_targets
from notelift.queries.targets import parse_target


@pytest.mark.parametrize("text", ["é", "éé", "😀", "a"])
def test_a_literal_behind_them_is_whole(text: str) -> None:
    source = f'"{text}"; aa = 12345; bb = aa + 1'
    notebook = Notebook("n.ipynb", "ipynb", "python", (Cell(0, "a", "code", source),))
    targets = (parse_target("bb"),)
    kept = slice_targets(written_timeline(notebook), targets, load_library())
    assert "aa: int = 12345" in build_module(notebook, targets, kept, Options()).source
