"""What is offered at a place is offered once: no two fixes make the same change."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from notelift.assists.model import Ask, Built, Refused
from notelift.assists.registry import entries_of, load_assist
from notelift.checks.context import Context
from notelift.checks.registry import ENTRIES
from notelift.checks.runner import run_rules
from notelift.config import Config
from notelift.effects.library import load_library
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.reading import read_notebook
from notelift.notebook.session import Session
from notelift.notebook.session_log import session_of_log
from notelift.queries.hidden import Kernel

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").rglob("*.ipynb"))
BELOW = ["print(x, np)\nprint(y)", "import numpy as np", "x = 1\ny = x", "rows = np.zeros(3)\nrows.sort()"]
RAN_BELOW = """
{"event": "ran", "cell": 1, "order": 1}
{"event": "ran", "cell": 2, "order": 2}
{"event": "ran", "cell": 0, "order": 3}
{"event": "ran", "cell": 3, "order": 4}
"""
DELETED = ["print(x)\nprint(y, x)", "z = x + y"]
RAN_DELETED = """
{"event": "ran", "cell": 0, "order": 1, "source": "x = 1\\ny = 2"}
{"event": "ran", "cell": 1, "order": 2}
{"event": "ran", "cell": 2, "order": 3}
{"event": "deleted", "cell": 0}
"""
EDITED = ["z = 1", "print(x)\nprint(y, x)", "z = x + y"]
RAN_EDITED = """
{"event": "ran", "cell": 0, "order": 1, "source": "x = 1\\ny = 2"}
{"event": "ran", "cell": 1, "order": 2}
{"event": "ran", "cell": 2, "order": 3}
"""


def session_of(sources: list[str], log: str) -> Session:
    """A notebook of these cells, and what ran."""
    cells = tuple(Cell(number, f"c{number}", "code", source) for number, source in enumerate(sources))
    return session_of_log(Notebook("n.ipynb", "ipynb", "python", cells), log.strip(), "log")


def assert_each_once(session: Session) -> None:
    """Assert that at no cell two offers come to the same; all rules are asked."""
    kernel = Kernel.of(session, load_library())
    context = Context.of(kernel)
    findings = run_rules(context, [entry.name for entry in ENTRIES]).findings
    for cell in session.notebook.cells:
        here = tuple(finding for finding in findings if finding.cell == cell.index)
        lines = cell.source.split("\n")
        ask = Ask(context, Config(), cell.index, 1, 0, len(lines), len(lines[-1]), here)
        made: dict[Built, list[str]] = defaultdict(list)
        for entry in entries_of(("quickfix",)):
            assist = load_assist(entry.name)
            for offer in assist.offers(ask):
                assert set(offer.fixes) <= set(here)
                if not offer.refused:
                    try:
                        made[assist.build(ask, offer.data)].append(offer.title)
                    except Refused:
                        continue
        assert [titles for titles in made.values() if len(titles) > 1] == []


@pytest.mark.parametrize(
    "sources, log", [(BELOW, RAN_BELOW), (DELETED, RAN_DELETED), (EDITED, RAN_EDITED)], ids=["a", "b", "c"]
)
def test_what_a_kernel_did(sources: list[str], log: str) -> None:
    session = session_of(sources, log)
    kernel = Kernel.of(session, load_library())
    assert run_rules(Context.of(kernel), ["orphaned-name", "fails-on-restart"]).findings
    assert_each_once(session)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples(path: Path) -> None:
    assert_each_once(Session.from_counts(read_notebook(path)))
