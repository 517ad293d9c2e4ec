"""Random notebooks: the executed slice gives the value, and the slice of a slice is itself."""

from __future__ import annotations

from hypothesis import given, reject
from hypothesis import strategies as st

from notelift.notebook.model import Run
from notelift.queries.slicing import slice_targets
from notelift.queries.targets import Target
from tests.properties.executing import executed, kept_cells, library, timeline
from tests.properties.libraries import LIBRARY_DATA, library_notebooks
from tests.properties.programs import DATA, notebooks


def target(name: str) -> Target:
    return Target("name", name)


@given(notebooks)
def test_executed_slice_gives_the_value(cells: list[str]) -> None:
    check_slices(cells, DATA)


@given(library_notebooks)
def test_executed_slice_of_libraries_gives_the_value(cells: list[str]) -> None:
    check_slices(cells, LIBRARY_DATA)


@given(notebooks, st.lists(st.integers(0, 9), min_size=1, max_size=8), st.sampled_from(DATA))
def test_cells_may_run_in_any_order_and_again(cells: list[str], order: list[int], name: str) -> None:
    ran = [0, *(1 + number % (len(cells) - 1) for number in order)]
    runs = tuple(
        Run(cell, f"cell-{cell}", cells[cell], position + 1, occurrence=ran[:position].count(cell))
        for position, cell in enumerate(ran)
    )
    sources = [run.source for run in runs]
    found = slice_targets(runs, [target(name)], library())
    part = kept_cells(found, sources)
    assert executed(part, [name]) == executed(sources, [name]), _shown(name, part)


@given(notebooks, st.sampled_from(DATA), st.sampled_from(DATA))
def test_slice_of_several_targets_gives_all(cells: list[str], first: str, second: str) -> None:
    found = slice_targets(timeline(cells), [target(first), target(second)], library())
    part = kept_cells(found, cells)
    assert executed(part, [first, second]) == executed(cells, [first, second])


@given(notebooks, st.sampled_from(DATA))
def test_slice_of_a_slice_is_itself(cells: list[str], name: str) -> None:
    once = kept_cells(slice_targets(timeline(cells), [target(name)], library()), cells)
    twice = kept_cells(slice_targets(timeline(once), [target(name)], library()), once)
    assert twice == once


def check_slices(cells: list[str], names: tuple[str, ...]) -> None:
    try:
        whole = executed(cells, names)
    except (IndexError, KeyError, ValueError):
        reject()
    for name in names:
        found = slice_targets(timeline(cells), [target(name)], library())
        part = kept_cells(found, cells)
        assert executed(part, [name])[name] == whole[name], _shown(name, part)


def _shown(name: str, cells: list[str]) -> str:
    return f"{name} differs after the slice\n" + "\n# ----\n".join(cells)
