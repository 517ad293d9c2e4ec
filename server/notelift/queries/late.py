"""Code that a call makes and that reads the notebook's variables only when it runs."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator

from notelift.cells.code import read_cell
from notelift.cells.scopes import scope_of
from notelift.flow.graph import Site, Statement

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Types of values that are no code of the notebook and hold none; libraries' tables and arrays are such too.
_DATA = frozenset({"NoneType", "bool", "bytes", "complex", "float", "int", "range", "str"})
_LIBRARIES = ("numpy.", "pandas.")
# These go on using the functions that they are given after they have returned.
_LAZY = frozenset({"filter", "map", "partial", "starmap"})


def may_hold_code(type_: str) -> bool:
    """Whether a value of a type may be, or hold, functions and generators of the notebook."""
    return type_ not in _DATA and not type_.startswith(_LIBRARIES)


def late_reads(
    statements: Collection[Statement], moved: Collection[Site], call: Site, names: Collection[str]
) -> Iterator[tuple[Statement, str, Site]]:
    """Yield what reads a variable after the call by code that the call made, the variable, and its binder.

    `moved` are the statements of the call, `names` what it binds that may hold such code. It reads the
    variables of the module then, which nobody binds anew.
    """
    deferred = _free_names(each for each in statements if each.site in moved)
    if not deferred:
        return
    inner = frozenset().union(*(_kept_names(each) for each in statements if each.site in moved))
    reached = _reached_by_definitions(statements)
    for statement in statements:
        if statement.site <= call:
            continue
        for read in statement.reads:
            if read.kind != "name" or read.name not in deferred or read.source <= call:
                continue
            mentions = _mentions(statement)
            known = read.name in mentions or any(read.name in reached.get(name, ()) for name in mentions)
            if not known or (read.name in inner and mentions.intersection(names)):
                yield statement, read.name, read.source


def _nodes(statement: Statement) -> list[ast.stmt]:
    return [each.node for each in read_cell(statement.source).statements]


def _mentions(statement: Statement) -> set[str]:
    return {part.id for node in _nodes(statement) for part in ast.walk(node) if isinstance(part, ast.Name)}


def _free_names(statements: Iterable[Statement]) -> frozenset[str]:
    """The names that functions and generators in statements read from outside when they run."""
    found: set[str] = set()
    for statement in statements:
        for node in _nodes(statement):
            for part in ast.walk(node):
                if isinstance(part, (*_FUNCTIONS, ast.Lambda)):
                    found |= scope_of(part).free
                elif isinstance(part, ast.GeneratorExp):
                    found |= {name.id for name in ast.walk(part) if isinstance(name, ast.Name)}
    return frozenset(found)


def _kept_names(statement: Statement) -> set[str]:
    """The names that functions and generators read which a statement may leave in its value.

    What is given to a call is used up by it, as a rule.
    """
    found: set[str] = set()
    pending: list[tuple[ast.AST, bool]] = [
        (node, isinstance(node, (*_FUNCTIONS, ast.ClassDef))) for node in _nodes(statement)
    ]
    while pending:
        part, given = pending.pop()
        if not given and isinstance(part, (*_FUNCTIONS, ast.Lambda)):
            found |= scope_of(part).free
        elif not given and isinstance(part, ast.GeneratorExp):
            found |= {name.id for name in ast.walk(part) if isinstance(name, ast.Name)}
        uses_up = isinstance(part, ast.Call) and _last_name(part.func) not in _LAZY
        pending.extend((child, uses_up) for child in ast.iter_child_nodes(part))
    return found


def _last_name(callee: ast.expr) -> str:
    return callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")


def _reached_by_definitions(statements: Iterable[Statement]) -> dict[str, frozenset[str]]:
    """The names that functions and classes of the notebook read when they are used, or others for them."""
    own = {
        node.name: _free_names((statement,))
        for statement in statements
        for node in _nodes(statement)
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef))
    }
    found = dict(own)
    while True:
        grown = {
            name: free.union(*(found.get(other, frozenset()) for other in free))
            for name, free in found.items()
        }
        if grown == found:
            return found
        found = grown
