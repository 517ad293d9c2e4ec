"""Listing what the assists offer, which clients ask for at each move of the caret."""

from __future__ import annotations

import sys
from types import FrameType

import pytest

from notelift.assists.model import Ask
from notelift.assists.registry import entries_of, load_assist
from notelift.checks.context import Context
from notelift.config import Config
from notelift.effects.library import load_library
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.session import Session
from notelift.queries.hidden import Kernel

LINES = 2000


@pytest.mark.parametrize("name", [entry.name for entry in entries_of(None)])
def test_the_next_place_in_a_long_cell_costs_no_walk_over_its_code(name: str) -> None:
    source = "\n".join(f"n{number} = {number}" for number in range(LINES))
    cells = (Cell(0, "a", "code", source), Cell(1, "b", "code", "print(n5)"))
    session = Session(Notebook("a.ipynb", "ipynb", "python", cells))
    context = Context.of(Kernel.of(session, load_library()))
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    for line in (6, 7):
        ask = Ask(context, Config(), 0, line, 1, line, 1)
        calls = 0
        sys.setprofile(count)
        try:
            list(load_assist(name).offers(ask))
        finally:
            sys.setprofile(None)
    assert calls < 10 * LINES
