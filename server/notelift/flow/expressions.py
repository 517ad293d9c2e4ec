"""Expressions: each gives a value in flight and records what the statement reads on the way."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from notelift.flow.arguments import ITERATORS
from notelift.flow.operators import Operators
from notelift.flow.paths import concatenate
from notelift.flow.values import (
    IMMUTABLE,
    NO_OBJECTS,
    NOTHING,
    Bound,
    Obj,
    ObjId,
    Symbol,
    Val,
)


class Expressions(Operators):
    """Evaluates expressions."""

    def eval(self, node: ast.expr, discarded: bool = False) -> Val:
        """The value of an expression."""
        if type(node) is ast.Call:
            return self.eval_call(node, discarded)
        evaluator = _EVALUATORS.get(type(node))
        return evaluator(self, node) if evaluator is not None else self.eval_parts(node)

    def eval_parts(self, node: Any) -> Val:
        """An expression that only combines the values of its parts."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.read(self.eval(child))
        return Val(site=node)

    def _eval_constant(self, node: ast.Constant) -> Val:
        return Val(type=type(node.value).__name__, const=node.value)

    def _eval_sequence(self, node: ast.List | ast.Tuple | ast.Set) -> Val:
        type_ = type(node).__name__.lower()
        keys: dict[Any, Bound] = {}
        held = NO_OBJECTS
        starred = False
        for index, part in enumerate(node.elts):
            if isinstance(part, ast.Starred):
                val = self.eval(part.value)
                self.read(val)
                held |= self.items_of(val).objs
                starred = True
                continue
            val = self.eval(part)
            bound = self.bound_of(val, part)
            if starred or type_ == "set" or index >= 64:
                held |= bound.objs
            elif bound.objs or bound.type or bound.const is not NOTHING or bound.ref:
                keys[index] = bound
        const: Any = NOTHING
        if (
            type_ == "tuple"
            and len(keys) == len(node.elts)
            and all(isinstance(b.const, (str, int)) for b in keys.values())
        ):
            const = tuple(bound.const for bound in keys.values())
        return Val(type=type_, const=const, obj=Obj(type=type_, keys=keys, holds=held), site=node)

    def _eval_dict(self, node: ast.Dict) -> Val:
        keys: dict[Any, Bound] = {}
        held = NO_OBJECTS
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            if key_node is None:
                val = self.eval(value_node)
                self.read(val)
                held |= self.items_of(val).objs
                continue
            key = self.key_of(key_node)
            held |= self.objects_of_key(key_node)
            bound = self.bound_of(self.eval(value_node), value_node)
            if key is NOTHING or len(keys) >= 64:
                held |= bound.objs
            else:
                keys[key] = bound
        return Val(type="dict", obj=Obj(type="dict", keys=keys, holds=held), site=node)

    def _eval_text(self, node: ast.JoinedStr) -> Val:
        const: Any = ""
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                val = self.eval(part.value)
                self.dunder(val, ("__format__", "__str__", "__repr__"), [], part)
                self.use_print_options(val)
                self.read(val)
                if part.format_spec is not None:
                    self.read(self.eval(part.format_spec))
                text = val.const
                if isinstance(text, (int, float)) and not part.format_spec:
                    text = str(text)
                plain = part.format_spec is None and isinstance(text, (str, Symbol))
                const = concatenate(const, text) if plain else NOTHING
            elif isinstance(part, ast.Constant):
                const = concatenate(const, part.value)
        return Val(type="str", const=const, site=node)

    def _eval_lambda(self, node: ast.Lambda) -> Val:
        return self.make_function(node)

    def _eval_walrus(self, node: ast.NamedExpr) -> Val:
        val = self.eval(node.value)
        self.bind_name(node.target.id, self.bound_of(val, node.value))
        return val

    def _eval_slice(self, node: ast.Slice) -> Val:
        for part in (node.lower, node.upper, node.step):
            if part is not None and type(part) is not ast.Constant:
                self.read(self.eval(part))
        return Val(type="slice", site=node)

    def _eval_starred(self, node: ast.Starred) -> Val:
        return self.eval(node.value)

    def _eval_await(self, node: ast.Await) -> Val:
        val = self.eval(node.value)
        result = self.run_coroutines(val, node)
        return val if result is None else result

    def _eval_yield(self, node: ast.Yield | ast.YieldFrom) -> Val:
        if node.value is not None:
            val = self.eval(node.value)
            self.read(val)
            bound = self.bound_of(val, node.value)
            self.yielded |= bound.objs
            if isinstance(node, ast.YieldFrom):
                self.yielded |= self.iterate(val, node).objs
        return Val(site=node)

    def _eval_comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> Val:
        held: set[ObjId] = set()
        types: set[str] = set()
        source = self.eval(node.generators[0].iter)
        frame = self.push_frame()

        def element() -> None:
            parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
            for part in parts:
                val = self.eval(part, discarded=True)
                self.read(val)
                held.update(self.bound_of(val, part).objs)
                if part is parts[-1]:
                    types.add(val.type)

        self._generators(node.generators, frame, element, source)
        self.pop_frame()
        type_ = {"ListComp": "list", "SetComp": "set", "DictComp": "dict"}.get(
            type(node).__name__, "generator"
        )
        items = types.pop() if len(types) == 1 else ""
        return Val(type=type_, obj=Obj(type=type_, holds=frozenset(held), items=items), site=node)

    def _generators(
        self,
        generators: list[ast.comprehension],
        frame: int,
        element: Callable[[], None],
        source: Val | None = None,
    ) -> None:
        if not generators:
            element()
            return
        generator = generators[0]
        self.loop_depth += 1
        item = self.iterate(source if source is not None else self.eval(generator.iter), generator.iter)

        def bind(name: str, bound: Bound) -> None:
            self.set_variable(frame, name, bound)

        self.bind_target(generator.target, item, bind)
        for test in generator.ifs:
            self.read(self.eval(test))
        self._generators(generators[1:], frame, element)
        self.loop_depth -= 1

    def _eval_generator(self, node: ast.GeneratorExp) -> Val:
        """A generator: its first iterable is evaluated now, the rest where it is consumed."""
        for name in _walrus_names(node):
            self.bind_name(name, Bound())
        first = node.generators[0]
        source = self.eval(first.iter)
        self.read(source)
        body: ast.Lambda | None = getattr(node, "_notelift_body", None)
        if body is None:
            given = ast.copy_location(ast.Name(".0", ast.Load()), first.iter)
            start = ast.comprehension(first.target, given, first.ifs, first.is_async)
            elements = ast.copy_location(
                ast.ListComp(elt=node.elt, generators=[start, *node.generators[1:]]), node
            )
            arguments = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
            body = ast.copy_location(ast.Lambda(args=arguments, body=elements), node)
            node._notelift_body = body  # type: ignore[attr-defined]
        val = self.make_function(body, "generator")
        if val.obj is not None:
            val.obj = val.obj._replace(frame=((".0", self.bound_of(source, source.site or first.iter)),))
        return val

    def iterate(self, val: Val, node: ast.AST) -> Val:
        """What iterating over a value gives; generators run, iterators are used up."""
        special = self.dunder(val, ("__iter__",), [], node)
        if special is not None:
            if special.objs != val.objs:
                return self.iterate(special, node)
            found = self.dunder(val, ("__next__",), [], node)
            return found if found is not None else Val(site=node)
        by_index = self.dunder(val, ("__getitem__",), [Val(type="int")], node)
        if by_index is not None:
            return by_index
        self.read(val)
        if val.ref == "os.environ":
            self.use("environment")
        if any(self.object(obj_id).frame is not None for obj_id in val.objs) or (
            val.obj and val.obj.frame is not None
        ):
            return self.resume(val, node)
        type_ = val.type or self._type_of_objects(val)
        if type_.startswith(ITERATORS):
            self.change(val, "consumes the iterator")
            held = val.objs if val.obj is None else val.objs | val.obj.holds
            self.consume_held(held, "consumes the iterator")
        elif val.type.startswith(("io.", "_io.", "csv.")):
            self.change(val, "reads on in the file")
        items = self.items_of(val, iterated=True)
        items.flat = self.gives_tuples(val)
        if not items.objs and not items.type:
            items.type = _item_type(val.type)
        loose = not items.objs and items.type not in IMMUTABLE and val.type not in IMMUTABLE
        if loose and not val.type.startswith(("io.", "pandas.")):
            items.base = val.base or tuple((obj_id, NOTHING) for obj_id in self.in_order(val.objs))
        return items

    def bind_target(self, target: ast.expr, val: Val, bind: Callable[[str, Bound], None]) -> None:
        """Bind an assignment's target."""
        raise NotImplementedError

    def eval_call(self, node: ast.Call, discarded: bool) -> Val:
        """The value of a call."""
        raise NotImplementedError


def _item_type(type_: str) -> str:
    return {"range": "int", "str": "str", "pandas.DataFrame": "str", "io.TextIOWrapper": "str"}.get(type_, "")


def _walrus_names(node: ast.GeneratorExp) -> tuple[str, ...]:
    """The names that a generator binds around it; kept on the node."""
    found: tuple[str, ...] | None = getattr(node, "_notelift_walrus", None)
    if found is None:
        found = tuple(part.target.id for part in ast.walk(node) if isinstance(part, ast.NamedExpr))
        node._notelift_walrus = found  # type: ignore[attr-defined]
    return found


_EVALUATORS: dict[type[ast.expr], Callable[..., Val]] = {
    ast.Constant: Expressions._eval_constant,
    ast.Name: Expressions._eval_name,
    ast.Attribute: Expressions._eval_attribute,
    ast.Subscript: Expressions._eval_subscript,
    ast.BinOp: Expressions._eval_binary,
    ast.Compare: Expressions._eval_compare,
    ast.BoolOp: Expressions._eval_boolean,
    ast.IfExp: Expressions._eval_conditional,
    ast.UnaryOp: Expressions._eval_unary,
    ast.List: Expressions._eval_sequence,
    ast.Tuple: Expressions._eval_sequence,
    ast.Set: Expressions._eval_sequence,
    ast.Dict: Expressions._eval_dict,
    ast.JoinedStr: Expressions._eval_text,
    ast.Lambda: Expressions._eval_lambda,
    ast.NamedExpr: Expressions._eval_walrus,
    ast.Slice: Expressions._eval_slice,
    ast.Starred: Expressions._eval_starred,
    ast.Await: Expressions._eval_await,
    ast.Yield: Expressions._eval_yield,
    ast.YieldFrom: Expressions._eval_yield,
    ast.ListComp: Expressions._eval_comprehension,
    ast.SetComp: Expressions._eval_comprehension,
    ast.DictComp: Expressions._eval_comprehension,
    ast.GeneratorExp: Expressions._eval_generator,
}
