"""What is seen at a statement is what an analysis up to there has, in every cell of the cases."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from notelift.effects.library import load_library
from notelift.flow.analysis import Analysis, analyse, analyse_prefix
from notelift.flow.graph import Site
from notelift.flow.observing import SeenCall, observe
from notelift.notebook.model import Run
from tests.harness.markdown import read_cases

CASES = Path(__file__).parents[2] / "cases" / "flow"
LIBRARY = load_library()


def analysed(*sources: str) -> Analysis:
    return analyse(tuple(Run(index, f"c{index}", each) for index, each in enumerate(sources)), LIBRARY)


def call_in(analysis: Analysis, site: Site) -> SeenCall:
    """The one call of a statement."""
    calls = observe(analysis, site).calls
    [seen] = [seen for node, seen in calls.items() if isinstance(node, ast.Call)]
    return seen


@pytest.mark.parametrize("path", sorted(CASES.glob("*.md")), ids=lambda path: path.stem)
def test_values_after_a_cell_are_those_of_the_analysis_up_to_it(path: Path) -> None:
    compared = 0
    for case in read_cases(path):
        analysis = analysed(*(cell.source for cell in case.cells))
        timeline = tuple(flow.run for flow in analysis.dataflow.runs)
        for index, flow in enumerate(analysis.dataflow.runs):
            if not flow.statements:
                continue
            seen = observe(analysis, flow.statements[-1].site)
            values = analyse_prefix(timeline, LIBRARY, index, None, analysis).dataflow.values
            for name in values:
                found = seen.after(name)
                assert found is not None, (case.title, index, name)
                assert found.type == values[name].type
                assert [read[:4] for read in found.reads] == [read[:4] for read in values[name].reads]
                compared += 1
    assert compared


def test_a_look_leaves_the_analysis_as_it_is() -> None:
    analysis = analysed("x = [1]", "x.append(2)\ny = len(x)")
    before = list(analysis.dataflow.statements())
    observe(analysis, Site(1, 0))
    again = analyse(tuple(flow.run for flow in analysis.dataflow.runs), LIBRARY, analysis)
    assert again.analysed == 0
    assert list(again.dataflow.statements()) == before


def test_a_value_before_a_statement_and_after_it() -> None:
    seen = observe(analysed("x = 1", "y = 2\nx = 'a'"), Site(1, 1))
    before, after = seen.before("x"), seen.after("x")
    assert before is not None and after is not None
    assert (before.type, [read.source for read in before.reads]) == ("int", [Site(0, 0)])
    assert (after.type, [read.source for read in after.reads]) == ("str", [Site(1, 1)])
    assert seen.before("z") is None


def test_what_a_name_stands_for() -> None:
    seen = observe(analysed("import numpy as np", "x = np.zeros(3)"), Site(1, 0))
    assert seen.means("np") == "numpy"
    assert seen.means("x") == ""


def test_a_library_call_is_known_by_its_spec() -> None:
    seen = call_in(analysed("import pandas as pd", "d = pd.read_csv('a.csv')"), Site(1, 0))
    assert seen.spec is not None and seen.spec.name == "pandas.read_csv"
    assert (seen.type, seen.certain, list(seen.world)) == (
        "pandas.DataFrame",
        True,
        [("read", "file:a.csv")],
    )


def test_a_call_of_the_notebooks_own_function_has_what_it_changes() -> None:
    seen = call_in(analysed("def f(rows):\n    rows += [1]", "a = []", "f(a)"), Site(2, 0))
    assert seen.function is not None and seen.spec is None
    assert seen.changes == {"a": True}


def test_each_call_of_a_statement_has_its_own_effects() -> None:
    analysis = analysed("a, b = [2], [1]", "a.sort(), print(b), open('x', 'w')")
    seen = {each.name: each for each in observe(analysis, Site(1, 0)).calls.values()}
    assert [list(seen[name].world) for name in ("a.sort", "print", "open")] == [
        [],
        [("show", "stdout")],
        [("write", "file:x")],
    ]
    assert list(seen["a.sort"].changes) == ["a"]


def test_nothing_is_known_of_a_call() -> None:
    seen = call_in(analysed("import somewhere", "x = somewhere.run(1)"), Site(1, 0))
    assert (seen.spec, seen.function, seen.built_in, seen.type) == (None, None, False, "")


def test_a_place_that_is_not_there() -> None:
    with pytest.raises(IndexError):
        observe(analysed("x = 1"), Site(0, 3))
