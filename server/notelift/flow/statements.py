"""Statements: bindings, stores, control flow, imports; and the interpreter that is made of all parts."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from notelift.flow.control import ControlFlow
from notelift.flow.values import Bound


class Statements(ControlFlow):
    """Interprets statements."""

    def run_block(self, body: Sequence[ast.stmt]) -> None:
        """Interpret statements one after the other."""
        for node in body:
            self.run_statement(node)

    def run_statement(self, node: ast.stmt) -> None:
        """Interpret one statement; one of an unknown kind reads all that it names."""
        self.budget -= 1
        handler = _HANDLERS.get(type(node))
        if handler is not None:
            handler(self, node)
        else:
            self._unknown_statement(node)

    def _unknown_statement(self, node: ast.stmt) -> None:
        for part in ast.walk(node):
            if isinstance(part, ast.Name):
                if isinstance(part.ctx, ast.Load):
                    self.read(self.load_name(part.id))
                else:
                    self.bind_name(part.id, Bound())

    def _expression(self, node: ast.Expr) -> None:
        val = self.eval(node.value, discarded=True)
        if not isinstance(node.value, (ast.Call, ast.Constant)):
            self.read(val)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.use("future")
        val = self.define_function(node)
        self.bind_name(node.name, self.bound_of(val, node))

    def _class(self, node: ast.ClassDef) -> None:
        self.use("future")
        val = self.define_class(node)
        self.bind_name(node.name, self.bound_of(val, node))

    def _return(self, node: ast.Return) -> None:
        if node.value is not None:
            val = self.eval(node.value)
            self.returned.append(self.bound_of(val, val.site or node.value))
        else:
            self.returned.append(Bound(type="NoneType", const=None))
        self.uncertain += 1

    def _leave(self, node: ast.stmt) -> None:
        self.uncertain += 1

    def _raise(self, node: ast.Raise) -> None:
        for part in (node.exc, node.cause):
            if part is not None:
                val = self.eval(part)
                self.read(val)
                self.raised |= self.bound_of(val, part).objs

    def _assert(self, node: ast.Assert) -> None:
        self.read(self.eval(node.test))
        if node.msg is not None:
            self.read(self.eval(node.msg))

    def _nothing(self, node: ast.stmt) -> None:
        return


_HANDLERS: dict[type[ast.stmt], Callable[[Any, Any], None]] = {
    ast.Expr: Statements._expression,
    ast.Assign: Statements._assign,
    ast.AugAssign: Statements._augmented,
    ast.AnnAssign: Statements._annotated,
    ast.Delete: Statements._delete,
    ast.FunctionDef: Statements._function,
    ast.AsyncFunctionDef: Statements._function,
    ast.ClassDef: Statements._class,
    ast.Return: Statements._return,
    ast.Raise: Statements._raise,
    ast.Assert: Statements._assert,
    ast.Break: Statements._leave,
    ast.Continue: Statements._leave,
    ast.Pass: Statements._nothing,
    ast.Global: Statements._nothing,
    ast.Nonlocal: Statements._nothing,
    ast.If: Statements._if,
    ast.For: Statements._for,
    ast.AsyncFor: Statements._for,
    ast.While: Statements._while,
    ast.Try: Statements._try,
    ast.With: Statements._with,
    ast.AsyncWith: Statements._with,
    ast.Match: Statements._match,
    ast.Import: Statements._import,
    ast.ImportFrom: Statements._import_from,
}
if hasattr(ast, "TryStar"):
    _HANDLERS[ast.TryStar] = Statements._try
