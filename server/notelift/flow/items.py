"""Items that are read: by constant keys, by masks and slices, by any key."""

from __future__ import annotations

import ast
from typing import Any

from notelift.effects.spec import Spec
from notelift.flow.attributes import Attributes
from notelift.flow.call import Call
from notelift.flow.heap import separate
from notelift.flow.values import (
    FRAMES,
    GROUPED,
    IMMUTABLE,
    NO_OBJECTS,
    NOTHING,
    Columns,
    Obj,
    ObjId,
    Symbol,
    Val,
)


class Items(Attributes):
    """Evaluates subscripts."""

    key: Val | None = None

    def _eval_subscript(self, node: ast.Subscript) -> Val:
        located = self._located_column(node)
        if located is not None:
            return located
        receiver = self.eval(node.value)
        key = self.key_of(node.slice)
        if receiver.type == "namespace":
            return self._global_item(key, node)
        if receiver.type == "outputs":
            return self.load_output(f"_{key}") if isinstance(key, int) else Val(site=node)
        if receiver.ref == "os.environ":
            if isinstance(key, str):
                self.use_variable(key)
            else:
                self.use("environment")
            return Val(type="str", site=node)
        return self.item(receiver, key, node)

    def _located_column(self, node: ast.Subscript) -> Val | None:
        """`frame.loc[rows, "column"]` reads one column."""
        accessor, index = node.value, node.slice
        if not (isinstance(accessor, ast.Attribute) and accessor.attr in ("loc", "at")):
            return None
        if not (isinstance(index, ast.Tuple) and len(index.elts) == 2):
            return None
        column = index.elts[1]
        if not (isinstance(column, ast.Constant) and isinstance(column.value, str)):
            return None
        frame = self.eval(accessor.value)
        frames = [self.object(obj_id).type in FRAMES for obj_id in self.in_order(frame.objs)]
        if not frames or not all(frames) or frame.obj is not None or frame.base:
            return None
        self.read(self.eval(index.elts[0]))
        for obj_id in self.in_order(frame.objs):
            self.read_key(obj_id, column.value, frame.label)
        type_ = "" if accessor.attr == "at" else "pandas.Series"
        base = tuple((obj_id, column.value) for obj_id in self.in_order(frame.objs))
        return Val(type=type_, base=base, label=f"{frame.label}[{column.value!r}]", site=node)

    def _global_item(self, key: Any, node: ast.Subscript) -> Val:
        """`globals()[key]`: one name, or any when the key is not known."""
        if isinstance(key, str):
            return self.load_name(key)
        self.read_all_globals()
        return Val(site=node)

    def key_of(self, node: ast.expr) -> Any:
        """The constant that an index is, or NOTHING; the statement reads what the index is made of."""
        self.key = None
        if type(node) is ast.Constant:
            self.key_type = type(node.value).__name__
            return node.value
        val = self.key = self.eval(node)
        self.key_type = val.type or self._type_of_objects(val)
        self.read(val)
        if (
            isinstance(node, ast.List)
            and node.elts
            and all(isinstance(part, ast.Constant) for part in node.elts)
        ):
            return Columns(part.value for part in node.elts if isinstance(part, ast.Constant))
        if self.key_type == "list":
            return self._listed_columns(val)
        if isinstance(val.const, (str, int, tuple)) and not isinstance(val.const, Symbol):
            return val.const
        return NOTHING

    def objects_of_key(self, node: ast.expr) -> frozenset[ObjId]:
        """The objects that the index which was read last is, where it becomes the key of a mapping."""
        if self.key is None or self.key.const is not NOTHING:
            return NO_OBJECTS
        return self.bound_of(self.key, node).objs

    def _listed_columns(self, val: Val) -> Any:
        """The constants of a list that no statement has changed since it was written down."""
        parts = [self.object(obj_id) for obj_id in self.in_order(val.objs)]
        if len(parts) != 1 or parts[0].holds or parts[0].may or parts[0].many or not parts[0].keys:
            return NOTHING
        consts = [bound.const for bound in parts[0].keys.values()]
        whole = len(parts[0].made) == 1 and all(isinstance(const, str) for const in consts)
        return Columns(consts) if whole else NOTHING

    def item(self, receiver: Val, key: Any, node: ast.Subscript) -> Val:
        """`receiver[key]`, read."""
        special = self.dunder(receiver, ("__getitem__", "__missing__", "__class_getitem__"), [], node)
        if special is not None:
            return special
        label = (
            f"{receiver.label}[{ast.unparse(node.slice)[:30]}]"
            if isinstance(node.slice, (ast.Constant, ast.Name))
            else receiver.label
        )
        found: list[Val] = []
        for obj_id in self.in_order(receiver.objs):
            found.append(self._object_item(obj_id, receiver, key, label, node))
        if receiver.obj is not None or receiver.base or not found:
            found.append(self._temporary_item(receiver, key, label, node))
        return self.either(found, label, node)

    def _object_item(self, obj_id: ObjId, receiver: Val, key: Any, label: str, node: ast.Subscript) -> Val:
        obj = self.object(obj_id)
        if obj.type == "collections.defaultdict" and key not in obj.keys:
            return self._default_item(obj_id, receiver, key, label, node)
        if obj.type in GROUPED and isinstance(key, (str, Columns)):
            names = key if isinstance(key, Columns) else (key,)
            columns = [self.grouped_column(obj_id, name, receiver.label, node) for name in names]
            return columns[0] if isinstance(key, str) else Val(type=obj.type, label=label, site=node)
        if key is not NOTHING and not isinstance(key, Columns) and separate(obj, key):
            bound = self.read_key(obj_id, key, receiver.label)
            if bound is not None:
                return self._stored_part(obj_id, bound, key, label, node)
            if obj.type in FRAMES:
                return Val(type="pandas.Series", base=((obj_id, key),), label=label, site=node)
            if obj.type == "":
                return Val(objs=obj.holds, base=((obj_id, key),), label=label, site=node)
            items = self.items_of(Val(frozenset((obj_id,))))
            return self._loose_item(obj_id, items, obj.items, label, node)
        if isinstance(key, Columns) and obj.type in FRAMES:
            for name in key:
                self.read_key(obj_id, name, receiver.label)
            return Val(type="pandas.DataFrame", label=label, site=node)
        if obj.type in FRAMES and self.is_mask(key, node.slice):
            self.read_rows(Val(frozenset((obj_id,)), obj.type, label=receiver.label))
            return self.masked(obj, label, node)
        if obj.type in ("list", "tuple", "dict") and not isinstance(node.slice, ast.Slice):
            return self._unknown_item(obj_id, obj, receiver, label, node)
        self.read_object(obj_id, receiver.label)
        return self._part(
            Val(frozenset((obj_id,)), obj.type or receiver.type, label=receiver.label), key, label, node
        )

    def _default_item(self, obj_id: ObjId, receiver: Val, key: Any, label: str, node: ast.Subscript) -> Val:
        """An item that a `defaultdict` makes when it is asked for."""
        holder = Val(frozenset((obj_id,)), "collections.defaultdict", label=receiver.label)
        self._call_held(holder, Call(node, "the default factory"))
        known = self.items_of(holder)
        item = Val(known.objs, known.type, obj=Obj(type=known.type), label=label, site=node)
        bound = self.bound_of(item, node)
        if key is NOTHING or isinstance(key, Columns):
            self.change(holder, f"`{receiver.label}[...]` may make an item", must=False)
            self.hold(holder.objs, bound.objs)
        else:
            self.store_item(holder, key, self.val_of(bound, label), f"`{label}` makes an item")
        return self.val_of(bound, label)

    def _unknown_item(self, obj_id: ObjId, obj: Obj, receiver: Val, label: str, node: ast.Subscript) -> Val:
        """An item by an index that is not known: any of them, but not what each of them holds."""
        self.edge(obj.made, "object", receiver.label)
        self.edge(obj.may, "object", receiver.label, False)
        for bound in obj.keys.values():
            self.read_bound(bound, "object", receiver.label)
        items = self.items_of(Val(frozenset((obj_id,))))
        return self._loose_item(obj_id, items, items.type or obj.items, label, node)

    def _frame_item(self, frame: Obj, key: Any, label: str, node: ast.Subscript) -> Val | None:
        """A part of a frame that is stored nowhere; None where it is read whole."""
        if isinstance(key, str):
            return self.frame_part(frame, key, label, node)
        if isinstance(key, Columns):
            for name in key:
                self.frame_part(frame, name, label, node)
            return Val(type=frame.type, label=label, site=node)
        return self.masked(frame, label, node) if self.is_mask(key, node.slice) else None

    def _loose_item(self, obj_id: ObjId, items: Val, type_: str, label: str, node: ast.Subscript) -> Val:
        """An item that no statement of the notebook put there: changing it changes the container."""
        loose = not items.objs and type_ not in IMMUTABLE
        return Val(items.objs, type_, base=((obj_id, NOTHING),) if loose else (), label=label, site=node)

    def _part(self, holder: Val, key: Any, label: str, node: ast.Subscript) -> Val:
        """A part of an array, frame, string or list that is read whole.

        A view unless it is known to be a copy.
        """
        type_ = holder.type
        is_slice = isinstance(node.slice, ast.Slice)
        if type_ in ("list", "tuple", "str", "bytes", "range"):
            items = self.items_of(holder)
            if is_slice and type_ in ("list", "tuple"):
                return Val(
                    type=type_,
                    obj=Obj(type=type_, holds=items.objs, items=items.type),
                    label=label,
                    site=node,
                )
            return Val(
                items.objs, type_ if type_ in ("str",) or is_slice else items.type, label=label, site=node
            )
        if type_ in IMMUTABLE:
            return Val(label=label, site=node)
        items = self.items_of(holder)
        part = _part_type(type_, node.slice, self.key_type)
        if type_ in FRAMES and not is_slice and part in FRAMES:
            return Val(type=part, label=label, site=node)
        base = tuple((obj_id, NOTHING) for obj_id in self.in_order(holder.objs))
        if type_ == "numpy.ndarray" and isinstance(
            node.slice, (ast.List, ast.Compare, ast.BoolOp, ast.BinOp)
        ):
            base = ()
        return Val(items.objs, part or items.type, base=base, label=label, site=node)

    def _temporary_item(self, receiver: Val, key: Any, label: str, node: ast.Subscript) -> Val:
        if receiver.ref and not receiver.objs:
            self.use_library_state(receiver.ref)
            self.read(receiver)
            return Val(type=items_type(self.library.find(receiver.ref)), label=label, site=node)
        frame = receiver.obj
        if frame is not None and frame.type in FRAMES | GROUPED:
            part = self._frame_item(frame, key, label, node)
            if part is not None:
                return part
        if (
            receiver.obj is not None
            and key is not NOTHING
            and not isinstance(key, Columns)
            and key in receiver.obj.keys
        ):
            bound = receiver.obj.keys[key]
            return Val(bound.objs, bound.type, bound.ref, bound.const, label=label)
        self.read(receiver)
        items = self.items_of(receiver) if receiver.obj is not None else Val()
        if receiver.type in ("list", "tuple", "str"):
            return self._part(receiver, key, label, node)
        type_ = _part_type(receiver.type, node.slice, self.key_type)
        return Val(items.objs, type_ or items.type, base=receiver.base, label=label, site=node)


def _part_type(type_: str, index: ast.expr, key_type: str) -> str:
    if type_ in FRAMES:
        if key_type in ("list", "pandas.Series", "pandas.DataFrame", "pandas.Index", "numpy.ndarray"):
            return "pandas.DataFrame"
        if key_type in ("str", "int"):
            return "pandas.Series"
        if isinstance(index, (ast.Slice, ast.List, ast.Compare, ast.BinOp, ast.UnaryOp, ast.Call)):
            return "pandas.DataFrame"
        return "pandas.Series" if isinstance(index, ast.Constant) else ""
    if type_ in ("pandas.Series", "numpy.ndarray", "pandas.Index") and isinstance(
        index, (ast.Slice, ast.Compare, ast.List)
    ):
        return type_
    if type_ == "numpy.ndarray" and isinstance(index, ast.Tuple):
        return type_ if any(isinstance(part, (ast.Slice, ast.Name)) for part in index.elts) else ""
    return ""


def items_type(spec: Spec | None) -> str:
    """The type of the items of what a spec returns, "" when unknown."""
    return spec.result.items if spec is not None and spec.result is not None else ""
