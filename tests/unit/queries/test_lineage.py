"""What a value comes from and goes to."""

from __future__ import annotations

import pytest

from notelift.flow.graph import Dataflow, Site
from notelift.queries.lineage import FileFlow, UnknownName, lineage, overview
from tests.unit.queries.dataflows import SALES

LOAD = ["import pandas as pd", 'df = pd.read_csv("a.csv")', "df.dropna(inplace=True)"]
WRITE = ['total.to_csv("out.csv")']


@pytest.mark.parametrize(
    ("name", "before", "makers", "after"),
    [
        ("df", LOAD[:1], LOAD[1:], ["total = df.sum()", *WRITE]),
        ("noise", ["import numpy as np", "np.random.seed(0)"], ["noise = np.random.rand(3)"], []),
        ("np", [], ["import numpy as np"], ["np.random.seed(0)", "noise = np.random.rand(3)"]),
        ("total", LOAD, ["total = df.sum()"], WRITE),
    ],
)
def test_roles(name: str, before: list[str], makers: list[str], after: list[str]) -> None:
    steps = lineage(SALES, name).steps
    assert [step.statement.source for step in steps if step.role == "from"] == before
    assert [step.statement.source for step in steps if step.role == "value"] == makers
    assert [step.statement.source for step in steps if step.role == "to"] == after


def test_flows_join_the_steps_and_files_are_named() -> None:
    found = lineage(SALES, "df")
    sites = {step.statement.site for step in found.steps}
    assert {flow.source for flow in found.flows} | {flow.reader for flow in found.flows} == sites
    assert found.type == "pandas.DataFrame"
    assert found.files == (
        FileFlow(Site(1, 0), "a.csv", "read"),
        FileFlow(Site(5, 0), "out.csv", "write"),
    )


def test_a_value_does_not_go_where_only_the_world_leads() -> None:
    """The seed is needed by the noise, but what is drawn does not go into the data."""
    assert all(step.statement.site.run in (0, 2, 3) for step in lineage(SALES, "noise").steps)


def test_without_a_name_everything_is_there() -> None:
    found = lineage(SALES)
    assert len(found.steps) == 8
    assert {step.role for step in found.steps} == {"value"}


def test_an_unknown_name_says_what_is_known() -> None:
    with pytest.raises(UnknownName) as caught:
        lineage(SALES, "dg")
    assert caught.value.known == ("pd", "np", "df", "noise", "total")


def test_overview_is_in_the_order_of_the_notebook() -> None:
    origins = overview(SALES)
    assert [origin.name for origin in origins] == ["pd", "np", "df", "noise", "total"]
    df = origins[2]
    assert [[s.site for s in part] for part in (df.made, df.changed, df.read)] == [
        [Site(1, 0)],
        [Site(1, 1)],
        [Site(4, 0)],
    ]


def test_overview_of_nothing() -> None:
    assert overview(Dataflow((), {}, {})) == ()
