"""Scopes of functions, lambdas and classes: parameters, locals, free names and what the body may do."""

from __future__ import annotations

import ast
from dataclasses import dataclass

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a function binds and reads.

    `free` are the names that it, or a function nested in it, reads from outside; `global_stores` the globals
    it binds; `mutates` whether it stores into objects or calls methods for their effect; `nests` whether a
    nested function may keep its variables alive.
    """

    parameters: tuple[str, ...]
    locals: frozenset[str]
    free: frozenset[str]
    global_stores: frozenset[str]
    nonlocals: frozenset[str]
    is_generator: bool
    mutates: bool
    nests: bool


def scope_of(node: FunctionNode) -> Scope:
    """The scope of a function or lambda; kept on the node, so that each is walked once."""
    found: Scope | None = getattr(node, "_notelift_scope", None)
    if found is None:
        found = _function_scope(node)
        node._notelift_scope = found  # type: ignore[union-attr]
    return found


def parameters_of(arguments: ast.arguments) -> list[ast.arg]:
    """All parameters in the order of the signature, `*args` and `**kwargs` included."""
    found = [*arguments.posonlyargs, *arguments.args]
    if arguments.vararg:
        found.append(arguments.vararg)
    found.extend(arguments.kwonlyargs)
    if arguments.kwarg:
        found.append(arguments.kwarg)
    return found


class _Names:
    """Collects the names of one scope; nested scopes are entered for their free names only."""

    def __init__(self) -> None:
        self.stores: set[str] = set()
        self.loads: set[str] = set()
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.outer_stores: set[str] = set()
        self.is_generator = False
        self.mutates = False
        self.nests = False

    def walk(self, node: ast.AST) -> None:
        if isinstance(node, ast.Name):
            (self.loads if isinstance(node.ctx, ast.Load) else self.stores).add(node.id)
            return
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            self._nested_function(node)
            return
        if isinstance(node, ast.ClassDef):
            self._nested_class(node)
            return
        if isinstance(node, _COMPREHENSIONS):
            self._comprehension(node)
            return
        self._note(node)
        for name in node._fields:
            part = getattr(node, name, None)
            if isinstance(part, ast.AST):
                self.walk(part)
            elif isinstance(part, list):
                for child in part:
                    if isinstance(child, ast.AST):
                        self.walk(child)

    def _note(self, node: ast.AST) -> None:
        if isinstance(node, ast.Global):
            self.globals.update(node.names)
        elif isinstance(node, ast.Nonlocal):
            self.nonlocals.update(node.names)
        elif isinstance(node, (ast.Yield, ast.YieldFrom)):
            self.is_generator = True
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                self.stores.add(alias.asname or alias.name.split(".")[0])
        elif (isinstance(node, ast.ExceptHandler) and node.name) or (
            isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name
        ):
            self.stores.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            self.stores.add(node.rest)
        elif isinstance(node, ast.AugAssign):
            self.mutates = True
            if isinstance(node.target, ast.Name):
                self.loads.add(node.target.id)
        elif (isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load)) or (
            isinstance(node, ast.Expr) and isinstance(node.value, (ast.Call, ast.Await))
        ):
            self.mutates = True

    def _nested_function(self, node: FunctionNode) -> None:
        self.nests = True
        if not isinstance(node, ast.Lambda):
            self.stores.add(node.name)
            for decorator in node.decorator_list:
                self.walk(decorator)
            for argument in parameters_of(node.args):
                if argument.annotation:
                    self.walk(argument.annotation)
            if node.returns:
                self.walk(node.returns)
        for default in [*node.args.defaults, *[d for d in node.args.kw_defaults if d]]:
            self.walk(default)
        inner = scope_of(node)
        self.loads |= inner.free
        self.outer_stores |= inner.global_stores
        self.mutates = self.mutates or inner.mutates

    def _nested_class(self, node: ast.ClassDef) -> None:
        self.nests = True
        self.stores.add(node.name)
        for part in [*node.decorator_list, *node.bases, *node.keywords]:
            self.walk(part)
        inner = _Names()
        for statement in node.body:
            inner.walk(statement)
        self.loads |= inner.loads
        self.mutates = self.mutates or inner.mutates

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        inner = _Names()
        for child in ast.iter_child_nodes(node):
            inner.walk(child)
        targets = _Names()
        for generator in node.generators:
            targets.walk(generator.target)
        walrus = {
            part.target.id
            for part in ast.walk(node)
            if isinstance(part, ast.NamedExpr) and isinstance(part.target, ast.Name)
        }
        self.stores |= walrus
        self.loads |= inner.loads - targets.stores
        self.nests = self.nests or inner.nests
        self.mutates = self.mutates or inner.mutates


def _function_scope(node: FunctionNode) -> Scope:
    names = _Names()
    body: list[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else list(node.body)
    for part in body:
        names.walk(part)
    parameters = tuple(argument.arg for argument in parameters_of(node.args))
    stores = (names.stores | set(parameters)) - names.globals - names.nonlocals
    return Scope(
        parameters=parameters,
        locals=frozenset(stores),
        free=frozenset((names.loads | names.nonlocals) - stores),
        global_stores=frozenset((names.globals & names.stores) | names.outer_stores),
        nonlocals=frozenset(names.nonlocals),
        is_generator=names.is_generator,
        mutates=names.mutates or bool(names.globals) or bool(names.nonlocals),
        nests=names.nests,
    )
