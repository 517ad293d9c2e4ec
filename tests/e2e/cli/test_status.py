"""`notelift status` as a person sees it, and what it does with logs that are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.cli.notebooks import Cli, write_notebook

CELLS = ["x = 1", "y = x + 1", "total = 0", "total += y"]


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    return write_notebook(tmp_path / "n.ipynb", CELLS)


def log(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "runs.jsonl"
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_would_change(cli: Cli, notebook: Path) -> None:
    answer = cli("status", notebook)
    assert answer.code == 0
    assert answer.out == "nothing would change: each variable is as Restart & Run All would leave it\n"


def test_the_table_names_the_cause_and_what_to_run(cli: Cli, notebook: Path, tmp_path: Path) -> None:
    runs = [(0, "x = 5"), (1, CELLS[1]), (2, CELLS[2]), (3, CELLS[3])]
    text = "".join(
        f'{{"event": "ran", "cell": {cell}, "order": {cell + 1}, "source": "{source}"}}\n'
        for cell, source in runs
    )
    answer = cli("status", notebook, "--session", log(tmp_path, text))
    assert answer.out.splitlines() == [
        "variable  state    why",
        "total     differs  [1] (cell 0), which sets `x`, was edited after it ran",
        "x         differs  [1] (cell 0), which sets `x`, was edited after it ran",
        "y         differs  [1] (cell 0), which sets `x`, was edited after it ran",
        "",
        "cell   state     why",
        "0 [1]  edited    its code is not the code that ran",
        "1 [2]  outdated  [1] (cell 0), which sets `x`, was edited after it ran",
        "3 [4]  outdated  [1] (cell 0), which sets `x`, was edited after it ran",
        "",
        "run again, in this order: cell 0, cell 1, cell 2, cell 3",
    ]


def test_a_notebook_that_has_not_run(cli: Cli, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", CELLS, [None] * 4)
    assert cli("status", path).out == "note: no cell has run: there is nothing to compare\n"


def test_a_restart_that_stops(cli: Cli, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", ["y = x", "x = 1"], [2, 1])
    assert (
        "note: Restart & Run All stops in cell 0, line 1, for `x` is not bound there: correct"
        in cli("status", path).out
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "line 1 is not JSON"),
        ("[]", 'line 1: is no event: an object with "event" is wanted'),
        ('{"event": "run"}', 'line 1: unknown event "run"'),
        ('{"event": "ran"}', 'line 1: "ran" needs "cell"'),
        ('{"event": "ran", "cell": "1"}', 'line 1: "cell" cannot be "1"'),
        ('{"event": "ran", "cell": 0, "order": true}', 'line 1: "order" cannot be true'),
        ('\n{"event": "ran", "cell": 9}', "line 2: there is no cell 9, for"),
        ('{"event": "inserted", "cell": 0}\n' * 5, "inserts more cells than"),
    ],
)
def test_a_log_that_is_wrong(cli: Cli, notebook: Path, tmp_path: Path, text: str, said: str) -> None:
    answer = cli("status", notebook, "--session", log(tmp_path, text))
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"notelift: error: {tmp_path / 'runs.jsonl'}: ")
    assert said in answer.err
    assert answer.err.count("\n") == 1


def test_a_log_that_is_not_there(cli: Cli, notebook: Path, tmp_path: Path) -> None:
    answer = cli("status", notebook, "--session", tmp_path / "none.jsonl")
    assert (answer.code, "cannot be read" in answer.err) == (2, True)
