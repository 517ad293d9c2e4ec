"""Rewritten notebooks are run afresh: every name that remains has the value that it had."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Sequence

import pytest

from notelift.edits.rewrite import call_source, rewritten_cells
from notelift.effects.library import load_library
from notelift.export.module import Options, build_module
from notelift.flow.analysis import analyse
from notelift.notebook.model import Notebook
from notelift.notebook.reading import parse_notebook
from notelift.notebook.timelines import written_timeline
from notelift.notebook.writing import rewrite_notebook
from notelift.queries.moved import MoveError, plan_move
from notelift.queries.reordered import check_order
from notelift.queries.slicing import slice_targets
from notelift.queries.targets import parse_target
from tests.harness.values import describe
from tests.unit.export.lifting import run_cells


def ipynb(cells: Sequence[str]) -> str:
    entries = [
        {
            "cell_type": "code",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": cell.splitlines(True),
        }
        for cell in cells
    ]
    entries.insert(1, {"cell_type": "markdown", "metadata": {}, "source": ["# Ünïcode"]})
    return json.dumps({"cells": entries, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def percent(cells: Sequence[str]) -> str:
    return "".join(f"# %%\n{cell}\n\n" for cell in cells)


def databricks(cells: Sequence[str]) -> str:
    body = "\n\n# COMMAND ----------\n\n".join(cells)
    return f"# Databricks notebook source\n{body}\n"


FORMS = {"report.ipynb": ipynb, "report.py": percent, "databricks.py": databricks}


def rewritten(name: str, cells: Sequence[str], targets: Sequence[str]) -> tuple[str, str, str]:
    """The text before and after, and the source of the module."""
    text = FORMS[name](cells)
    notebook = parse_notebook(text.encode(), name)
    parsed = [parse_target(target) for target in targets]
    timeline, library = written_timeline(notebook), load_library()
    kept = slice_targets(timeline, parsed, library)
    module = build_module(notebook, parsed, kept, Options(module="lifted_report"))
    dataflow = analyse(timeline, library).dataflow
    move = plan_move(dataflow, kept, parsed)
    check_order(dataflow, kept, move, library)
    imported = f"from lifted_report import {module.function}"
    cells_after = rewritten_cells(notebook, dataflow, move, imported, call_source(module.function, parsed))
    return text, rewrite_notebook(text.encode(), name, cells_after).decode(), module.source


def run(notebook: Notebook, module: str = "") -> dict[str, str]:
    """The described values of all names but modules and functions after a fresh run."""
    if module:
        made = types.ModuleType("lifted_report")
        sys.modules["lifted_report"] = made
        exec(compile(module, "lifted_report.py", "exec", dont_inherit=True), made.__dict__)
    try:
        names = run_cells([cell.source for cell in notebook.cells if cell.kind == "code"])
    finally:
        sys.modules.pop("lifted_report", None)
    kinds = (types.ModuleType, types.FunctionType)
    return {
        name: describe(value)
        for name, value in names.items()
        if not name.startswith("__") and not isinstance(value, kinds)
    }


CASES = {
    "a model and its score": (
        [
            "import json\nimport math",
            "# the numbers\nvalues = [1, 2, 3]\nscale = 2\n\nscaled = [v * scale for v in values]",
            "total = sum(scaled)  # of all",
            "report = json.dumps({'total': total})\nroot = math.sqrt(total)",
        ],
        ["total"],
        ["values = ", "scaled = "],
    ),
    "what others need stays": (
        [
            "data = [3, 1, 2]\nlimit = 2",
            "best = max(v for v in data if v <= limit)",
            "rest = [v for v in data if v != best]",
        ],
        ["best"],
        ["limit = 2"],
    ),
    "a value between others": (
        ["a = 1; b = a + 1; c = b * 2", "d = c + 1", "e = (d, a)"],
        ["d"],
        ["b = a", "c = b"],
    ),
    "a random stream that is seeded": (
        [
            "import random\nrandom.seed(3)\nfirst = random.random()",
            "second = first + random.random()",
            "third = random.random()",
        ],
        ["second"],
        ["first ="],
    ),
    "a seed that both need, and a new one after": (
        [
            "import random\nrandom.seed(3)\nfirst = random.random()",
            "second = first + random.random()",
            "random.seed(4)\nthird = first + random.random()",
        ],
        ["second"],
        [],
    ),
    "names that keep their last value": (
        [
            "rate = 2\nitems = []",
            "price = rate * 3",
            "rate = rate + 5\nitems.append(rate)",
            "size = len(items)",
        ],
        ["price"],
        [],
    ),
    "several values": (
        [
            "rows = [[1, 2], [3, 4]]",
            "left = [r[0] for r in rows]\nright = [r[1] for r in rows]",
            "both = left + right",
        ],
        ["left", "right"],
        ["rows ="],
    ),
    "a name that is deleted": (
        ["max = 3\na = max + 1", "del max", "b = max(1, 2)", "c = a + b"],
        ["b"],
        [],
    ),
    "a value that functions read by another name": (
        [
            "def least(rows):\n    return min(rows)",
            "data = [3, 1]\nsize = len(data)",
            "data.append(0)",
            "low = least(data)",
        ],
        ["data"],
        ["data.append"],
    ),
    "changes of the value after the call": (
        ["base = [1]", "items = base + [2]", "items.append(3)\nlast = items[-1]", "again = items"],
        ["items@3"],
        ["base ="],
    ),
}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("title", CASES)
def test_a_fresh_run_gives_the_same_values(title: str, name: str) -> None:
    cells, targets, gone = CASES[title]
    if name != "report.ipynb":
        targets = [target.replace("@3", "@2") for target in targets]
    targets = [
        target.replace("@3", "@2") if name == "report.ipynb" else target.replace("@2", "@1")
        for target in targets
    ]
    before, after, module = rewritten(name, cells, targets)
    old = run(parse_notebook(before.encode(), name))
    new = run(parse_notebook(after.encode(), name), module)
    assert {key: old[key] for key in new} == new
    assert {target.split("@")[0] for target in targets} <= set(new)
    for line in gone:
        assert line not in after


def test_all_else_is_equal_to_the_byte() -> None:
    cells, targets, _ = CASES["what others need stays"]
    before, after, _ = rewritten("report.ipynb", cells, targets)
    old, new = json.loads(before), json.loads(after)
    assert [cell["source"] for cell in new["cells"]] == [
        ["data = [3, 1, 2]"],
        ["# Ünïcode"],
        ["from lifted_report import compute_best"],
        ["best = compute_best()"],
        ["rest = [v for v in data if v != best]"],
    ]
    assert before[before.index("rest =") :] == after[after.index("rest =") :]
    assert new["metadata"] == old["metadata"]


def test_comments_go_with_their_statement() -> None:
    cells, targets, _ = CASES["a model and its score"]
    _, after, _ = rewritten("report.py", cells, targets)
    assert after == (
        "# %%\nimport json\nimport math\n\n"
        "# %%\nfrom lifted_report import compute_total\n\n"
        "# %%\ntotal = compute_total()\n\n"
        "# %%\nreport = json.dumps({'total': total})\nroot = math.sqrt(total)\n\n"
    )


REFUSED = {
    "an alias whose last value others see": (
        ["base = [1]\nkept = base[0]", "view = base", "view.append(2)"],
        ["view@2"],
        "sees a change of the same object under another name",
    ),
    "a split whose other part is needed": (
        ["pair = (1, 2)", "left, right = pair", "total = left + right"],
        ["left"],
        "cell 2, line 1 must stay, for cell 3, line 1 needs it",
    ),
    "a draw that others need": (
        [
            "import random\nrandom.seed(1)\na = random.random()",
            "noise = random.random()",
            "b = a + random.random()",
            "c = b + noise\nd = random.random()",
        ],
        ["b"],
        "draws from the random stream of random after the call",
    ),
    "an alias that is changed later": (
        ["base = [1]", "view = base\nother = 5", "view.append(2)", "total = sum(base)"],
        ["view@2"],
        "sees a change of the same object under another name",
    ),
    "a class that others use": (
        ["class Row:\n    pass", "row = Row()", "same = isinstance(row, Row)"],
        ["row"],
        "the class of cell 0, line 1 must stay",
    ),
    "an older state of a name": (
        ["a = [1]\nb = a", "a.append(2)\nc = b"],
        ["a@0", "b", "c"],
        "`a` is extracted as it is after cell 0, but cell 2, line 1 changes it before the call",
    ),
    "an older state of a name that stays": (
        ["a = [1]\ns = sum(a)", "a.append(2)", "t = s * 2"],
        ["a@0", "t"],
        "`a` is extracted as it is after cell 0, but cell 2, line 1 changes it before the call",
    ),
    "an attribute of a module that is put back": (
        [
            "import math\nold = math.pi",
            "math.pi = 3\narea = math.pi * 2",
            "math.pi = old",
            "large = math.pi > 3.1",
        ],
        ["large"],
        "cell 2, line 1 changes `math.pi` before the call, which cell 0, line 2 needs as it was before",
    ),
    "options that are put back": (
        [
            "import pandas as pd\nold = pd.get_option('display.precision')",
            "pd.set_option('display.precision', 2)\nshort = str(pd.Series([1.23456]))",
            "pd.set_option('display.precision', old)",
            "long = str(pd.Series([1.23456]))",
        ],
        ["long"],
        "changes `options:pandas` before the call",
    ),
    "the name of a class's module": (
        ["class Row:\n    pass", "name = Row.__module__"],
        ["name"],
        "cell 2, line 1 reads the name of its module",
    ),
    "code that awaits": (
        ["import asyncio", "done = await asyncio.sleep(0, 3)", "more = done + 1"],
        ["done"],
        "cell 2, line 1 awaits",
    ),
    "a default that holds what others see changed": (
        [
            "data = [3, 1]\ndef least(rows=data):\n    return min(rows)",
            "data.append(0)",
            "low = least()",
        ],
        ["data"],
        "cell 2, line 1 must stay",
    ),
    "the inputs that are counted": (
        ["a = 1", "b = a + 1", "count = len(In)"],
        ["b"],
        "cell 3, line 1 counts cells by their number",
    ),
    "timed code": (
        ["import mylib\nrows = []", "%%timeit -n1 -r1\nmylib.fill(rows)", "size = len(rows)"],
        ["size"],
        "cell 2, line 1 times code, which a module does not run",
    ),
    "a file written in between": (
        [
            "import pathlib\npathlib.Path('a.txt').write_text('1')",
            "text = pathlib.Path('a.txt').read_text()",
            "pathlib.Path('a.txt').write_text('2')",
            "both = text + 'x'",
            "final = pathlib.Path('a.txt').read_text()",
        ],
        ["both"],
        "uses the file a.txt between what would move",
    ),
}


@pytest.mark.parametrize("title", REFUSED)
def test_what_would_change_other_values_is_refused(title: str) -> None:
    cells, targets, message = REFUSED[title]
    with pytest.raises(MoveError, match=message):
        rewritten("report.ipynb", cells, targets)
