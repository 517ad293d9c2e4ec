"""What a library call returns, by the result of its spec."""

from __future__ import annotations

import ast
from typing import Any

from notelift.effects.spec import Result, Spec
from notelift.flow.arguments import Arguments, positional_names
from notelift.flow.call import Call
from notelift.flow.values import (
    CONTAINERS,
    IMMUTABLE,
    LAZY,
    NO_OBJECTS,
    NOTHING,
    STANDS_FOR,
    TENSOR,
    Obj,
    ObjId,
    Val,
)

IN_MEMORY = (":memory:",)
_COPYING = ("pandas.", "numpy.", "scipy.", "datetime.", "decimal.", "fractions.", "collections.")
"""Modules whose constructors copy what they are given where their specs say no more."""

_PROCEDURES = frozenset({"writes-file", "appends-file", "makes-dir", "removes-file", "sets", "shows"})
"""Effects for which a function is called that returns None where its spec gives no result."""
_CHANGED_ONLY = frozenset(
    {
        "bytearray",
        "collections.Counter",
        "collections.defaultdict",
        "collections.deque",
        "collections.OrderedDict",
        "dict",
        "list",
        "set",
    }
)
"""Types whose methods return None where they change the receiver and their spec gives no result."""


class Results(Arguments):
    """Makes the values that library calls give."""

    def _keep_returned(self, result: Val, returned: Val) -> None:
        """What the callbacks returned may be in the result."""
        if result.obj is not None:
            held = returned.objs
            if held and result.obj.type in LAZY:
                # An iterator refers to what it runs over: to a list of them.
                listed = (self.token, self.ordinal(result.site, "returned"))
                self.put(listed, Obj(type="list", made=self.me, holds=held, many=self.loop_depth > 0))
                held = frozenset((listed,))
            result.obj = result.obj._replace(holds=result.obj.holds | held)
        elif result.type == "" and not result.objs and not result.base:
            # Or it is something else, which the library made.
            result.objs, result.obj = returned.objs, Obj()

    def _result(self, spec: Spec, call: Call, values: list[Val], certain: bool) -> Val:
        result = spec.result
        opens = bool(spec.effects) and any(effect.verb == "opens" for effect in spec.effects)
        if certain and (_gives_none(spec, call) or self._writes_instead(spec, call)):
            return Val(type="NoneType", const=None, label=call.name, site=call.node)
        linked = result is not None and result.link in ("view", "alias")
        if spec.is_class and not opens and not linked:
            return self._instance(spec, call, values)
        if result is None:
            if certain and any(effect.verb in _PROCEDURES for effect in spec.effects):
                return Val(type="NoneType", const=None, label=call.name, site=call.node)
            return Val(label=call.name, site=call.node)
        if len(result.types) > 1:
            return self._tuple(result, call)
        type_ = self._type(result.types[0] if result.types else "", call)
        fresh = Val(type=type_, label=call.name, site=call.node)
        stands_for = [effect.subject for effect in spec.effects if effect.verb == "is"]
        if stands_for:
            fresh.obj = Obj(type=type_, given=frozenset({(STANDS_FOR, stands_for[0])}))
            return fresh
        if opens:
            subject = next(effect.subject for effect in spec.effects if effect.verb == "opens")
            file = (self._first_path(subject, spec, call), _mode_letter(self._open_mode(spec, call)))
            fresh.obj = Obj(type=type_, file=None if file[0] == IN_MEMORY else file)
            return fresh
        condition = self._condition(result.when, spec, call)
        if spec.name in ("numpy.array", "numpy.asarray") and _is_object_type(call.kwargs.get("dtype")):
            fresh.obj = Obj(
                type=type_, holds=NO_OBJECTS.union(*(self.items_of(val).objs for val in call.args[:1]))
            )
            return fresh
        if result.link == "fresh" or condition is False or (result.link == "holds" and not certain):
            self._fresh_items(fresh, result, call)
            if spec.name == "sum" and (
                held := self.tensors_behind(call.node, *map(self.items_of, call.args))
            ):
                fresh.obj = Obj(holds=held)
            return fresh
        return self._linked(result, spec, call, fresh)

    def _writes_instead(self, spec: Spec, call: Call) -> bool:
        """Whether a method of pandas writes a text where it would return it without a path (`to_csv`)."""
        owner, _, method = spec.name.rpartition(".")
        return (
            owner.startswith("pandas.")
            and method.startswith("to_")
            and any(
                val.const is not None
                for effect in spec.effects
                if effect.verb == "writes-file"
                for val in self._subjects(effect.subject, spec, call)
            )
        )

    def _fresh_items(self, fresh: Val, result: Result, call: Call) -> None:
        if result.items:
            fresh.obj = Obj(type=fresh.type, items=self._type(result.items, call))

    def _linked(self, result: Result, spec: Spec, call: Call, fresh: Val) -> Val:
        linked = [val for argument in result.of for val in self._subjects(argument, spec, call)]
        if result.link == "alias":
            return _either(linked, fresh)
        if result.link == "element":
            iterated = any(each.verb == "consumes" and each.subject in result.of for each in spec.effects)
            found = [self.items_of(val, iterated=iterated) for val in linked]
            joined = _either(found, fresh)
            if fresh.type == "tuple":
                return Val(
                    type="tuple", obj=Obj(type="tuple", holds=joined.objs), label=call.name, site=call.node
                )
            if fresh.type:
                joined.type = fresh.type
            joined.flat = any(self.gives_tuples(val) for val in linked)
            joined.site = call.node
            return joined
        objs: frozenset[ObjId] = NO_OBJECTS
        for val in linked:
            objs |= (
                self._held_by(fresh.type, val, call)
                if result.link == "holds"
                else self.bound_of(val, call.node).objs
            )
        if result.link == "view":
            if any(val.ref for val in linked):
                fresh.ref = linked[0].ref
            fresh.base = tuple((obj_id, NOTHING) for obj_id in self.in_order(objs))
        else:
            fresh.obj = Obj(type=fresh.type, holds=objs, items=self._type(result.items, call))
        return fresh

    def _held_by(self, type_: str, val: Val, call: Call) -> frozenset[ObjId]:
        """What a new object of a type refers to when it is made from a value.

        A container, to the value's items.
        """
        if type_ not in CONTAINERS or type_ in LAZY:
            return self.bound_of(val, call.node).objs
        items = self.items_of(val).objs
        if type_ == "dict" and (val.type or self._type_of_objects(val)) != "dict":
            items |= self.items_of(Val(items)).objs
        known = val.type or self._type_of_objects(val)
        if known in CONTAINERS or known in ("pandas.DataFrame", "pandas.Series", "pandas.Index"):
            return items
        return items | self.bound_of(val, call.node).objs

    def _tuple(self, result: Result, call: Call) -> Val:
        """A tuple of new objects; a figure's axes are views of the figure."""
        parts = [Val(type=self._type(name, call), label=call.name) for name in result.types]
        keys = {}
        first: ObjId | None = None
        for index, part in enumerate(parts):
            part.obj = Obj(
                type=part.type, items="matplotlib.axes.Axes" if part.type == "matplotlib.axes.Axes" else ""
            )
            if first is not None and parts[0].type.startswith("matplotlib.figure"):
                part.base = ((first, NOTHING),)
            before = self.enter_context(call.node)
            part.site = call.node
            bound = self._store_part(part, index)
            self.context = before
            keys[index] = bound
            if index == 0 and bound.objs:
                first = next(iter(bound.objs))
        return Val(type="tuple", obj=Obj(type="tuple", keys=keys), label=call.name, site=call.node)

    def _store_part(self, part: Val, index: int) -> Any:
        obj_id = (self.token, self.ordinal(part.site, f"part {index}"))
        obj = (part.obj or Obj())._replace(made=self.me, bases=part.base, many=self.loop_depth > 0)
        self.put(obj_id, obj)
        for base, _ in part.base:
            holder = self.object(base)
            self.put(base, holder._replace(views=holder.views | {obj_id}))
        bound = self.bound_of(Val(frozenset((obj_id,)), part.type))
        return bound._replace(writers=self.me)

    def _instance(self, spec: Spec, call: Call, values: list[Val]) -> Val:
        held: frozenset[ObjId] = NO_OBJECTS
        for val in values:
            if val.obj is not None or val.objs or val.base:
                held |= self._held_by(spec.name, val, call)
        if spec.result is not None and spec.result.link == "fresh" and spec.name.startswith(_COPYING):
            held = NO_OBJECTS
        if spec.name in IMMUTABLE and not spec.name.startswith("pathlib."):
            return Val(type=spec.name, label=call.name, site=call.node)
        given = _constants(call) | frozenset(
            (name, val.const) for name, val in zip(positional_names(spec), call.args, strict=False)
        )
        obj = Obj(type=spec.name, holds=held, given=given)
        val = Val(type=spec.name, obj=obj, label=call.name, site=call.node)
        if spec.name.startswith("pathlib.") and call.args:
            val.const = call.args[0].const
        return val

    def _type(self, name: str, call: Call) -> str:
        if name == "self":
            return call.receiver.type if call.receiver is not None else ""
        if name.isdigit():
            given = call.args[int(name)] if int(name) < len(call.args) else Val()
            return given.type or self._type_of_objects(given)
        return "" if name in ("?", "None") else name

    def _unknown_result(self, call: Call, values: list[Val]) -> Val:
        attribute = call.name.rpartition(".")[2]
        result = Val(label=call.name, site=call.node)
        if attribute[:1].isupper():
            held: frozenset[ObjId] = NO_OBJECTS
            for val in values:
                held |= self.bound_of(val, call.node).objs
            owner = call.name.partition(".")[0]
            if "." in call.name and not self.library.knows(owner) and call.receiver is None:
                result.type = call.name
            result.obj = Obj(type=result.type, holds=held, given=_constants(call))
            return result
        given = [*values, call.receiver] if call.receiver is not None else values
        held = self.tensors_behind(call.node, *given)
        if held:
            result.obj = Obj(holds=held)
        return result

    def tensors_behind(self, node: ast.AST, *vals: Val) -> frozenset[ObjId]:
        """The tensors that what is computed from values may remember, for `backward` to reach them."""
        found = NO_OBJECTS
        for val in vals:
            if val.type == TENSOR:
                found |= self.bound_of(val, node).objs
            elif not val.type:
                behind = val.objs | (val.obj.holds if val.obj is not None else NO_OBJECTS)
                behind = behind.union(*(self.object(obj_id).holds for obj_id in val.objs))
                found |= {obj_id for obj_id in behind if self.object(obj_id).type == TENSOR}
        return found


def _gives_none(spec: Spec, call: Call) -> bool:
    """Whether a method of a known type changes its receiver instead of returning something."""
    owner = spec.name.rpartition(".")[0]
    if owner.startswith("pandas."):
        return "inplace" in call.kwargs and call.kwargs["inplace"].const is True
    return (
        owner in _CHANGED_ONLY
        and spec.result is None
        and any(effect.verb == "changes" and effect.subject == "self" for effect in spec.effects)
    )


def _mode_letter(mode: str) -> str:
    return "r" if "r" in mode and "+" not in mode else "w"


def _either(vals: list[Val], fresh: Val) -> Val:
    """One of the values; `fresh` when there is none."""
    if not vals:
        return fresh
    if len(vals) == 1:
        val = vals[0]
        return Val(
            val.objs, val.type or fresh.type, val.ref, val.const, val.obj, val.base, val.label, val.site
        )
    objs = frozenset().union(*(val.objs for val in vals))
    return Val(objs, fresh.type or vals[0].type, label=fresh.label, site=fresh.site)


def _constants(call: Call) -> frozenset[tuple[str, Any]]:
    """The keywords of a constructor's call, with their constants."""
    return frozenset((key, val.const) for key, val in call.kwargs.items())


def _is_object_type(val: Val | None) -> bool:
    return val is not None and (val.ref == "object" or val.const in ("object", "O"))
