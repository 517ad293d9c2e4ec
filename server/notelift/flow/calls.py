"""Calls: who is called, with what, and the builtins that the interpreter has to understand itself."""

from __future__ import annotations

import ast
from typing import Any

from notelift.effects.spec import Spec
from notelift.flow.builtin_calls import SPECIAL
from notelift.flow.call import Call
from notelift.flow.paths import join_path
from notelift.flow.texts import Texts
from notelift.flow.values import LAZY, NO_OBJECTS, NOTHING, Bound, Obj, Symbol, Val

_DUNDER_OF_BUILTIN = {
    "len": ("__len__",),
    "str": ("__str__", "__repr__"),
    "repr": ("__repr__",),
    "print": ("__str__", "__repr__"),
    "next": ("__next__",),
    "iter": ("__iter__",),
    "list": ("__iter__",),
    "tuple": ("__iter__",),
    "sum": ("__iter__",),
    "sorted": ("__iter__", "__lt__"),
    "bool": ("__bool__", "__len__"),
    "int": ("__int__",),
    "float": ("__float__",),
    "abs": ("__abs__",),
    "hash": ("__hash__",),
    "format": ("__format__",),
    "round": ("__round__",),
    "reversed": ("__reversed__",),
    "set": ("__iter__",),
    "dict": ("__iter__", "keys"),
    "max": ("__iter__", "__gt__"),
    "min": ("__iter__", "__lt__"),
    "any": ("__iter__",),
    "all": ("__iter__",),
    "enumerate": ("__iter__",),
    "zip": ("__iter__",),
}
_PATH_FUNCTIONS = {
    "os.path.join": "join",
    "os.path.abspath": "same",
    "os.path.normpath": "same",
    "os.path.expanduser": "same",
    "os.fspath": "same",
    "str": "same",
    "posixpath.join": "join",
    "pathlib.Path": "join",
    "pathlib.PurePath": "join",
}


_CHANGES_OF_GLOBALS = ("update", "setdefault", "pop", "clear", "__setitem__")


_MOVES_GENERATORS = ("close", "send", "throw", "__next__")


class Calls(Texts):
    """Evaluates calls."""

    def eval_call(self, node: ast.Call, discarded: bool = False) -> Val:
        """The value of a call."""
        func = node.func
        if isinstance(func, ast.Attribute):
            return self._call_attribute(node, func, discarded)
        if isinstance(func, ast.Name):
            callee = self.load_name(func.id)
            call = self._arguments(node, func.id, discarded)
            if callee.ref and not callee.objs:
                return self.call_library(callee.ref, call)
            return self.call_value(callee, call)
        callee = self.eval(func)
        call = self._arguments(node, ast.unparse(func)[:40], discarded)
        if callee.ref and not callee.objs:
            return self.call_library(callee.ref, call)
        return self.call_value(callee, call)

    def _arguments(self, node: ast.Call, name: str, discarded: bool) -> Call:
        call = Call(node, name, discarded=discarded)
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                val = self.eval(argument.value)
                self.read(val)
                if val.type in LAZY or val.type == "generator":
                    items = self.iterate(val, argument)
                    val = Val(type="list", obj=Obj(type="list", holds=items.objs, items=items.type))
                self._spread_arguments(val, call, argument)
            else:
                val = self.eval(argument)
                if val.site is None:
                    val.site = argument
                call.args.append(val)
        for keyword in node.keywords:
            val = self.eval(keyword.value)
            if val.site is None:
                val.site = keyword.value
            if keyword.arg is None:
                self.read(val)
                self._spread_keywords(val, call)
            else:
                call.kwargs[keyword.arg] = val
        return call

    def _spread_arguments(self, val: Val, call: Call, node: ast.AST) -> None:
        """`f(*args)`: the items that are known by position, else any item for each parameter."""
        parts = [self.object(obj_id) for obj_id in self.in_order(val.objs)]
        if val.obj is not None:
            parts.append(val.obj)
        if len(parts) == 1 and parts[0].keys and not parts[0].holds and parts[0].type in ("tuple", "list"):
            for index in range(len(parts[0].keys)):
                bound = parts[0].keys.get(index)
                if bound is not None:
                    call.args.append(Val(bound.objs, bound.type, bound.ref, bound.const, site=node))
            return
        call.open_ended = True
        items = self.items_of(val)
        call.args.append(Val(items.objs, items.type, site=node))

    def _spread_keywords(self, val: Val, call: Call) -> None:
        parts = [self.object(obj_id) for obj_id in self.in_order(val.objs)]
        if val.obj is not None:
            parts.append(val.obj)
        if len(parts) == 1 and parts[0].type == "dict":
            for key, bound in parts[0].keys.items():
                if isinstance(key, str):
                    call.kwargs[key] = Val(bound.objs, bound.type, bound.ref, bound.const, site=call.node)
        # Other statements may have put more into it.
        call.open_ended = True

    def _call_attribute(self, node: ast.Call, func: ast.Attribute, discarded: bool) -> Val:
        if (
            isinstance(func.value, ast.Call)
            and isinstance(func.value.func, ast.Name)
            and func.value.func.id == "super"
        ):
            return self._call_super(node, func, discarded)
        receiver = self.eval(func.value)
        if receiver.ref and not receiver.objs:
            return self._call_of_library(receiver, func, node, discarded)
        label = f"{receiver.label}.{func.attr}" if receiver.label else func.attr
        call = self._arguments(node, label, discarded)
        results: list[Val] = []
        rest = NO_OBJECTS
        for obj_id in self.in_order(receiver.objs):
            obj = self.object(obj_id)
            if obj.klass or obj.type in ("class", "types.SimpleNamespace", "super") or func.attr in obj.keys:
                results.append(
                    self._call_member(
                        Val(frozenset((obj_id,)), obj.type, label=receiver.label), obj, func, call
                    )
                )
            else:
                rest |= {obj_id}
        if rest or receiver.obj is not None or receiver.base or not results:
            others = Val(
                rest,
                receiver.type,
                receiver.ref,
                receiver.const,
                receiver.obj,
                receiver.base,
                receiver.label,
                receiver.site,
            )
            results.append(self._call_typed(others, func.attr, call))
        return self.either(
            [self.settled(val, node, 0) for val in results] if len(results) > 1 else results, label, node
        )

    def _call_of_library(self, receiver: Val, func: ast.Attribute, node: ast.Call, discarded: bool) -> Val:
        ref = f"{receiver.ref}.{func.attr}"
        stored = self.use_library_state(ref)
        call = self._arguments(node, ref, discarded)
        if stored is not None and stored.objs:
            return self.call_value(self.val_of(stored, ref), call)
        spec = self.library.find(receiver.ref)
        if spec is not None and spec.is_class:
            call.unbound = True
        elif spec is not None and (spec.is_property or receiver.type):
            call.receiver = receiver
        return self.call_library(ref, call)

    def _call_member(self, receiver: Val, obj: Obj, func: ast.Attribute, call: Call) -> Val:
        """A call of an attribute of the notebook's own instance or class."""
        obj_id = next(iter(receiver.objs))
        own = obj.keys.get(self.mangled(func.attr)) if obj.type != "class" else None
        if own is not None and not own.unbound:
            self.read_key(obj_id, self.mangled(func.attr), receiver.label)
            return self.call_value(self.val_of(own, f"{receiver.label}.{func.attr}"), call)
        method = self.find_member(obj_id, self.mangled(func.attr))
        if method is not None and method.type == "instance":
            return self.call_value(self.attribute(receiver, func.attr, func), call)
        if method is not None:
            self.read_key(obj_id, func.attr, receiver.label)
            if obj.type == "class":
                return self._call_on_class(method, receiver, call)
            return self.call_method(method, receiver, call)
        parent = self.library_parent(obj_id)
        if not parent and self.find_member(obj_id, "__getattr__") is not None:
            return self.call_value(self.attribute(receiver, func.attr, func), call)
        return self._call_inherited(parent, receiver, func.attr, call)

    def _call_inherited(self, parent: str, receiver: Val, attribute: str, call: Call) -> Val:
        """A method that a library base gives; it may call the methods of the notebook's class."""
        spec = self.library.method(parent, attribute) if parent else None
        call.receiver = receiver
        if spec is None or spec.effects:
            self.call_own_methods(receiver, call)
        return self.library_call(spec or self.library.agreed(attribute), call, certain=spec is not None)

    def _call_on_class(self, method: Bound, receiver: Val, call: Call) -> Val:
        for obj_id in self.in_order(method.objs):
            if self.object(obj_id).type in ("classmethod", "staticmethod"):
                return self.call_method(method, receiver, call)
        return self.call_value(self.val_of(method, call.name), call)

    def _call_super(self, node: ast.Call, func: ast.Attribute, discarded: bool) -> Val:
        first = self.function_scope.parameters[:1] if self.function_scope is not None else ()
        receiver = self.load_name(first[0]) if first else Val()
        receiver.label = first[0] if first else ""
        call = self._arguments(node, f"super().{func.attr}", discarded)
        results: list[Val] = []
        for obj_id in self.in_order(receiver.objs):
            for class_id in self.in_order(self.object(obj_id).klass):
                for parent in self._parents_to_search(class_id, func.attr):
                    found = self.find_member(parent, func.attr)
                    if found is not None and found.objs and not self._is_running(found):
                        results.append(self.call_method(found, receiver, call))
                        break
        if results:
            return results[0]
        parent_ref = next((self.library_parent(obj_id) for obj_id in receiver.objs), "")
        if func.attr == "__new__" and self.being_made:
            return self.being_made[-1]
        if func.attr in ("__init__", "__setattr__", "__new__", "__init_subclass__"):
            for val in call.values():
                self.read(val)
                self.hold(receiver.objs, self.bound_of(val, val.site or node).objs)
            return Val()
        return self._call_inherited(parent_ref, receiver, func.attr, call)

    def _parents_to_search(self, class_id: Any, attribute: str) -> list[Any]:
        """The classes above one, nearest first.

        A method that runs at present is passed over by the caller.
        """
        found: list[Any] = []
        waiting = [class_id]
        while waiting and len(found) < 40:
            current = waiting.pop(0)
            for parent in self.object(current).parents:
                for parent_id in self.in_order(parent.objs):
                    if attribute in self.object(parent_id).keys:
                        found.append(parent_id)
                    waiting.append(parent_id)
        return found

    def _is_running(self, method: Bound) -> bool:
        functions = [self.object(obj_id).function for obj_id in self.in_order(method.objs)]
        return any(function is not None and self.is_recursive(function) for function in functions)

    def _call_typed(self, receiver: Val, attribute: str, call: Call) -> Val:
        """A method of a value by its type, else by what all specs that know its name agree on."""
        call.receiver = receiver
        if receiver.type == "namespace" and attribute in (
            "update",
            "setdefault",
            "pop",
            "clear",
            "__setitem__",
        ):
            return self._change_globals(attribute, call)
        if attribute in _MOVES_GENERATORS and any(self.object(o).frame is not None for o in receiver.objs):
            return self.resume(receiver, call.node)
        type_ = receiver.type
        if not type_:
            types = {self.object(obj_id).type for obj_id in receiver.objs}
            type_ = types.pop() if len(types) == 1 else ""
        spec = self.library.method(type_, attribute) if type_ else None
        if spec is not None and spec.is_property and spec.result is not None and len(spec.result.types) == 1:
            # `series.plot()` calls what the attribute gives.
            spec = self.library.method(spec.result.types[0], "__call__") or spec
        certain = spec is not None
        if spec is None:
            spec = self.library.agreed(attribute)
        result = self.library_call(spec, call, certain)
        self._known_result(type_, attribute, receiver, call, result)
        return result

    def _change_globals(self, attribute: str, call: Call) -> Val:
        """`globals().update(...)` binds the constant keys of what it is given, or any name."""
        parts = [self.object(obj_id) for val in call.args for obj_id in self.in_order(val.objs)]
        parts += [val.obj for val in call.args if val.obj is not None]
        known = attribute == "update" and all(part.type == "dict" and not part.holds for part in parts)
        for val in call.values():
            self.read(val)
        if not known or call.open_ended:
            self.opaque(f"`globals().{attribute}(...)` binds names that are not known")
            return Val()
        for name, val in call.kwargs.items():
            self.bind_global(name, self.bound_of(val, val.site))
        for part in parts:
            for key, bound in part.keys.items():
                if isinstance(key, str):
                    self.bind_global(key, bound)
        return Val(type="NoneType", const=None)

    def call_bound_method(self, method: Obj, label: str, call: Call) -> Val:
        """Call a library's method that was kept as a value."""
        bound = method.keys["__self__"]
        self.read_bound(bound, "object", label)
        if "__func__" in method.keys:
            return self.call_method(method.keys["__func__"], self.val_of(bound, label), call)
        return self._call_typed(Val(bound.objs, bound.type, label=label), method.keys["__name__"].const, call)

    def _known_result(self, type_: str, attribute: str, receiver: Val, call: Call, result: Val) -> None:
        """Constants that methods keep: a path joined, a text formatted."""
        if attribute in ("joinpath", "__truediv__") and type_.startswith("pathlib."):
            const = receiver.const
            for val in call.args:
                const = join_path(const, val.const)
            result.const = const
        elif attribute in ("resolve", "absolute", "expanduser", "as_posix") and type_.startswith("pathlib."):
            result.const = receiver.const
        elif attribute == "from_formula":
            self.read_formulas(call)
        elif attribute in ("query", "eval"):
            self.read_query(call)
        elif attribute in ("parse_args", "parse_known_args") and not call.args:
            self.use_library_state("sys.argv")
        elif attribute == "format" and receiver.type == "str":
            for val in call.values():
                self.use_print_options(val)
            result.const = self.symbol(call.node, receiver, *call.values())

    def call_library(self, ref: str, call: Call) -> Val:
        """Call a library's function or class, or a builtin."""
        call.name = ref
        if ref == "os.environ.get":
            call.receiver = None
        special = SPECIAL.get(ref)
        if special is not None:
            found = special(self, call)
            if found is not None:
                return found
        dunders = _DUNDER_OF_BUILTIN.get(ref)
        if dunders is not None:
            for val in call.args:
                self._call_protocol(ref, dunders, val, call)
        if self.takes_formulas(ref):
            self.read_formulas(call)
        if ref in ("str", "repr", "format"):
            for val in call.args[:1]:
                self.use_print_options(val)
        spec = self.library.find(ref)
        self.use_library_state(ref)
        if spec is None:
            self.use("state:" + ref.partition(".")[0], must=False)
        result = self.library_call(spec or self._by_convention(ref, call), call)
        if ref in _PATH_FUNCTIONS:
            result.const = self._path_constant(ref, call)
        elif result.const is NOTHING and result.type == "str":
            result.const = self._text_symbol(ref, call)
        return result

    def _call_protocol(self, ref: str, dunders: tuple[str, ...], val: Val, call: Call) -> None:
        """A builtin calls the special methods of the notebook's instances."""
        if not any(self.object(obj_id).klass for obj_id in val.objs):
            return
        if "__iter__" in dunders and ref not in ("iter",):
            self.iterate(val, call.node)
        rest = tuple(name for name in dunders if name != "__iter__") if ref != "iter" else dunders
        self.dunder(val, rest, [], call.node)

    def _by_convention(self, ref: str, call: Call) -> Spec | None:
        """A module's function that no spec knows: only methods of objects are looked up by bare name."""
        if call.receiver is not None:
            return self.library.agreed(ref.rpartition(".")[2])
        return None

    def _path_constant(self, ref: str, call: Call) -> Any:
        if not call.args or call.open_ended:
            return NOTHING
        const = call.args[0].const
        if ref == "str" and not isinstance(const, Symbol) and not isinstance(const, str):
            return str(const) if isinstance(const, int) else NOTHING
        if _PATH_FUNCTIONS[ref] == "join":
            for val in call.args[1:]:
                const = join_path(const, val.const)
        return const

    def _text_symbol(self, ref: str, call: Call) -> Any:
        if ref.startswith(("os.path.", "os.getcwd")):
            return Symbol(((ref, *(val.const for val in call.args if isinstance(val.const, (str, Symbol)))),))
        return NOTHING
