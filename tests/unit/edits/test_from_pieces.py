"""Pieces of a rewritten notebook as a change: applied, it gives the pieces."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from notelift.edits.applying import apply
from notelift.edits.from_pieces import change_of, text_edit
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.sources.span import Added, Kept, Piece

TEXTS = st.text(st.sampled_from("ab\nü "), max_size=8)


@st.composite
def rewritten(draw: st.DrawFn) -> tuple[Notebook, list[Piece]]:
    sources = draw(st.lists(TEXTS, max_size=5))
    cells = tuple(Cell(number, f"c{number}", "code", source) for number, source in enumerate(sources))
    pieces: list[Piece] = []
    for cell in cells:
        pieces += [Added(text) for text in draw(st.lists(TEXTS, max_size=2))]
        if draw(st.booleans()):
            pieces.append(Kept(cell.index, draw(st.none() | TEXTS)))
    pieces += [Added(text) for text in draw(st.lists(TEXTS, max_size=1))]
    return Notebook("n.ipynb", "ipynb", "python", cells), pieces


@given(rewritten())
def test_the_change_gives_the_pieces(case: tuple[Notebook, list[Piece]]) -> None:
    notebook, pieces = case
    after = apply(change_of(notebook, pieces), notebook).notebook
    expected = [
        piece.source
        if isinstance(piece, Added) or piece.source is not None
        else notebook.cells[piece.index].source
        for piece in pieces
    ]
    assert [cell.source for cell in after.cells] == expected


@given(rewritten())
def test_cells_stay_where_they_cannot_go(case: tuple[Notebook, list[Piece]]) -> None:
    notebook, pieces = case
    kept = [piece for piece in pieces if not isinstance(piece, Added)]
    change = change_of(notebook, kept, "# gone")
    after = apply(change, notebook).notebook
    assert change.is_plain
    named = {piece.index: piece.source for piece in kept}
    assert [cell.source for cell in after.cells] == [
        "# gone"
        if cell.index not in named
        else cell.source
        if named[cell.index] is None
        else named[cell.index]
        for cell in notebook.cells
    ]


@given(TEXTS, TEXTS)
def test_an_edit_leaves_what_both_begin_and_end_with(old: str, new: str) -> None:
    cell = Cell(0, "c0", "code", old)
    edit = text_edit(cell, new)
    notebook = Notebook("n.ipynb", "ipynb", "python", (cell,))
    assert apply(change_of(notebook, [Kept(0, new)]), notebook).notebook.cells[0].source == new
    assert len(edit.text) <= len(new)
