"""Whether a run reads what was made of values that have changed since."""

from __future__ import annotations

import functools

import pytest

from notelift.effects.library import Library, load_library
from notelift.notebook.model import Run
from notelift.queries.staleness import stale_sources


@functools.cache
def library() -> Library:
    return load_library()


def stale(*sources: str) -> list[str]:
    """The statements that the last of the cells reads, and that are stale."""
    runs = tuple(Run(n, f"c{n}", source, n + 1) for n, source in enumerate(sources))
    return [each.source for each in stale_sources(runs[:-1], runs[-1], library())]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["a = 1", "b = a", "a = 2", "print(b)"], ["b = a"]),
        (["a = 1", "b = a", "a = 2", "b = a", "print(b)"], []),
        (["a = 1", "b = a", "c = b", "a = 2", "print(c)"], ["b = a"]),
        (["a = [1]", "b = a", "a.append(2)", "print(b)"], []),
        (["a = [1]", "b = a + [2]", "a.append(2)", "print(b)"], ["b = a + [2]"]),
        (["rows = []", "rows.append(1)", "rows.append(2)", "print(rows)"], []),
        (["x = 1", "rows = []", "rows.append(x)", "x = 2", "print(rows)"], ["rows.append(x)"]),
        (["x = 1", "def f():\n    return x", "y = f()", "x = 2", "print(y)"], ["y = f()"]),
        (["x = 1", "def f():\n    return x", "x = 2", "print(f())"], []),
        (["p, q = 1, 2", "a, b = p, q", "q = 3", "print(a)"], []),
        (["p, q = 1, 2", "a, b = p, q", "q = 3", "print(b)"], ["a, b = p, q"]),
        (["if (x := 1) > 0:\n    y = x + 1", "x = 5", "print(y)"], ["if (x := 1) > 0:\n    y = x + 1"]),
        (["a = 1", "b = a", "c = 3", "print(b)"], []),
    ],
)
def test_stale(cells: list[str], expected: list[str]) -> None:
    assert stale(*cells) == expected
