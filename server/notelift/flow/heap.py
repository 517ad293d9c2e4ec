"""Objects: allocation and changing them, through aliases and views."""

from __future__ import annotations

import ast
from typing import Any

from notelift.flow.reading import Reading, item_label
from notelift.flow.values import (
    CONTAINERS,
    FLAT,
    FRAMES,
    GROUPED,
    IMMUTABLE,
    LAZY,
    MAPPINGS,
    NO_OBJECTS,
    NO_TOKENS,
    NOTHING,
    TENSOR,
    Bound,
    Obj,
    ObjId,
    Val,
    join_bounds,
    join_keys,
    with_may,
)

_OF_VALUES = frozenset({"dict_items", "dict_values"})
_OF_RESULTS = frozenset({"map", "itertools.starmap", "itertools.accumulate"})

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


class Heap(Reading):
    """Allocates and changes objects, and records the changes and edges that this makes."""

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
            keys = join_keys(old.keys, obj.keys) if old.keys else obj.keys
            obj = obj._replace(holds=obj.holds | old.holds, views=old.views, keys=keys)
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

    def gives_tuples(self, val: Val, depth: int = 0) -> bool:
        """Whether the items of an iterable are tuples of what its objects hold (`zip`, `dict.items`)."""
        parts = [self.object(obj_id) for obj_id in self.in_order(val.objs)]
        if val.obj is not None:
            parts.append(val.obj)
        if val.type in FLAT or any(part.type in FLAT for part in parts):
            return True
        return depth < 3 and any(
            self.gives_tuples(Val(part.holds), depth + 1)
            for part in parts
            if part.type == "iterator" and part.holds
        )

    def items_of(self, val: Val, depth: int = 0, iterated: bool = False) -> Val:
        """What indexing the value by an unknown key may give, or where it is `iterated` iterating over it."""
        iterated = iterated and val.type not in _OF_VALUES
        objs: set[ObjId] = set()
        types: set[str] = set()
        parts = [self.object(obj_id) for obj_id in self.in_order(val.objs)]
        parts += [self.object(base) for base, _ in val.base]
        if val.obj is not None:
            parts.append(val.obj)
        elif val.type in CONTAINERS:
            objs |= self._wholes(val.base)
        for obj in parts:
            if obj.type in CONTAINERS and not obj.holds and not obj.keys:
                objs |= self._wholes(obj.bases)
            if obj.type == "itertools.groupby":
                # Each group is an iterator over what the whole is grouped from.
                objs |= obj.holds
                continue
            if obj.type in LAZY and depth < 4:
                source = Val(obj.holds, base=obj.bases)
                inner = self.items_of(source, depth + 1, obj.type not in _OF_VALUES)
                objs |= inner.objs
                types.add(obj.items or ("" if obj.type in _OF_RESULTS else inner.type))
                for held in obj.holds:
                    part = self.object(held)
                    if part.type not in CONTAINERS and part.function is None:
                        objs.add(held)
                continue
            if obj.type != TENSOR:
                objs |= obj.holds
            if iterated and obj.type in MAPPINGS:
                types |= _types_of_keys(obj)
                continue
            for bound in obj.keys.values():
                objs |= bound.objs
                types.add(bound.type)
            if obj.keys and (obj.may or len(obj.made) > 1):
                types.add("")
            if obj.items:
                types.add(obj.items)
        return Val(frozenset(objs), types.pop() if len(types) == 1 else "", label=val.label)

    def _wholes(self, bases: tuple[tuple[ObjId, Any], ...]) -> set[ObjId]:
        """What a library's list is of (`model.layers`): to change one of its items changes the whole."""
        return {base for base, _ in bases if self.object(base).type not in CONTAINERS | LAZY}

    def change(self, val: Val, why: str, must: bool = True, deep: bool = False, remade: bool = False) -> None:
        """The statement changes the value in place (`deep`: what it holds too.

        `remade`: not its old memory).
        """
        self.read(val)
        targets = self._reachable(val) if deep else val.objs
        if deep:
            self.read_objects(self.in_order(targets), val.label)
        if not targets and not val.base:
            return
        self.note_change(val.label, why, must, (*targets, *(base for base, _ in val.base)))
        sole = must and len(targets) == 1
        for obj_id in self.in_order(targets):
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
        label = item_label(val.label, key) if key is not NOTHING else val.label
        if targets or val.base:
            self.note_change(label, why, True, (*targets, *(base for base, _ in val.base)), key)
        sole = len(targets) == 1 and not val.base
        for obj_id in self.in_order(targets):
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


def _types_of_keys(obj: Obj) -> set[str]:
    """The types of a mapping's keys, "" where there may be others than those that are known."""
    if obj.holds or obj.items or not obj.keys:
        return {""}
    return {type(key).__name__ for key in obj.keys}


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
