"""Attributes that are read: of libraries, of instances, of typed objects."""

from __future__ import annotations

import ast
from typing import Any

from notelift.effects.spec import Spec
from notelift.flow.call import Call
from notelift.flow.heap import COLUMNED
from notelift.flow.names import Names
from notelift.flow.paths import path_part
from notelift.flow.values import (
    FRAMES,
    GROUPED,
    IMMUTABLE,
    NO_OBJECTS,
    NOTHING,
    Bound,
    Obj,
    ObjId,
    Symbol,
    Val,
    join_types,
)

_NAMESPACES = ("class", "types.SimpleNamespace", "argparse.Namespace")


class Attributes(Names):
    """Evaluates attributes."""

    def _eval_attribute(self, node: ast.Attribute) -> Val:
        return self.attribute(self.eval(node.value), node.attr, node)

    def attribute(self, receiver: Val, name: str, node: ast.expr) -> Val:
        """`receiver.name`, read."""
        label = f"{receiver.label}.{name}" if receiver.label else name
        if receiver.ref and not receiver.objs:
            return self._library_attribute(receiver, name, label, node)
        if name == "__dict__" and self.has_own_attributes(receiver):
            return receiver
        found: list[Val] = []
        for obj_id in self.in_order(receiver.objs):
            found.append(self._object_attribute(obj_id, receiver, name, label, node))
        if receiver.obj is not None or receiver.base or not found:
            found.append(self._temporary_attribute(receiver, name, label, node))
        return self.either(found, label, node)

    def has_own_attributes(self, val: Val) -> bool:
        """Whether attributes can be stored in it by any name."""
        parts = [self.object(obj_id) for obj_id in self.in_order(val.objs)]
        return any(part.klass or part.type in _NAMESPACES for part in parts)

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
        return Val(
            objs, type_, next((val.ref for val in found if val.ref), ""), const, obj, base, label, node
        )

    def _library_attribute(self, receiver: Val, name: str, label: str, node: ast.expr) -> Val:
        ref = f"{receiver.ref}.{name}"
        stored = self.use_library_state(ref)
        if stored is not None:
            return Val(stored.objs, stored.type, stored.ref or ref, stored.const, label=label)
        spec = self.library.find(ref)
        if spec is None:
            self.use("state:" + ref.partition(".")[0], must=False)
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
        if obj.type in GROUPED and self.library.method(obj.type, name) is None:
            return self.grouped_column(obj_id, name, label, node)
        if name in obj.keys:
            bound = self.read_key(obj_id, name, receiver.label)
            if bound is not None:
                return self._stored_part(obj_id, bound, name, label, node)
        return self._typed_attribute(obj_id, obj.type or receiver.type, receiver, name, label, node)

    def _member(self, obj_id: ObjId, obj: Obj, receiver: Val, name: str, label: str, node: ast.expr) -> Val:
        one = Val(frozenset((obj_id,)), obj.type, label=receiver.label)
        name = self.mangled(name)
        bound = self.read_key(obj_id, name, receiver.label)
        own = bound is not None and not bound.unbound
        if not own:
            inherited = self.find_member(obj_id, name)
            bound = inherited if inherited is not None else bound
        if bound is None:
            if name == "__class__":
                return Val(obj.klass, "class", label=label)
            parent = self.library_parent(obj_id)
            if parent:
                return self._typed_attribute(obj_id, parent, receiver, name, label, node)
            computed = self.dunder(
                one, ("__getattribute__", "__getattr__"), [Val(type="str", const=name)], node
            )
            if computed is not None:
                return computed
            self.read_object(obj_id, receiver.label)
            return Val(obj.holds, label=label, site=node)
        if not own and obj.type == "instance":
            found = self._through_class(bound, one, name, label, node)
            if found is not None:
                return found
        return Val(bound.objs, bound.type, bound.ref, bound.const, label=label)

    def _through_class(self, bound: Bound, one: Val, name: str, label: str, node: ast.expr) -> Val | None:
        """What a class's member is when an instance is asked for it; None for a plain value."""
        if bound.type == "property":
            return self.call_method(bound, one, Call(node, name))
        if bound.type == "cached property":
            found = self.call_method(bound, one, Call(node, name))
            self.store_item(one, name, found, "keeps the computed value")
            return found
        if bound.type in ("function", "classmethod"):
            keys = {"__self__": self.bound_of(one, node), "__func__": bound}
            obj = Obj(type="bound method", keys=keys)
            return Val(type="bound method", obj=obj, label=label, site=node)
        if bound.type == "instance":
            return self.dunder(self.val_of(bound, label), ("__get__",), [one], node)
        return None

    def _typed_attribute(
        self, obj_id: ObjId, type_: str, receiver: Val, name: str, label: str, node: ast.expr
    ) -> Val:
        spec = self.library.method(type_, name) if type_ else None
        registry = self.writers("registry:" + type_.partition(".")[0]) if spec is None and type_ else None
        if registry:
            self.edge(registry, "world", name, False, "may have been registered there")
        if spec is None and type_ in FRAMES:
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

    def _spec_attribute(
        self, spec: Spec, objs: frozenset[ObjId], receiver: Val, label: str, node: ast.expr
    ) -> Val:
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
            return Val(
                items.objs,
                type_ or items.type,
                base=() if items.objs else tuple((o, NOTHING) for o in self.in_order(objs)),
                label=label,
                site=node,
            )
        if type_ in IMMUTABLE:
            return Val(type=type_, label=label, site=node)
        return Val(
            type=type_,
            base=tuple((obj_id, NOTHING) for obj_id in self.in_order(objs)),
            label=label,
            site=node,
        )

    def _temporary_attribute(self, receiver: Val, name: str, label: str, node: ast.expr) -> Val:
        frame = receiver.obj
        if frame is not None and frame.type in FRAMES and self.library.method(frame.type, name) is None:
            return self.frame_part(frame, name, label, node)
        self.read(receiver)
        if receiver.obj is not None and name in receiver.obj.keys:
            bound = receiver.obj.keys[name]
            return Val(bound.objs, bound.type, bound.ref, bound.const, label=label)
        spec = self.library.method(receiver.type, name) if receiver.type else None
        type_ = ""
        if spec is not None and spec.result is not None and len(spec.result.types) == 1:
            type_ = receiver.type if spec.result.types[0] == "self" else spec.result.types[0].replace("?", "")
        elif spec is None and receiver.type in FRAMES:
            type_ = "pandas.Series"
        base = receiver.base if type_ not in IMMUTABLE else ()
        const: Any = NOTHING
        if isinstance(receiver.const, (Symbol, str)) and name in ("parent", "name", "stem"):
            const = path_part(receiver.const, name)
        return Val(type=type_, const=const, base=base, label=label, site=node)

    def _stored_part(self, obj_id: ObjId, bound: Bound, key: Any, label: str, node: ast.expr) -> Val:
        """What is at a key; of a frame it is a view of the column."""
        if self.object(obj_id).type in COLUMNED and not bound.ref:
            type_ = "pandas.Series" if self.object(obj_id).type in FRAMES else bound.type
            if self.object(obj_id).type in FRAMES or not bound.objs:
                return Val(type=type_, base=((obj_id, key),), label=label, site=node)
        return Val(bound.objs, bound.type, bound.ref, bound.const, label=label)
