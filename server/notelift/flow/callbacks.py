"""Functions that a library is given: which values are callable, and that they are called."""

from __future__ import annotations

from notelift.effects.spec import Spec
from notelift.flow.call import Call
from notelift.flow.figures import Figures
from notelift.flow.values import CONTAINERS, NO_OBJECTS, Obj, ObjId, Val

DATA = frozenset({"pandas.DataFrame", "pandas.Series", "numpy.ndarray", "class", "io.TextIOWrapper"})
"""Types whose objects hold no functions that a library would call."""

CALLING_BUILTINS = frozenset({"map", "filter", "sorted", "max", "min", "iter"})


class Callbacks(Figures):
    """Finds the functions among the arguments of a library's call."""

    def call_back(self, val: Val, call: Call) -> Val:
        """A function that a library was given is called with arguments that are not known."""
        raise NotImplementedError

    def _keep_functions(self, result: Val, values: list[Val]) -> None:
        """What a library makes of a function may call it later (`make_scorer`)."""
        if result.obj is None and not result.type and not result.objs and not result.base:
            result.obj = Obj()
        if result.obj is not None and result.obj.type not in CONTAINERS:
            held = NO_OBJECTS.union(*(val.objs for val in values if val.objs and self._is_callable(val)))
            result.obj = result.obj._replace(holds=result.obj.holds | held)

    def _call_backs(self, spec: Spec | None, call: Call, values: list[Val]) -> Val | None:
        if spec is not None and spec.effects and any(effect.verb == "keeps" for effect in spec.effects):
            return None
        returned: Val | None = None
        for val in values:
            if self._is_callable(val) and not self._only_looked_at(val, call):
                result = self.call_back(val, call)
                objs = result.objs | (returned.objs if returned else NO_OBJECTS)
                returned = Val(objs, result.type)
        return returned

    def _is_callable(self, val: Val) -> bool:
        if val.ref and not val.objs:
            return not val.type.endswith("module")
        return bool(val.objs or val.obj is not None) and bool(self.callables_of(val))

    def _only_looked_at(self, val: Val, call: Call) -> bool:
        """Whether a builtin is given a callable instance as a value (`len(model)`), not to call it."""
        if "." in call.name or call.name in CALLING_BUILTINS:
            return False
        return bool(val.objs) and all(self.object(obj_id).klass for obj_id in val.objs)

    def callables_of(self, val: Val) -> list[tuple[ObjId | None, Obj]]:
        """The functions and callable instances that a value may be, or that a library's object keeps."""
        parts: list[tuple[ObjId | None, Obj]] = [
            (obj_id, self.object(obj_id)) for obj_id in self.in_order(val.objs)
        ]
        if val.obj is not None:
            parts.append((None, val.obj))
        found = []
        for obj_id, part in parts:
            if self._can_be_called(obj_id, part):
                found.append((obj_id, part))
            elif part.holds and not part.klass and part.type not in CONTAINERS and part.type not in DATA:
                for held in self.in_order(part.holds):
                    kept = self.object(held)
                    if kept.function is not None or kept.type in ("bound method", "partial"):
                        found.append((held, kept))
        return found

    def _can_be_called(self, obj_id: ObjId | None, part: Obj) -> bool:
        if part.function is not None or part.type in ("bound method", "partial"):
            return True
        return obj_id is not None and part.type == "instance" and self.has_call(obj_id)

    def has_call(self, obj_id: ObjId) -> bool:
        """Whether an instance's class defines `__call__`."""
        raise NotImplementedError
