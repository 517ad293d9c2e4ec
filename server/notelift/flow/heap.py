"""Objects: allocation, reading and changing them, through aliases and views."""

from __future__ import annotations

import ast
from typing import Any

from notelift.cells.scopes import scope_of
from notelift.flow.machine import Machine
from notelift.flow.values import (
    CONTAINERS,
    FLAT,
    FRAMES,
    GROUPED,
    IMMUTABLE,
    LAZY,
    NO_OBJECTS,
    NO_TOKENS,
    NOTHING,
    Bound,
    Function,
    Obj,
    ObjId,
    Val,
    join_bounds,
    with_may,
)

KEYED = frozenset(
    {
        "dict",
        "list",
        "tuple",
        "collections.OrderedDict",
        "collections.defaultdict",
        "instance",
        "class",
        "function",
        "types.SimpleNamespace",
        "environment",
        "argparse.Namespace",
    }
)
"""Types whose items by different constant keys are different places."""

COLUMNED = FRAMES | GROUPED | {""}
"""Types whose items by different constant strings are different places."""


class Heap(Machine):
    """Reads and changes objects, and records the edges and changes that this makes."""

    def bound_of(self, val: Val, site: ast.AST | None = None) -> Bound:
        """The value as it is bound somewhere; a temporary is put on the heap."""
        if val.flat:
            val.obj, val.objs, val.type, val.flat = (
                Obj(type="tuple", holds=val.objs),
                NO_OBJECTS,
                "tuple",
                False,
            )
        objs = val.objs
        if val.obj is not None or val.base or (not objs and self._may_be_object(val)):
            objs = self.store(val, site)
        return Bound(objs, NO_TOKENS, NO_TOKENS, val.type, val.ref, val.const)

    def store(self, val: Val, site: ast.AST | None = None) -> frozenset[ObjId]:
        """Put a temporary on the heap; returns all objects that the value may be."""
        obj_id = (self.token, self.ordinal(val.site or site))
        obj = val.obj or Obj(type=val.type)
        made = obj.made | self.me
        old = self.state.get(obj_id, NOTHING)
        many = self.loop_depth > 0 or obj.many or isinstance(old, Obj)
        obj = obj._replace(type=obj.type or val.type, made=made, many=many, bases=val.base)
        if isinstance(old, Obj):
            obj = obj._replace(holds=obj.holds | old.holds, views=old.views)
        self.put(obj_id, obj)
        for base, _ in val.base:
            holder = self.object(base)
            if obj_id not in holder.views:
                self.put(base, holder._replace(views=holder.views | {obj_id}))
        val.objs = val.objs | {obj_id}
        val.obj, val.base = None, ()
        return val.objs

    def _may_be_object(self, val: Val) -> bool:
        return val.const is NOTHING and not val.ref and val.type not in IMMUTABLE

    def val_of(self, bound: Bound, label: str) -> Val:
        """The value of a binding, in flight."""
        return Val(bound.objs, bound.type, bound.ref, bound.const, label=label)

    def read_bound(self, bound: Bound, kind: str, name: str) -> None:
        """The statement reads a binding: edges to those who wrote it."""
        if bound.writers:
            self.edge(bound.writers, kind, name)
        if bound.may:
            self.edge(bound.may, "object", name, False)

    def read(self, val: Val) -> None:
        """The statement reads the whole of the value."""
        for obj_id in val.objs:
            self.read_object(obj_id, val.label)
        if val.obj is not None:
            self._read_parts(val.obj, val.label)
        for base, key in val.base:
            if key is NOTHING:
                self.read_object(base, val.label)
            else:
                self.read_key(base, key, val.label)

    def read_shallow(self, val: Val) -> None:
        """The statement reads what a value is, not what it holds."""
        for obj_id in val.objs:
            obj = self.object(obj_id)
            self.edge(obj.made, "object", val.label)
            self.edge(obj.may, "object", val.label, False)

    def read_object(self, obj_id: ObjId, label: str) -> None:
        """The statement reads all of an object and of what it holds."""
        if obj_id in self.seen:
            return
        self.seen.add(obj_id)
        obj = self.object(obj_id)
        self.edge(obj.made, "object", label)
        if obj.may:
            self.edge(obj.may, "object", label, False)
        self._read_parts(obj, label)

    def _read_parts(self, obj: Obj, label: str) -> None:
        for key, bound in obj.keys.items():
            self.read_bound(bound, "object", _item_label(label, key))
            for held in bound.objs:
                self.read_object(held, label)
        for held in obj.holds:
            self.read_object(held, label)
        for held in obj.klass:
            self.read_object(held, label)
        for parent in obj.parents:
            for held in parent.objs:
                self.read_object(held, label)
        if obj.function is not None:
            self.read_function(obj.function)
        if obj.type == "namespace":
            self.read_all_globals()
        if obj.file is not None:
            self.read_open_file(obj.file)

    def read_all_globals(self) -> None:
        """The statement reads any name (`globals()` is handed on)."""
        # What it reads cannot be listed: the run is interpreted again after every edit.
        self.reads["opaque", self.token] = object()
        for name, entry in list(self.state.items()):
            if isinstance(name, str) and isinstance(entry, Bound):
                self.read_global(name)

    def read_open_file(self, file: Any) -> None:
        """The statement reads what is in an open file."""
        raise NotImplementedError

    def read_function(self, function: Function) -> None:
        """The statement needs a function whole: all that its body can read brings its makers along."""
        for _, bound in function.defaults:
            for held in bound.objs:
                self.read_object(held, "")
        scope = scope_of(function.node)
        for name in scope.free:
            if not self._read_enclosed(function, name):
                self.read_global(name)

    def _read_enclosed(self, function: Function, name: str) -> bool:
        for environment in function.environments:
            bound = self.object(environment).keys.get(name)
            if bound is not None:
                self.read_bound(bound, "object", name)
                for held in bound.objs:
                    self.read_object(held, name)
                return True
        return False

    def read_global(self, name: str) -> None:
        """The statement reads a global and the whole of what it holds."""
        if ("global", name) in self.seen:
            return
        self.seen.add(("global", name))
        bound = self.get(name)
        if isinstance(bound, Bound):
            self.read_bound(bound, "name", name)
            for held in bound.objs:
                self.read_object(held, name)
        else:
            self.read_unbound(name)

    def read_unbound(self, name: str) -> bool:
        """Edges for a name that no statement binds (a star import or opaque code may); whether any can."""
        found = False
        for must, resource in ((True, "star"), (False, "opaque")):
            writers = self.writers(resource)
            if writers:
                self.edge(writers, "opaque", name, must, "may bind any name")
                found = True
        return found

    def read_key(self, obj_id: ObjId, key: Any, label: str) -> Bound | None:
        """The statement reads one item or attribute; returns what is there, None when it is not known."""
        obj = self.object(obj_id)
        self.edge(obj.made, "object", label)
        if obj.may:
            self.edge(obj.may, "object", label, False)
        bound = obj.keys.get(key)
        if bound is not None:
            self.read_bound(bound, "object", _item_label(label, key))
        return bound

    def gives_tuples(self, val: Val, depth: int = 0) -> bool:
        """Whether the items of an iterable are tuples of what its objects hold (`zip`, `dict.items`)."""
        parts = [self.object(obj_id) for obj_id in val.objs]
        if val.obj is not None:
            parts.append(val.obj)
        if val.type in FLAT or any(part.type in FLAT for part in parts):
            return True
        return depth < 3 and any(
            self.gives_tuples(Val(part.holds), depth + 1)
            for part in parts
            if part.type == "iterator" and part.holds
        )

    def items_of(self, val: Val, depth: int = 0) -> Val:
        """What iterating over the value, or indexing it by an unknown key, may give."""
        objs: set[ObjId] = set()
        types: set[str] = set()
        parts = [self.object(obj_id) for obj_id in val.objs]
        parts += [self.object(base) for base, _ in val.base]
        if val.obj is not None:
            parts.append(val.obj)
        for obj in parts:
            if obj.type == "itertools.groupby":
                # Each group is an iterator over what the whole is grouped from.
                objs |= obj.holds
                continue
            if obj.type in LAZY and depth < 4:
                inner = self.items_of(Val(obj.holds, base=obj.bases), depth + 1)
                objs |= inner.objs
                types.add(obj.items or inner.type)
                for held in obj.holds:
                    part = self.object(held)
                    if part.type not in CONTAINERS and part.function is None:
                        objs.add(held)
                continue
            objs |= obj.holds
            for bound in obj.keys.values():
                objs |= bound.objs
                types.add(bound.type)
            if obj.items:
                types.add(obj.items)
        return Val(frozenset(objs), types.pop() if len(types) == 1 else "", label=val.label)

    def change(self, val: Val, why: str, must: bool = True, deep: bool = False, remade: bool = False) -> None:
        """The statement changes the value in place (`deep`: what it holds too.

        `remade`: not its old memory).
        """
        self.read(val)
        targets = self._reachable(val) if deep else val.objs
        if not targets and not val.base:
            return
        self.note_change(val.label, why, must)
        sole = must and len(targets) == 1
        for obj_id in targets:
            self.change_object(obj_id, sole or (deep and must), remade)
        for base, key in val.base:
            self._change_through(base, key, sole=len(val.base) == 1 and must and not val.objs)

    def _reachable(self, val: Val) -> frozenset[ObjId]:
        found: set[ObjId] = set()
        waiting = list(val.objs) + [base for base, _ in val.base]
        if val.obj is not None:
            waiting += _held(val.obj)
        while waiting:
            obj_id = waiting.pop()
            if obj_id not in found:
                found.add(obj_id)
                obj = self.object(obj_id)
                if obj.function is None and obj.type != "class":
                    waiting += _held(obj)
        return frozenset(found)

    def change_object(self, obj_id: ObjId, certain: bool, remade: bool = False) -> None:
        """Record this statement among those that the object's content is made by."""
        obj = self.object(obj_id)
        if certain and not obj.many and not self.uncertain:
            held = obj.holds.union(*(bound.objs for bound in obj.keys.values())) if obj.keys else obj.holds
            if obj.type in ("instance", "class", "environment"):
                changed = obj._replace(made=self.me | obj.made, may=obj.may)
            else:
                changed = obj._replace(made=self.me, may=NO_TOKENS, keys={}, holds=held)
        elif certain:
            changed = obj._replace(made=obj.made | self.me)
        else:
            changed = with_may(obj, obj.may | self.me)
        self.put(obj_id, changed)
        self.seen.clear()
        if not remade or obj.type in KEYED:
            self.spread(obj_id, NOTHING)

    def _change_through(self, base: ObjId, key: Any, sole: bool) -> None:
        """A view that was not stored is changed: its base may be, at the key."""
        obj = self.object(base)
        if key is not NOTHING and key not in obj.keys and separate(obj, key):
            changed = obj._replace(keys={**obj.keys, key: Bound(may=self.me)})
        elif key is NOTHING or key not in obj.keys:
            must = sole and obj.type not in COLUMNED
            changed = obj._replace(made=obj.made | self.me) if must else with_may(obj, obj.may | self.me)
        else:
            bound = obj.keys[key]
            changed = obj._replace(keys={**obj.keys, key: with_may(bound, bound.may | self.me)})
        self.put(base, changed)
        self.seen.clear()
        self.spread(base, key)

    def spread(self, obj_id: ObjId, key: Any) -> None:
        """A change shows in the views of an object, in what it is a view of, and in their other views."""
        done = {obj_id}
        waiting = [(obj_id, key)]
        while waiting:
            current, at = waiting.pop()
            obj = self.object(current)
            own_items = obj.type in CONTAINERS and obj.type not in LAZY
            for view in obj.views:
                if own_items and self.object(view).type not in LAZY:
                    continue
                if view not in done:
                    done.add(view)
                    seen = self.object(view)
                    if self.token in seen.may:
                        continue
                    if at is NOTHING or any(b == current and k in (at, NOTHING) for b, k in seen.bases):
                        self.put(view, with_may(seen, seen.may | self.me))
                        waiting.append((view, NOTHING))
            for base, base_key in obj.bases:
                if base not in done:
                    done.add(base)
                    held = self.object(base)
                    if base_key is not NOTHING and base_key in held.keys:
                        bound = held.keys[base_key]
                        keys = {**held.keys, base_key: with_may(bound, bound.may | self.me)}
                        self.put(base, held._replace(keys=keys))
                    else:
                        self.put(base, with_may(held, held.may | self.me))
                    waiting.append((base, base_key))

    def store_item(self, val: Val, key: Any, item: Val, why: str, partial: bool = False) -> None:
        """`val[key] = item` or `val.key = item`.

        The key is NOTHING when it is not a constant; `partial` when only a part
        of what is at the key changes.
        """
        bound = self.bound_of(item)._replace(writers=self.me)
        targets = self.store(val) if val.obj is not None else val.objs
        label = _item_label(val.label, key) if key is not NOTHING else val.label
        if targets or val.base:
            self.note_change(label, why, True)
        sole = len(targets) == 1 and not val.base
        for obj_id in targets:
            obj = self.object(obj_id)
            if key is NOTHING or not separate(obj, key):
                self._store_somewhere(obj_id, val.label, bound, sole)
            else:
                self._store_at(obj_id, key, bound, sole, partial, val.label)
        for base, base_key in val.base:
            self.read_object(base, val.label)
            self._change_through(base, key if base_key is NOTHING and partial else base_key, sole=False)
            self.hold(frozenset((base,)), bound.objs)

    def _store_somewhere(self, obj_id: ObjId, label: str, bound: Bound, sole: bool) -> None:
        self.read_object(obj_id, label)
        self.change_object(obj_id, sole)
        self.hold(frozenset((obj_id,)), bound.objs)

    def _store_at(self, obj_id: ObjId, key: Any, bound: Bound, sole: bool, partial: bool, label: str) -> None:
        obj = self.object(obj_id)
        old = obj.keys.get(key)
        strong = sole and not partial and not obj.many and not self.uncertain
        if not strong and old is not None:
            if partial:
                self.read_key(obj_id, key, label)
            bound = join_bounds(old, bound)
            if not sole:
                bound = bound._replace(writers=old.writers, may=bound.may | self.me)
        elif not sole:
            bound = bound._replace(writers=NO_TOKENS, may=self.me)
        if partial and old is None:
            self.read_key(obj_id, key, label)
        self.put(obj_id, obj._replace(keys={**obj.keys, key: bound}))
        self.seen.clear()
        if partial or obj.type in KEYED or (obj.bases and obj.type not in FRAMES):
            self.spread(obj_id, key)

    def hold(self, holders: frozenset[ObjId], held: frozenset[ObjId]) -> None:
        """The holders refer to the held objects from now on."""
        if not held:
            return
        for obj_id in holders:
            obj = self.object(obj_id)
            extra = held - obj.holds - {obj_id}
            if extra:
                self.put(obj_id, obj._replace(holds=obj.holds | extra))
                self.seen.clear()


def _held(obj: Obj) -> list[ObjId]:
    found = list(obj.holds)
    for bound in obj.keys.values():
        found += bound.objs
    return found


def separate(obj: Obj, key: Any) -> bool:
    """Whether the item at a constant key of this object is a place of its own."""
    if obj.type in KEYED or obj.klass:
        return not isinstance(key, int) or isinstance(key, bool) or key >= 0
    return obj.type in COLUMNED and isinstance(key, str)


def _item_label(label: str, key: Any) -> str:
    return f"{label}[{key!r}]" if label else repr(key)
