"""Assignments: names bound, attributes and items stored, values changed in place."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from notelift.flow.call import Call
from notelift.flow.calls import Calls
from notelift.flow.values import (
    FRAMES,
    IMMUTABLE,
    MAPPINGS,
    NO_OBJECTS,
    NOTHING,
    TENSOR,
    Bound,
    Columns,
    Obj,
    Val,
)

Binder = Callable[[str, Bound], None]


class Stores(Calls):
    """Binds and stores."""

    def _assign(self, node: ast.Assign) -> None:
        if len(node.targets) == 1 and self._assign_pairwise(node.targets[0], node.value):
            return
        val = self.eval(node.value)
        if val.site is None:
            val.site = node.value
        for target in node.targets:
            self.bind_target(target, val, self.bind_name)

    def _assign_pairwise(self, target: ast.expr, value: ast.expr) -> bool:
        """`a, b = x, y` without a tuple in between."""
        if not (isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List))):
            return False
        if len(target.elts) != len(value.elts):
            return False
        if any(isinstance(part, ast.Starred) for part in (*target.elts, *value.elts)):
            return False
        vals = [self.settled(self.eval(part), part, 0) for part in value.elts]
        for part, val in zip(target.elts, vals, strict=True):
            self.bind_target(part, val, self.bind_name)
        return True

    def bind_target(self, target: ast.expr, val: Val, bind: Binder) -> None:
        """Bind an assignment's target."""
        if isinstance(target, ast.Name):
            bind(target.id, self.bound_of(val, target))
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target, val, bind)
        elif isinstance(target, ast.Starred):
            self.bind_target(target.value, val, bind)
        elif isinstance(target, ast.Attribute):
            self.store_attribute(target, val)
        elif isinstance(target, ast.Subscript):
            self.store_subscript(target, val)

    def _unpack(self, target: ast.Tuple | ast.List, val: Val, bind: Binder) -> None:
        self.read_shallow(val)
        if val.flat:
            for part in target.elts:
                self.bind_target(part, Val(val.objs, base=val.base, label=val.label, site=part), bind)
            return
        parts = [self.object(obj_id) for obj_id in self.in_order(val.objs)]
        if val.obj is not None:
            parts.append(val.obj)
        known = len(parts) == 1 and parts[0].type in ("tuple", "list") and not parts[0].holds
        items: Val | None = None
        for index, part in enumerate(target.elts):
            bound = parts[0].keys.get(index) if known else None
            if bound is not None and not isinstance(part, ast.Starred):
                self.read_bound(bound, "object", val.label)
                self.bind_target(part, self.val_of(bound, val.label), bind)
                continue
            if items is None:
                self.read(val)
                items = self.iterate(val, target) if not known else self.items_of(val)
            if isinstance(part, ast.Starred):
                rest = Val(type="list", obj=Obj(type="list", holds=items.objs), site=part)
                self.bind_target(part.value, rest, bind)
            else:
                one = Val(items.objs, items.type, base=items.base, label=val.label, site=part)
                one.flat = items.flat
                self.bind_target(part, one, bind)

    def store_attribute(self, target: ast.Attribute, val: Val) -> None:
        """`receiver.name = val`."""
        receiver = self.eval(target.value)
        why = f"`{receiver.label}.{target.attr} = ...`"
        name = self.mangled(target.attr)
        if receiver.ref and not receiver.objs:
            self.store_in_library(f"{receiver.ref}.{target.attr}", val, target)
            return
        types = {self.object(obj_id).type for obj_id in receiver.objs}
        klass = any(self.object(obj_id).klass for obj_id in receiver.objs)
        keyed = klass or bool(
            types & {"class", "types.SimpleNamespace", "argparse.Namespace", "instance", "function"}
        )
        if klass and self._property_setter(receiver, name, val, target):
            return
        column = types & FRAMES and self.library.method("pandas.DataFrame", target.attr) is None
        if keyed or column:
            self.store_item(receiver, name, val, why)
        else:
            self.change(receiver, why, must=True)
            self.hold(receiver.objs, self.bound_of(val, target).objs)
            if receiver.type.startswith("matplotlib."):
                self.alter("pyplot")

    def _property_setter(self, receiver: Val, name: str, val: Val, node: ast.AST) -> bool:
        done = False
        for obj_id in self.in_order(receiver.objs):
            member = self.find_member(obj_id, name)
            one = Val(frozenset((obj_id,)), "instance", label=receiver.label)
            if member is not None and member.type == "instance":
                done = (
                    self.dunder(self.val_of(member, name), ("__set__",), [one, val], node) is not None or done
                )
            elif self.find_member(obj_id, "__setattr__") is not None:
                done = (
                    self.dunder(one, ("__setattr__",), [Val(type="str", const=name), val], node) is not None
                )
            if member is None or member.type != "property":
                continue
            for property_id in self.in_order(member.objs):
                setter = self.object(property_id).keys.get("fset")
                if setter is not None:
                    call = Call(node, name, args=[val])
                    self.call_method(
                        setter, Val(frozenset((obj_id,)), "instance", label=receiver.label), call
                    )
                    done = True
        return done

    def store_in_library(self, ref: str, val: Val, node: ast.AST) -> None:
        """`library.attribute = val`: options are resources, else the library is patched."""
        bound = self.bound_of(val, node)
        spec = self.library.find(ref)
        for effect in spec.effects if spec is not None else ():
            if effect.verb in ("is", "uses", "alters"):
                self.alter(effect.subject)
                if effect.subject == "stdout":
                    self.store_library_state(ref, bound)
                return
        owner = ref.rpartition(".")[0]
        while "." in owner:
            found = self.library.find(owner)
            for effect in found.effects if found is not None and found.is_property else ():
                if effect.verb in ("is", "uses", "alters"):
                    self.alter(effect.subject)
                    return
            owner = owner.rpartition(".")[0]
        self.alter_unknown(ref)
        self.store_library_state(ref, bound)

    def store_subscript(self, target: ast.Subscript, val: Val) -> None:
        """`receiver[key] = val`."""
        accessor = self._accessor(target)
        if accessor is not None:
            self._store_located(accessor, target, val)
            return
        receiver = self.eval(target.value)
        key = self.key_of(target.slice)
        if receiver.type == "namespace":
            self._store_global(key, val, target)
            return
        if receiver.ref and not receiver.objs:
            self.bound_of(val, target)
            if receiver.ref == "os.environ" and isinstance(key, str):
                self.set_variable_of_environment(key)
                return
            self.change_library(receiver.ref)
            return
        if self.dunder(receiver, ("__setitem__",), [Val(), val], target) is not None:
            return
        text = ast.unparse(target) if len(receiver.label) < 40 else receiver.label
        if isinstance(key, Columns):
            key = self._single_frame_columns(receiver, key, val, target)
            if key is None:
                return
        self.store_item(receiver, key, val, f"`{text[:60]} = ...`")
        if key is NOTHING and (receiver.type or self._type_of_objects(receiver)) in MAPPINGS:
            self.hold(receiver.objs, self.objects_of_key(target.slice))

    def _single_frame_columns(self, receiver: Val, key: tuple[Any, ...], val: Val, target: ast.AST) -> Any:
        if receiver.type in FRAMES and all(isinstance(name, str) for name in key):
            bound = self.bound_of(val, target)
            for name in key:
                column = Val(NO_OBJECTS, "pandas.Series")
                self.store_item(receiver, name, column, "columns are set")
            self.hold(receiver.objs, bound.objs if receiver.type == "" else NO_OBJECTS)
            return None
        return NOTHING

    def _accessor(self, target: ast.Subscript) -> ast.expr | None:
        """The frame of `frame.loc[...]`."""
        value = target.value
        if isinstance(value, ast.Attribute) and value.attr in ("loc", "iloc", "at", "iat", "ix"):
            return value.value
        return None

    def _store_located(self, frame: ast.expr, target: ast.Subscript, val: Val) -> None:
        """`frame.loc[rows, column] = val` changes a part of one column, or of the whole."""
        receiver = self.eval(frame)
        column: Any = NOTHING
        if isinstance(target.slice, ast.Tuple):
            for part in target.slice.elts:
                column = self.key_of(part)
        else:
            self.key_of(target.slice)
        self.read(val)
        by_label = isinstance(target.value, ast.Attribute) and target.value.attr in ("loc", "at")
        why = f"`{ast.unparse(target)[:60]} = ...`"
        if by_label and isinstance(column, str):
            self.store_item(receiver, column, Val(type="pandas.Series"), why, partial=True)
        else:
            self.change(receiver, why)

    def _store_global(self, key: Any, val: Val, node: ast.AST) -> None:
        bound = self.bound_of(val, node)
        if isinstance(key, str):
            self.bind_global(key, bound)
            self.notes[f"`globals()[{key!r}] = ...` binds a name"] = None
        else:
            self.opaque("`globals()[...] = ...` binds names that are not known")

    def _augmented(self, node: ast.AugAssign) -> None:
        right = self.eval(node.value)
        self.read(right)
        target = node.target
        load = _as_load(target)
        left = self.eval(load)
        names = (f"__i{_operator_name(node.op)}__", f"__{_operator_name(node.op)}__")
        special = self.dunder(left, names, [right], node)
        if special is not None:
            self.bind_target(target, special, self.bind_name)
            return
        self.read(left)
        if _in_place(left):
            held = self.items_of(right).objs
            if TENSOR in (left.type, right.type):
                held |= self.bound_of(right, node).objs
            self.change(left, f"`{ast.unparse(target)[:40]} {_symbol(node.op)}= ...`")
            self.hold(left.objs, held)
            if isinstance(target, ast.Name):
                self._rebind_same(target.id, left, node)
            elif not (isinstance(target, ast.Attribute) and left.base):
                self._store_back(target, left, node)
            elif self.has_own_attributes(self.eval(target.value)):
                self.bind_target(target, left, self.bind_name)
            return
        self.bind_target(target, self.binary(node.op, left, right, node), self.bind_name)

    def _rebind_same(self, name: str, val: Val, node: ast.AST) -> None:
        """After `x += y` the name holds the changed object.

        Or the new value when it cannot change in place.
        """
        self.bind_name(name, self.bound_of(Val(val.objs, val.type, label=val.label), node))

    def _store_back(self, target: ast.expr, val: Val, node: ast.AST) -> None:
        """`frame[column] += 1` also stores the result."""
        self.bind_target(target, Val(val.objs, val.type, site=node), self.bind_name)

    def _annotated(self, node: ast.AnnAssign) -> None:
        if self.function_scope is None and not self.writers("future"):
            self.read(self.eval(node.annotation))
        if node.value is not None:
            val = self.eval(node.value)
            if val.site is None:
                val.site = node.value
            self.bind_target(node.target, val, self.bind_name)

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.unbind(target.id)
            elif isinstance(target, ast.Subscript):
                receiver = self.eval(target.value)
                self.key_of(target.slice)
                self.dunder(receiver, ("__delitem__",), [Val()], target)
                self.change(receiver, f"`del {ast.unparse(target)[:40]}`", remade=True)
            elif isinstance(target, ast.Attribute):
                self.change(self.eval(target.value), f"`del {ast.unparse(target)[:40]}`")
            elif isinstance(target, (ast.Tuple, ast.List)):
                self._delete(ast.Delete(targets=target.elts))


def _as_load(target: ast.expr) -> ast.expr:
    found: ast.expr | None = getattr(target, "_notelift_load", None)
    if found is None:
        if isinstance(target, ast.Name):
            found = ast.copy_location(ast.Name(target.id, ast.Load()), target)
        elif isinstance(target, ast.Attribute):
            found = ast.copy_location(ast.Attribute(target.value, target.attr, ast.Load()), target)
        elif isinstance(target, ast.Subscript):
            found = ast.copy_location(ast.Subscript(target.value, target.slice, ast.Load()), target)
        else:
            found = target
        target._notelift_load = found  # type: ignore[attr-defined]
    return found


def _in_place(val: Val) -> bool:
    """Whether an augmented assignment may change the object instead of binding a new one."""
    if val.type in IMMUTABLE or val.type == "tuple" or val.ref:
        return False
    return bool(val.objs or val.base)


def _operator_name(op: ast.operator) -> str:
    name = type(op).__name__.lower()
    return {"mult": "mul", "div": "truediv", "bitand": "and", "bitor": "or", "bitxor": "xor"}.get(name, name)


def _symbol(op: ast.operator) -> str:
    return {"add": "+", "sub": "-", "mult": "*", "div": "/", "mod": "%"}.get(type(op).__name__.lower(), "?")
