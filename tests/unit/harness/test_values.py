"""Descriptions of values: equal exactly for equal values, and blind to where code stands only when asked."""

from __future__ import annotations

import pytest

from tests.harness.values import describe, without_code


def test_equal_values_have_one_description() -> None:
    assert describe({"a": [1, 2.5], "b": {3, 4}}) == describe({"a": [1, 2.5], "b": {4, 3}})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (1, True),
        ([1], (1,)),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (float("nan"), 0.0),
        (iter([1, 2]), iter([1])),
        (lambda v: v + 1, lambda v: v + 2),
    ],
)
def test_different_values_differ(one: object, other: object) -> None:
    assert describe(one) != describe(other)


def test_sharing_is_seen() -> None:
    row = [1]
    assert describe([row, row]) != describe([[1], [1]])


def test_cycles_end() -> None:
    loop: list[object] = []
    loop.append(loop)
    assert "same" in describe(loop)


def test_attributes_are_part_of_an_instance() -> None:
    class Point:
        def __init__(self, x: int) -> None:
            self.x = x

    assert describe(Point(1)) != describe(Point(2))
    assert describe(Point(1)) == describe(Point(1))


def test_moved_functions_are_alike_without_their_code() -> None:
    def f(v: int) -> int:
        return v + 1

    one = describe([f, 1])
    f.__qualname__ = "elsewhere"
    assert describe([f, 1]) != one
    assert without_code(describe([f, 1])) == without_code(one)
    assert without_code(describe([f, 2])) != without_code(one)
