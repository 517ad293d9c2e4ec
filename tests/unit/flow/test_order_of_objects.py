"""What is found does not hang on the order in which the objects that a name may hold are read."""

from __future__ import annotations

import pytest

from notelift.flow.analysis import Analysis, analyse
from notelift.flow.records import TOKENS_PER_RUN
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.session import Ran, Session
from notelift.queries.hidden import Kernel, Memory
from tests.properties.executing import library, timeline

CLASS_AND_PATTERN = (
    "class K:\n    def m(self):\n        return b\nmatch a:\n    case [b, *c]:\n        pass"  # c: one of two
)
GENERATOR = "def gen():\n    yield a"


@pytest.mark.parametrize(
    "cells",
    [
        ["a = b", CLASS_AND_PATTERN, "c = K()", CLASS_AND_PATTERN],
        ["a = []", "f = lambda: a", "b = f\nif a:\n    b = a", "c = [b]\nprint(b)"],
        [
            "a = [1]",
            "if a:\n    f = lambda x=a: (b, x)",
            "a = [2]",
            "if a:\n    f = lambda x=a: (b, x)",
            "c = f()",
        ],
        [
            "a = list(a)\n" + GENERATOR + "\nb = gen()\nif q:\n    b = pd.DataFrame(a)",
            "a = b.v\nwith open(c) as c:\n    c = a.read()",
        ],
        [
            "def f(x, y=b):\n    x.append(b)",
            "if q:\n    def f():\n        return c, b",
            "c = sorted(a, key=f)",
        ],
        [
            GENERATOR + "\na = gen()",
            "if q:\n    fig, a = plt.subplots()",
            "c = {'k': c, 'l': f}\nif q:\n    fig, c = plt.subplots()\na['x'] = c['y']",
        ],
        [
            GENERATOR + "\nc = gen()",
            "def gen():\n    yield c\nb = gen()\ndef f(x, y=c):\n    return y",
            "a = b",
            "it = iter(a)\nc = next(it)",
        ],
        ["a, b = [], {}", "def f():\n    return a, b", "c = b\nif q:\n    c = f", "exec(text, {'c': c})"],
    ],
    ids=[
        "method or pattern",
        "function or list",
        "function or function",
        "attribute",
        "call back",
        "item",
        "iterator",
        "opaque",
    ],
)
def test_tokens_do_not_matter(cells: list[str]) -> None:
    # Sets of objects are in an order that comes from the numbers of the statements that made them.
    runs = timeline(cells)
    found = [
        analyse(runs, library(), Analysis(library(), {}, [], {}, 0, number * TOKENS_PER_RUN)).dataflow
        for number in range(1, 40)
    ]
    assert all(each == found[0] for each in found[1:])


def test_a_failed_second_run_has_the_causes_that_it_has_anew() -> None:
    cells = tuple(
        Cell(index, f"id-{index}", "code", source)
        for index, source in enumerate(["a = b", CLASS_AND_PATTERN, "c = K()"])
    )
    session = Session.from_counts(Notebook("a.ipynb", "ipynb", "python", cells))
    memory = Memory()
    assert Kernel.of(session, library(), memory).difference.by_name["c"].state == "missing_in_kernel"
    for order in (1, 2, 3):
        session = session.apply(Ran(f"id-{order - 1}", order))
    assert not Kernel.of(session, library(), memory).root_causes
    session = session.apply(Ran("id-1", 4, success=False))
    going_on, anew = Kernel.of(session, library(), memory), Kernel.of(session, library())
    assert going_on.ran.dataflow == anew.ran.dataflow
    assert going_on.difference == anew.difference
    assert going_on.root_causes == anew.root_causes
