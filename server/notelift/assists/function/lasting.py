"""Objects that end, or clean up, when nothing refers to them any more, and the variables that keep them."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

from notelift.assists.function.bindings import bindings_of_one
from notelift.assists.function.eager import called_name

# What these return does so.
_ENDING = frozenset(
    {
        "ArtistAnimation",
        "FuncAnimation",
        "NamedTemporaryFile",
        "SpooledTemporaryFile",
        "TemporaryDirectory",
        "TemporaryFile",
        "WeakKeyDictionary",
        "WeakSet",
        "WeakValueDictionary",
        "finalize",
        "proxy",
        "ref",
    }
)
_OPENING = frozenset({"open", "fdopen", "ZipFile"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def ending_names(statements: Sequence[ast.stmt]) -> frozenset[str]:
    """Return the names of a notebook's classes and functions that make such objects.

    A class with `__del__` does, and a generator that goes on after its `yield` when it is closed.
    """
    definitions = [each for each in statements if isinstance(each, (*_FUNCTIONS, ast.ClassDef))]
    found: set[str] = set()
    size = -1
    while size != len(found):
        size = len(found)
        for node in definitions:
            if _is_ending(node) or bindings_of_one(node).mentions & found:
                found.add(node.name)
    return frozenset(found)


def _is_ending(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    if isinstance(node, ast.ClassDef):
        return any(isinstance(part, _FUNCTIONS) and part.name == "__del__" for part in node.body)
    if any("contextmanager" in ast.unparse(each) for each in node.decorator_list):
        return False
    return any(
        isinstance(inner, (ast.Yield, ast.YieldFrom))
        for part in ast.walk(node)
        if _does_something_after(part)
        for inner in ast.walk(part)
    )


def _does_something_after(node: ast.AST) -> bool:
    """Whether code runs where a block of the statement is left, but for closing a file."""
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return any(called_name(item.context_expr) not in _OPENING for item in node.items)
    return isinstance(node, ast.Try)


def uses_weak_references(statements: Sequence[ast.stmt]) -> bool:
    """Whether a notebook may look whether something else still refers to an object."""
    for statement in statements:
        for part in ast.walk(statement):
            if isinstance(part, ast.ImportFrom) and part.module == "weakref":
                return True
            if isinstance(part, ast.Import) and any(each.name == "weakref" for each in part.names):
                return True
    return False


def kept_alive(statements: Sequence[ast.stmt], ending: Collection[str]) -> Iterator[str]:
    """Yield the variables that statements bind to such objects; `ending` are the notebook's own names."""
    parts = [part for node in statements for part in _own_parts(node)]
    closed = {
        part.func.value.id
        for part in parts
        if isinstance(part, ast.Call)
        and isinstance(part.func, ast.Attribute)
        and part.func.attr == "close"
        and isinstance(part.func.value, ast.Name)
    }
    for part in parts:
        if not isinstance(part, (ast.Assign, ast.AnnAssign)) or part.value is None:
            continue
        calls = [each for each in ast.walk(part.value) if isinstance(each, ast.Call)]
        ends = any(called_name(each) in _ENDING or called_name(each) in ending for each in calls)
        written = isinstance(part.value, ast.Call) and _opens_to_write(part.value)
        for target in part.targets if isinstance(part, ast.Assign) else [part.target]:
            if isinstance(target, ast.Name) and (ends or (written and target.id not in closed)):
                yield target.id


def _opens_to_write(call: ast.Call) -> bool:
    """Whether a call opens a file whose last part is written when it is closed."""
    given = [*call.args[:2], *(each.value for each in call.keywords if each.arg == "mode")]
    modes = [each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return called_name(call) in _OPENING and any(
        set(mode) <= set("rwaxbt+") and set(mode) & set("wax+") for mode in modes
    )


def _own_parts(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a statement that no function or class within has."""
    pending = [node]
    while pending:
        part = pending.pop()
        yield part
        if not isinstance(part, (*_FUNCTIONS, ast.ClassDef, ast.Lambda)):
            pending.extend(ast.iter_child_nodes(part))
