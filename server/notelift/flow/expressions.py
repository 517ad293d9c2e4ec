"""Expressions: each gives a value in flight and records what the statement reads on the way."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from typing import Any

from notelift.effects.spec import Spec
from notelift.flow.functions import Functions
from notelift.flow.library_calls import Call
from notelift.flow.paths import concatenate, join_path
from notelift.flow.values import CONTAINERS, IMMUTABLE, NO_OBJECTS, NOTHING, Bound, Columns, Obj, ObjId, Symbol, Val, join_types

BUILTINS = frozenset(dir(builtins))
FLAT = frozenset({"dict_items", "zip", "enumerate", "iterator"})
"""Iterables whose items are tuples of what their objects hold."""
_BINARY_DUNDERS = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.FloorDiv: "floordiv", ast.Mod: "mod",
    ast.Pow: "pow", ast.MatMult: "matmul", ast.BitAnd: "and", ast.BitOr: "or", ast.BitXor: "xor",
    ast.LShift: "lshift", ast.RShift: "rshift",
}  # fmt: skip
_COMPARE_DUNDERS = {ast.Eq: "__eq__", ast.NotEq: "__ne__", ast.Lt: "__lt__", ast.LtE: "__le__", ast.Gt: "__gt__",
                    ast.GtE: "__ge__", ast.In: "__contains__", ast.NotIn: "__contains__"}  # fmt: skip


class Expressions(Functions):
    """Evaluates expressions."""

    key_type = ""

    def eval(self, node: ast.expr, discarded: bool = False) -> Val:
        """The value of an expression."""
        if type(node) is ast.Call:
            return self.eval_call(node, discarded)
        return _EVALUATORS.get(type(node), Expressions.eval_parts)(self, node)

    def eval_parts(self, node: Any) -> Val:
        """An expression that only combines the values of its parts."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.read(self.eval(child))
        return Val(site=node)

    def eval_constant(self, node: ast.Constant) -> Val:
        return Val(type=type(node.value).__name__, const=node.value)

    def eval_name(self, node: ast.Name) -> Val:
        return self.load_name(node.id)

    def load_name(self, name: str) -> Val:
        """What a name holds here."""
        if self.scope_frames or self.environments:
            bound = self.variable(name)
            if bound is not None:
                return Val(bound.objs, bound.type, bound.ref, bound.const, label=name)
        found = self.get(name)
        if isinstance(found, Bound):
            if found.writers:
                self.edge(found.writers, "name", name)
            if found.may:
                self.edge(found.may, "object", name, False)
            if not found.unbound or name not in BUILTINS:
                return Val(found.objs, found.type, found.ref, found.const, label=name)
        return self._load_unbound(name)

    def _load_unbound(self, name: str) -> Val:
        star = self.get(("star names", name))
        if isinstance(star, Bound):
            self.read_bound(star, "name", name)
            return Val(star.objs, star.type, star.ref, star.const, label=name)
        found = self.read_unbound(name)
        if name in BUILTINS:
            return Val(ref=name, label=name)
        if name == "__notelift_magic__":
            return Val(ref=name, label=name)
        if not found and name not in ("__name__", "__file__", "__doc__", "In", "Out", "get_ipython", "display", "exit", "quit"):
            self.notes[f"`{name}` is not defined before this"] = None
        if name == "display":
            return Val(ref="IPython.display.display", label=name)
        if name.startswith("_"):
            return self.load_output(name)
        return Val(label=name)

    def load_output(self, name: str) -> Val:
        """`_`, `__`, `_5`: what a cell displayed."""
        number: Any = name[1:] if name[1:].isdigit() else len(name)
        bound = self.get(("output", int(number) if name[1:].isdigit() else -len(name)))
        if isinstance(bound, Bound):
            self.edge(bound.writers, "output", name)
            return Val(bound.objs, bound.type, bound.ref, bound.const, label=name)
        return Val(label=name)

    # -- attributes and items

    def eval_attribute(self, node: ast.Attribute) -> Val:
        return self.attribute(self.eval(node.value), node.attr, node)

    def attribute(self, receiver: Val, name: str, node: ast.expr) -> Val:
        """`receiver.name`, read."""
        label = f"{receiver.label}.{name}" if receiver.label else name
        if receiver.ref and not receiver.objs:
            return self._library_attribute(receiver, name, label, node)
        if name == "__dict__" and any(self.object(obj_id).klass for obj_id in receiver.objs):
            return receiver
        found: list[Val] = []
        for obj_id in receiver.objs:
            found.append(self._object_attribute(obj_id, receiver, name, label, node))
        if receiver.obj is not None or receiver.base or not found:
            found.append(self._temporary_attribute(receiver, name, label, node))
        return self.either(found, label, node)

    def either(self, found: list[Val], label: str, node: ast.AST) -> Val:
        """One of several values."""
        if len(found) == 1:
            return found[0]
        objs = NO_OBJECTS
        base: tuple[tuple[ObjId, Any], ...] = ()
        type_ = found[0].type
        held = NO_OBJECTS
        for val in found:
            objs |= val.objs
            base += tuple(b for b in val.base if b not in base)
            type_ = join_types(type_, val.type)
            if val.obj is not None:
                held |= val.obj.holds.union(*(bound.objs for bound in val.obj.keys.values()))
        obj = Obj(type=type_, holds=held) if held else None
        consts = {repr(val.const) for val in found}
        const = found[0].const if len(consts) == 1 else NOTHING
        return Val(objs, type_, next((val.ref for val in found if val.ref), ""), const, obj, base, label, node)

    def _library_attribute(self, receiver: Val, name: str, label: str, node: ast.expr) -> Val:
        ref = f"{receiver.ref}.{name}"
        stored = self.use_library_state(ref)
        if stored is not None:
            return Val(stored.objs, stored.type, stored.ref or ref, stored.const, label=label)
        spec = self.library.find(ref)
        if spec is None or not spec.is_property:
            return Val(ref=ref, label=label)
        for effect in spec.effects:
            if effect.verb in ("is", "uses") and effect.subject != "environment":
                self.use(effect.subject)
        result = spec.result
        type_ = result.types[0] if result is not None and len(result.types) == 1 else ""
        return Val(type="" if type_ in ("?", "self") else type_, ref=ref, label=label)

    def _object_attribute(self, obj_id: ObjId, receiver: Val, name: str, label: str, node: ast.expr) -> Val:
        obj = self.object(obj_id)
        if obj.klass or obj.type in ("class", "types.SimpleNamespace", "argparse.Namespace"):
            return self._member(obj_id, obj, receiver, name, label, node)
        if name in obj.keys:
            bound = self.read_key(obj_id, name, receiver.label)
            if bound is not None:
                return self._stored_part(obj_id, bound, name, label, node)
        return self._typed_attribute(obj_id, obj.type or receiver.type, receiver, name, label, node)

    def _member(self, obj_id: ObjId, obj: Obj, receiver: Val, name: str, label: str, node: ast.expr) -> Val:
        bound = self.read_key(obj_id, name, receiver.label)
        if bound is None or bound.unbound:
            inherited = self.find_member(obj_id, name)
            bound = inherited if inherited is not None else bound
        if bound is None:
            if name == "__class__":
                return Val(obj.klass, "class", label=label)
            parent = self.library_parent(obj_id)
            if parent:
                return self._typed_attribute(obj_id, parent, receiver, name, label, node)
            self.read_object(obj_id, receiver.label)
            return Val(obj.holds, label=label, site=node)
        if bound.type == "property" and obj.klass:
            return self.call_method(bound, Val(frozenset((obj_id,)), "instance", label=receiver.label), Call(node, name))
        return Val(bound.objs, bound.type, bound.ref, bound.const, label=label)

    def _typed_attribute(self, obj_id: ObjId, type_: str, receiver: Val, name: str, label: str, node: ast.expr) -> Val:
        spec = self.library.method(type_, name) if type_ else None
        registry = self.writers("registry:" + type_.partition(".")[0]) if spec is None and type_ else None
        if registry:
            self.edge(registry, "world", name, False, "may have been registered there")
        if spec is None and type_ == "pandas.DataFrame":
            self.read_key(obj_id, name, receiver.label)
            return Val(type="pandas.Series", base=((obj_id, name),), label=label, site=node)
        self.read_object(obj_id, receiver.label)
        if spec is None:
            return Val(objs=self.object(obj_id).holds, base=((obj_id, NOTHING),), label=label, site=node)
        if not spec.is_property and not spec.is_class:
            return self._bound_method(Val(frozenset((obj_id,)), type_), name, label, node)
        return self._spec_attribute(spec, frozenset((obj_id,)), receiver, label, node)

    def _bound_method(self, receiver: Val, name: str, label: str, node: ast.expr) -> Val:
        """A library's method as a value (`push = items.append`)."""
        bound = self.bound_of(receiver, node)
        keys = {"__self__": bound, "__name__": Bound(const=name)}
        return Val(type="bound method", obj=Obj(type="bound method", keys=keys), label=label, site=node)

    def _spec_attribute(self, spec: Spec, objs: frozenset[ObjId], receiver: Val, label: str, node: ast.expr) -> Val:
        for effect in spec.effects if spec.is_property else ():
            if effect.verb == "uses":
                self.use(effect.subject)
        result = spec.result
        type_ = ""
        if result is not None and len(result.types) == 1:
            type_ = receiver.type if result.types[0] == "self" else result.types[0].replace("?", "")
        if result is None or result.link == "fresh":
            return Val(type=type_, label=label, site=node)
        if result.link == "alias":
            return receiver
        if result.link == "element":
            items = self.items_of(Val(objs))
            return Val(items.objs, type_ or items.type, base=() if items.objs else tuple((o, NOTHING) for o in objs), label=label, site=node)
        if type_ in IMMUTABLE:
            return Val(type=type_, label=label, site=node)
        return Val(type=type_, base=tuple((obj_id, NOTHING) for obj_id in objs), label=label, site=node)

    def _temporary_attribute(self, receiver: Val, name: str, label: str, node: ast.expr) -> Val:
        self.read(receiver)
        if receiver.obj is not None and name in receiver.obj.keys:
            bound = receiver.obj.keys[name]
            return Val(bound.objs, bound.type, bound.ref, bound.const, label=label)
        spec = self.library.method(receiver.type, name) if receiver.type else None
        type_ = ""
        if spec is not None and spec.result is not None and len(spec.result.types) == 1:
            type_ = receiver.type if spec.result.types[0] == "self" else spec.result.types[0].replace("?", "")
        elif spec is None and receiver.type == "pandas.DataFrame":
            type_ = "pandas.Series"
        base = receiver.base if type_ not in IMMUTABLE else ()
        const: Any = NOTHING
        if isinstance(receiver.const, (Symbol, str)) and name in ("parent", "name", "stem"):
            const = Symbol((("attribute", name, receiver.const),))
        return Val(type=type_, const=const, base=base, label=label, site=node)

    def _stored_part(self, obj_id: ObjId, bound: Bound, key: Any, label: str, node: ast.expr) -> Val:
        """What is at a key; of a frame it is a view of the column."""
        if self.object(obj_id).type in ("pandas.DataFrame", "") and not bound.ref:
            type_ = "pandas.Series" if self.object(obj_id).type == "pandas.DataFrame" else bound.type
            if self.object(obj_id).type == "pandas.DataFrame" or not bound.objs:
                return Val(type=type_, base=((obj_id, key),), label=label, site=node)
        return Val(bound.objs, bound.type, bound.ref, bound.const, label=label)

    def eval_subscript(self, node: ast.Subscript) -> Val:
        receiver = self.eval(node.value)
        key = self.key_of(node.slice)
        if receiver.type == "namespace":
            return self._global_item(key, node)
        if receiver.ref == "os.environ" and isinstance(key, str):
            self.use_variable(key)
            return Val(type="str", site=node)
        return self.item(receiver, key, node)

    def _global_item(self, key: Any, node: ast.Subscript) -> Val:
        """`globals()[key]`: one name, or any when the key is not known."""
        if isinstance(key, str):
            return self.load_name(key)
        for name, entry in list(self.state.items()):
            if isinstance(name, str) and isinstance(entry, Bound):
                self.read_global(name)
        self.reads[("opaque", self.token)] = object()
        return Val(site=node)

    def key_of(self, node: ast.expr) -> Any:
        """The constant that an index is, or NOTHING; the statement reads what the index is made of."""
        if type(node) is ast.Constant:
            self.key_type = type(node.value).__name__
            return node.value
        val = self.eval(node)
        self.key_type = val.type or self._type_of_objects(val)
        self.read(val)
        if isinstance(node, ast.List) and node.elts and all(isinstance(part, ast.Constant) for part in node.elts):
            return Columns(part.value for part in node.elts if isinstance(part, ast.Constant))
        if isinstance(val.const, (str, int, tuple)) and not isinstance(val.const, Symbol):
            return val.const
        return NOTHING

    def item(self, receiver: Val, key: Any, node: ast.Subscript) -> Val:
        """`receiver[key]`, read."""
        special = self.dunder(receiver, ("__getitem__", "__class_getitem__"), [], node)
        if special is not None:
            return special
        label = f"{receiver.label}[{ast.unparse(node.slice)[:30]}]" if isinstance(node.slice, (ast.Constant, ast.Name)) else receiver.label
        found: list[Val] = []
        for obj_id in receiver.objs:
            found.append(self._object_item(obj_id, receiver, key, label, node))
        if receiver.obj is not None or receiver.base or not found:
            found.append(self._temporary_item(receiver, key, label, node))
        return self.either(found, label, node)

    def _object_item(self, obj_id: ObjId, receiver: Val, key: Any, label: str, node: ast.Subscript) -> Val:
        obj = self.object(obj_id)
        if key is not NOTHING and not isinstance(key, Columns) and self.separate(obj, key):
            bound = self.read_key(obj_id, key, receiver.label)
            if bound is not None:
                return self._stored_part(obj_id, bound, key, label, node)
            if obj.type == "pandas.DataFrame":
                return Val(type="pandas.Series", base=((obj_id, key),), label=label, site=node)
            if obj.type == "":
                return Val(objs=obj.holds, base=((obj_id, key),), label=label, site=node)
            items = self.items_of(Val(frozenset((obj_id,))))
            return Val(items.objs, obj.items, label=label, site=node)
        if isinstance(key, Columns) and obj.type == "pandas.DataFrame":
            for name in key:
                self.read_key(obj_id, name, receiver.label)
            return Val(type="pandas.DataFrame", label=label, site=node)
        if obj.type in ("list", "tuple", "dict") and not isinstance(node.slice, ast.Slice):
            return self._unknown_item(obj_id, obj, receiver, label, node)
        self.read_object(obj_id, receiver.label)
        return self._part(Val(frozenset((obj_id,)), obj.type or receiver.type, label=receiver.label), key, label, node)

    def _unknown_item(self, obj_id: ObjId, obj: Obj, receiver: Val, label: str, node: ast.Subscript) -> Val:
        """An item by an index that is not known: any of them, but not what each of them holds."""
        self.edge(obj.made, "object", receiver.label)
        self.edge(obj.may, "object", receiver.label, False)
        for bound in obj.keys.values():
            self.read_bound(bound, "object", receiver.label)
        items = self.items_of(Val(frozenset((obj_id,))))
        if isinstance(node.slice, ast.UnaryOp) or obj.type == "dict":
            pass
        return Val(items.objs, items.type or obj.items, label=label, site=node)

    def _part(self, holder: Val, key: Any, label: str, node: ast.Subscript) -> Val:
        """A part of an array, frame, string or list that is read whole: a view unless it is known to be a copy."""
        type_ = holder.type
        is_slice = isinstance(node.slice, ast.Slice)
        if type_ in ("list", "tuple", "str", "bytes", "range"):
            items = self.items_of(holder)
            if is_slice and type_ in ("list", "tuple"):
                return Val(type=type_, obj=Obj(type=type_, holds=items.objs, items=items.type), label=label, site=node)
            return Val(items.objs, type_ if type_ in ("str",) or is_slice else items.type, label=label, site=node)
        if type_ in IMMUTABLE:
            return Val(label=label, site=node)
        items = self.items_of(holder)
        part = _part_type(type_, node.slice, self.key_type)
        if type_ == "pandas.DataFrame" and not is_slice and part == "pandas.DataFrame":
            return Val(type=part, label=label, site=node)
        base = tuple((obj_id, NOTHING) for obj_id in holder.objs)
        if type_ == "numpy.ndarray" and isinstance(node.slice, (ast.List, ast.Compare, ast.BoolOp, ast.BinOp)):
            base = ()
        return Val(items.objs, part or items.type, base=base, label=label, site=node)

    def _temporary_item(self, receiver: Val, key: Any, label: str, node: ast.Subscript) -> Val:
        if receiver.ref and not receiver.objs:
            self.use_library_state(receiver.ref)
            self.read(receiver)
            return Val(type=_items_type(self.library.find(receiver.ref)), label=label, site=node)
        if receiver.obj is not None and key is not NOTHING and not isinstance(key, Columns) and key in receiver.obj.keys:
            bound = receiver.obj.keys[key]
            return Val(bound.objs, bound.type, bound.ref, bound.const, label=label)
        self.read(receiver)
        items = self.items_of(receiver) if receiver.obj is not None else Val()
        if receiver.type in ("list", "tuple", "str"):
            return self._part(receiver, key, label, node)
        type_ = _part_type(receiver.type, node.slice, self.key_type)
        return Val(items.objs, type_ or items.type, base=receiver.base, label=label, site=node)

    def separate(self, obj: Obj, key: Any) -> bool:
        """Whether the item at a constant key of this object is a place of its own."""
        raise NotImplementedError

    # -- operators

    def eval_binary(self, node: ast.BinOp) -> Val:
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
        const: Any = NOTHING
        if isinstance(op, ast.Add):
            const = concatenate(left.const, right.const) if _textual(left) or _textual(right) else NOTHING
        elif isinstance(op, ast.Div) and (left.type.startswith("pathlib.") or right.type.startswith("pathlib.")):
            return Val(type=left.type or right.type, const=join_path(left.const, right.const), site=node)
        elif isinstance(op, ast.Mod) and isinstance(left.const, (str, Symbol)) and left.type == "str":
            const = self.symbol(node, left, right)
        type_ = _operation_type(left.type, right.type, op)
        if type_ == "list":
            held = self.items_of(left).objs | self.items_of(right).objs
            return Val(type="list", obj=Obj(type="list", holds=held), site=node)
        return Val(type=type_, const=const, site=node)

    def symbol(self, node: ast.AST, *parts: Val) -> Any:
        """The identity of a value computed from others: equal parts in the same way are equal values."""
        consts = tuple(part.const for part in parts)
        if any(const is NOTHING for const in consts) or any(not isinstance(c, (str, int, float, Symbol, bool)) for c in consts):
            return NOTHING
        return Symbol(((type(node).__name__, *consts),))

    def eval_compare(self, node: ast.Compare) -> Val:
        left = self.eval(node.left)
        type_ = "bool"
        for op, comparator in zip(node.ops, node.comparators, strict=True):
            right = self.eval(comparator)
            special = _COMPARE_DUNDERS.get(type(op))
            if special is not None:
                if special == "__contains__":
                    self.dunder(right, (special,), [left], node)
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
        dicts = right.objs and right.obj is None and all(self.object(obj_id).type == "dict" for obj_id in right.objs)
        if not dicts or not isinstance(left.const, (str, int)):
            return False
        for obj_id in right.objs:
            self.read_key(obj_id, left.const, right.label)
        return True

    def eval_boolean(self, node: ast.BoolOp) -> Val:
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

    def eval_conditional(self, node: ast.IfExp) -> Val:
        self.read(self.eval(node.test))
        found: list[Val] = []
        paths = []
        for option in (node.body, node.orelse):

            def run(option: ast.expr = option) -> None:
                found.append(self.settled(self.eval(option), node, 0))

            paths.append(self.branch(run))
        self.join(paths)
        return self.either(found, "", node)

    def eval_unary(self, node: ast.UnaryOp) -> Val:
        val = self.eval(node.operand)
        self.read(val)
        if isinstance(node.op, ast.USub) and isinstance(val.const, (int, float)):
            return Val(type=val.type, const=-val.const)
        return Val(type="bool" if isinstance(node.op, ast.Not) else val.type, site=node)

    # -- displays

    def eval_sequence(self, node: ast.List | ast.Tuple | ast.Set) -> Val:
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
        if type_ == "tuple" and len(keys) == len(node.elts) and all(isinstance(b.const, (str, int)) for b in keys.values()):
            const = tuple(bound.const for bound in keys.values())
        return Val(type=type_, const=const, obj=Obj(type=type_, keys=keys, holds=held), site=node)

    def eval_dict(self, node: ast.Dict) -> Val:
        keys: dict[Any, Bound] = {}
        held = NO_OBJECTS
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            if key_node is None:
                val = self.eval(value_node)
                self.read(val)
                held |= self.items_of(val).objs
                continue
            key = self.key_of(key_node)
            bound = self.bound_of(self.eval(value_node), value_node)
            if key is NOTHING or len(keys) >= 64:
                held |= bound.objs
            else:
                keys[key] = bound
        return Val(type="dict", obj=Obj(type="dict", keys=keys, holds=held), site=node)

    def eval_text(self, node: ast.JoinedStr) -> Val:
        const: Any = ""
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                val = self.eval(part.value)
                self.dunder(val, ("__format__", "__str__", "__repr__"), [], part)
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

    def eval_lambda(self, node: ast.Lambda) -> Val:
        return self.make_function(node)

    def eval_walrus(self, node: ast.NamedExpr) -> Val:
        val = self.eval(node.value)
        self.bind_name(node.target.id, self.bound_of(val, node.value))
        return val

    def eval_starred(self, node: ast.Starred) -> Val:
        return self.eval(node.value)

    def eval_await(self, node: ast.Await) -> Val:
        return self.eval(node.value)

    def eval_yield(self, node: ast.Yield | ast.YieldFrom) -> Val:
        if node.value is not None:
            val = self.eval(node.value)
            self.read(val)
            bound = self.bound_of(val, node.value)
            self.yielded |= bound.objs
            if isinstance(node, ast.YieldFrom):
                self.yielded |= self.iterate(val, node).objs
        return Val(site=node)

    # -- comprehensions

    def eval_comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> Val:
        held: set[ObjId] = set()
        types: set[str] = set()
        frame = self.push_frame()

        def element() -> None:
            parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
            for part in parts:
                val = self.eval(part, discarded=True)
                self.read(val)
                types.add(val.type)
                held.update(self.bound_of(val, part).objs)

        self._generators(node.generators, frame, element)
        self.pop_frame()
        type_ = {"ListComp": "list", "SetComp": "set", "DictComp": "dict"}.get(type(node).__name__, "generator")
        items = types.pop() if len(types) == 1 else ""
        return Val(type=type_, obj=Obj(type=type_, holds=frozenset(held), items=items), site=node)

    def _generators(self, generators: list[ast.comprehension], frame: int, element: Callable[[], None]) -> None:
        if not generators:
            element()
            return
        generator = generators[0]
        self.loop_depth += 1
        item = self.iterate(self.eval(generator.iter), generator.iter)

        def bind(name: str, bound: Bound) -> None:
            self.set_variable(frame, name, bound)

        self.bind_target(generator.target, item, bind)
        for test in generator.ifs:
            self.read(self.eval(test))
        self._generators(generators[1:], frame, element)
        self.loop_depth -= 1

    def eval_generator(self, node: ast.GeneratorExp) -> Val:
        """A generator: its first iterable is evaluated now, the rest where it is consumed."""
        first = node.generators[0]
        source = self.eval(first.iter)
        self.read(source)
        body: ast.Lambda | None = getattr(node, "_notelift_body", None)
        if body is None:
            given = ast.copy_location(ast.Name(".0", ast.Load()), first.iter)
            start = ast.comprehension(first.target, given, first.ifs, first.is_async)
            elements = ast.copy_location(ast.ListComp(elt=node.elt, generators=[start, *node.generators[1:]]), node)
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
        self.read(val)
        if val.ref == "os.environ":
            self.use("environment")
        if any(self.object(obj_id).frame is not None for obj_id in val.objs) or (val.obj and val.obj.frame is not None):
            return self.resume(val, node)
        if val.type in ("iterator", "generator", "enumerate", "zip", "map", "filter", "reversed"):
            self.change(val, "consumes the iterator")
        elif val.type.startswith(("io.", "_io.", "csv.")):
            self.change(val, "reads on in the file")
        items = self.items_of(val)
        items.flat = (val.type or self._type_of_objects(val)) in FLAT
        if not items.objs and not items.type:
            items.type = _item_type(val.type)
            if val.type not in CONTAINERS and val.type not in IMMUTABLE and not val.type.startswith(("io.", "pandas.")):
                items.base = val.base or tuple((obj_id, NOTHING) for obj_id in val.objs)
        return items

    def bind_target(self, target: ast.expr, val: Val, bind: Callable[[str, Bound], None]) -> None:
        """Bind an assignment's target."""
        raise NotImplementedError

    # -- calls

    def eval_call(self, node: ast.Call, discarded: bool) -> Val:
        """The value of a call."""
        raise NotImplementedError


def _textual(val: Val) -> bool:
    return val.type == "str" or isinstance(val.const, (str, Symbol))


def _part_type(type_: str, index: ast.expr, key_type: str) -> str:
    if type_ == "pandas.DataFrame":
        if key_type in ("list", "pandas.Series", "pandas.DataFrame", "pandas.Index", "numpy.ndarray"):
            return "pandas.DataFrame"
        if key_type in ("str", "int"):
            return "pandas.Series"
        if isinstance(index, (ast.Slice, ast.List, ast.Compare, ast.BinOp, ast.UnaryOp, ast.Call)):
            return "pandas.DataFrame"
        return "pandas.Series" if isinstance(index, ast.Constant) else ""
    if type_ in ("pandas.Series", "numpy.ndarray", "pandas.Index") and isinstance(index, (ast.Slice, ast.Compare, ast.List)):
        return type_
    if type_ == "numpy.ndarray" and isinstance(index, ast.Tuple):
        return type_ if any(isinstance(part, (ast.Slice, ast.Name)) for part in index.elts) else ""
    return ""


def _operation_type(left: str, right: str, op: ast.operator) -> str:
    for strong in ("pandas.DataFrame", "pandas.Series", "numpy.ndarray"):
        if strong in (left, right):
            return strong
    if left == right == "list" or (isinstance(op, ast.Mult) and "list" in (left, right)):
        return "list"
    if left == "str" or (right == "str" and isinstance(op, ast.Add)):
        return "str"
    if left in ("int", "float") and right in ("int", "float"):
        return "float" if "float" in (left, right) or isinstance(op, ast.Div) else "int"
    return left if left == right else ""


def _item_type(type_: str) -> str:
    return {"range": "int", "str": "str", "pandas.DataFrame": "str", "io.TextIOWrapper": "str"}.get(type_, "")


def _items_type(spec: Spec | None) -> str:
    return spec.result.items if spec is not None and spec.result is not None else ""


_EVALUATORS: dict[type[ast.expr], Callable[..., Val]] = {
    ast.Constant: Expressions.eval_constant,
    ast.Name: Expressions.eval_name,
    ast.Attribute: Expressions.eval_attribute,
    ast.Subscript: Expressions.eval_subscript,
    ast.BinOp: Expressions.eval_binary,
    ast.Compare: Expressions.eval_compare,
    ast.BoolOp: Expressions.eval_boolean,
    ast.IfExp: Expressions.eval_conditional,
    ast.UnaryOp: Expressions.eval_unary,
    ast.List: Expressions.eval_sequence,
    ast.Tuple: Expressions.eval_sequence,
    ast.Set: Expressions.eval_sequence,
    ast.Dict: Expressions.eval_dict,
    ast.JoinedStr: Expressions.eval_text,
    ast.Lambda: Expressions.eval_lambda,
    ast.NamedExpr: Expressions.eval_walrus,
    ast.Starred: Expressions.eval_starred,
    ast.Await: Expressions.eval_await,
    ast.Yield: Expressions.eval_yield,
    ast.YieldFrom: Expressions.eval_yield,
    ast.ListComp: Expressions.eval_comprehension,
    ast.SetComp: Expressions.eval_comprehension,
    ast.DictComp: Expressions.eval_comprehension,
    ast.GeneratorExp: Expressions.eval_generator,
}
