"""Control flow: branches that join, loops to a fixpoint, exceptions, context managers."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from notelift.flow.call import Call
from notelift.flow.imports import Imports
from notelift.flow.values import NO_OBJECTS, NOTHING, Bound, ObjId, Val, same_shape

MAX_PASSES = 3


class ControlFlow(Imports):
    """Interprets compound statements."""

    def _if(self, node: ast.If) -> None:
        test = self.eval(node.test)
        self.dunder(test, ("__bool__", "__len__"), [], node)
        self.read(test)
        paths = [
            self.branch(lambda: self.run_block(node.body)),
            self.branch(lambda: self.run_block(node.orelse)),
        ]
        alive = [
            path for path, body in zip(paths, (node.body, node.orelse), strict=True) if not self._raises(body)
        ]
        self.join(alive or paths)

    def _raises(self, body: list[ast.stmt]) -> bool:
        return bool(body) and isinstance(body[-1], ast.Raise) and not self.try_depth and not self.scope_frames

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        iterable = self.eval(node.iter)
        item = self.iterate(iterable, node.iter)
        before = self.uncertain

        def body() -> None:
            each = Val(item.objs, item.type, base=item.base, label=item.label, site=node.iter)
            each.flat = item.flat
            self.bind_target(node.target, each, self.bind_name)
            self.run_block(node.body)

        self._loop(body, surely=_surely_iterates(node.iter))
        if self.function_frame is None or not _leaves(node.body):
            self.uncertain = before
        self.run_block(node.orelse)
        self.uncertain = before

    def _while(self, node: ast.While) -> None:
        before = self.uncertain

        def body() -> None:
            self.read(self.eval(node.test))
            self.run_block(node.body)

        surely = isinstance(node.test, ast.Constant) and bool(node.test.value)
        self._loop(body, surely)
        self.uncertain = before
        self.run_block(node.orelse)

    def _loop(self, body: Callable[[], None], surely: bool) -> None:
        """Interpret a loop's body until what it leads to is stable.

        A body that surely runs kills what it binds.
        """
        self.loop_depth += 1
        for turn in range(MAX_PASSES):
            self.loop_reads.append(set())
            before = self.uncertain
            effects = self.branch(body)
            reads = self.loop_reads.pop()
            self.uncertain = before
            old = {key: self.state.get(key, NOTHING) for key in effects}
            self.join([effects] if surely and turn == 0 else [{}, effects])
            changed = any(
                key in reads and not same_shape(old[key], self.state.get(key, NOTHING)) for key in effects
            )
            if not changed or self.budget <= 0:
                break
        self.loop_depth -= 1

    def _try(self, node: Any) -> None:
        ends: list[dict[Any, Any]] = []
        after_body: dict[Any, Any] = {}

        def run_body() -> None:
            self.try_depth += 1
            self.run_block(node.body)
            self.try_depth -= 1
            after_body.update({key: self.state.get(key, NOTHING) for key in self.journals[-1]})
            self.run_block(node.orelse)

        normal = self.branch(run_body)
        ends.append(normal)
        for handler in node.handlers:
            path = self.branch(lambda handler=handler: self._handle(handler, after_body))  # type: ignore[misc]
            if not self._raises(handler.body):
                ends.append(path)
        self.join(ends)
        self.run_block(node.finalbody)

    def _handle(self, handler: ast.ExceptHandler, after_body: dict[Any, Any]) -> None:
        self.join([{}, dict(after_body)])
        if handler.type is not None:
            self.read(self.eval(handler.type))
        if handler.name:
            self.bind_name(handler.name, Bound(self.raised))
        self.run_block(handler.body)
        if handler.name:
            self.unbind(handler.name)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        managers = []
        captured = len(self.stdout_targets)
        for item in node.items:
            manager = self.eval(item.context_expr)
            entered = self.dunder(manager, ("__enter__", "__aenter__"), [], item.context_expr)
            self.read(manager)
            managers.append(manager)
            if manager.type.startswith("contextlib.redirect_"):
                self.stdout_targets.append(self._redirected(manager))
            if entered is None:
                entered = self._entered(manager, item.context_expr)
            if item.optional_vars is not None:
                self.bind_target(item.optional_vars, entered, self.bind_name)
        self.run_block(node.body)
        del self.stdout_targets[captured:]
        for manager in managers:
            self._leave_manager(manager, node)

    def _leave_manager(self, manager: Val, node: ast.AST) -> None:
        """What leaving a `with` statement does: the notebook's `__exit__`, or a library's."""
        left = self.dunder(manager, ("__exit__", "__aexit__"), [], node)
        spec = self.library.method(manager.type, "__exit__") if manager.type and left is None else None
        if spec is not None and spec.effects:
            self.library_call(spec, Call(node, f"{manager.type}.__exit__", manager))

    def _redirected(self, manager: Val) -> frozenset[ObjId]:
        """Where a redirection of standard output writes to."""
        parts = [self.object(obj_id) for obj_id in manager.objs]
        if manager.obj is not None:
            parts.append(manager.obj)
        return NO_OBJECTS.union(*(part.holds for part in parts))

    def _entered(self, manager: Val, node: ast.expr) -> Val:
        """What a context manager gives: a generator's yields, else mostly itself."""
        if manager.type == "generator" or (manager.obj is not None and manager.obj.frame is not None):
            return self.resume(manager, node)
        bound = self.bound_of(manager, manager.site or node)
        if manager.type in ("contextlib.nullcontext", "contextlib.closing"):
            held = NO_OBJECTS.union(*(self.object(obj_id).holds for obj_id in bound.objs))
            return Val(held, label=manager.label)
        return Val(bound.objs, bound.type, bound.ref, bound.const, label=manager.label)

    def _match(self, node: ast.Match) -> None:
        subject = self.eval(node.subject)
        self.read(subject)
        self.bound_of(subject, node.subject)
        paths: list[dict[Any, Any]] = []
        exhaustive = False
        for case in node.cases:

            def run(case: ast.match_case = case) -> None:
                self._bind_pattern(case.pattern, subject)
                if case.guard is not None:
                    self.read(self.eval(case.guard))
                self.run_block(case.body)

            paths.append(self.branch(run))
            exhaustive = exhaustive or (
                case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None
            )
        self.join(paths if exhaustive else [{}, *paths])

    def _bind_pattern(self, pattern: ast.pattern, subject: Val) -> None:
        items = self.items_of(subject).objs | subject.objs
        for part in ast.walk(pattern):
            if isinstance(part, ast.expr) and isinstance(part, (ast.Attribute, ast.Name)):
                self.read(self.eval(part))
            name = getattr(part, "name", None) or getattr(part, "rest", None)
            if isinstance(name, str) and isinstance(part, (ast.MatchAs, ast.MatchStar, ast.MatchMapping)):
                self.bind_name(name, Bound(items))


def _surely_iterates(node: ast.expr) -> bool:
    if isinstance(node, (ast.List, ast.Tuple)):
        return bool(node.elts)
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "range"
        and len(node.args) == 1
    ):
        stop = node.args[0]
        return isinstance(stop, ast.Constant) and isinstance(stop.value, int) and stop.value > 0
    return False


def _leaves(body: list[ast.stmt]) -> bool:
    return any(isinstance(part, ast.Return) for node in body for part in ast.walk(node))
