"""Provenance numbers: equal numbers say that executing gives equal values."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from hypothesis import given, reject
from hypothesis import strategies as st

from notelift.flow.analysis import analyse
from notelift.flow.provenance import Provenance, numbers
from tests.properties.executing import executed, library, timeline
from tests.properties.libraries import LIBRARY_DATA, library_notebooks
from tests.properties.programs import DATA, NUMBERS, PREAMBLE, notebooks
from tests.properties.programs import cells as cell_sources

_pure = st.sampled_from(
    [
        "fresh = n0 + len(xs0)",
        "fresh = sorted(xs1)",
        "fresh = [v for v in xs2]",
        "fresh = dict(d0)\nother = fresh.get('a', n1)",
        "def fresh(p):\n    return p + n2",
        "import math\nfresh = math.sqrt(4)",
        "if n0 > n1:\n    fresh = n0\nelse:\n    fresh = n1",
    ]
)


def _change(sources: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, int, str]]:
    """What is done to the cells after the first, which binds all names."""
    return st.tuples(st.sampled_from(["move", "repeat", "delete", "replace"]), st.integers(0, 99), sources)


def provenance(cells: list[str]) -> Provenance:
    return numbers(analyse(timeline(cells), library()).dataflow)


def all_numbers(found: Provenance) -> list[str]:
    statements = [found.of_statement(each.site) for each in found.dataflow.statements()]
    return statements + [found.of_value(name) for name in sorted(found.dataflow.values)]


def _values(cells: list[str], names: Sequence[str]) -> dict[str, str]:
    """What the names hold; cells that were moved may fail where they stand now."""
    try:
        return executed(cells, names)
    except (ArithmeticError, AttributeError, LookupError, NameError, OSError, TypeError, ValueError):
        reject()


def changed(cells: list[str], change: tuple[str, int, str]) -> list[str]:
    kind, place, source = change
    first, rest = cells[0], list(cells[1:])
    if rest:
        at = place % len(rest)
        if kind == "move":
            rest.insert((place // 7) % len(rest), rest.pop(at))
        elif kind == "repeat":
            rest.append(rest[at])
        elif kind == "delete":
            del rest[at]
        else:
            rest[at] = source
    return [first, *rest]


def check(cells: list[str], changes: list[tuple[str, int, str]], names: Sequence[str]) -> None:
    """What has the same number in a notebook and in a changed one has the same value."""
    others = cells
    for change in changes:
        others = changed(others, change)
    one, other = provenance(cells), provenance(others)
    values, other_values = _values(cells, names), _values(others, names)
    for name in names:
        if one.of_value(name) == other.of_value(name):
            assert values[name] == other_values[name], f"{name}\n{cells[1:]}\n{others[1:]}"


@given(notebooks, st.lists(_change(cell_sources), min_size=1, max_size=2))
def test_equal_numbers_are_equal_values(cells: list[str], changes: list[tuple[str, int, str]]) -> None:
    check(cells, changes, DATA)


@given(
    library_notebooks,
    st.lists(_change(library_notebooks.map(lambda found: found[-1])), min_size=1, max_size=2),
)
def test_equal_numbers_are_equal_arrays_and_frames(
    cells: list[str], changes: list[tuple[str, int, str]]
) -> None:
    check(cells, changes, LIBRARY_DATA)


@given(notebooks)
def test_comments_and_layout_change_no_number(cells: list[str]) -> None:
    formatted = ["# a comment\n\n" + ast.unparse(ast.parse(source)) + "  # another" for source in cells]
    assert all_numbers(provenance(formatted)) == all_numbers(provenance(cells))


@given(notebooks, _pure)
def test_running_a_pure_cell_again_changes_no_number(cells: list[str], pure: str) -> None:
    once, again = provenance([*cells, pure]), provenance([*cells, pure, pure])
    assert once.dataflow.values.keys() == again.dataflow.values.keys()
    for name in once.dataflow.values:
        assert once.of_value(name) == again.of_value(name), name


@given(notebooks, st.sampled_from(NUMBERS), st.integers(1, 9))
def test_running_an_increment_again_changes_the_number(cells: list[str], name: str, step: int) -> None:
    increment = f"{name} += {step}"
    once, again = provenance([*cells, increment]), provenance([*cells, increment, increment])
    assert once.of_value(name) != again.of_value(name)


def test_long_chains_need_no_recursion() -> None:
    cells = [PREAMBLE, *(["n0 = n0 + 1"] * 10_000)]
    found = provenance(cells)
    last = [each.site for each in found.dataflow.statements()][-1]
    assert found.of_statement(last) != found.of_value("n1")
    assert len({found.of_statement(each.site) for each in found.dataflow.statements()}) == len(
        list(found.dataflow.statements())
    )


@given(notebooks)
def test_the_order_of_asking_is_nothing(cells: list[str]) -> None:
    dataflow = analyse(timeline(cells), library()).dataflow
    forwards, backwards = numbers(dataflow), numbers(dataflow)
    sites = [each.site for each in dataflow.statements()]
    later = {site: backwards.of_statement(site) for site in reversed(sites)}
    assert {site: forwards.of_statement(site) for site in sites} == later
