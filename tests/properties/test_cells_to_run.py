"""Random histories: after the cells that are said to need a run, the kernel is as after a restart."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import assume, given
from hypothesis import strategies as st

from notelift.checks.context import Context
from notelift.checks.runner import run_rules
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.session import Deleted, Edited, Inserted, Moved, Ran, Session
from notelift.queries.hidden import Kernel
from notelift.queries.status import Status, kernel_status
from notelift.queries.unbound import unbound_reads
from tests.properties.executing import library

# What is left when the kernel is as after a restart is not of these.
_RULES = (
    "out-of-order",
    "outdated-input",
    "edited-since-run",
    "skipped-cell",
    "orphaned-name",
    "failed-run",
    "rerun-drift",
)
_IMPORTS = "import random\nimport pandas as pd\nimport matplotlib.pyplot as plt\na = b = c = [1]"
_STATEMENTS = st.sampled_from(
    [
        *(f"{name} = {value}" for name in "abc" for value in (1, "[2]")),
        *(f"{name} = {other}" for name in "abc" for other in "abc"),
        *(f"{name} = [{other}]" for name in "abc" for other in "abc"),
        *(f"{name}.append({other})" for name in "abc" for other in "abc"),
        *(f"print({name})" for name in "abc"),
        "a",
        "b.head()",
        "plt.plot(a)",
        "plt.plot(b)\nplt.show()",
        "open('a.txt', 'w').write(str(a))",
        "print(open('a.txt').read())",
        "a = a + a",
        "random.seed(1)",
        "print(random.random())",
        "b = random.random()",
        "def f():\n    return a",
        "def f():\n    print(b)",
        "f = len",
        "print(f)",
        "if a:\n    b = c",
        "for a in c:\n    print(a)",
        "display(b)",
        "pd.set_option('display.width', 9)",
        "%matplotlib inline",
        "# only words",
        "d = a\nprint(d)\ndel d",
        "d = b",
        "del d",
    ]
)
_SOURCES = st.lists(_STATEMENTS, min_size=1, max_size=2).map("\n".join)


class Step(NamedTuple):
    """One thing that is done: its kind, two numbers that choose cells, and a text."""

    kind: str
    first: int
    second: int
    source: str


_KINDS = ["edit"] * 4 + ["run"] * 6 + ["fail", "insert", "delete", "move", "run all", "run all"]
_steps = st.lists(
    st.builds(Step, st.sampled_from(_KINDS), st.integers(0, 9), st.integers(0, 9), _SOURCES), max_size=14
)


def after(session: Session, step: Step, number: int) -> Session:
    """The session after the `number`-th step."""
    cells = session.notebook.cells
    name = cells[step.first % len(cells)].id
    if step.kind in ("run", "fail"):
        return ran(session, [name], step.kind == "run")
    if step.kind == "run all":
        return ran(session, [cell.id for cell in cells])
    if step.kind == "edit":
        return session.apply(Edited(name, step.source))
    if step.kind == "insert":
        return session.apply(
            Inserted(Cell(step.second % (len(cells) + 1), f"new-{number}", "code", step.source))
        )
    if step.kind == "move":
        return session.apply(Moved(name, step.second % len(cells)))
    return session.apply(Deleted(name)) if len(cells) > 1 else session


def ran(session: Session, names: list[str], success: bool = True) -> Session:
    """The session after runs of cells, one after the other."""
    for name in names:
        order = 1 + max((run.order or 0 for run in session.runs), default=0)
        session = session.apply(Ran(name, order, success))
    return session


def advised(session: Session, found: Status, leave_out: int | None = None) -> Session:
    """The session after the runs that are advised."""
    cells = session.notebook.cells
    session = Session(session.notebook) if found.restart else session
    return ran(session, [cells[cell].id for cell in found.runs if cell != leave_out])


def wrong(session: Session) -> list[object]:
    """What is not as after a restart, but for names that no cell knows any more, and cells that never ran."""
    kernel = Kernel.of(session, library())
    known = {name for each in kernel.written.dataflow.statements() for name in each.binds}
    found = kernel.difference
    values = [each for each in found.differing if each.state != "missing_on_restart" or each.name in known]
    return [*values, *(each for each in found.cells if each.state not in ("fresh", "never_run"))]


@given(st.lists(_SOURCES, min_size=1, max_size=5), _steps)
def test_the_advised_runs_are_enough_and_no_more(sources: list[str], steps: list[Step]) -> None:
    texts = [_IMPORTS, *sources]
    cells = tuple(Cell(index, f"id-{index}", "code", source) for index, source in enumerate(texts))
    session = ran(Session(Notebook("a.ipynb", "ipynb", "python", cells)), ["id-0"])
    for number, step in enumerate(steps):
        session = after(session, step, number)
    kernel = Kernel.of(session, library())
    assume(not unbound_reads(kernel.written.dataflow))
    before = kernel_status(kernel)
    done = advised(session, before)
    assert not wrong(done)
    kernel = Kernel.of(done, library())
    assert kernel_status(kernel).runs == ()
    assert not run_rules(Context.of(kernel), _RULES).findings
    for cell in () if before.restart else before.runs:
        assert wrong(advised(session, before, leave_out=cell))
