"""The types that values are said to have, beside those that they have."""

from __future__ import annotations

import pytest

from notelift.flow.analysis import analyse
from tests.properties.executing import library, timeline

SETUP = 'd = {"a": 1.5, "b": 2.5}\nxs = [1]\nfor n in (1, 2):\n    xs.append("a")\n'
VALUES = [
    ("key of a dictionary", "for x in d: pass"),
    ("key of keys()", "for x in d.keys(): pass"),
    ("item of values()", "for x in d.values(): pass"),
    ("key by next", "x = next(iter(d))"),
    ("key by max", "x = max(d, key=d.get)"),
    ("value by max", "x = max(d.values())"),
    ("value by key", "x = d[xs[1]]"),
    ("unpacked keys", "x, y = d"),
    ("listed keys", "x = [each for each in d][0]"),
    ("key of a comprehension", 'for x in {each: 1.0 for each in "ab"}: pass'),
    ("item of a list that was changed in a loop", "for x in xs: pass"),
    ("item of map", "for x in map(str, [1]): pass"),
    ("part of what zip turns round", "x, y = zip(*[(1, 2), (3, 4)])"),
    ("power", "x = 2 ** 3"),
    ("power with a negative exponent", "x = 10 ** -3"),
    ("power with an exponent that is not known", "x = 2 ** (len(d) - 3)"),
]


def type_of_x(source: str) -> str:
    return analyse(timeline((SETUP + source,)), library()).dataflow.values["x"].type


@pytest.mark.parametrize("source", [source for _, source in VALUES], ids=[name for name, _ in VALUES])
def test_a_type_is_right_or_unknown(source: str) -> None:
    said = type_of_x(source)
    namespace: dict[str, object] = {}
    exec(SETUP + source, namespace)
    assert said in ("", type(namespace["x"]).__name__)


@pytest.mark.parametrize(
    ("source", "type_"),
    [("for x in d: pass", "str"), ("for x in d.values(): pass", "float"), ("x = 2 ** 3", "int")],
)
def test_types_that_are_known(source: str, type_: str) -> None:
    assert type_of_x(source) == type_
