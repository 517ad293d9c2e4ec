"""Fixtures of the command line's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.cli.notebooks import Cli, write_notebook

SALES = [
    "import pandas as pd\nimport random",
    'df = pd.DataFrame({"a": [1.0, None, 3.0], "b": [1, 2, 3]})\nlimit = 2',
    "df.dropna(inplace=True)",
    "unrelated = random.random(); print(unrelated)",
    'total = df["a"].sum()\nbig = df[df["b"] > limit]',
    'big.to_csv("big.csv")\ntotal',
]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """The command line."""
    return Cli(capsys)


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    """A notebook that cleans a table, draws a random number, and writes what is left."""
    return write_notebook(tmp_path / "sales.ipynb", SALES)
