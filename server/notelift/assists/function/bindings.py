"""What statements read before they bind it, what they surely bind, and what they keep for later."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from notelift.assists.function.eager import is_certain_manager, is_surely_filled
from notelift.assists.function.expressions import Bindings, Expressions, Function, names_in
from notelift.cells.scopes import parameters_of, scope_of

_LOOPS = (ast.For, ast.AsyncFor, ast.While)


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


class Walk(Expressions):
    """Walks statements in the order in which they run."""

    def run(self, statements: Iterable[ast.stmt]) -> None:
        """Walk statements of one block."""
        for statement in statements:
            self._run_one(statement)

    def enter(self, node: ast.AST, field: str) -> None:
        """Go to the start of a block of a compound statement, which may have run before in a loop."""
        if isinstance(node, _LOOPS):
            self._forget(deleted_in(node.body))
            before = self._copy()
            self._loop_header(node)
            if field == "orelse":
                surely = isinstance(node, ast.While) or is_surely_filled(node.iter)
                self.bound = self.bound if surely else before
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

    # Statements --------------------------------------------------------------------------

    def _run_one(self, node: ast.stmt) -> None:
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
                before |= names_in(node.target)
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
            for name in names_in(pattern):
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


def _meet(ends: Sequence[set[str] | None]) -> set[str] | None:
    """What is surely bound where several paths meet."""
    reached = [end for end in ends if end is not None]
    return set.intersection(*reached) if reached else None


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
