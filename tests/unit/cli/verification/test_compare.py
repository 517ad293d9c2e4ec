"""Values summarised in one process and compared in another."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import functools
import io
import itertools
import json
import math
import pathlib
import re
import threading
from typing import Any

import pytest

from notelift.cli.verification.child.summary import Summary, summarise
from notelift.cli.verification.compare import Difference, Incomparable, first_difference


@dataclasses.dataclass
class Point:
    x: float
    y: Any = None


class Plain:
    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a: int) -> None:
        self.a = a


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Nameless:
    """Has no attributes and the default text."""


class Angry:
    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        raise ValueError("leave me alone")


Pair = collections.namedtuple("Pair", "left right")


def tree(value: Any) -> Any:
    """The tree of a value after its way through JSON."""
    return json.loads(json.dumps(summarise(value, (__name__,))["tree"]))


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def cyclic(*items: Any) -> list[Any]:
    value: list[Any] = list(items)
    value.append(value)
    return value


def made(value: Any) -> Any:
    """A value, or what a function makes: iterators can be compared once only."""
    return value() if isinstance(value, type(lambda: 0)) and value.__name__ == "<lambda>" else value


EQUAL = [
    (0.1 + 0.2, 0.3),
    (float("nan"), float("nan")),
    (math.inf, math.inf),
    ({"a": 1, "b": [1.0, None]}, {"b": [1.0 + 1e-12, None], "a": 1}),
    ({1, 2, "a"}, {"a", 2, 1}),
    (Point(1.0, {"z": (1, 2)}), Point(1.0 + 1e-9, {"z": (1, 2)})),
    (Plain(a=[1], b=Plain(c=2)), Plain(b=Plain(c=2), a=[1])),
    (Slotted(1), Slotted(1)),
    (Pair(1, 2.0), Pair(1, 2.0)),
    (cyclic(1), cyclic(1)),
    (lambda: iter([1, 2]), lambda: iter([1, 2])),
    (lambda: itertools.count(3), lambda: itertools.count(3)),
    (functools.partial(print, 1), functools.partial(print, 1)),
    (Colour.RED, Colour.RED),
    (collections.deque([1]), collections.deque([1])),
    (re.compile("a"), re.compile("a")),
    ("é" * 20_000, "é" * 20_000),
    (ValueError("a", 1), ValueError("a", 1)),
    (io.StringIO("a"), io.StringIO("a")),
    (datetime.timezone.utc, datetime.timezone.utc),
    (complex(1, 2), complex(1, 2)),
    (Point, Point),
    (json, json),
]


@pytest.mark.parametrize(("notebook", "module"), EQUAL, ids=lambda value: type(value).__name__)
def test_equal(notebook: Any, module: Any) -> None:
    assert first_difference(tree(made(notebook)), tree(made(module))) is None


DIFFERENT = [
    (1, 2, "", "1", "2"),
    (1, 1.0, "", "1", "1.0"),
    (1, True, "", "1", "True"),
    (1.0, 1.0001, "", "1.0", "1.0001"),
    (1.0, float("nan"), "", "1.0", "nan"),
    (1e-300, 2e-300, "", "1e-300", "2e-300"),
    (-0.0, 0.1, "", "-0.0", "0.1"),
    ([1, [2, 3]], [1, [2, 4]], "[1][1]", "3", "4"),
    ([1, 2], [1], "", "list of length 2", "list of length 1"),
    ([1], (1,), "", "list of length 1", "tuple of length 1"),
    ({"a": {"b": 1}}, {"a": {"b": 2}}, "['a']['b']", "1", "2"),
    ({"a": 1}, {"b": 1}, "", "keys 'a'", "keys 'b'"),
    ({"a": 1}, {}, "", "keys 'a'", "no such key"),
    ({1, 2}, {1, 3}, "[1]", "2", "3"),
    (Point(1.0), Point(2.0), ".x", "1.0", "2.0"),
    (Plain(a=1), Plain(b=1), "", "attributes a", "attributes b"),
    (Plain(a=1), Plain(a=1, b=2), "", "attributes none more", "attributes b"),
    (Slotted(1), Slotted(2), ".a", "1", "2"),
    (Colour.RED, Colour.BLUE, "", "RED", "BLUE"),
    (Pair(1, 2), Pair(1, 3), ".right", "2", "3"),
    (cyclic(1), cyclic(2), "[0]", "1", "2"),
    (lambda: iter([1, 2]), lambda: iter([1, 3]), "[1]", "2", "3"),
    ("a", "b", "", "'a'", "'b'"),
    (decimal.Decimal("1.0"), decimal.Decimal("1.00"), "", "Decimal('1.0')", "Decimal('1.00')"),
    (pathlib.PurePosixPath("a"), pathlib.PurePosixPath("b"), "", "PurePosixPath('a')", "PurePosixPath('b')"),
    (None, 0, "", "None", "0"),
    (Point, Plain, "", "Point", "Plain"),
]


@pytest.mark.parametrize(
    ("notebook", "module", "where", "ours", "theirs"), DIFFERENT, ids=lambda value: type(value).__name__
)
def test_different(notebook: Any, module: Any, where: str, ours: str, theirs: str) -> None:
    found = first_difference(tree(made(notebook)), tree(made(module)))
    assert found == Difference(where, ours, theirs)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([1, threading.Lock()], r"\[1\] \(_thread\.lock\): objects of this class have no state"),
        ({"a": Nameless()}, r"\['a'\] \(Nameless\): objects of this class have no state"),
        (nested(200), "nested too deeply"),
        (Angry(), "looking at it raised ValueError: leave me alone"),
    ],
    ids=["lock", "nameless", "nested", "angry"],
)
def test_what_cannot_be_compared(value: Any, words: str) -> None:
    with pytest.raises(Incomparable, match=words):
        first_difference(tree(value), tree(value))


def test_a_difference_counts_more_than_a_doubt() -> None:
    found = first_difference(tree([threading.Lock(), 1]), tree([threading.Lock(), 2]))
    assert found == Difference("[1]", "1", "2")


def test_what_is_known_of_the_comparison_is_said() -> None:
    how = summarise([Plain(a=1), print, iter([])], (__name__,))["how"]
    assert how == [
        "objects of Plain are compared by their attributes",
        "functions are compared by their names and parameters, not by their code",
        "iterators are compared by what they still give",
    ]


def test_classes_of_the_notebook_have_no_module() -> None:
    assert Summary((__name__,)).name(Point) == "Point"
    assert Summary(()).name(Point) == f"{__name__}.Point"
    assert Summary(()).name(int) == "int"


@pytest.mark.parametrize(
    ("difference", "text"),
    [
        (Difference("[1]", "2", "3"), "at [1]: 2 in the notebook, 3 in the module"),
        (Difference("", "2", "3"), "2 in the notebook, 3 in the module"),
    ],
)
def test_differences_in_words(difference: Difference, text: str) -> None:
    assert str(difference) == text
