"""What a sequence of statements reads before it binds it, what it surely binds, and what it keeps for later."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from notelift.assists.function.eager import called_at_once, is_certain_manager, is_surely_filled
from notelift.cells.code import magic_of
from notelift.cells.scopes import parameters_of, scope_of

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Function = ast.FunctionDef | ast.AsyncFunctionDef
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


@dataclass(frozen=True, slots=True)
class Bindings:
    """The names of statements in the scope that they stand in.

    `reads` may be read before the statements bind them, in the order of first use; `early` are those of them
    that functions within the statements may read so. `all_reads` has every name that is read at once, and
    `deferred` those that functions within read when they are called. `binds` may be bound, `surely` are bound
    whenever the statements come to their end, which they never do where `ends` is False. `deletes` may be
    deleted, `temporary` are bound by `except ... as` alone, `deferred_binds` by functions within that declare them
    global, `class_reads` are looked up among the globals by class bodies, whatever a function binds.
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


def bindings_of(statements: Sequence[ast.stmt]) -> Bindings:
    """Return the names of statements that run one after the other."""
    walk = Walk()
    walk.run(statements)
    return walk.result()


def bindings_of_one(statement: ast.stmt) -> Bindings:
    """Return the names of a statement; kept on it, so that it is walked once."""
    found: Bindings | None = getattr(statement, "_notelift_bindings", None)
    if found is None:
        found = bindings_of((statement,))
        statement._notelift_bindings = found  # type: ignore[attr-defined]
    return found


class Walk:
    """Walks statements in the order in which they run, with the names that are surely bound by then.

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

    def run(self, statements: Iterable[ast.stmt]) -> None:
        """Walk statements of one block."""
        for statement in statements:
            self._statement(statement)

    def enter(self, node: ast.AST, field: str) -> None:
        """Go to the start of a block of a compound statement, which may have run before in a loop."""
        if isinstance(node, _LOOPS):
            self._forget(deleted_in(node.body))
            self._loop_header(node)
        elif isinstance(node, ast.If):
            self._expression(node.test)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            self._with_items(node)
        elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            before = self._copy()
            self.run(node.body)  # type: ignore[attr-defined]
            if field != "orelse":
                self.bound = before
            if field != "body":
                self._forget(deleted_in(node.body))  # type: ignore[attr-defined]
        elif isinstance(node, ast.ExceptHandler):
            self._handler_header(node)
        elif isinstance(node, ast.match_case):
            self._case_header(node)

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

    # Statements --------------------------------------------------------------------------

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._definition(node)
            case ast.ClassDef():
                self._class(node)
            case ast.Assign():
                self._expression(node.value)
                for target in node.targets:
                    self._expression(target)
            case ast.AugAssign():
                if isinstance(node.target, ast.Name):
                    self._read(node.target.id)
                self._expression(node.value)
                self._expression(node.target)
            case ast.AnnAssign():
                self._annotated(node)
            case ast.For() | ast.AsyncFor() | ast.While():
                self._loop(node)
            case ast.If():
                self._if(node)
            case ast.With() | ast.AsyncWith():
                self._with(node)
            case ast.Try():
                self._try(node.body, node.handlers, node.orelse, node.finalbody)
            case ast.Match():
                self._match(node)
            case ast.Import() | ast.ImportFrom():
                for alias in node.names:
                    self.bind((alias.asname or alias.name).split(".")[0])
            case ast.Delete():
                for target in node.targets:
                    self._delete(target)
            case ast.Return() | ast.Raise():
                self._children(node)
                self.bound = None
            case ast.Break() | ast.Continue():
                self.bound = None
            case _ if type(node).__name__ == "TryStar":
                self._try(node.body, node.handlers, node.orelse, node.finalbody)  # type: ignore[attr-defined]
            case _:
                self._children(node)

    def _annotated(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._expression(node.value)
        if node.value is not None or not isinstance(node.target, ast.Name):
            self._expression(node.target)
        self._expression(node.annotation)

    def _delete(self, target: ast.expr) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            for each in target.elts:
                self._delete(each)
        elif isinstance(target, ast.Name):
            self._read(target.id)
            self._deletes.add(target.id)
            self._forget((target.id,))
        else:
            self._expression(target)

    def _if(self, node: ast.If) -> None:
        self._expression(node.test)
        self._branches([node.body, node.orelse])

    def _branches(self, blocks: Sequence[Sequence[ast.stmt]]) -> None:
        before, ends = self._copy(), []
        for block in blocks:
            self.bound = None if before is None else set(before)
            self.run(block)
            ends.append(self.bound)
        self.bound = _meet(ends)

    def _loop_header(self, node: ast.For | ast.AsyncFor | ast.While) -> None:
        if isinstance(node, ast.While):
            self._expression(node.test)
        else:
            self._expression(node.iter)
            self._expression(node.target)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While) -> None:
        self._forget(deleted_in(node.body))
        if isinstance(node, ast.While):
            self._expression(node.test)
            before = self._copy()
        else:
            self._expression(node.iter)
            before = self._copy()
            self._expression(node.target)
            if before is not None and is_surely_filled(node.iter):
                before |= _names_in(node.target)
        self.run(node.body)
        self.bound = None if before is None else set(before)
        self.run(node.orelse)
        if _breaks(node.body):
            self.bound = before

    def _with_items(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self._expression(item.context_expr)
            if item.optional_vars is not None:
                self._expression(item.optional_vars)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        self._with_items(node)
        before = self._copy()
        self.run(node.body)
        if not all(is_certain_manager(item.context_expr) for item in node.items):
            if before is not None:
                before.difference_update(deleted_in(node.body))
            self.bound = before

    def _try(
        self,
        body: Sequence[ast.stmt],
        handlers: Sequence[ast.ExceptHandler],
        orelse: Sequence[ast.stmt],
        final: Sequence[ast.stmt],
    ) -> None:
        before = self._copy()
        self.run([*body])
        self.run(orelse)
        ends = [self.bound]
        failed = None if before is None else before - deleted_in(body)
        for handler in handlers:
            self.bound = None if failed is None else set(failed)
            self._handler_header(handler)
            self.run(handler.body)
            if handler.name:
                self._deletes.add(handler.name)
                self._forget((handler.name,))
            ends.append(self.bound)
        end = _meet(ends)
        if not final:
            self.bound = end
            return
        blocks = [*body, *orelse, *(each for handler in handlers for each in handler.body)]
        self.bound = None if before is None else before - deleted_in(blocks)
        self.run(final)
        if end is None or self.bound is None:
            self.bound = None
        else:
            self.bound |= end - deleted_in(final)

    def _handler_header(self, handler: ast.ExceptHandler) -> None:
        if handler.type is not None:
            self._expression(handler.type)
        if handler.name:
            self._bind_temporary(handler.name)

    def _match(self, node: ast.Match) -> None:
        self._expression(node.subject)
        before, ends, complete = self._copy(), [], False
        for case in node.cases:
            self.bound = None if before is None else set(before)
            self._case_header(case)
            self.run(case.body)
            ends.append(self.bound)
            complete = case.guard is None and _takes_all(case.pattern)
        self.bound = _meet(ends if complete else [*ends, before])

    def _case_header(self, case: ast.match_case) -> None:
        self._pattern(case.pattern)
        if case.guard is not None:
            self._expression(case.guard)

    def _pattern(self, pattern: ast.AST) -> None:
        if isinstance(pattern, (ast.MatchAs, ast.MatchStar)):
            if isinstance(pattern, ast.MatchAs) and pattern.pattern is not None:
                self._pattern(pattern.pattern)
            if pattern.name:
                self.bind(pattern.name)
        elif isinstance(pattern, ast.MatchOr):
            with self._maybe():
                for each in pattern.patterns:
                    self._pattern(each)
            for name in _names_in(pattern):
                self.bind(name)
        else:
            for child in ast.iter_child_nodes(pattern):
                if isinstance(child, ast.expr):
                    self._expression(child)
                else:
                    self._pattern(child)
            if isinstance(pattern, ast.MatchMapping) and pattern.rest:
                self.bind(pattern.rest)

    def _definition(self, node: Function) -> None:
        for decorator in node.decorator_list:
            self._expression(decorator)
        self._signature(node.args)
        for parameter in parameters_of(node.args):
            if parameter.annotation is not None:
                self._expression(parameter.annotation)
        if node.returns is not None:
            self._expression(node.returns)
        self.bind(node.name)
        self._body(node)

    def _signature(self, arguments: ast.arguments) -> None:
        for default in [*arguments.defaults, *(each for each in arguments.kw_defaults if each)]:
            self._expression(default)

    def _body(self, node: Function | ast.Lambda) -> None:
        scope = scope_of(node)
        for name in scope.free | scope.nonlocals:
            self._read_later(name)
        self._deferred_binds |= scope.global_stores | scope.nonlocals
        self._class_reads |= _class_reads_within(node)

    def _class(self, node: ast.ClassDef) -> None:
        for part in [*node.decorator_list, *node.bases, *(each.value for each in node.keywords)]:
            self._expression(part)
        inner = Walk()
        inner.run(node.body)
        found = inner.result()
        for name in found.reads:
            self._read(name)
        for name in found.deferred:
            self._read_later(name)
        self._deferred_binds |= found.deferred_binds | _declared(node)
        self._class_reads |= (found.binds & found.all_reads) | found.class_reads
        self.bind(node.name)

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
                    self._statement(node)
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
                targets |= _names_in(generator.target)
                self._expression(generator.target)
                for condition in generator.ifs:
                    self._expression(condition)
            for part in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
                self._expression(part)
            self._hidden.pop()

    def _generator(self, node: ast.GeneratorExp) -> None:
        """A generator reads its first iterable now, and everything else when it is asked for items."""
        self._expression(node.generators[0].iter)
        inner = Walk()
        inner._comprehension(node)
        found = inner.result()
        first = Walk()
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


def _meet(ends: Sequence[set[str] | None]) -> set[str] | None:
    """What is surely bound where several paths meet."""
    reached = [end for end in ends if end is not None]
    return set.intersection(*reached) if reached else None


def _names_in(node: ast.AST) -> frozenset[str]:
    """The names that a target or a pattern binds."""
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


def deleted_in(statements: Iterable[ast.stmt]) -> frozenset[str]:
    """Return the names that statements may delete: by `del`, and at the end of an `except ... as`."""
    found: set[str] = set()
    for statement in statements:
        for part in ast.walk(statement):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Del):
                found.add(part.id)
            elif isinstance(part, ast.ExceptHandler) and part.name:
                found.add(part.name)
    return frozenset(found)


def _breaks(body: Iterable[ast.stmt]) -> bool:
    """Whether a loop with this body may end by `break`."""
    pending: list[ast.AST] = [*body]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Break):
            return True
        if isinstance(node, _LOOPS):
            pending.extend(node.orelse)
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            pending.extend(ast.iter_child_nodes(node))
    return False


def _takes_all(pattern: ast.pattern) -> bool:
    if isinstance(pattern, ast.MatchOr):
        return any(map(_takes_all, pattern.patterns))
    return isinstance(pattern, ast.MatchAs) and (pattern.pattern is None or _takes_all(pattern.pattern))


def _declared(node: ast.ClassDef) -> frozenset[str]:
    """The names that a class body declares global."""
    return frozenset(
        name for part in node.body if isinstance(part, (ast.Global, ast.Nonlocal)) for name in part.names
    )


def _class_reads_within(node: Function | ast.Lambda) -> frozenset[str]:
    """The names that classes within a function read and bind in their bodies."""
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.ClassDef):
            inner = Walk()
            inner.run(part.body)
            names = inner.result()
            found |= names.binds & names.all_reads
    return frozenset(found)
