"""What slice and lineage print in a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.cli.notebooks import Cli, write_notebook

SLICE = """\
cell 0
    1  import pandas as pd
cell 1
    1  df = pd.DataFrame({"a": [1.0, None, 3.0], "b": [1, 2, 3]})
cell 2
    1  df.dropna(inplace=True)
cell 4
    1  total = df["a"].sum()

4 of 11 statements kept
"""

EXPLAINED = """\
cell 0
    1  import pandas as pd
        # `import pandas as pd` imports `pd`, read in cell 1
cell 1
    1  df = pd.DataFrame({"a": [1.0, None, 3.0], "b": [1, 2, 3]})
        # `df = pd.DataFrame({"a": [1.0, None, 3.0], "b": [1, 2, 3]})` sets `df`, read in cells 2 and 4
cell 2
    1  df.dropna(inplace=True)
        # `df.dropna(inplace=True)` changes `df`, read in cell 4
cell 4
    1  total = df["a"].sum()
        # `total = df["a"].sum()` sets `total`, needed for the target `total`

4 of 11 statements kept
"""

POSSIBLE = """\
cell 0
?   1  import lib
    2  x = [1]
?   3  lib.look(x)

3 of 4 statements kept; ? marks 2 statements that may not be needed
"""

LINEAGE = """\
big: pandas.DataFrame

comes from
  0:1  import pandas as pd
  1:1  df = pd.DataFrame({"a": [1.0, None, 3.0], "b": [1, 2, 3]})
  1:2  limit = 2
  2:1  df.dropna(inplace=True)

is made and changed by
  4:2  big = df[df["b"] > limit]

goes to
  5:1  big.to_csv("big.csv")   # writes big.csv
"""

OVERVIEW = """\
value      type              made in  changed in  read in
pd         module            0:1                  1:1
random     module            0:2                  3:1
df         pandas.DataFrame  1:1      2:1         4:1, 4:2
limit      int               1:2                  4:2
unrelated  float             3:1                  3:1
total      ?                 4:1                  5:2
big        pandas.DataFrame  4:2                  5:1

Places are CELL:LINE. `notelift lineage NOTEBOOK NAME` shows one value with its statements.
"""


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["slice", "total"], SLICE),
        (["slice", "total", "--explain"], EXPLAINED),
        (["lineage", "big"], LINEAGE),
        (["lineage"], OVERVIEW),
    ],
    ids=["slice", "explain", "lineage", "overview"],
)
def test_text(cli: Cli, sales: Path, arguments: list[str], text: str) -> None:
    command, *more = arguments
    assert cli(command, sales, *more).out == text


def test_what_is_only_possible_is_marked(cli: Cli, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", ["import lib\nx = [1]\nlib.look(x)\ny = 2"])
    assert cli("slice", path, "x").out == POSSIBLE


def test_statements_on_one_line_and_of_many_lines(cli: Cli, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", ["a = 1; b = 2; c = a\n\nd = [\n    c,\n]"])
    assert cli("slice", path, "d").out.splitlines() == [
        "cell 0",
        "    1  a = 1",
        "    1  c = a",
        "    3  d = [",
        "    4      c,",
        "    5  ]",
        "",
        "3 of 4 statements kept",
    ]


def test_code_that_cannot_be_read_is_a_warning(cli: Cli, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", ["code = input()", "x = 1\nexec(code)\ny = x"])
    answer = cli("slice", path, "y")
    assert answer.code == 0
    assert answer.err.startswith("notelift: warning: cell 1, line 2: ")


@pytest.mark.parametrize(("form", "opening"), [("mermaid", "flowchart TD\n"), ("dot", "digraph lineage {\n")])
def test_drawings(cli: Cli, sales: Path, form: str, opening: str) -> None:
    answer = cli("lineage", sales, "big", "--format", form)
    assert answer.out.startswith(opening)
    assert "big.csv" in answer.out


def test_the_ran_timeline_is_in_its_order(cli: Cli, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", ["y = x", "x = 1"], counts=[2, 1])
    assert cli("slice", path, "y", "--timeline", "ran").out == (
        "cell 1\n    1  x = 1\ncell 0\n    1  y = x\n\n2 of 2 statements kept\n"
    )
