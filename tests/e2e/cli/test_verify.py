"""`notelift verify` with real kernels: verdicts, exit codes, time limits, and that no file is touched."""

from __future__ import annotations

import os
import sys
import venv
from pathlib import Path

import pytest

from tests.e2e.cli.notebooks import Cli, write_notebook

EVERYTHING = [
    "import random, datetime, collections, dataclasses\nimport numpy as np, pandas as pd",
    """\
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.ensemble import RandomForestClassifier
import scipy.sparse
import matplotlib.pyplot as plt""",
    """\
rng = np.random.RandomState(0)
X = rng.rand(60, 3)
y = (X[:, 0] > 0.5).astype(int)
frame = pd.DataFrame(X, columns=list("abc"))
frame["when"] = pd.date_range("2020", periods=60, tz="UTC")
frame["kind"] = pd.Categorical(["x", "y", "z"] * 20)
frame["missing"] = [None, 1.0, float("nan")] * 20
frame["words"] = ["é", None, "b"] * 20
model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
forest = RandomForestClassifier(n_estimators=3, random_state=0).fit(X, y)""",
    """\
@dataclasses.dataclass
class Point:
    x: float
    y: float

class Bag:
    def __init__(self, items):
        self.items = items
        self.me = self

def twice(x):
    return 2 * x""",
    """\
everything = {
    "frame": frame, "series": frame["a"], "index": frame.index,
    "groups": frame.groupby("kind", observed=True),
    "multi": pd.MultiIndex.from_product([[1, 2], ["a", "b"]]), "model": model, "forest": forest,
    "sparse": scipy.sparse.eye(3), "point": Point(1.5, float("nan")), "bag": Bag({1, 2, frozenset({3})}),
    "lambda": twice, "class": Point, "module": np, "generator": (n * n for n in range(5)), "rng": rng,
    "date": datetime.date(2020, 1, 2), "counter": collections.Counter("hello"), "range": range(3),
    "complex": np.array([1 + 2j]), "masked": np.ma.array([1, 2], mask=[True, False]), "text": "é" * 20000,
    "structured": np.array([(1, 2.5)], dtype=[("a", int), ("b", float)]), "none": None, "bytes": b"a",
    "objects": np.array([None, "a", 1], dtype=object), "stamp": pd.Timestamp("2020-01-01"), "nat": pd.NaT,
}""",
    """\
figure, axes = plt.subplots(1, 2)
axes[0].plot(X[:, 0]); axes[0].set_title("lines")
axes[1].hist(X[:, 1]); axes[1].scatter([1, 2], [3, 4]); axes[1].imshow(X[:3])""",
    "frame.groupby('kind', observed=True)['a'].mean()",
    "plt.plot(X[:, 2])\nplt.title('drawn')\nplt.show()",
    "print('rows', len(frame), 0.1 + 0.2)",
    "frame[['a', 'words']].to_csv('out.csv', index=False)",
]


@pytest.fixture
def everything(tmp_path: Path) -> Path:
    return write_notebook(tmp_path / "everything.ipynb", EVERYTHING)


@pytest.mark.parametrize(
    "target",
    ["everything", "figure", "axes", "cell:6", "cell:7", "cell:8", "file:out.csv", "y@2:3", "frame@2:5"],
)
def test_values_are_equal(cli: Cli, everything: Path, target: str) -> None:
    before = everything.read_bytes()
    answer = cli("verify", everything, target, "--format", "json")
    assert (answer.code, answer.json["verdict"]) == (0, "equal"), answer.json
    assert "This executes the code of" in answer.err
    assert os.listdir(everything.parent) == ["everything.ipynb"]
    assert everything.read_bytes() == before


@pytest.mark.parametrize(
    ("cells", "target", "where", "notebook"),
    [
        (["import time\nx = {'a': [1, time.perf_counter()]}"], "x", "['a'][1]", None),
        (["import uuid\nx = [1, str(uuid.uuid4())]"], "x", "[1]", None),
        (["import os\nos.environ['NOTELIFT_SEEN'] = '1'\nx = 1", "x = os.getpid()"], "x", "", None),
        (["x = 1 if '__file__' in globals() else 'kernel'"], "x", "", "'kernel'"),
        (["import sys\nx = 1 / ('ipykernel' in sys.modules)"], "x", "", "1.0"),
    ],
)
def test_differences(
    cli: Cli, tmp_path: Path, cells: list[str], target: str, where: str, notebook: str | None
) -> None:
    path = write_notebook(tmp_path / "n.ipynb", cells)
    answer = cli("verify", path, target, "--format", "json")
    assert (answer.code, answer.json["verdict"]) == (1, "different")
    assert answer.json["difference"]["where"] == where
    assert notebook is None or answer.json["difference"]["notebook"] == notebook


def test_a_file_that_only_the_notebook_writes_is_different(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "out.txt").write_text("1")
    cells = ["import sys", "if 'ipykernel' in sys.modules:\n    open('out.txt', 'w').write('1')"]
    path = write_notebook(tmp_path / "n.ipynb", cells)
    answer = cli("verify", path, "file:out.txt")
    assert answer.code == 1
    assert (
        answer.out
        == "file:out.txt (file): different\n  a file in the notebook, nothing written in the module\n"
    )


def test_what_cannot_be_compared(cli: Cli, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", ["import threading\nx = [1, threading.Lock()]"])
    answer = cli("verify", path, "x")
    assert answer.code == 2
    assert answer.out.startswith("x (list): cannot compare\n  [1] (_thread.lock): ")


def test_files_of_the_user_stay_as_they_are(cli: Cli, tmp_path: Path) -> None:
    """Relative files are changed in the copy only; others cannot be changed, whoever tries."""
    work = tmp_path / "work"
    outside = tmp_path / "outside"
    (work / "data").mkdir(parents=True)
    outside.mkdir()
    (work / "data" / "in.txt").write_text("5")
    (outside / "theirs.txt").write_text("7")
    (work / "link.txt").symlink_to(outside / "theirs.txt")
    (work / "linked").symlink_to(outside)
    cells = [
        "import os, pathlib",
        "n = int(pathlib.Path('data/in.txt').read_text()) + int(pathlib.Path('link.txt').read_text())",
        "pathlib.Path('data/in.txt').write_text('changed')\npathlib.Path('link.txt').write_text('changed')",
        "open('linked/theirs.txt', 'w').write('changed')\nos.remove('link.txt')\nos.mkdir('new')",
        f"blocked = []\nfor path in [{str(outside / 'theirs.txt')!r}, {str(outside / 'new.txt')!r}]:\n"
        "    try:\n        open(path, 'w')\n    except PermissionError:\n        blocked.append(1)",
        "total = n + len(blocked)",
    ]
    path = write_notebook(work / "n.ipynb", cells)
    answer = cli("verify", path, "total", "--format", "json")
    assert (answer.code, answer.json["verdict"]) == (0, "equal"), answer
    assert sorted(each.name for each in work.rglob("*")) == [
        "data",
        "in.txt",
        "link.txt",
        "linked",
        "n.ipynb",
    ]
    assert (work / "data" / "in.txt").read_text() == "5"
    assert (outside / "theirs.txt").read_text() == "7"
    assert os.listdir(outside) == ["theirs.txt"]


def test_programs_are_confined_or_a_warning_says_that_they_are_not(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    theirs = tmp_path / "theirs.txt"
    theirs.write_text("7")
    path = write_notebook(tmp_path / "work" / "n.ipynb", [f"!echo changed > {theirs}\nx = 1", "y = x"])
    answer = cli("verify", path, "y")
    assert answer.code == 0
    warned = (
        "notelift: warning: on this system, programs that the code starts are not kept from" in answer.err
    )
    assert theirs.read_text() == ("changed\n" if warned else "7")


def test_files_beside_the_folder_are_copied_where_they_are_read(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "data.txt").write_text("5")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.txt").write_text("6")
    (tmp_path / "work").mkdir()
    read = "x = int(open('../data.txt').read())"
    found = "import pathlib\ny = [path.read_text() for path in pathlib.Path('..', 'm' + 'ore').iterdir()]"
    path = write_notebook(tmp_path / "work" / "n.ipynb", [read, found])
    assert cli("verify", path, "x@0").code == 0
    refused = cli("verify", path, "y")
    assert refused.code == 2
    assert "cell 1 of the notebook raises FileNotFoundError: " in refused.err
    assert cli("verify", path, "y", "--root", tmp_path).code == 0


@pytest.mark.parametrize(
    ("cells", "options", "words"),
    [
        (
            ["x = 1\nwhile x: pass"],
            ["--timeout", "3"],
            "cell 0 is not over after 3 seconds: give it more time",
        ),
        (["x = 1 / 0"], [], "cell 0 of the notebook raises ZeroDivisionError: division by zero"),
        (["import os\nos._exit(3)\nx = 1"], [], "the kernel died"),
        (["x = 1"], ["--python", "/nothing/python"], "--python /nothing/python: cannot be started"),
        (["x = 1"], ["--root", "{tmp}/elsewhere"], "n.ipynb is not in it"),
        (["x = 1"], ["--copy-limit", "1"], "there is more than 1 MB to copy"),
        (["x = open('/nothing', 'w')"], [], "verify lets nothing be changed outside its copy"),
        (["x = input()"], [], "cell 0 of the notebook raises StdinNotImplementedError: "),
    ],
)
def test_refusals(cli: Cli, tmp_path: Path, cells: list[str], options: list[str], words: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "big.bin").write_bytes(bytes(3 << 19))
    path = write_notebook(tmp_path / "work" / "n.ipynb", cells)
    answer = cli("verify", path, "x", *(option.format(tmp=tmp_path) for option in options))
    assert (answer.code, answer.out) == (2, "")
    assert words in answer.err.splitlines()[-1]
    assert answer.err.splitlines()[-1].startswith("notelift: error: ")


def test_a_module_that_does_not_end(cli: Cli, tmp_path: Path) -> None:
    cells = ["import sys\nx = 1\nwhile 'ipykernel' not in sys.modules and x: x += 1"]
    path = write_notebook(tmp_path / "n.ipynb", cells)
    answer = cli("verify", path, "x", "--timeout", "12")
    assert answer.code == 2
    assert "the module is not over after 12 seconds" in answer.err


def test_a_python_without_a_kernel(cli: Cli, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", symlinks=True)
    python = tmp_path / "venv" / "bin" / "python"
    (tmp_path / "work").mkdir()
    path = write_notebook(tmp_path / "work" / "n.ipynb", ["x = 1"])
    answer = cli("verify", path, "x", "--python", python)
    assert answer.code == 2
    assert (
        f"--python {python}: has no ipykernel, which runs the notebook: {python} -m pip install" in answer.err
    )
    assert cli("verify", path, "x", "--python", sys.executable).code == 0


def test_cells_after_the_value_may_fail(cli: Cli, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", ["x = 1", "1 / 0"])
    answer = cli("verify", path, "x")
    assert answer.code == 0
    assert (
        "cell 1 of the notebook raises ZeroDivisionError: division by zero; the value is made before"
        in answer.out
    )


def test_cells_that_may_raise_do_not_end_the_run(cli: Cli, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", ["1 / 0", "x = 1"], tags=[["raises-exception"], []])
    assert cli("verify", path, "x").code == 0


def test_the_ran_timeline_is_run_in_its_order(cli: Cli, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", ["x = y + 1", "y = 1"], counts=[2, 1])
    assert cli("verify", path, "x", "--timeline", "ran").code == 0
    written = cli("verify", path, "x")
    assert (written.code, "reads `y`" in written.err) == (2, True)
