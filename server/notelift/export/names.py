"""The global names that a top-level statement binds and reads, now or when its functions are called."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Names:
    """Global names of one top-level statement.

    `binds` are the names that it stores or deletes at the top, `outer_binds` those that functions within it
    declare `global`. `direct` are read when the statement runs, `deferred` when a function within it is
    called. `class_reads` are read in a class body that also binds them: there Python looks in the module's
    globals, never in an enclosing function.
    """

    binds: frozenset[str]
    outer_binds: frozenset[str]
    direct: frozenset[str]
    deferred: frozenset[str]
    class_reads: frozenset[str]

    @property
    def reads(self) -> frozenset[str]:
        """All names that the statement may look up as globals."""
        return self.direct | self.deferred

    @property
    def all_binds(self) -> frozenset[str]:
        """All global names that the statement may bind, now or later."""
        return self.binds | self.outer_binds


def names_of(node: ast.stmt) -> Names:
    """Return the names of a top-level statement."""
    scope = _Scope()
    scope.visit(node)
    stores = scope.stores | scope.outer
    return Names(
        frozenset(stores),
        frozenset(scope.deferred_stores),
        frozenset(scope.loads | scope.outer_loads),
        frozenset(scope.deferred),
        frozenset(scope.class_reads),
    )


@dataclass(slots=True)
class _Scope:
    """One scope. Free names of nested scopes are added to `loads` or, where they run later, to `deferred`.

    `outer` and `outer_loads` are names of the module used past a function's own (`global` in a class body, a
    walrus in a comprehension); `deferred_stores` are bound by functions that declare them global.
    """

    stores: set[str] = field(default_factory=set)
    loads: set[str] = field(default_factory=set)
    deferred: set[str] = field(default_factory=set)
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    outer: set[str] = field(default_factory=set)
    outer_loads: set[str] = field(default_factory=set)
    deferred_stores: set[str] = field(default_factory=set)
    class_reads: set[str] = field(default_factory=set)

    def visit(self, node: ast.AST) -> None:
        pending = [node]
        while pending:
            current = pending.pop()
            kind = type(current)
            if kind is ast.Name:
                name: ast.Name = current  # type: ignore[assignment]
                (self.loads if type(name.ctx) is ast.Load else self.stores).add(name.id)
            elif kind is ast.Constant:
                continue
            elif kind is ast.Attribute:
                pending.append(current.value)  # type: ignore[attr-defined]
            elif isinstance(current, _FUNCTIONS):
                pending.extend(self._function(current))
            elif isinstance(current, ast.ClassDef):
                pending.extend(self._class(current))
            elif isinstance(current, _COMPREHENSIONS):
                self._comprehension(current)
            else:
                self._note(current)
                for name_of_field in current._fields:
                    value = getattr(current, name_of_field, None)
                    if isinstance(value, ast.AST):
                        pending.append(value)
                    elif isinstance(value, list):
                        pending.extend(item for item in value if isinstance(item, ast.AST))

    def _note(self, node: ast.AST) -> None:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self.stores.update((alias.asname or alias.name).split(".")[0] for alias in node.names)
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            self.stores.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            self.stores.add(node.rest)
        elif isinstance(node, ast.Global):
            self.globals.update(node.names)
        elif isinstance(node, ast.Nonlocal):
            self.nonlocals.update(node.names)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[ast.AST]:
        """Take in what the function leaves free; return the parts that run at its definition."""
        arguments = node.args
        parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        parameters.extend(extra for extra in (arguments.vararg, arguments.kwarg) if extra)
        inner = _Scope()
        outside: list[ast.AST] = [*arguments.defaults, *(item for item in arguments.kw_defaults if item)]
        if isinstance(node, ast.Lambda):
            inner.visit(node.body)
        else:
            self.stores.add(node.name)
            outside += node.decorator_list
            outside += [parameter.annotation for parameter in parameters if parameter.annotation]
            if node.returns:
                outside.append(node.returns)
            for statement in node.body:
                inner.visit(statement)
        own = (inner.stores | {parameter.arg for parameter in parameters}) - inner.globals - inner.nonlocals
        free = (inner.loads | inner.deferred | inner.nonlocals) - own
        self.deferred |= free | inner.globals | inner.outer_loads
        self.deferred_stores |= (inner.stores & inner.globals) | inner.outer | inner.deferred_stores
        self.class_reads |= inner.class_reads - own
        return outside

    def _class(self, node: ast.ClassDef) -> list[ast.AST]:
        self.stores.add(node.name)
        inner = _Scope()
        for statement in node.body:
            inner.visit(statement)
        own = inner.stores - inner.globals
        self.loads |= (inner.loads - own) | inner.globals
        self.outer |= (inner.stores & inner.globals) | inner.outer
        self.outer_loads |= (inner.loads & own) | inner.outer_loads
        self.class_reads |= (inner.loads & own) | inner.class_reads
        self.deferred |= inner.deferred
        self.deferred_stores |= inner.deferred_stores
        return [*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)]

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        inner = _Scope()
        walrus: set[str] = set()
        for child in ast.iter_child_nodes(node):
            inner.visit(child)
        for part in ast.walk(node):
            if isinstance(part, ast.NamedExpr) and isinstance(part.target, ast.Name):
                walrus.add(part.target.id)
        own = inner.stores - walrus
        self.stores |= inner.stores & walrus
        self.loads |= inner.loads - own
        self.deferred |= inner.deferred - own
        self.deferred_stores |= inner.deferred_stores
        self.outer_loads |= inner.outer_loads
        self.class_reads |= inner.class_reads - own
