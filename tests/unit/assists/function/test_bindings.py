"""What statements read before they bind it, and what they surely bind."""

from __future__ import annotations

import ast
import textwrap

import pytest

from notelift.assists.function.bindings import bindings_of
from notelift.assists.function.expressions import Bindings


def found(source: str) -> Bindings:
    return bindings_of(ast.parse(textwrap.dedent(source)).body)


@pytest.mark.parametrize(
    ("source", "reads", "surely"),
    [
        ("a = b", "b", "a"),
        ("a += b", "a b", "a"),
        ("a.b = c", "c a", ""),
        ("a[b] = c", "c a b", ""),
        ("a: int = b", "b int", "a"),
        ("a = 1\nb = a", "", "a b"),
        ("if c:\n    a = 1", "c", ""),
        ("if c:\n    a = 1\nelse:\n    a = b", "c b", "a"),
        ("if c:\n    a = 1\nelse:\n    raise ValueError", "c ValueError", "a"),
        ("for i in xs:\n    a = i", "xs", ""),
        ("for i in [1]:\n    a = i", "", "i"),
        ("for i in range(3):\n    n += i", "range n", "i"),
        ("for i in range(n):\n    pass", "range n", ""),
        ("for i in []:\n    a = 1\nelse:\n    b = 2", "", "b"),
        ("for i in xs:\n    break\nelse:\n    b = 2", "xs", ""),
        ("while (n := f()):\n    a = n", "f", "n"),
        ("try:\n    a = f()\nexcept E:\n    a = 1", "f E", "a"),
        ("try:\n    a = f()\nexcept E:\n    pass\nb = a", "f E a", "b"),
        ("try:\n    a = 1\nfinally:\n    b = 2", "", "a b"),
        ("try:\n    f()\nexcept E as e:\n    print(e)\nb = e", "f E print e", "b"),
        ("with open(p) as f:\n    a = f", "open p", "a f"),
        ("with suppress(E):\n    a = 1", "suppress E", ""),
        ("match x:\n    case [a, *b]:\n        c = a\n    case _:\n        c = 1", "x", "c"),
        ("match x:\n    case {'k': a}:\n        c = a", "x", ""),
        ("a = [x for x in xs if x > y]", "xs y", "a"),
        ("a = [b := x for x in xs]", "xs", "a"),
        ("a = (b := c) and (d := b)", "c", "a b"),
        ("a = 1\ndel a\nb = a", "a", "b"),
        ("def f(x=y):\n    return z", "y", "f"),
        ("class A(B):\n    x = y\n    z = x", "B y", "A"),
        ("import a.b as c\nimport d.e", "", "c d"),
        ("a = sum(x * k for x in xs)", "sum xs k", "a"),
        ("a = (x * k for x in xs)", "xs", "a"),
        ("a = sorted(xs, key=lambda x: x + k)", "sorted xs k", "a"),
        ("print(f'{a} {b=}')", "print a b", ""),
    ],
)
def test_reads_and_bindings(source: str, reads: str, surely: str) -> None:
    names = found(source)
    assert " ".join(names.reads) == reads
    assert names.surely == frozenset(surely.split())


@pytest.mark.parametrize(
    ("source", "deferred", "early"),
    [
        ("def f(x):\n    return x + k", "k", "k"),
        ("k = 1\ndef f(x):\n    return x + k", "k", ""),
        ("def f(n):\n    return f(n - 1)", "f", ""),
        ("g = (x * k for x in xs)", "k", "k"),
        ("h = lambda: k", "k", "k"),
        ("class A:\n    def m(self):\n        return k", "k", "k"),
        ("def f():\n    def g():\n        return k\n    return g", "k", "k"),
        ("[lambda: x + k for x in xs]", "k", "k"),
    ],
)
def test_what_functions_read_later(source: str, deferred: str, early: str) -> None:
    names = found(source)
    assert names.deferred == frozenset(deferred.split())
    assert names.early == frozenset(early.split())


def test_what_is_deleted_declared_or_looked_up_in_a_class() -> None:
    names = found(
        """
        try:
            del a
        except E as e:
            pass
        def f():
            global g
            g = 1
        class A:
            x = x
        """
    )
    assert names.deletes == {"a", "e"}
    assert names.temporary == {"e"}
    assert names.deferred_binds == {"g"}
    assert names.class_reads == {"x"}


def test_statements_that_never_end() -> None:
    assert not found("a = 1\nraise E").ends
    assert found("if c:\n    raise E").ends
