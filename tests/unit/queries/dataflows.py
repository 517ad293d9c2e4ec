"""Dataflows written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from notelift.flow.graph import Dataflow, Dependency, RunFlow, Site, Statement, Value
from notelift.notebook.model import Run


def statement(
    run: int,
    number: int,
    source: str,
    reads: Sequence[Dependency] = (),
    binds: Sequence[str] = (),
    world: Sequence[tuple[str, str]] = (),
    changes: Sequence[str] = (),
) -> Statement:
    """The statement of a cell that has the number of its run, one line for each statement."""
    return Statement(
        Site(run, number),
        cell=run,
        line=number + 1,
        end_line=number + 1 + source.count("\n"),
        column=0,
        end_column=len(source),
        source=source,
        reads=tuple(reads),
        binds=tuple(binds),
        changes=tuple((name, "by hand", True) for name in changes),
        world=tuple(world),
    )


def reads(run: int, number: int, name: str, kind: str = "name", must: bool = True) -> Dependency:
    """A dependency on the statement there."""
    return Dependency(Site(run, number), kind, name, must, "by hand")


def dataflow(statements: Sequence[Statement], values: Mapping[str, Value]) -> Dataflow:
    """The dataflow of these statements."""
    count = max((each.site.run for each in statements), default=-1) + 1
    runs = [
        RunFlow(Run(run, f"c{run}", ""), tuple(each for each in statements if each.site.run == run))
        for run in range(count)
    ]
    return Dataflow(tuple(runs), values, {})


SALES = dataflow(
    [
        statement(0, 0, "import pandas as pd", binds=["pd"]),
        statement(0, 1, "import numpy as np", binds=["np"]),
        statement(1, 0, 'df = pd.read_csv("a.csv")', [reads(0, 0, "pd")], ["df"], [("read", "file:a.csv")]),
        statement(1, 1, "df.dropna(inplace=True)", [reads(1, 0, "df")], changes=["df"]),
        statement(2, 0, "np.random.seed(0)", [reads(0, 1, "np")], [], [("alter", "random:numpy")]),
        statement(
            3,
            0,
            "noise = np.random.rand(3)",
            [reads(0, 1, "np"), reads(2, 0, "random:numpy", "world")],
            ["noise"],
        ),
        statement(
            4,
            0,
            "total = df.sum()",
            [reads(1, 0, "df"), reads(1, 1, "df", "object", must=False)],
            ["total"],
        ),
        statement(5, 0, 'total.to_csv("out.csv")', [reads(4, 0, "total")], [], [("write", "file:out.csv")]),
    ],
    {
        "pd": Value("pd", (reads(0, 0, "pd"),), "module"),
        "np": Value("np", (reads(0, 1, "np"),), "module"),
        "df": Value("df", (reads(1, 0, "df"), reads(1, 1, "df", "object")), "pandas.DataFrame"),
        "noise": Value("noise", (reads(3, 0, "noise"),), "numpy.ndarray"),
        "total": Value("total", (reads(4, 0, "total"),)),
    },
)
"""Data is read and cleaned, random numbers are drawn, a sum is computed and written."""
