"""What the syntax alone forbids."""

from __future__ import annotations

import pytest

from notelift.assists.function.refusals import syntax_refusal
from notelift.assists.function.selection import whole_cell
from notelift.notebook.model import Cell


@pytest.mark.parametrize("character", ["\u2028", "\x85", "\x0c"])
def test_a_character_that_ipython_takes_for_the_end_of_a_line(character: str) -> None:
    cell = Cell(2, "cell", "code", f"a = 1\nb = 2  # x{character}y\n")
    assert syntax_refusal(whole_cell(cell)) == (
        "Cell 2, line 2 has a character that IPython takes for the end of a line, and could not read it"
        " indented: take it out"
    )


def test_lines_that_end_with_a_carriage_return() -> None:
    cell = Cell(2, "cell", "code", "a = 1\r\nb = 2  # x\r\n")
    assert syntax_refusal(whole_cell(cell)) == ""
