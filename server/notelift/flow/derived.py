"""Frames made from frames: each column of the new one depends on that column of the old one."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

from notelift.effects.spec import Spec
from notelift.flow.call import Call
from notelift.flow.columns import FrameColumns
from notelift.flow.values import FRAMES, GROUPED, NOTHING, Bound, Obj, ObjId, Val

_WHOLE = ("copy", "astype", "reset_index", "sample")
_NAMED = {
    "sort_values": "by",
    "set_index": "keys",
    "groupby": "by",
    "dropna": "subset",
    "drop_duplicates": "subset",
}


class DerivedFrames(FrameColumns):
    """Keeps the columns of frames apart through calls that do not mix them."""

    def derived_keys(self, spec: Spec, call: Call) -> Mapping[Any, Bound] | None:
        """The columns of the new frame that a call makes of its receiver; None when they may be mixed.

        The statement reads only what the call itself reads: its receiver's rows, and the columns it names.
        """
        frame = self._frame_of(call.receiver)
        method = spec.name.rpartition(".")[2]
        in_place = call.kwargs.get("inplace")
        if frame is None or call.open_ended or (in_place is not None and in_place.const is not False):
            return None
        names = self._names_read(method, call)
        if names is None or "key" in call.kwargs or "level" in call.kwargs or "axis" in call.kwargs:
            return None
        self.read_rows(call.receiver)
        for name in names:
            self._read_column(call.receiver, frame, name)
        return self._new_keys(method, call, frame)

    def read_rows(self, val: Val | None) -> None:
        """The statement reads a frame's rows, and none of the columns stored into it."""
        if val is not None:
            self.read_shallow(val)

    def frame_part(self, frame: Obj, key: Any, label: str, node: ast.AST) -> Val:
        """One column of a frame, or of a grouping, that is not stored anywhere."""
        bound = frame.keys.get(key)
        if bound is not None:
            self.read_bound(bound, "object", label)
            self.read_objects(bound.objs, label)
        type_ = "pandas.SeriesGroupBy" if frame.type in GROUPED else "pandas.Series"
        return Val(type=type_, label=label, site=node)

    def grouped_column(self, grouping: ObjId, name: str, label: str, node: ast.AST) -> Val:
        """A column of a grouping that a name holds, as its frame has it by now."""
        obj = self.object(grouping)
        self.read_shallow(Val(frozenset((grouping,)), obj.type, label=label))
        frames = [base for base, _ in obj.bases]
        frames += [held for held in self.in_order(obj.holds) if self.object(held).type in FRAMES]
        for frame in frames:
            self.read_key(frame, name, label)
        if not frames:
            return self.frame_part(obj, name, label, node)
        return Val(type="pandas.SeriesGroupBy", label=label, site=node)

    def _frame_of(self, receiver: Val | None) -> Obj | None:
        if receiver is None or receiver.base:
            return None
        if receiver.obj is not None and not receiver.objs:
            return receiver.obj if receiver.obj.type in FRAMES else None
        if len(receiver.objs) != 1 or receiver.obj is not None:
            return None
        frame = self.object(next(iter(receiver.objs)))
        return frame if frame.type in FRAMES else None

    def _read_column(self, receiver: Val | None, frame: Obj, name: str) -> None:
        if receiver is not None and receiver.objs:
            for obj_id in receiver.objs:
                self.read_key(obj_id, name, receiver.label)
        bound = frame.keys.get(name)
        if bound is not None:
            self.read_objects(bound.objs, name)
            self.read_bound(bound, "object", name)

    def _names_read(self, method: str, call: Call) -> list[str] | None:
        """The columns that decide on the rows, or that the call takes away; None when they are not known."""
        if method == "query" and call.args and isinstance(call.args[0].const, str):
            return re.findall(r"[A-Za-z_]\w*", call.args[0].const)
        if method in _NAMED:
            given = call.kwargs.get(_NAMED[method])
            if given is None and call.args and method not in ("dropna", "drop_duplicates"):
                given = call.args[0]
            return self._names(given) if given is not None else None
        if method == "drop":
            return self._dropped(call)
        if method == "rename":
            return [] if self._columns(method, call) is not None else None
        if method == "assign" and not call.args:
            plain = not any(self._is_callable(val) for val in call.kwargs.values())
            return [] if plain else None
        return [] if method in _WHOLE else None

    def _new_keys(self, method: str, call: Call, frame: Obj) -> Mapping[Any, Bound]:
        keys = dict(frame.keys)
        if method == "drop":
            for name in self._dropped(call) or []:
                keys.pop(name, None)
        elif method == "assign":
            for name in call.kwargs:
                keys[name] = Bound(writers=self.me, type="pandas.Series")
        elif method == "rename":
            part = self._literal(call.kwargs["columns"], "dict")
            for old, bound in part.keys.items() if part is not None else ():
                moved = keys.pop(old, None)
                if moved is not None:
                    keys[bound.const] = moved._replace(writers=moved.writers | self.me)
        return keys

    def masked(self, frame: Obj, label: str, node: ast.AST) -> Val:
        """The rows of a frame that a mask chooses: each column for itself."""
        return Val(type=frame.type, obj=Obj(type=frame.type, keys=dict(frame.keys)), label=label, site=node)

    def is_mask(self, key: Any, index: ast.expr) -> bool:
        """Whether an index that was just read is a mask of rows."""
        return (
            key is NOTHING
            and self.key_type in ("pandas.Series", "numpy.ndarray")
            and not isinstance(index, ast.Slice)
        )

    key_type = ""
