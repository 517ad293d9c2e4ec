"""`notelift extract`: what is written, what is said, and the rewritten notebook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cli.notebooks import Cli, write_notebook

WORK = [
    "import math\nimport json",
    "values = [1.0, 4.0, 9.0]\nscale = 2",
    "roots = [math.sqrt(value) for value in values]\nscaled = [root * scale for root in roots]",
    "# The total of all.\ntotal = sum(scaled)",
    "text = json.dumps({'total': total})\nother = math.pi",
]


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    return write_notebook(tmp_path / "work" / "n.ipynb", WORK)


def run_cells(path: Path, names: list[str]) -> Any:
    """The values of the names after the cells have run in a fresh process, in the notebook's folder."""
    sources = ["".join(cell["source"]) for cell in json.loads(path.read_text())["cells"]]
    program = "\n".join([*sources, f"import json\nprint(json.dumps([{', '.join(names)}]))"])
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=path.parent, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_the_answer_as_text(cli: Cli, sales: Path, tmp_path: Path) -> None:
    answer = cli("extract", sales, "big", "--output", tmp_path / "src" / "lib")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines() == [
        f"wrote {tmp_path}/src/lib/big.py: compute_big() gives big",
        "kept 5 of 11 statements",
        "parameters:",
        "    limit: int = 2",
        f"next: notelift verify {sales} big runs both and compares the values",
    ]


def test_several_targets_and_chosen_names(cli: Cli, sales: Path, tmp_path: Path) -> None:
    options = ("--module", "report", "--function", "make", "--format", "json")
    answer = cli("extract", sales, "total", "big", "--output", tmp_path, *options).json
    assert (answer["module"], answer["function"]) == (str(tmp_path / "report.py"), "make")
    assert len(answer["returns"]) == 2
    program = "import report; made = report.make(); print(made.total, len(made.big))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "4.0 1\n"


def test_arguments_of_the_next_command_are_quoted(cli: Cli, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "my notes.ipynb", ["x = 1"])
    assert f"notelift verify '{path}' x runs" in cli("extract", path, "x", "--output", tmp_path).out


@pytest.mark.parametrize("output", [".", "../lib", "sub"])
def test_a_rewritten_notebook_gives_the_same_values(cli: Cli, work: Path, output: str) -> None:
    names = ["total", "text", "other"]
    before = run_cells(work, names)
    answer = cli("extract", work, "total", "--output", work.parent / output, "--rewrite")
    assert (answer.code, answer.err) == (0, "")
    assert (
        answer.out.splitlines()[-1] == f"rewrote {work}: it calls compute_total() and leaves 5 statements out"
    )
    sources = ["".join(cell["source"]) for cell in json.loads(work.read_text())["cells"]]
    assert "total = compute_total()" in sources[-2]
    assert "from total import compute_total" in sources[-3]
    assert sources[-1] == WORK[-1]
    assert run_cells(work, names) == before


def test_a_notebook_that_changes_its_folder_still_finds_the_module(cli: Cli, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", ["import os\nos.chdir('/')", "a = 2\nb = a + 1", "c = b + 1"])
    answer = cli("extract", path, "b", "--output", tmp_path, "--rewrite")
    assert (answer.code, answer.err) == (0, "")
    assert run_cells(path, ["b", "c"]) == [3, 4]


def test_the_notebook_is_left_alone_without_rewrite(cli: Cli, work: Path, tmp_path: Path) -> None:
    before = work.read_bytes()
    assert cli("extract", work, "total", "--output", tmp_path).code == 0
    assert work.read_bytes() == before


STREAM = [
    "import random\nrandom.seed(1)",
    "x = random.random()\ny = random.random()",
    "z = x + random.random()",
]


@pytest.mark.parametrize(
    ("cells", "target", "options", "words"),
    [
        (["x = 1; print(x)", "y = 2"], "cell:0", [], "what a cell shows has no name"),
        (["x = 1", "def compute_x(): pass", "x"], "x", [], "it binds `compute_x` itself: choose another"),
        (["def f(): pass", "x = 1"], "x", ["--function", "f"], "it binds `f` itself: choose another name"),
        (["sys = 5", "x = 1"], "x", [], "`sys` is a name of its own"),
        (["x = 1", "y = 2"], "y", ["--timeline", "ran"], "only in the order in which it is written"),
        (STREAM, "y", [], "it cannot be rewritten: "),
    ],
)
def test_what_cannot_be_rewritten_changes_nothing(
    cli: Cli, tmp_path: Path, cells: list[str], target: str, options: list[str], words: str
) -> None:
    counts = [len(cells) - number for number in range(len(cells))]
    path = write_notebook(tmp_path / "n.ipynb", cells, counts=counts)
    before = path.read_bytes()
    answer = cli("extract", path, target, "--output", tmp_path / "out", "--rewrite", *options)
    assert (answer.code, answer.out) == (2, "")
    assert words in answer.err
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["n.ipynb"]


def test_a_notebook_that_cannot_be_written_leaves_no_module(cli: Cli, work: Path, tmp_path: Path) -> None:
    """The notebook is reached through a link into a folder that takes no new files."""
    link = tmp_path / "n.ipynb"
    link.symlink_to("/proc/self/environ")
    answer = cli("extract", link, "x", "--output", tmp_path / "out", "--rewrite")
    assert answer.code == 2
    assert not (tmp_path / "out").exists()


def test_a_script_can_be_rewritten(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "n.py"
    path.write_text("# %%\na = 2\nb = a + 1\n\n# %% [markdown]\n# Text\n\n# %%\nc = b + 1\n")
    assert cli("extract", path, "b", "--output", tmp_path, "--rewrite", "--module", "m").code == 0
    assert path.read_text().endswith("# %% [markdown]\n# Text\n\n# %%\nc = b + 1\n")
    program = "import runpy; print(runpy.run_path('n.py')['c'])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "4\n"
