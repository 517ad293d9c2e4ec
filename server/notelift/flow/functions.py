"""The notebook's functions and classes: definitions, calls interpreted in place, generators, instances."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Any

from notelift.cells.scopes import parameters_of, scope_of
from notelift.flow.call import Call
from notelift.flow.members import Members
from notelift.flow.values import NO_OBJECTS, Bound, Function, Obj, ObjId, Val, join_bounds

MAX_DEPTH = 12


class Functions(Members):
    """Calls of the notebook's own code."""

    def eval(self, node: ast.expr, discarded: bool = False) -> Val:
        """The value of an expression."""
        raise NotImplementedError

    def run_block(self, body: Sequence[ast.stmt]) -> None:
        """Interpret statements one after the other."""
        raise NotImplementedError

    def make_function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, kind: str = "function"
    ) -> Val:
        """The function object; defaults are evaluated now, the body when it is called."""
        scope = scope_of(node)
        arguments = node.args
        defaults: list[tuple[str, Bound]] = []
        positional = [*arguments.posonlyargs, *arguments.args]
        for argument, default in zip(
            positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True
        ):
            defaults.append((argument.arg, self.bound_of(self.eval(default), default)))
        for argument, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if keyword_default is not None:
                defaults.append((argument.arg, self.bound_of(self.eval(keyword_default), keyword_default)))
        if not self.writers("future"):
            self._read_annotations(node)
        environments = self.enclosing(scope.free, node) if self.scope_frames or self.environments else ()
        function = Function(self.function_text(node), node, environments, tuple(defaults), self.class_name)
        label = "lambda" if isinstance(node, ast.Lambda) else node.name
        return Val(type=kind, obj=Obj(type=kind, function=function), label=label, site=node)

    def call_value(self, callee: Val, call: Call) -> Val:
        """Call whatever the value may be; the joined result."""
        raise NotImplementedError

    def call_bound_method(self, method: Obj, label: str, call: Call) -> Val:
        """Call a library's method that was kept as a value."""
        raise NotImplementedError

    def _read_annotations(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        for annotated in parameters_of(node.args):
            if annotated.annotation is not None:
                self.read(self.eval(annotated.annotation))
        if not isinstance(node, ast.Lambda) and node.returns is not None:
            self.read(self.eval(node.returns))

    def call_function(self, function: Function, call: Call, obj: Obj, receiver: Val | None = None) -> Val:
        """Interpret a function of the notebook at its call."""
        if self.is_recursive(function) or len(self.stack) >= MAX_DEPTH or self.budget <= 0:
            return self._summary(function, call, receiver)
        bindings = self._bind_arguments(function, call, receiver)
        scope = scope_of(function.node)
        if isinstance(function.node, ast.AsyncFunctionDef) and not scope.is_generator:
            frame = tuple(sorted(bindings.items()))
            paused = Obj(type="coroutine", function=function, frame=frame)
            return Val(type="coroutine", obj=paused, label=call.name, site=call.node)
        if scope.is_generator:
            frame = tuple(sorted(bindings.items()))
            return Val(
                type="generator",
                obj=Obj(type="generator", function=function, frame=frame),
                label=call.name,
                site=call.node,
            )
        return self.run_function(function, bindings, call.node, call.name)

    def run_function(self, function: Function, bindings: dict[str, Bound], site: ast.AST, label: str) -> Val:
        """Interpret a function's body with its parameters bound; the joined value of its returns."""
        scope = scope_of(function.node)
        saved = (
            self.scope_frames,
            self.function_scope,
            self.function_frame,
            self.environments,
            self.uncertain,
        )
        before = self.enter_context(site)
        outer_returned, outer_yielded = self.returned, self.yielded
        outer_class = self.class_name
        self.returned, self.yielded = [], set()
        self.scope_frames, self.function_scope, self.environments = [], scope, function.environments
        self.class_name = function.class_name
        frame = self.push_environment(function.node) if scope.nests else self.push_frame()
        self.function_frame = frame
        self.stack.append(function)
        for name, bound in bindings.items():
            self.set_variable(frame, name, bound)
        try:
            if isinstance(function.node, ast.Lambda):
                result = self.eval(function.node.body)
                self.returned.append(self.bound_of(result, function.node))
            else:
                self.run_block(function.node.body)
            returned, yielded = self.returned, self.yielded
        finally:
            self.stack.pop()
            self.pop_frame()
            self.returned, self.yielded = outer_returned, outer_yielded
            self.class_name = outer_class
            self.context = before
            self.scope_frames, self.function_scope, self.function_frame, self.environments, self.uncertain = (
                saved
            )
        if scope.is_generator:
            return Val(frozenset(yielded), label=label, site=site)
        return self._returned_value(returned, label, site)

    def _returned_value(self, returned: list[Bound], label: str, site: ast.AST) -> Val:
        if not returned:
            return Val(type="NoneType", const=None, label=label, site=site)
        joined = returned[0]
        for bound in returned[1:]:
            joined = join_bounds(joined, bound)
        return Val(joined.objs, joined.type, joined.ref, joined.const, label=label, site=site)

    def _bind_arguments(self, function: Function, call: Call, receiver: Val | None) -> dict[str, Bound]:
        arguments = function.node.args
        given = list(call.args)
        if receiver is not None:
            given.insert(0, receiver)
        bindings: dict[str, Bound] = dict(function.defaults)
        positional = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
        for index, val in enumerate(given[: len(positional)]):
            bindings[positional[index]] = self._argument(val, call.node, index)
        keyword_names = {*positional, *(argument.arg for argument in arguments.kwonlyargs)}
        rest = given[len(positional) :]
        extra = {name: val for name, val in call.kwargs.items() if name not in keyword_names}
        for name, val in call.kwargs.items():
            if name in keyword_names:
                bindings[name] = self._argument(val, call.node, name)
        if arguments.vararg is not None:
            bindings[arguments.vararg.arg] = self._packed(rest, "tuple", call.node, "*")
        if arguments.kwarg is not None:
            bindings[arguments.kwarg.arg] = self._packed(
                list(extra.values()), "dict", call.node, "**", list(extra)
            )
        if call.open_ended:
            pool = self._pool(call)
            for name in keyword_names - bindings.keys():
                bindings[name] = pool
        for name in keyword_names - bindings.keys():
            bindings[name] = Bound()
        return bindings

    def _pool(self, call: Call) -> Bound:
        objs = NO_OBJECTS
        for val in call.values():
            objs |= self.items_of(val).objs
        return Bound(objs)

    def _argument(self, val: Val, node: ast.AST, where: int | str) -> Bound:
        if val.site is None and val.obj is not None:
            return self.bound_of(val, Place.of(node, str(where)))
        return self.bound_of(val, val.site or Place.of(node, str(where)))

    def _packed(
        self, vals: list[Val], kind: str, node: ast.AST, tag: str, names: list[str] | None = None
    ) -> Bound:
        keys: dict[Any, Bound] = {}
        for index, val in enumerate(vals):
            keys[names[index] if names else index] = self._argument(val, node, f"{tag}{index}")._replace(
                writers=self.me
            )
        return self.bound_of(Val(type=kind, obj=Obj(type=kind, keys=keys)), Place.of(node, tag))

    def _summary(self, function: Function, call: Call, receiver: Val | None) -> Val:
        """A call that is not interpreted again: what it may read and change by its text."""
        self.read_function(function)
        scope = scope_of(function.node)
        values = [*call.values(), *([receiver] if receiver is not None else [])]
        values += [self.val_of(bound, name) for name, bound in function.defaults if name not in call.kwargs]
        held = NO_OBJECTS
        for val in values:
            self.read(val)
            if scope.mutates:
                self.change(val, f"{call.name}() may change it", must=False, deep=True)
            held |= self.bound_of(val, val.site or call.node).objs
        if self.budget <= 0 or len(self.stack) >= MAX_DEPTH:
            for name in scope.global_stores:
                old = self.get(name)
                bound = Bound(writers=self.me)
                self.put(
                    name, join_bounds(old, bound) if isinstance(old, Bound) else bound._replace(unbound=True)
                )
                self.binds[name] = None
            if scope.mutates:
                self._may_change_globals(scope.free, call.name)
        return Val(obj=Obj(holds=held), label=call.name, site=call.node)

    def _may_change_globals(self, names: Iterable[str], caller: str) -> None:
        for name in sorted(names):
            bound = self.get(name)
            if isinstance(bound, Bound) and bound.objs and bound.type not in ("function", "class"):
                self.change(self.val_of(bound, name), f"{caller}() may change it", must=False)

    def call_back(self, val: Val, call: Call) -> Val:
        """A function that a library was given is called with items of the other arguments."""
        others: set[ObjId] = set()
        for other in call.values():
            if other is not val and not self._is_callable(other):
                others |= self.items_of(other).objs | other.objs
        if call.receiver is not None:
            others |= call.receiver.objs
        anything = Val(frozenset(others))
        results = [self._call_back_library(val, call)] if val.ref else []
        self.loop_depth += 1
        for obj_id, obj in self.callables_of(val):
            results.append(self._call_back_one(obj_id, obj, val, anything, call))
        self.loop_depth -= 1
        return joined_results(results, call) if results else Val()

    def _call_back_one(self, obj_id: ObjId | None, obj: Obj, val: Val, anything: Val, call: Call) -> Val:
        if obj.function is None:
            one = (
                Val(frozenset((obj_id,)), obj.type, label=val.label)
                if obj_id
                else Val(obj=obj, label=val.label)
            )
            unknown = Call(call.node, val.label, args=[anything], open_ended=True)
            return self.call_value(one, unknown)
        if obj.frame is not None:
            return self.resume(val, call.node)
        arguments = obj.function.node.args
        defaults = dict(obj.function.defaults)
        passed = []
        for parameter in (*arguments.posonlyargs, *arguments.args):
            default = defaults.get(parameter.arg)
            passed.append(Val(anything.objs | default.objs, default.type) if default else Val(anything.objs))
        unknown = Call(call.node, val.label, args=passed, open_ended=True)
        return self.call_function(obj.function, unknown, obj)

    def _call_back_library(self, val: Val, call: Call) -> Val:
        spec = self.library.find(val.ref)
        if spec is None or spec.is_class or spec.is_property:
            return Val()
        return self.library_call(spec, Call(call.node, val.ref, open_ended=True))

    def run_coroutines(self, val: Val, site: ast.AST) -> Val | None:
        """What awaiting a coroutine, or a task that holds some, gives; None when there is none."""
        parts = [self.object(obj_id) for obj_id in self.in_order(val.objs)]
        if val.obj is not None:
            parts.append(val.obj)
        parts += [self.object(held) for part in parts for held in self.in_order(part.holds)]
        results = []
        for part in parts:
            if part.type != "coroutine" or part.function is None or part.frame is None:
                continue
            if self.is_recursive(part.function) or self.budget <= 0 or len(self.stack) >= MAX_DEPTH:
                self.read_function(part.function)
                continue
            results.append(self.run_function(part.function, dict(part.frame), site, val.label))
        return joined_results(results, Call(site, val.label)) if results else None

    def resume(self, val: Val, site: ast.AST) -> Val:
        """A generator runs on: its body is interpreted where it is consumed; returns what it may yield."""
        found = NO_OBJECTS
        parts = [self.object(obj_id) for obj_id in self.in_order(val.objs)]
        if val.obj is not None:
            parts.append(val.obj)
        for obj in parts:
            if obj.frame is None or obj.function is None:
                continue
            if self.is_recursive(obj.function) or self.budget <= 0 or len(self.stack) >= MAX_DEPTH:
                self.read_function(obj.function)
                continue
            self.loop_depth += 1
            result = self.run_function(obj.function, dict(obj.frame), site, val.label)
            self.loop_depth -= 1
            found |= result.objs
            if not scope_of(obj.function.node).is_generator:
                found |= self.items_of(result).objs
        if val.objs and any(part.frame is not None for part in parts):
            self.change(val, "consumes the generator")
        return Val(found, label=val.label, site=site)


class Place:
    """Places for temporaries that have no node of their own, one for each node and tag."""

    @staticmethod
    def of(node: ast.AST, tag: str) -> ast.AST:
        """The place that belongs to the node and the tag; the same one when asked again."""
        places: dict[str, ast.AST] | None = getattr(node, "_notelift_places", None)
        if places is None:
            places = node._notelift_places = {}  # type: ignore[attr-defined]
        return places.setdefault(tag, ast.Pass())


def joined_results(results: list[Val], call: Call) -> Val:
    """One value for what several callees may return."""
    if len(results) == 1:
        return results[0]
    objs = NO_OBJECTS
    type_ = results[0].type
    holds = NO_OBJECTS
    for result in results:
        objs |= result.objs
        type_ = type_ if type_ == result.type else ""
        if result.obj is not None:
            holds |= result.obj.holds
    obj = Obj(type=type_, holds=holds) if any(result.obj is not None for result in results) else None
    return Val(objs, type_, obj=obj, label=call.name, site=call.node)
