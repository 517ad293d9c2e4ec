"""Scopes of functions: by example, and as CPython's own symbol table has them for the standard library."""

from __future__ import annotations

import ast
import symtable
import sysconfig
import types
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from notelift.cells.scopes import FunctionNode, Scope, parameters_of, scope_of

MODULES = (
    "argparse.py",
    "asyncio/tasks.py",
    "collections/__init__.py",
    "contextlib.py",
    "copy.py",
    "dataclasses.py",
    "enum.py",
    "functools.py",
    "inspect.py",
    "logging/__init__.py",
    "pickle.py",
    "random.py",
    "statistics.py",
    "tarfile.py",
    "threading.py",
    "tokenize.py",
    "typing.py",
    "unittest/mock.py",
)
COMPREHENSIONS = frozenset({"listcomp", "setcomp", "dictcomp", "genexpr"})
GENERATOR_FLAGS = 0x20 | 0x200


def scope(source: str) -> Scope:
    """The scope of the first function in the source."""
    return scope_of(next(part for part in ast.walk(ast.parse(source)) if isinstance(part, FunctionNode)))


@pytest.mark.parametrize(
    ("source", "local", "free"),
    [
        ("def f(a): b = a + c", "a b", "c"),
        ("def f(a, /, b=x, *c, d=y, **e): return z", "a b c d e", "z"),
        ("lambda a, *b: a + c", "a b", "c"),
        ("def f():\n a.b = 1\n c[d] = 2\n del e.g", "", "a c d e"),
        ("def f():\n a += b", "a", "b"),
        ("def f():\n del a", "a", ""),
        ("def f():\n global a\n a = b", "", "b"),
        ("def f():\n global a\n a += b", "", "a b"),
        ("def f():\n global a\n a = a + b", "", "a b"),
        ("def f():\n [a for a in b if c]", "", "b c"),
        ("def f():\n {a: b for a, b in c for d in a}", "", "c"),
        ("def f():\n [a := b for c in d]", "a", "b d"),
        ("def f():\n (a := b)", "a", "b"),
        ("def f():\n sum(a for b in c)", "", "a c sum"),
        ("def f():\n for a, (b, *c) in d: pass", "a b c", "d"),
        ("def f():\n with a as b, c as (d, e): pass", "b d e", "a c"),
        ("def f():\n try: pass\n except a as b: pass", "b", "a"),
        ("def f():\n import a.b, c as d\n from e import g as h, i", "a d h i", ""),
        ("def f():\n a: b = c", "a", "b c"),
        (
            "def f():\n match a:\n  case [b, *c]: pass\n  case {'k': d, **e}: pass\n  case g.h(i=j) as k: 1",
            "b c d e j k",
            "a g",
        ),
        ("def f():\n def g(b=c): return b + d\n return g", "g", "c d"),
        ("def f(a):\n def g():\n  nonlocal a\n  a = b", "a g", "b"),
        ("def f(a):\n return lambda b: a + b + c", "a", "c"),
        ("def f():\n @a\n def g(b: c) -> d: pass", "g", "a c d"),
        ("def f():\n class A(b, metaclass=c):\n  d = e\n  def g(self): return h", "A", "b c e h"),
        ("async def f():\n async for a in b:\n  await c\n async with d as e: pass", "a e", "b c d"),
    ],
)
def test_names(source: str, local: str, free: str) -> None:
    found = scope(source)
    assert (found.locals, found.free) == (frozenset(local.split()), frozenset(free.split()))


@pytest.mark.parametrize(
    ("source", "global_stores", "nonlocals"),
    [
        ("def f():\n global a, b\n a = 1", "a", ""),
        ("def f():\n global a\n def a(): pass", "a", ""),
        ("def f():\n global a\n import a", "a", ""),
        ("def f():\n global a\n for a in b: pass", "a", ""),
        ("def f():\n def g():\n  global a\n  a = 1", "a", ""),
        ("def f():\n nonlocal a\n a = 1", "", "a"),
        ("def f():\n a = 1", "", ""),
    ],
)
def test_stores_outside(source: str, global_stores: str, nonlocals: str) -> None:
    found = scope(source)
    assert (found.global_stores, found.nonlocals) == (
        frozenset(global_stores.split()),
        frozenset(nonlocals.split()),
    )


@pytest.mark.parametrize(
    ("source", "mutates"),
    [
        ("def f(a): return a + 1", False),
        ("def f(a): b = g(a)", False),
        ("def f(a): a.b = 1", True),
        ("def f(a): a[0] = 1", True),
        ("def f(a): del a[0]", True),
        ("def f(a): a += 1", True),
        ("def f(a): a.append(1)", True),
        ("async def f(a): await a", True),
        ("def f(a):\n global b", True),
        ("def f(a):\n def g(): a.append(1)", True),
        ("def f(a):\n class B:\n  a.b = 1", True),
        ("lambda a: a.append(1)", False),
    ],
)
def test_what_a_body_may_change(source: str, mutates: bool) -> None:
    assert scope(source).mutates is mutates


def test_a_scope_is_computed_once() -> None:
    node = ast.parse("def f(): return a").body[0]
    assert isinstance(node, ast.FunctionDef)
    assert scope_of(node) is scope_of(node)


def test_parameters_are_in_the_order_of_the_signature() -> None:
    node = ast.parse("def f(a, /, b, *c, d, **e): pass").body[0]
    assert isinstance(node, ast.FunctionDef)
    assert [each.arg for each in parameters_of(node.args)] == ["a", "b", "c", "d", "e"]


# -- CPython as the oracle

Place = tuple[str, int]


def named_nodes(tree: ast.Module) -> dict[Place, FunctionNode]:
    """The functions by name and line, without those that share both."""
    nodes = [part for part in ast.walk(tree) if isinstance(part, FunctionNode)]
    places = [("lambda" if isinstance(each, ast.Lambda) else each.name, each.lineno) for each in nodes]
    counts = Counter(places)
    return {place: node for place, node in zip(places, nodes, strict=True) if counts[place] == 1}


def tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from tables(child)


def codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield from codes(const)


def bound_in(table: symtable.SymbolTable) -> set[str]:
    return {each.get_name() for each in table.get_symbols() if each.is_local()}


def read_outside(table: symtable.SymbolTable) -> set[str]:
    """The names that the table's block, and the functions and classes in it, take from outside."""
    found = {
        each.get_name()
        for each in table.get_symbols()
        if each.is_free() or (each.is_global() and each.is_referenced())
    }
    for child in table.get_children():
        inner = read_outside(child)
        found |= inner - bound_in(table) if table.get_type() == "function" else inner
    return found


def nests(table: symtable.SymbolTable) -> bool:
    return any(child.get_name() not in COMPREHENSIONS or nests(child) for child in table.get_children())


def has_class(table: symtable.SymbolTable) -> bool:
    return any(child.get_type() == "class" for inner in tables(table) for child in inner.get_children())


def plain(names: set[str] | frozenset[str]) -> set[str]:
    """Without the names that classes give to their private ones, and the cell that `super()` reads."""
    return {
        name
        for name in names
        if not ("__" in name.lstrip("_") or name.startswith("__")) or name == "__name__"
    }


@pytest.mark.parametrize("module", MODULES)
def test_scopes_are_those_of_cpython(module: str) -> None:
    source = (Path(sysconfig.get_paths()["stdlib"]) / module).read_text(encoding="utf-8")
    nodes = named_nodes(ast.parse(source))
    checked = 0
    for table in tables(symtable.symtable(source, module, "exec")):
        node = nodes.get((table.get_name(), table.get_lineno()))
        if not isinstance(table, symtable.Function) or node is None:
            continue
        found = scope_of(node)
        where = f"{module}:{table.get_lineno()} {table.get_name()}"
        assert set(found.parameters) == set(table.get_parameters()), where
        # Since 3.12 the variables of most comprehensions are among those of the function.
        inlined = {
            name.id
            for part in ast.walk(node)
            if isinstance(part, ast.comprehension)
            for name in ast.walk(part.target)
            if isinstance(name, ast.Name)
        }
        assert plain(found.locals) <= plain(bound_in(table)) <= plain(found.locals | inlined), where
        assert plain(read_outside(table)) <= plain(found.free), where
        if not has_class(table):
            # To CPython the target of `x += 1` is only stored.
            increased = {
                part.target.id
                for part in ast.walk(node)
                if isinstance(part, ast.AugAssign) and isinstance(part.target, ast.Name)
            }
            assert plain(found.free) <= plain(read_outside(table) | increased), where
        assert found.nests == nests(table), where
        checked += 1
    assert checked >= 10


@pytest.mark.parametrize("module", MODULES)
def test_generators_are_those_of_cpython(module: str) -> None:
    source = (Path(sysconfig.get_paths()["stdlib"]) / module).read_text(encoding="utf-8")
    flags = {
        (each.co_name, each.co_firstlineno): each.co_flags for each in codes(compile(source, module, "exec"))
    }
    for (name, _), node in named_nodes(ast.parse(source)).items():
        if not isinstance(node, ast.Lambda):
            first = node.decorator_list[0].lineno if node.decorator_list else node.lineno
            assert scope_of(node).is_generator == bool(flags[name, first] & GENERATOR_FLAGS), (module, name)
