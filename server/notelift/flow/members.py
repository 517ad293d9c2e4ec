"""Attributes that instances and classes have of their classes."""

from __future__ import annotations

from notelift.flow.frames import Frames
from notelift.flow.values import NO_OBJECTS, Bound, ObjId, Val

FIELDS = ("fields",)
"""The key under which a class keeps the names that its body annotates, in order."""


class Members(Frames):
    """Finds members along the bases of classes."""

    def find_member(self, obj_id: ObjId, name: str, depth: int = 0) -> Bound | None:
        """A class's or instance's attribute as its classes define it, bases included."""
        obj = self.object(obj_id)
        if (depth and name in obj.keys) or (obj.type == "class" and name in obj.keys):
            bound = obj.keys[name]
            self.read_bound(bound, "object", name)
            return bound
        if depth > 8:
            return None
        for class_id in self.in_order(obj.klass):
            found = self.find_member(class_id, name, depth + 1)
            if found is not None:
                return found
        for parent in obj.parents:
            for parent_id in self.in_order(parent.objs):
                found = self.find_member(parent_id, name, depth + 1)
                if found is not None:
                    return found
        return None

    def has_call(self, obj_id: ObjId) -> bool:
        """Whether an instance's class defines `__call__`."""
        return self.find_member(obj_id, "__call__") is not None

    def library_parent(self, obj_id: ObjId, depth: int = 0) -> str:
        """The first base of an instance's or class's classes that is a library's; "" when there is none."""
        obj = self.object(obj_id)
        if depth > 8:
            return ""
        for class_id in self.in_order(obj.klass):
            found = self.library_parent(class_id, depth + 1)
            if found:
                return found
        for parent in obj.parents:
            if parent.ref:
                return parent.ref
            for parent_id in self.in_order(parent.objs):
                found = self.library_parent(parent_id, depth + 1)
                if found:
                    return found
        return ""

    def _class_of(self, receiver: Val) -> Val:
        found = NO_OBJECTS
        for obj_id in self.in_order(receiver.objs):
            obj = self.object(obj_id)
            found |= obj.klass if obj.klass else frozenset((obj_id,))
        return Val(found, "class", label=receiver.label)
