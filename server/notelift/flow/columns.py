"""Methods of frames that change columns by constant names, and nothing else."""

from __future__ import annotations

from notelift.effects.spec import Spec
from notelift.flow.call import Call
from notelift.flow.callbacks import Callbacks
from notelift.flow.values import FRAMES, Obj, Val


class FrameColumns(Callbacks):
    """Knows which columns `rename`, `drop`, `pop` and `insert` touch."""

    def touches_columns_only(self, spec: Spec, call: Call) -> bool:
        """Whether a method call changes some named columns of one frame and reads no others."""
        method = spec.name.rpartition(".")[2]
        if method not in ("pop", "insert", "rename", "drop") or call.receiver is None:
            return False
        if not self._is_one_frame(call.receiver):
            return False
        in_place = call.kwargs.get("inplace")
        changes = method in ("pop", "insert") or (in_place is not None and in_place.const is True)
        return changes and self._columns(method, call) is not None

    def _is_one_frame(self, target: Val) -> bool:
        types = {self.object(obj_id).type for obj_id in target.objs}
        return len(target.objs) == 1 and not target.base and target.obj is None and types <= FRAMES

    def change_columns(self, spec: Spec, call: Call, target: Val, why: str) -> bool:
        """Change only the columns that the call names; False when it does not say which these are."""
        if not self._is_one_frame(target):
            return False
        columns = self._columns(spec.name.rpartition(".")[2], call)
        if columns is None:
            return False
        for obj_id in target.objs:
            for column in columns:
                self.read_key(obj_id, column, target.label)
        for column in columns:
            self.store_item(target, column, Val(type="pandas.Series"), why)
        return True

    def _columns(self, method: str, call: Call) -> list[str] | None:
        if call.open_ended:
            return None
        if method in ("pop", "insert"):
            place = 0 if method == "pop" else 1
            return self._names(call.args[place]) if len(call.args) > place else None
        if method == "drop":
            return self._dropped(call)
        if method == "rename" and not call.args and not {"index", "mapper", "level"} & call.kwargs.keys():
            return self._renamed(call.kwargs.get("columns"))
        return None

    def _dropped(self, call: Call) -> list[str] | None:
        if "index" in call.kwargs:
            return None
        if "columns" in call.kwargs and not call.args:
            return self._names(call.kwargs["columns"])
        axis = call.kwargs.get("axis") or (call.args[1] if len(call.args) > 1 else None)
        if axis is None or axis.const not in (1, "columns"):
            return None
        labels = call.args[0] if call.args else call.kwargs.get("labels")
        return self._names(labels) if labels is not None else None

    def _names(self, val: Val) -> list[str] | None:
        if isinstance(val.const, str):
            return [val.const]
        part = self._literal(val, "list")
        if part is None or not all(isinstance(bound.const, str) for bound in part.keys.values()):
            return None
        return [bound.const for bound in part.keys.values()]

    def _renamed(self, val: Val | None) -> list[str] | None:
        part = self._literal(val, "dict") if val is not None else None
        if part is None:
            return None
        found = []
        for key, bound in part.keys.items():
            if not isinstance(key, str) or not isinstance(bound.const, str):
                return None
            found += [key, bound.const]
        return found

    def _literal(self, val: Val, type_: str) -> Obj | None:
        """The container that a literal in the call makes, all its items known."""
        part = val.obj
        known = part is not None and part.type == type_ and not part.holds and bool(part.keys)
        return part if known else None
