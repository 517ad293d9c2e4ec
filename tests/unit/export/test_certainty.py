"""Annotations hold: what the analysis is sure of is what executing gives."""

from __future__ import annotations

from pydoc import locate
from typing import Any

import pytest

from notelift.effects.library import load_library
from notelift.export.certainty import Certainty
from notelift.export.pieces import pieces_of
from notelift.flow.analysis import analyse
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.session import Session
from notelift.queries.slicing import slice_analysis
from notelift.queries.targets import parse_target

SETUP = """import numpy as np
import pandas as pd
from functools import reduce
flag = True
number = 3
share = 2.5
words = ["b", "a"]
table = {"a": [1], "b": [2]}
array = np.array([1.0, 2.0])
frame = pd.DataFrame({"a": [1, 2, 3], "g": ["x", "y", "x"]})
column = frame["a"]
index = pd.Index([1, 2])
day = pd.Timestamp("2020-01-01")
def maybe(value):
    return None if value else [value]
"""
UNSURE = """
sum(v for v in [1, 2])
max(v for v in [1, 2])
max(table)
min(words, default=None)
next(iter(table), None)
reduce(lambda a, b: [a], [1, 2])
flag and None
None or words
words if number > 5 else None
table.get("c")
table.pop("c", 1)
table.setdefault("c")
maybe(number)
np.mean(array)
np.sum([1, 2])
np.unique(array, return_counts=True)
np.linspace(0, 1, retstep=True)
np.where(array > 1, 1, 0).max()
array @ array
index == 1
array > 1
2 ** -number
day - day
frame.fillna({"a": 0}, inplace=True)
frame.squeeze()
frame.groupby("g").agg("a")
frame.apply(len)
column @ column
column.argmax()
pd.concat([column, column])
"abc".isalnum
words * index
""".strip().split("\n")
SURE = {
    "flag + flag": "int",
    "flag / number": "float",
    "flag & flag": "bool",
    "number * share": "float",
    "number - 2j": "complex",
    "number * 'ab'": "str",
    "'%s' % frame": "str",
    "[0] * number": "list",
    "words + ['c']": "list",
    "not words": "bool",
    "-flag": "int",
    "'a' in words": "bool",
    "[v for v in words]": "list",
    "f'{number}'": "str",
    "sorted(words)": "list",
    "len(frame)": "int",
    "float(share) * number": "float",
    "np.zeros(3)": "numpy.ndarray",
    "pd.Series([1])": "pandas.Series",
    "frame[['a']]": "pandas.DataFrame",
    "frame['g'].str.upper()": "pandas.Series",
    "frame.dropna()": "pandas.DataFrame",
    "frame.groupby('g').sum()": "pandas.DataFrame",
}
Found = dict[str, tuple[str, Any]]


def certain_types(sources: list[str], names: list[str]) -> list[str]:
    """The type of each name where it is certain, else ""."""
    cells = tuple(Cell(number, f"c{number}", "code", source) for number, source in enumerate(sources))
    notebook = Notebook("n.ipynb", "ipynb", "python", cells)
    analysis = analyse(Session(notebook).written, load_library())
    found = []
    for name in names:
        kept = slice_analysis(analysis, [parse_target(name)])
        [type_] = kept.types
        found.append(type_ if type_ and Certainty(pieces_of(notebook, kept)).has(name, type_) else "")
    return found


@pytest.fixture(scope="module")
def found() -> Found:
    """The certain type of each expression, "" where there is none, and its value where there is one."""
    texts = [*UNSURE, *SURE]
    result = {}
    for number, text in enumerate(texts):
        # Each with a setup of its own: some change what they are given.
        source = f"{SETUP}x{number} = {text}"
        scope: dict[str, Any] = {}
        # What is not sure may be an error with another version of a library.
        if text in SURE:
            exec(source, scope)
        [type_] = certain_types([source], [f"x{number}"])
        result[text] = (type_, scope.get(f"x{number}"))
    return result


@pytest.mark.parametrize("text", UNSURE)
def test_what_depends_on_more_than_the_code_is_left_out(text: str, found: Found) -> None:
    assert found[text][0] == ""


@pytest.mark.parametrize("text, type_", SURE.items())
def test_what_the_code_says_holds(text: str, type_: str, found: Found) -> None:
    certain, value = found[text]
    assert certain == type_
    expected = locate(type_)
    assert isinstance(expected, type) and isinstance(value, expected)


def test_names_that_are_bound_in_more_than_one_way() -> None:
    sources = [
        "x = []",
        "if len('a') > 1:\n    x = None",
        "y = x",
        "z = [1]\nfor z in 'a':\n    pass",
        "w = 1\ndef change():\n    global w\n    w = None\nchange()",
        "u = None\nu = [2]",
    ]
    assert certain_types(sources, list("xyzwu")) == ["", "", "", "", "list"]
