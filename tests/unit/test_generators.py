"""No generator of the package is called as a statement: nothing of it would run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import notelift

PACKAGE = Path(notelift.__file__).parent
Function = ast.FunctionDef | ast.AsyncFunctionDef


def own_nodes(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions in it."""
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, (Function, ast.Lambda)):
            pending += ast.iter_child_nodes(node)


def generators(tree: ast.AST) -> tuple[set[str], set[str]]:
    """The names of the functions that are generators, and of those that are not."""
    found: tuple[set[str], set[str]] = (set(), set())
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yields = any(isinstance(each, (ast.Yield, ast.YieldFrom)) for each in own_nodes(node))
            found[not yields].add(node.name)
    return found


def called_for_nothing(sources: dict[str, str]) -> list[str]:
    """The statements that call a generator: one of the same file, or a name that has only generators."""
    trees = {name: ast.parse(source) for name, source in sources.items()}
    by_file = {name: generators(tree) for name, tree in trees.items()}
    plain = set().union(*(others for _, others in by_file.values()))
    everywhere = set().union(*(names for names, _ in by_file.values())) - plain
    found = []
    for name, tree in trees.items():
        here, others = by_file[name]
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                called = node.value.func
                last = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", None)
                if last in (here - others) | everywhere:
                    found.append(f"{name}:{node.lineno} {ast.unparse(node)}")
    return found


def test_no_generator_is_called_for_nothing() -> None:
    sources = {str(path): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
    assert len(sources) > 200
    assert called_for_nothing(sources) == []


def test_a_call_for_nothing_is_found() -> None:
    sources = {
        "a.py": "class A:\n    def read(self):\n        yield 1\n    def see(self):\n        self.read()\n",
        "b.py": "def other(a):\n    a.read()\n    for each in a.read():\n        print(each)\n",
    }
    assert called_for_nothing(sources) == ["a.py:5 self.read()", "b.py:2 a.read()"]
