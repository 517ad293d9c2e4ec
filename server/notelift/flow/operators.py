"""Operators: arithmetic, comparisons, and, or, not, conditional expressions."""

from __future__ import annotations

import ast
from typing import Any

from notelift.flow.items import Items
from notelift.flow.paths import concatenate, join_path
from notelift.flow.values import NOTHING, TENSOR, Obj, Symbol, Val

_BINARY_DUNDERS = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
    ast.BitAnd: "and",
    ast.BitOr: "or",
    ast.BitXor: "xor",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
}
_COMPARE_DUNDERS = {
    ast.Eq: "__eq__",
    ast.NotEq: "__ne__",
    ast.Lt: "__lt__",
    ast.LtE: "__le__",
    ast.Gt: "__gt__",
    ast.GtE: "__ge__",
    ast.In: "__contains__",
    ast.NotIn: "__contains__",
}


_UNARY_DUNDERS = {
    ast.USub: ("__neg__",),
    ast.UAdd: ("__pos__",),
    ast.Invert: ("__invert__",),
    ast.Not: ("__bool__", "__len__"),
}


_ORDER = ("bool", "int", "float", "complex")
_NUMBERS = frozenset(_ORDER)
# Two of them make something of another type, where they make anything.
_DIFFERENCES = frozenset(
    {"datetime.date", "datetime.datetime", "datetime.timedelta", "pandas.DatetimeIndex", "pandas.Timedelta"}
    | {"pandas.Timestamp"}
)


class Operators(Items):
    """Evaluates operators."""

    def _eval_binary(self, node: ast.BinOp) -> Val:
        left, right = self.eval(node.left), self.eval(node.right)
        return self.binary(node.op, left, right, node)

    def binary(self, op: ast.operator, left: Val, right: Val, node: ast.AST) -> Val:
        """`left op right`; a new value, but lists keep their items."""
        name = _BINARY_DUNDERS[type(op)]
        for val, other, special in ((left, right, f"__{name}__"), (right, left, f"__r{name}__")):
            result = self.dunder(val, (special,), [other], node)
            if result is not None:
                return result
        self.read(left)
        self.read(right)
        if left.type == "numpy.ndarray" or right.type == "numpy.ndarray":
            self.use("options:numpy-errors")
        const: Any = NOTHING
        if isinstance(op, ast.Add):
            const = concatenate(left.const, right.const) if _textual(left) or _textual(right) else NOTHING
        elif isinstance(op, ast.Div) and (
            left.type.startswith("pathlib.") or right.type.startswith("pathlib.")
        ):
            return Val(type=left.type or right.type, const=join_path(left.const, right.const), site=node)
        elif isinstance(op, ast.Mod) and isinstance(left.const, (str, Symbol)) and left.type == "str":
            self.use_print_options(right)
            self.dunder(right, ("__str__", "__repr__"), [], node)
            const = self.symbol(node, left, right)
        type_ = _operation_type(left.type, right.type, op)
        if isinstance(op, ast.Pow) and type_ == "int":
            type_ = _power_type(right.const)
        if type_ == "dict" and isinstance(op, ast.BitOr):
            held = self.items_of(left).objs | self.items_of(right).objs
            return Val(type="dict", obj=Obj(type="dict", holds=held), site=node)
        if type_ == "list":
            held = self.items_of(left).objs | self.items_of(right).objs
            return Val(type="list", obj=Obj(type="list", holds=held), site=node)
        if type_ in (TENSOR, "") and (held := self.tensors_behind(node, left, right)):
            return Val(type=type_, obj=Obj(type=type_, holds=held), const=const, site=node)
        return Val(type=type_, const=const, site=node)

    def symbol(self, node: ast.AST, *parts: Val) -> Any:
        """The identity of a value computed from others: equal parts in the same way are equal values."""
        consts = tuple(part.const for part in parts)
        if any(const is NOTHING for const in consts) or any(
            not isinstance(c, (str, int, float, Symbol, bool)) for c in consts
        ):
            return NOTHING
        return Symbol(((type(node).__name__, *consts),))

    def _eval_compare(self, node: ast.Compare) -> Val:
        left = self.eval(node.left)
        type_ = "bool"
        for op, comparator in zip(node.ops, node.comparators, strict=True):
            right = self.eval(comparator)
            special = _COMPARE_DUNDERS.get(type(op))
            if special is not None:
                if special == "__contains__":
                    self.dunder(right, (special,), [left], node)
                    self.consume(right, "`in` reads on in the iterator", True)
                    if right.ref == "os.environ":
                        self.use("environment")
                else:
                    self.dunder(left, (special,), [right], node)
            self.read(left)
            if not (special == "__contains__" and self._reads_key(left, right)):
                self.read(right)
            if not isinstance(op, (ast.In, ast.NotIn, ast.Is, ast.IsNot)):
                for val in (left, right):
                    if val.type in ("pandas.Series", "numpy.ndarray", "pandas.DataFrame"):
                        type_ = val.type
            left = right
        return Val(type=type_ if not (type_ == "bool" and left.type == "") else "", site=node)

    def _reads_key(self, left: Val, right: Val) -> bool:
        """`key in dictionary` reads one item; whether it does."""
        dicts = (
            right.objs
            and right.obj is None
            and all(self.object(obj_id).type == "dict" for obj_id in right.objs)
        )
        if not dicts or not isinstance(left.const, (str, int)):
            return False
        for obj_id in right.objs:
            self.read_key(obj_id, left.const, right.label)
        return True

    def _eval_boolean(self, node: ast.BoolOp) -> Val:
        first = self.eval(node.values[0])
        self.read(first)
        found = [first]

        def rest() -> None:
            for value in node.values[1:]:
                val = self.eval(value)
                self.read(val)
                found.append(val)

        self.join([{}, self.branch(rest)])
        return self.either([self.settled(val, node, index) for index, val in enumerate(found)], "", node)

    def settled(self, val: Val, node: ast.AST, index: int) -> Val:
        """The value with its temporary on the heap, so that it can be joined with others."""
        bound = self.bound_of(val, val.site or node)
        return Val(bound.objs, bound.type, bound.ref, bound.const, label=val.label)

    def _eval_conditional(self, node: ast.IfExp) -> Val:
        self.read(self.eval(node.test))
        found: list[Val] = []
        paths = []
        for option in (node.body, node.orelse):

            def run(option: ast.expr = option) -> None:
                found.append(self.settled(self.eval(option), node, 0))

            paths.append(self.branch(run))
        self.join(paths)
        return self.either(found, "", node)

    def _eval_unary(self, node: ast.UnaryOp) -> Val:
        val = self.eval(node.operand)
        special = self.dunder(val, _UNARY_DUNDERS.get(type(node.op), ()), [], node)
        self.read(val)
        if special is not None and not isinstance(node.op, ast.Not):
            return special
        if isinstance(node.op, ast.USub) and isinstance(val.const, (int, float)):
            return Val(type="int" if val.type == "bool" else val.type, const=-val.const)
        if isinstance(node.op, ast.Not):
            return Val(type="bool", site=node)
        if val.type == TENSOR:
            return Val(type=TENSOR, obj=Obj(type=TENSOR, holds=self.tensors_behind(node, val)), site=node)
        return Val(type="int" if val.type == "bool" else val.type, site=node)


def _textual(val: Val) -> bool:
    return val.type == "str" or isinstance(val.const, (str, Symbol))


def _operation_type(left: str, right: str, op: ast.operator) -> str:
    if isinstance(op, ast.Mod) and left in ("str", "bytes"):
        return left
    for strong in (TENSOR, "pandas.DataFrame", "pandas.Series", "numpy.ndarray"):
        if strong in (left, right):
            return strong
    if left == right == "list" or (
        isinstance(op, ast.Mult) and "list" in (left, right) and {left, right} <= _NUMBERS | {"list", ""}
    ):
        return "list"
    if left == "str" or (right == "str" and isinstance(op, ast.Add)):
        return "str"
    if left in _NUMBERS and right in _NUMBERS:
        return _number_type(left, right, op)
    if isinstance(op, ast.Mult) and {left, right} & _NUMBERS:
        return left if right in _NUMBERS else right
    return left if left == right and left not in _DIFFERENCES else ""


def _power_type(exponent: Any) -> str:
    """The type of a power of an integer, "" where the sign of the exponent is not known."""
    if not isinstance(exponent, int):
        return ""
    return "int" if exponent >= 0 else "float"


def _number_type(left: str, right: str, op: ast.operator) -> str:
    """The type of a calculation with numbers."""
    if isinstance(op, (ast.BitAnd, ast.BitOr, ast.BitXor)) and left == right == "bool":
        return "bool"
    return max(left, right, "float" if isinstance(op, ast.Div) else "int", key=_ORDER.index)
