"""Random things done to a notebook: what rules find from revision to revision is what they find anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from notelift.checks.context import Context
from notelift.checks.model import Report
from notelift.checks.registry import ENTRIES
from notelift.checks.runner import run_rules
from notelift.notebook.model import Cell, CellKind, Notebook
from notelift.notebook.session import (
    Cleared,
    Deleted,
    Edited,
    Event,
    Inserted,
    Moved,
    Ran,
    Restarted,
    Session,
)
from notelift.queries.hidden import Kernel, Memory
from tests.properties.executing import library

RULES = tuple(entry.name for entry in ENTRIES)
_STATEMENTS = st.sampled_from(
    [
        "a = 1",
        "a = b",
        "b = [a]",
        "b.append(a)",
        "a = a + 1",
        "print(a)",
        "del b",
        "max = a",
        "import numpy as np",
        "import random as np",
        "import random",
        "from math import *",
        "from helpers import *",
        "import pandas as pd",
        "from sklearn.model_selection import train_test_split",
        "from sklearn.preprocessing import StandardScaler",
        "import datetime",
        "import os",
        "np = 3",
        "a = np.random.rand(3)",
        "np.random.seed(0)",
        "np.random.seed()",
        "def f():\n    return np.random.rand(2)",
        "b = f()",
        "helper.seed_everything(1)",
        "rng = np.random.default_rng()",
        "X = pd.read_csv('a.csv')",
        "X = pd.read_csv('/home/kim/data/a.csv')",
        "X.to_csv('a.csv')",
        "X = X.dropna()",
        "s = X.sample(3)",
        "Z = StandardScaler().fit_transform(X)",
        "scaler = StandardScaler()",
        "scaler.fit(X)",
        "Z = scaler.fit_transform(test)",
        "train, test = train_test_split(Z)",
        "train, test = train_test_split(X, random_state=0)",
        "now = datetime.datetime.now()",
        "later = datetime.datetime.now() - now",
        "os.system('pip install pandas')",
        "%pip install numpy",
        "!pip install scipy",
        "%pylab",
        "%cd /home/kim/data",
        "exec(code)",
        "globals()[a] = b",
        "password = 'hunter2000x'",
        "x = = 1",
        "a = missing  # notelift: ignore",
        "\n".join(f"line{n} = {n}" for n in range(61)),
    ]
)
# Few statements that mean something else by what other cells do.
_RELATED = st.sampled_from(
    [
        "import numpy as np",
        "np = 3",
        "a = np.random.rand(3)",
        "np.random.seed(0)",
        "import pandas as pd",
        "X = pd.read_csv('a.csv')",
        "X = 3",
        "s = X.sample(3)",
        "from sklearn.model_selection import train_test_split\ntrain, test = train_test_split(Z)",
        "from sklearn.preprocessing import StandardScaler\nZ = StandardScaler().fit_transform(X)",
        "Z = 3",
    ]
)
_SOURCES = st.one_of(
    *[st.lists(_STATEMENTS, min_size=1, max_size=3).map("\n".join)] * 3,
    *[st.lists(_RELATED, min_size=1, max_size=2).map("\n".join)] * 3,
    st.sampled_from(["", "# only words", "# notelift: ignore[unseeded-random]\na = np.random.rand(3)"]),
)
_KINDS = ["edit", "edit", "edit", "run", "run", "fail", "insert", "delete", "move", "clear", "restart"]


class Step(NamedTuple):
    """One thing that is done: its kind, two numbers that choose cells, and a text."""

    kind: str
    first: int
    second: int
    source: str


_steps = st.lists(
    st.builds(Step, st.sampled_from(_KINDS), st.integers(0, 9), st.integers(0, 9), _SOURCES),
    min_size=1,
    max_size=12,
)
_counts = st.one_of(st.none(), st.integers(1, 9))
_first = st.lists(st.tuples(_SOURCES, _counts), min_size=1, max_size=6)


@dataclass
class Server:
    """What goes on from revision to revision."""

    memory: Memory
    context: Context | None = None
    report: Report | None = None

    def checked(self, session: Session) -> tuple[Report, Report]:
        """Return the report on the next revision, and the one that knows nothing of those before."""
        kernel = Kernel.of(session, library(), self.memory)
        self.context = Context.of(kernel, self.context)
        self.report = run_rules(self.context, RULES, self.report)
        return self.report, run_rules(Context.of(kernel), RULES)


def event(step: Step, session: Session, number: int) -> Event:
    """What the `number`-th step does to the notebook."""
    cells = session.notebook.cells
    if step.kind == "insert" or not cells:
        kind: CellKind = "markdown" if step.second == 0 else "code"
        return Inserted(Cell(step.first % (len(cells) + 1), f"new-{number}", kind, step.source))
    name = cells[step.first % len(cells)].id
    if step.kind == "edit":
        return Edited(name, step.source)
    if step.kind in ("run", "fail"):
        highest = max((run.order or 0 for run in session.runs), default=0)
        return Ran(name, highest + 1 + (step.second == 9), step.kind == "run")
    if step.kind == "delete":
        return Deleted(name)
    if step.kind == "move":
        return Moved(name, step.second % len(cells))
    if step.kind == "clear":
        return Cleared(name if step.second else None)
    return Restarted()


@given(_first, _steps)
def test_reports_are_those_from_scratch(first: list[tuple[str, int | None]], steps: list[Step]) -> None:
    cells = tuple(
        Cell(index, f"id-{index}", "code", source, execution_count=count)
        for index, (source, count) in enumerate(first)
    )
    session = Session.from_counts(Notebook("a.ipynb", "ipynb", "python", cells))
    server = Server(Memory())
    before, _ = server.checked(session)
    for number, step in enumerate(steps):
        session = session.apply(event(step, session, number))
        report, anew = server.checked(session)
        assert not anew.failures
        assert report == anew
        assert report.by_cell == anew.by_cell
        for cell, findings in report.by_cell.items():
            assert (findings is before.by_cell.get(cell)) == (findings == before.by_cell.get(cell))
        before = report
