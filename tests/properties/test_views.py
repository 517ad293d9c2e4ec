"""Views answer at every place of every text, and what they say agrees with slices and with each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from notelift.cells.code import read_cell
from notelift.cells.places import Region
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.session import Ran, Session
from notelift.queries.hidden import Kernel
from notelift.queries.slicing import slice_analysis
from notelift.queries.targets import Target
from notelift.views.highlights import highlights
from notelift.views.history import look
from notelift.views.hover import hover
from notelift.views.lenses import lenses
from notelift.views.names import names_in
from notelift.views.navigation import definitions, references
from notelift.views.symbols import symbols
from tests.properties.executing import library
from tests.properties.programs import notebooks
from tests.properties.test_any_text import mangled

MOST_LINES = 12
Asked = tuple[Kernel, int, str, int, int]


def kernel_of(sources: Sequence[str], ran: Sequence[int] = ()) -> Kernel:
    cells = tuple(Cell(index, f"c{index}", "code", source) for index, source in enumerate(sources))
    session = Session(Notebook("n.ipynb", "ipynb", "python", cells))
    for order, cell in enumerate(ran, 1):
        session = session.apply(Ran(f"c{cell % len(cells)}", order))
    return Kernel.of(session, library())


def places(kernel: Kernel) -> Iterator[Asked]:
    """The start of every name in the notebook, and of every callee."""
    for cell in kernel.session.notebook.cells:
        named = names_in(cell.source)
        regions = [each.region for each in named.occurrences] + [each.region for each in named.callees]
        for region in regions:
            yield kernel, cell.index, cell.source, region.line, region.column


def check_region(kernel: Kernel, cell: int, region: Region) -> None:
    lines = kernel.session.notebook.cells[cell].source.split("\n")
    assert 1 <= region.line <= region.end_line <= len(lines)
    assert 0 <= region.column <= len(lines[region.line - 1])
    assert region.end_column <= len(lines[region.end_line - 1])


def check_all(asked: Asked) -> None:
    """Ask all views of a place; what they say lies within the notebook."""
    kernel = asked[0]
    shown = hover(*asked)
    if shown is not None:
        check_region(kernel, asked[1], shown.region)
        assert shown.markdown.count("\n") < MOST_LINES + 2
    every = range(len(kernel.session.notebook.cells))
    lit = highlights(*asked, every)
    spots = [*definitions(*asked), *references(*asked)]
    for cell, region in [(spot.cell, spot.region) for spot in spots] + [
        (each.cell, each.region) for each in lit
    ]:
        check_region(kernel, cell, region)
    named = {(spot.cell, spot.region) for spot in references(*asked)}
    assert named <= {(each.cell, each.region) for each in lit}


@given(
    st.lists(mangled() | st.text(max_size=40), min_size=1, max_size=3),
    st.lists(st.integers(0, 2), max_size=3),
    st.integers(0, 5),
    st.integers(0, 40),
)
def test_no_text_raises(sources: list[str], ran: list[int], line: int, column: int) -> None:
    kernel = kernel_of(sources, ran)
    for cell in kernel.session.notebook.cells:
        lenses(kernel, cell.index)
        for symbol in symbols(cell.source):
            check_region(kernel, cell.index, symbol.selection)
        check_all((kernel, cell.index, cell.source, line, column))


@given(notebooks, st.lists(st.integers(0, 5), max_size=6))
def test_every_name_of_a_program_is_answered(sources: list[str], ran: list[int]) -> None:
    kernel = kernel_of(sources, ran)
    for asked in places(kernel):
        check_all(asked)


@given(notebooks)
def test_what_made_a_value_is_in_its_slice_and_what_is_not_in_it_is_not_named(sources: list[str]) -> None:
    """The statements of a hover are those of the slice of the name at the end of its cell."""
    kernel = kernel_of(sources)
    for cell in kernel.session.notebook.cells:
        statements = read_cell(cell.source).statements
        for each in names_in(cell.source).occurrences:
            if each.access != "write" or each.statement != len(statements) - 1 or each.inside:
                continue
            history = look(kernel, cell.index, each).history
            if history is None or not history.after:
                continue
            sliced = slice_analysis(kernel.written, [Target("name", each.name, cell.index)])
            wanted = {kept.statement.site for kept in sliced.statements}
            changed = {change.statement.site for change in history.changed}
            named = {statement.site for statement in (*history.made, *history.steps)} | changed
            assert named == wanted
