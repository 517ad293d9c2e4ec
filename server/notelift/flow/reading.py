"""Reading: the edges of what a statement reads of objects, names and functions, with all that these hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from notelift.cells.scopes import scope_of
from notelift.flow.machine import Machine
from notelift.flow.values import LIVE, NOTHING, TENSOR, Bound, Function, Obj, ObjId, Val


class Reading(Machine):
    """Reads objects, and records the edges that this makes."""

    def read_bound(self, bound: Bound, kind: str, name: str) -> None:
        """The statement reads a binding: edges to those who wrote it."""
        if bound.writers:
            self.edge(bound.writers, kind, name)
        if bound.may:
            self.edge(bound.may, "object", name, False)

    def read(self, val: Val) -> None:
        """The statement reads the whole of the value."""
        for obj_id in val.objs:
            self._reach(obj_id, val.label)
        if val.obj is not None:
            for held, label in self._read_parts(val.obj, val.label):
                self._reach(held, label)
        for base, key in val.base:
            if key is NOTHING:
                self._reach(base, val.label)
            else:
                self.read_key(base, key, val.label)
        if self.reached:
            self._read_reached()

    def read_shallow(self, val: Val) -> None:
        """The statement reads what a value is, not what it holds."""
        for obj_id in val.objs:
            obj = self.object(obj_id)
            self.edge(obj.made, "object", val.label)
            self.edge(obj.may, "object", val.label, False)

    def read_object(self, obj_id: ObjId, label: str) -> None:
        """The statement reads all of an object and of what it holds."""
        self._reach(obj_id, label)
        self._read_reached()

    def read_objects(self, objs: Iterable[ObjId], label: str) -> None:
        """The statement reads all of the objects and of what they hold."""
        for obj_id in objs:
            self._reach(obj_id, label)
        self._read_reached()

    def _reach(self, obj_id: ObjId, label: str) -> None:
        """Read an object, then what it holds, depth first; without recursion, for data may be deep."""
        if obj_id in self.seen:
            return
        parts = self._read_itself(obj_id, label)
        waiting = [] if parts is None else [parts]
        while waiting:
            found = next(waiting[-1], None)
            if found is None:
                waiting.pop()
            elif found[0] not in self.seen:
                parts = self._read_itself(*found)
                if parts is not None:
                    waiting.append(parts)

    def _read_itself(self, obj_id: ObjId, label: str) -> Iterator[tuple[ObjId, str]] | None:
        """Read an object, and return what reads its parts; None where it surely has none, as most."""
        self.seen.add(obj_id)
        obj = self.object(obj_id)
        self.edge(obj.made, "object", label)
        if obj.may:
            self.edge(obj.may, "object", label, False)
        has_parts = obj.keys or obj.holds or obj.klass or obj.parents or obj.bases
        if has_parts or obj.function is not None or obj.file is not None or obj.type == "namespace":
            return self._read_parts(obj, label)
        return None

    def _read_parts(self, obj: Obj, label: str) -> Iterator[tuple[ObjId, str]]:
        """Read how an object holds others, and yield these when their turn comes."""
        for key, bound in obj.keys.items():
            self.read_bound(bound, "object", item_label(label, key))
            for held in bound.objs:
                yield held, label
        for held in obj.holds if obj.type != TENSOR else ():
            yield held, label
        for held in obj.klass:
            yield held, label
        for parent in obj.parents:
            for held in parent.objs:
                yield held, label
        if obj.type in LIVE:
            for base, _ in obj.bases:
                yield base, label
        if obj.function is not None:
            self._reach_free(obj.function)
        if obj.type == "namespace":
            self._reach_all_globals()
        if obj.file is not None:
            self.read_open_file(obj.file)

    def _read_reached(self) -> None:
        """Read what the functions that were read need, by the names that they have for it.

        An object is read once, by the first name that leads to it. So that this is the same name whatever the
        order of a set is, all that one name leads to is read before the next is taken.
        """
        reached = self.reached
        while reached:
            name = min(reached)
            for obj_id in reached.pop(name):
                self._reach(obj_id, name)

    def read_all_globals(self) -> None:
        """The statement reads any name (`globals()` is handed on)."""
        self._reach_all_globals()
        self._read_reached()

    def _reach_all_globals(self) -> None:
        # What it reads cannot be listed: the run is interpreted again after every edit.
        self.reads["opaque", self.token] = object()
        for name, entry in list(self.state.items()):
            if isinstance(name, str) and isinstance(entry, Bound):
                self._reach_global(name)

    def read_open_file(self, file: Any) -> None:
        """The statement reads what is in an open file."""
        raise NotImplementedError

    def read_function(self, function: Function) -> None:
        """The statement needs a function whole: all that its body can read brings its makers along."""
        self._reach_free(function)
        self._read_reached()

    def _reach_free(self, function: Function) -> None:
        for _, bound in function.defaults:
            self._reach_held(bound, "")
        for name in scope_of(function.node).free:
            if not self._reach_enclosed(function, name):
                self._reach_global(name)

    def _reach_enclosed(self, function: Function, name: str) -> bool:
        for environment in function.environments:
            bound = self.object(environment).keys.get(name)
            if bound is not None:
                self.read_bound(bound, "object", name)
                self._reach_held(bound, name)
                return True
        return False

    def _reach_held(self, bound: Bound, name: str) -> None:
        if bound.objs:
            self.reached.setdefault(name, set()).update(bound.objs)

    def _reach_global(self, name: str) -> None:
        if ("global", name) in self.seen:
            return
        self.seen.add(("global", name))
        bound = self.get(name)
        if isinstance(bound, Bound):
            self.read_bound(bound, "name", name)
            self._reach_held(bound, name)
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
            self.read_bound(bound, "object", item_label(label, key))
        return bound


def item_label(label: str, key: Any) -> str:
    """How users see an item of what they see as `label`."""
    return f"{label}[{key!r}]" if label else repr(key)
