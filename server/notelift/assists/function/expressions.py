"""The names of expressions, in the order in which they are evaluated."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from notelift.assists.function.eager import called_at_once
from notelift.cells.code import magic_of
from notelift.cells.scopes import scope_of

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Bindings:
    """The names of statements in the scope that they stand in.

    `reads` may be read before the statements bind them, in the order of first use; `early` are those of them
    that functions within the statements may read so. `all_reads` has every name that is read at once, and
    `deferred` those that functions within read when they are called. `binds` may be bound, `surely` are bound
    whenever the statements come to their end, which they never do where `ends` is False. `deletes` may be
    deleted, `temporary` are bound by `except ... as` alone, `deferred_binds` by functions within that declare
    them global, `class_reads` are looked up among the globals by class bodies, whatever a function binds.
    """

    reads: tuple[str, ...]
    early: frozenset[str]
    all_reads: frozenset[str]
    deferred: frozenset[str]
    binds: frozenset[str]
    surely: frozenset[str]
    ends: bool
    deletes: frozenset[str]
    temporary: frozenset[str]
    deferred_binds: frozenset[str]
    class_reads: frozenset[str]

    @property
    def mentions(self) -> frozenset[str]:
        """All names that the statements read, now or later."""
        return self.all_reads | self.deferred


class Expressions(ABC):
    """Walks expressions, with the names that are surely bound by then; statements are the subclass's.

    `bound` is None where no run comes to.
    """

    def __init__(self, bound: Iterable[str] = ()) -> None:
        """Start where `bound` are bound."""
        self.bound: set[str] | None = set(bound)
        self._reads: dict[str, None] = {}
        self._early: set[str] = set()
        self._all_reads: set[str] = set()
        self._deferred: set[str] = set()
        self._binds: set[str] = set()
        self._temporary: set[str] = set()
        self._deletes: set[str] = set()
        self._deferred_binds: set[str] = set()
        self._class_reads: set[str] = set()
        self._hidden: list[set[str]] = []

    def result(self) -> Bindings:
        """Return what was met so far."""
        return Bindings(
            tuple(self._reads),
            frozenset(self._early),
            frozenset(self._all_reads),
            frozenset(self._deferred),
            frozenset(self._binds),
            frozenset(self.bound or ()) & self._binds,
            self.bound is not None,
            frozenset(self._deletes),
            frozenset(self._temporary),
            frozenset(self._deferred_binds),
            frozenset(self._class_reads),
        )

    def bind(self, name: str) -> None:
        """Take the name as bound from here on."""
        if self._is_hidden(name):
            return
        self._binds.add(name)
        self._temporary.discard(name)
        if self.bound is not None:
            self.bound.add(name)

    # Names -------------------------------------------------------------------------------

    def _is_hidden(self, name: str) -> bool:
        return any(name in names for names in self._hidden)

    def _read(self, name: str) -> None:
        if self._is_hidden(name):
            return
        self._all_reads.add(name)
        if self.bound is not None and name not in self.bound:
            self._reads.setdefault(name)

    def _read_later(self, name: str) -> None:
        if self._is_hidden(name):
            return
        self._deferred.add(name)
        if self.bound is not None and name not in self.bound:
            self._early.add(name)

    def _bind_temporary(self, name: str) -> None:
        """A name that an `except` binds and deletes."""
        known = name in self._binds and name not in self._temporary
        self.bind(name)
        if not known:
            self._temporary.add(name)

    def _forget(self, names: Iterable[str]) -> None:
        if self.bound is not None:
            self.bound.difference_update(names)

    def _copy(self) -> set[str] | None:
        return None if self.bound is None else set(self.bound)

    @contextmanager
    def _maybe(self) -> Iterator[None]:
        """Code that may not run: what it binds is not sure."""
        before = self._copy()
        yield
        self.bound = before

    # Expressions -------------------------------------------------------------------------

    def _children(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            self._expression(child)

    def _expression(self, node: ast.AST) -> None:
        match node:
            case ast.Name(ctx=ast.Load()):
                self._read(node.id)
            case ast.Name(ctx=ast.Store()):
                self.bind(node.id)
            case ast.Lambda():
                self._signature(node.args)
                self._body(node)
            case ast.ListComp() | ast.SetComp() | ast.DictComp():
                self._comprehension(node)
            case ast.GeneratorExp():
                self._generator(node)
            case ast.NamedExpr():
                self._expression(node.value)
                self._bind_walrus(node.target.id)
            case ast.BoolOp():
                self._expression(node.values[0])
                with self._maybe():
                    for each in node.values[1:]:
                        self._expression(each)
            case ast.IfExp():
                self._expression(node.test)
                with self._maybe():
                    self._expression(node.body)
                with self._maybe():
                    self._expression(node.orelse)
            case ast.Compare():
                self._expression(node.left)
                self._expression(node.comparators[0])
                with self._maybe():
                    for each in node.comparators[1:]:
                        self._expression(each)
            case ast.Call():
                self._call(node)
            case ast.Constant():
                pass
            case _:
                if isinstance(node, ast.stmt):
                    self._run_one(node)
                    return
                for child in ast.iter_child_nodes(node):
                    self._expression(child)

    def _bind_walrus(self, name: str) -> None:
        """A walrus in a comprehension binds in the scope around it."""
        hidden, self._hidden = self._hidden, []
        self.bind(name)
        self._hidden = hidden

    def _call(self, node: ast.Call) -> None:
        magic = magic_of(node)
        for name in magic.assigns if magic else ():
            self.bind(name)
        self._expression(node.func)
        for argument in [*node.args, *(each.value for each in node.keywords)]:
            if isinstance(argument, ast.GeneratorExp) and called_at_once(node):
                self._comprehension(argument)
            elif isinstance(argument, ast.Lambda) and called_at_once(node):
                self._signature(argument.args)
                for name in sorted(scope_of(argument).free):
                    self._read(name)
            else:
                self._expression(argument)

    def _comprehension(self, node: Comprehension) -> None:
        self._expression(node.generators[0].iter)
        with self._maybe():
            targets: set[str] = set()
            self._hidden.append(targets)
            for number, generator in enumerate(node.generators):
                if number:
                    self._expression(generator.iter)
                targets |= names_in(generator.target)
                self._expression(generator.target)
                for condition in generator.ifs:
                    self._expression(condition)
            for part in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
                self._expression(part)
            self._hidden.pop()

    def _generator(self, node: ast.GeneratorExp) -> None:
        """A generator reads its first iterable now, and everything else when it is asked for items."""
        self._expression(node.generators[0].iter)
        inner = type(self)()
        inner._comprehension(node)
        found = inner.result()
        first = type(self)()
        first._expression(node.generators[0].iter)
        for name in found.mentions:
            if name not in first._all_reads or name in _names_beyond_first(node):
                self._read_later(name)
        for name in found.binds:
            self._bind_maybe(name)
        self._deferred_binds |= found.deferred_binds

    def _bind_maybe(self, name: str) -> None:
        with self._maybe():
            self._bind_walrus(name)

    def _signature(self, arguments: ast.arguments) -> None:
        for default in [*arguments.defaults, *(each for each in arguments.kw_defaults if each)]:
            self._expression(default)

    @abstractmethod
    def _run_one(self, node: ast.stmt) -> None:
        """A statement, as in the body of a `match`."""

    @abstractmethod
    def _body(self, node: Function | ast.Lambda) -> None:
        """The body of a function, which runs when that is called."""


def names_in(node: ast.AST) -> frozenset[str]:
    """Return the names that a target or a pattern binds."""
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            found.add(part.id)
        elif isinstance(part, (ast.MatchAs, ast.MatchStar)) and part.name:
            found.add(part.name)
        elif isinstance(part, ast.MatchMapping) and part.rest:
            found.add(part.rest)
    return frozenset(found)


def _names_beyond_first(node: ast.GeneratorExp) -> frozenset[str]:
    first = {id(part) for part in ast.walk(node.generators[0].iter)}
    return frozenset(
        part.id for part in ast.walk(node) if isinstance(part, ast.Name) and id(part) not in first
    )
