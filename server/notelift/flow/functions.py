"""The notebook's functions and classes: definitions, calls interpreted in place, generators, instances."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Any

from notelift.cells.scopes import parameters_of, scope_of
from notelift.flow.frames import Frames
from notelift.flow.library_calls import Call
from notelift.flow.values import NO_OBJECTS, Bound, Function, Obj, ObjId, Val, join_bounds

MAX_DEPTH = 12
_WRAPPERS = {"property": "property", "staticmethod": "staticmethod", "classmethod": "classmethod",
             "cached_property": "property", "setter": "property", "getter": "property", "abstractmethod": ""}  # fmt: skip


class Functions(Frames):
    """Calls of the notebook's own code."""

    def eval(self, node: ast.expr, discarded: bool = False) -> Val:
        """The value of an expression."""
        raise NotImplementedError

    def run_block(self, body: Sequence[ast.stmt]) -> None:
        """Interpret statements one after the other."""
        raise NotImplementedError

    # -- definitions

    def define_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Val:
        """The function that a `def` makes, its decorators applied."""
        kind = ""
        decorators = []
        for decorator in node.decorator_list:
            name = _last_name(decorator)
            if name in _WRAPPERS and not isinstance(decorator, ast.Call):
                kind = _WRAPPERS[name] or kind
            else:
                decorators.append(decorator)
        val = self.make_function(node, kind or "function")
        if kind == "property" and _last_name(node.decorator_list[-1]) == "setter":
            val = self._with_setter(node.name, val)
        for decorator in reversed(decorators):
            val = self._decorate(decorator, val)
        return val

    def _with_setter(self, name: str, setter: Val) -> Val:
        """The property of this name with a setter."""
        old = self.variable(name)
        setter.type = "function"
        if setter.obj is not None:
            setter.obj = setter.obj._replace(type="function")
        bound = self.bound_of(setter, setter.site)
        getters = [self.object(obj_id) for obj_id in old.objs] if old is not None else []
        function = getters[0].function if getters else None
        obj = Obj(type="property", function=function, keys={"fset": bound})
        return Val(type="property", obj=obj, label=name, site=_Place.of(setter.site or ast.Pass(), "property"))

    def make_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, kind: str = "function") -> Val:
        """The function object; defaults are evaluated now, the body when it is called."""
        scope = scope_of(node)
        arguments = node.args
        defaults: list[tuple[str, Bound]] = []
        positional = [*arguments.posonlyargs, *arguments.args]
        for argument, default in zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True):
            defaults.append((argument.arg, self.bound_of(self.eval(default), default)))
        for argument, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if keyword_default is not None:
                defaults.append((argument.arg, self.bound_of(self.eval(keyword_default), keyword_default)))
        for annotated in parameters_of(arguments):
            if annotated.annotation is not None:
                self.read(self.eval(annotated.annotation))
        if not isinstance(node, ast.Lambda) and node.returns is not None:
            self.read(self.eval(node.returns))
        environments = self.enclosing(scope.free, node) if self.scope_frames or self.environments else ()
        function = Function(self.function_text(node), node, environments, tuple(defaults))
        label = "lambda" if isinstance(node, ast.Lambda) else node.name
        return Val(type=kind, obj=Obj(type=kind, function=function), label=label, site=node)

    def _decorate(self, decorator: ast.expr, val: Val) -> Val:
        """What a decorator returns; one that is not the notebook's is taken to wrap the function."""
        target = self.eval(decorator)
        self._register(decorator, val)
        self.bound_of(val, val.site)
        call = Call(decorator, ast.unparse(decorator)[:40], args=[val])
        if target.ref or not self._is_callable(target):
            self.read(target)
            self.bound_of(target, decorator)
            for obj_id in target.objs:
                self.hold(val.objs, frozenset((obj_id,)))
            return val
        result = self.call_value(target, call)
        if result.obj is None and not result.objs:
            return val
        if result.objs != val.objs:
            self.hold(self.bound_of(result, decorator).objs, val.objs)
        return result

    def _register(self, decorator: ast.expr, val: Val) -> None:
        """`@registry.register(...)` hands the function to an object, or to a library, that calls it later."""
        func = decorator.func if isinstance(decorator, ast.Call) else decorator
        if not isinstance(func, ast.Attribute):
            return
        owner = self.eval(func.value)
        if owner.ref and not owner.objs:
            if "register" in func.attr:
                self.alter("registry:" + owner.ref.partition(".")[0])
        elif owner.objs and func.attr not in _WRAPPERS:
            self.change(owner, f"`@{ast.unparse(func)}` registers a function")
            self.hold(owner.objs, self.bound_of(val, val.site).objs)

    def define_class(self, node: ast.ClassDef) -> Val:
        """The class that a `class` statement makes."""
        parents = []
        for base in node.bases:
            parent = self.eval(base)
            self.read(parent)
            parents.append(self.bound_of(parent, base))
        for keyword in node.keywords:
            self.read(self.eval(keyword.value))
        before_function = self.function_scope, self.function_frame
        frame = self.push_frame()
        self.class_frames.add(frame)
        self.function_scope, self.function_frame = None, frame
        self.run_block(node.body)
        self.function_scope, self.function_frame = before_function
        members = self.pop_frame()
        keys = {name: bound._replace(writers=self.me) for name, bound in members.items()}
        held = frozenset[ObjId]()
        val = Val(type="class", obj=Obj(type="class", keys=keys, parents=tuple(parents), holds=held), label=node.name, site=node)
        self.bound_of(val, node)
        for decorator in node.decorator_list:
            val = self._decorate(decorator, val)
        return val

    # -- calls

    def call_value(self, callee: Val, call: Call) -> Val:
        """Call whatever the value may be; the joined result."""
        results: list[Val] = []
        parts = [(obj_id, self.object(obj_id)) for obj_id in callee.objs]
        if callee.obj is not None:
            parts.append((None, callee.obj))  # type: ignore[arg-type]
        for obj_id, obj in parts:
            if obj.type == "bound method":
                results.append(self.call_bound_method(obj, callee.label, call))
            elif obj.function is not None:
                if obj_id is not None:
                    self.edge(obj.made, "object", callee.label)
                    self.edge(obj.may, "object", callee.label, False)
                self._read_wrappers(obj, callee.label)
                results.append(self.call_function(obj.function, call, obj))
            elif obj.type == "class" and obj_id is not None:
                results.append(self.instantiate(obj_id, callee.label, call))
            elif obj.klass:
                results.append(self._call_instance(obj_id, obj, call))
        if callee.ref:
            results.append(self.library_call(self.library.find(callee.ref), self._qualified(call, callee.ref)))
        if not results:
            self.read(callee)
            return self.library_call(None, call)
        return _joined(results, call)

    def call_bound_method(self, method: Obj, label: str, call: Call) -> Val:
        """Call a library's method that was kept as a value."""
        raise NotImplementedError

    def _read_wrappers(self, obj: Obj, label: str) -> None:
        for held in obj.holds:
            self.read_object(held, label)

    def _qualified(self, call: Call, ref: str) -> Call:
        return Call(call.node, ref, call.receiver, call.args, call.kwargs, call.open_ended, call.discarded)

    def _call_instance(self, obj_id: ObjId, obj: Obj, call: Call) -> Val:
        receiver = Val(frozenset((obj_id,)), "instance", label=call.name)
        for name in ("__call__", "forward", "call"):
            found = self.find_member(obj_id, name)
            if found is not None and found.objs:
                return self.call_method(found, receiver, call)
        return self.library_call(None, call)

    def call_function(self, function: Function, call: Call, obj: Obj, receiver: Val | None = None) -> Val:
        """Interpret a function of the notebook at its call."""
        if self.is_recursive(function) or len(self.stack) >= MAX_DEPTH or self.budget <= 0:
            return self._summary(function, call, receiver)
        bindings = self._bind_arguments(function, call, receiver)
        scope = scope_of(function.node)
        if scope.is_generator:
            frame = tuple(sorted(bindings.items()))
            return Val(type="generator", obj=Obj(type="generator", function=function, frame=frame), label=call.name, site=call.node)
        return self.run_function(function, bindings, call.node, call.name)

    def run_function(self, function: Function, bindings: dict[str, Bound], site: ast.AST, label: str) -> Val:
        """Interpret a function's body with its parameters bound; the joined value of its returns."""
        scope = scope_of(function.node)
        saved = (self.scope_frames, self.function_scope, self.function_frame, self.environments, self.uncertain)
        before = self.enter_context(site)
        outer_returned, outer_yielded = self.returned, self.yielded
        outer_class = self.current_class
        self.returned, self.yielded = [], set()
        self.scope_frames, self.function_scope, self.environments = [], scope, function.environments
        self.current_class = function.owner
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
            self.current_class = outer_class
            self.context = before
            self.scope_frames, self.function_scope, self.function_frame, self.environments, self.uncertain = saved
        if scope.is_generator:
            return Val(frozenset(yielded), label=label, site=site)
        return self._returned_value(returned, label, site)

    current_class: ObjId | None = None

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
            bindings[arguments.kwarg.arg] = self._packed(list(extra.values()), "dict", call.node, "**", list(extra))
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
            return self.bound_of(val, _Place.of(node, str(where)))
        return self.bound_of(val, val.site or _Place.of(node, str(where)))

    def _packed(self, vals: list[Val], kind: str, node: ast.AST, tag: str, names: list[str] | None = None) -> Bound:
        keys: dict[Any, Bound] = {}
        for index, val in enumerate(vals):
            keys[names[index] if names else index] = self._argument(val, node, f"{tag}{index}")._replace(writers=self.me)
        return self.bound_of(Val(type=kind, obj=Obj(type=kind, keys=keys)), _Place.of(node, tag))

    def _summary(self, function: Function, call: Call, receiver: Val | None) -> Val:
        """A call that is not interpreted again: what it may read and change by its text."""
        self.read_function(function)
        scope = scope_of(function.node)
        values = [*call.values(), *([receiver] if receiver is not None else [])]
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
                self.put(name, join_bounds(old, bound) if isinstance(old, Bound) else bound._replace(unbound=True))
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
        parts = [self.object(obj_id) for obj_id in val.objs]
        if val.obj is not None:
            parts.append(val.obj)
        results = []
        if val.ref:
            results.append(self._call_back_library(val, call))
        for obj in parts:
            if obj.type == "bound method":
                unknown = Call(call.node, val.label, args=[Val(frozenset(others))], open_ended=True)
                results.append(self.call_bound_method(obj, val.label, unknown))
            if obj.function is None:
                continue
            if obj.frame is not None:
                results.append(self.resume(val, call.node))
                continue
            arguments = obj.function.node.args
            count = len(arguments.posonlyargs) + len(arguments.args)
            unknown = [Val(frozenset(others)) for _ in range(count)]
            self.loop_depth += 1
            results.append(self.call_function(obj.function, Call(call.node, val.label, args=unknown, open_ended=True), obj))
            self.loop_depth -= 1
        return _joined(results, call) if results else Val()

    def _call_back_library(self, val: Val, call: Call) -> Val:
        spec = self.library.find(val.ref)
        if spec is None or spec.is_class or spec.is_property:
            return Val()
        return self.library_call(spec, Call(call.node, val.ref, open_ended=True))

    def resume(self, val: Val, site: ast.AST) -> Val:
        """A generator runs on: its body is interpreted where it is consumed; returns what it may yield."""
        found = NO_OBJECTS
        parts = [self.object(obj_id) for obj_id in val.objs]
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

    # -- classes

    def instantiate(self, class_id: ObjId, label: str, call: Call) -> Val:
        """A new instance, its constructor run."""
        obj = self.object(class_id)
        self.edge(obj.made, "object", label)
        self.edge(obj.may, "object", label, False)
        val = Val(type="instance", obj=Obj(type="instance", klass=frozenset((class_id,))), label=label, site=call.node)
        self.store(val, call.node)
        found = False
        for name in ("__new__", "__init__", "__post_init__"):
            method = self.find_member(class_id, name)
            if method is not None and method.objs:
                found = found or name == "__init__"
                if name == "__post_init__":
                    self._plain_construct(val, call)
                    self.call_method(method, val, Call(call.node, name))
                elif name == "__init__":
                    self.call_method(method, val, call)
        if not found:
            self._plain_construct(val, call)
        return val

    def _plain_construct(self, val: Val, call: Call) -> None:
        """A constructor that is not the notebook's (a dataclass's, a library base's) keeps its arguments."""
        for argument in call.values():
            self.read(argument)
        for name, argument in call.kwargs.items():
            self.store_item(val, name, argument, "is set by the constructor")
        for class_id in sorted(self.object(next(iter(val.objs))).klass):
            for name, member in self.object(class_id).keys.items():
                if member.type == "dataclasses.Field" and name not in call.kwargs:
                    self.store_item(val, name, Val(obj=Obj(), site=_Place.of(call.node, name)), "is set by the constructor")
        for index, argument in enumerate(call.args):
            bound = self._argument(argument, call.node, f"new{index}")
            self.hold(val.objs, bound.objs)

    def find_member(self, obj_id: ObjId, name: str, depth: int = 0) -> Bound | None:
        """A class's or instance's attribute as its classes define it, bases included."""
        obj = self.object(obj_id)
        if depth and name in obj.keys or obj.type == "class" and name in obj.keys:
            bound = obj.keys[name]
            self.read_bound(bound, "object", name)
            return bound
        if depth > 8:
            return None
        for class_id in obj.klass:
            found = self.find_member(class_id, name, depth + 1)
            if found is not None:
                return found
        for parent in obj.parents:
            for parent_id in parent.objs:
                found = self.find_member(parent_id, name, depth + 1)
                if found is not None:
                    return found
        return None

    def library_parent(self, obj_id: ObjId, depth: int = 0) -> str:
        """The first base of an instance's or class's classes that is a library's; "" when there is none."""
        obj = self.object(obj_id)
        if depth > 8:
            return ""
        for class_id in obj.klass:
            found = self.library_parent(class_id, depth + 1)
            if found:
                return found
        for parent in obj.parents:
            if parent.ref:
                return parent.ref
            for parent_id in parent.objs:
                found = self.library_parent(parent_id, depth + 1)
                if found:
                    return found
        return ""

    def call_method(self, method: Bound, receiver: Val, call: Call) -> Val:
        """Call a method of the notebook's on a receiver."""
        results = []
        for obj_id in method.objs:
            obj = self.object(obj_id)
            self.edge(obj.made, "object", call.name)
            self.edge(obj.may, "object", call.name, False)
            self._read_wrappers(obj, call.name)
            if obj.function is None:
                results.append(self.call_value(Val(frozenset((obj_id,)), obj.type, label=call.name), call))
            elif obj.type == "staticmethod":
                results.append(self.call_function(obj.function, call, obj))
            elif obj.type == "classmethod":
                klass = self._class_of(receiver)
                results.append(self.call_function(obj.function, call, obj, klass))
            else:
                results.append(self.call_function(obj.function, call, obj, receiver))
        if not results:
            return self.library_call(None, call)
        return _joined(results, call)

    def _class_of(self, receiver: Val) -> Val:
        found = NO_OBJECTS
        for obj_id in receiver.objs:
            obj = self.object(obj_id)
            found |= obj.klass if obj.klass else frozenset((obj_id,))
        return Val(found, "class", label=receiver.label)

    def dunder(self, val: Val, names: Sequence[str], others: list[Val], site: ast.AST) -> Val | None:
        """Call the first special method of these names that an instance of a notebook class has; None without one."""
        for obj_id in val.objs:
            obj = self.object(obj_id)
            if not obj.klass:
                continue
            for name in names:
                method = self.find_member(obj_id, name)
                if method is not None and method.objs:
                    receiver = Val(frozenset((obj_id,)), "instance", label=val.label)
                    return self.call_method(method, receiver, Call(site, name, receiver, list(others)))
        return None

    def super_value(self) -> Val:
        """What `super()` is in a method: the first argument, looked up on the bases."""
        return Val(type="super")


class _Place:
    """Places for temporaries that have no node of their own, one for each node and tag."""

    @staticmethod
    def of(node: ast.AST, tag: str) -> ast.AST:
        places: dict[str, ast.AST] | None = getattr(node, "_notelift_places", None)
        if places is None:
            places = node._notelift_places = {}  # type: ignore[attr-defined]
        return places.setdefault(tag, ast.Pass())


def _joined(results: list[Val], call: Call) -> Val:
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


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""

