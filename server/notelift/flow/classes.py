"""Classes, instances and whatever else can be called."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from notelift.flow.call import Call
from notelift.flow.frames import mangle
from notelift.flow.functions import Functions, Place, joined_results
from notelift.flow.members import FIELDS
from notelift.flow.values import NO_OBJECTS, NOTHING, Bound, Obj, ObjId, Val

_WRAPPERS = {
    "property": "property",
    "staticmethod": "staticmethod",
    "classmethod": "classmethod",
    "cached_property": "cached property",
    "setter": "property",
    "getter": "property",
    "abstractmethod": "",
}


class Classes(Functions):
    """Definitions of functions and classes, and calls of any value."""

    def define_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Val:
        """The function that a `def` makes, its decorators applied."""
        kind = ""
        decorators = []
        for decorator in node.decorator_list:
            name = _last_name(decorator)
            if name in _WRAPPERS and not isinstance(decorator, ast.Call):
                kind = _WRAPPERS[name] or kind
                self.read(self.eval(decorator))
            else:
                decorators.append(decorator)
        val = self.make_function(node, kind or "function")
        if kind == "property" and _last_name(node.decorator_list[-1]) == "setter":
            val = self._with_setter(node.name, val)
        if decorators and self.function_scope is not None and self.variable(node.name) == Bound():
            # One that is taken to call the function would do so later, when its name is bound.
            self.bind_name(node.name, self.bound_of(val, node))
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
        return Val(type="property", obj=obj, label=name, site=Place.of(setter.site or ast.Pass(), "property"))

    def _decorate(self, decorator: ast.expr, val: Val) -> Val:
        """What a decorator returns; one that is not the notebook's is taken to wrap the function."""
        target = self.eval(decorator)
        self._register(decorator, val)
        self.bound_of(val, val.site)
        call = Call(decorator, ast.unparse(decorator)[:40], args=[val])
        is_class = any(self.object(obj_id).type == "class" for obj_id in target.objs)
        if target.ref or not (is_class or self._is_callable(target)):
            self.read(target)
            self.bound_of(target, decorator)
            for obj_id in self.in_order(target.objs):
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
        metaclasses = NO_OBJECTS
        for keyword in node.keywords:
            val = self.eval(keyword.value)
            self.read(val)
            metaclasses |= val.objs if keyword.arg == "metaclass" else NO_OBJECTS
        before_function = self.function_scope, self.function_frame, self.class_name
        frame = self.push_frame()
        self.class_frames.add(frame)
        self.function_scope, self.function_frame, self.class_name = None, frame, node.name
        self.run_block(node.body)
        self.function_scope, self.function_frame, self.class_name = before_function
        members = self.pop_frame()
        keys: dict[Any, Bound] = {}
        for name, bound in members.items():
            keys[mangle(name, node.name)] = bound._replace(writers=self.me)
        fields = tuple(
            part.target.id
            for part in node.body
            if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
        )
        keys[FIELDS] = Bound(const=fields)
        obj = Obj(type="class", keys=keys, parents=tuple(parents), klass=metaclasses)
        val = Val(type="class", obj=obj, label=node.name, site=node)
        self.bound_of(val, node)
        self._run_class_hooks(val, parents, members, node)
        for decorator in node.decorator_list:
            val = self._decorate(decorator, val)
        return val

    def _run_class_hooks(
        self, val: Val, parents: list[Bound], members: dict[str, Bound], node: ast.ClassDef
    ) -> None:
        """`__init_subclass__` of the bases, and `__set_name__` of descriptors."""
        for parent in parents:
            for parent_id in self.in_order(parent.objs):
                hook = self.find_member(parent_id, "__init_subclass__")
                if hook is not None and hook.objs:
                    self.call_method(hook._replace(type="function"), val, Call(node, "__init_subclass__"))
        for bound in members.values():
            if bound.type == "instance":
                self.dunder(self.val_of(bound, node.name), ("__set_name__",), [val, Val(type="str")], node)

    def call_value(self, callee: Val, call: Call) -> Val:
        """Call whatever the value may be; the joined result."""
        results: list[Val] = []
        parts = [(obj_id, self.object(obj_id)) for obj_id in self.in_order(callee.objs)]
        if callee.obj is not None:
            parts.append((None, callee.obj))  # type: ignore[arg-type]
        for obj_id, obj in parts:
            if obj.type == "partial":
                results.append(self._call_partial(obj, callee.label, call))
            elif obj.type == "bound method":
                results.append(self.call_bound_method(obj, callee.label, call))
            elif obj.function is not None:
                if obj_id is not None:
                    self.edge(obj.made, "object", callee.label)
                    self.edge(obj.may, "object", callee.label, False)
                self._read_wrappers(obj, callee.label)
                results.append(self.call_function(obj.function, call, obj))
            elif obj.type == "class" and obj_id is not None:
                one = Val(frozenset((obj_id,)), label=callee.label)
                made = self.dunder(one, ("__call__",), call.args, call.node)
                instance = self.instantiate(obj_id, callee.label, call)
                if made is not None:
                    self.hold(obj.klass, instance.objs)
                    instance = Val(instance.objs | made.objs | self.object(obj_id).holds, "instance")
                results.append(instance)
            elif obj.klass:
                results.append(self._call_instance(obj_id, obj, call))
            elif obj.type not in ("", "function") and obj_id is not None:
                spec = self.library.method(obj.type, "__call__")
                if spec is not None:
                    receiver = Val(frozenset((obj_id,)), obj.type, label=callee.label)
                    results.append(self.library_call(spec, self._on_receiver(call, receiver)))
        if callee.ref:
            results.append(
                self.library_call(self.library.find(callee.ref), self._qualified(call, callee.ref))
            )
        if not results:
            self.read(callee)
            if call.discarded:
                if any(isinstance(obj_id[1], str) for obj_id in callee.objs):
                    self.alter("state:*")
                self.change(callee, f"nothing is known of {call.name}()", must=False)
            return self.library_call(None, call)
        return joined_results(results, call)

    def call_held_instances(self, call: Call, values: list[Val]) -> None:
        """A library calls the methods of the notebook's instances that it is given or holds."""
        if self.get(("known", "instances")) is NOTHING or len(self.stack) > 2:
            return
        given = [*values, call.receiver] if call.receiver is not None else values
        own = call.receiver.objs if call.receiver is not None else NO_OBJECTS
        for val in given:
            for obj_id in self.in_order(self._reachable(val) - own):
                obj = self.object(obj_id)
                if obj.type == "class" and self.library_parent(obj_id):
                    self._call_members(obj_id, Val(label=val.label), call)
                elif obj.klass and self.library_parent(obj_id):
                    self.call_own_methods(Val(frozenset((obj_id,)), "instance", label=val.label), call)

    def call_own_methods(self, receiver: Val, call: Call) -> None:
        """A library's method calls what the notebook's class defines (`Thread.start` calls `run`)."""
        for obj_id in self.in_order(receiver.objs):
            for class_id in self.in_order(self.object(obj_id).klass):
                self._call_members(class_id, receiver, call)

    def _call_members(self, class_id: ObjId, receiver: Val, call: Call) -> None:
        for name, member in self.object(class_id).keys.items():
            if isinstance(name, str) and not name.startswith("__") and member.type == "function":
                self.call_method(member, receiver, Call(call.node, name, receiver, open_ended=True))

    def _call_partial(self, obj: Obj, label: str, call: Call) -> Val:
        """Call what `functools.partial` made: its arguments come first."""
        args = [self.val_of(bound, label) for key, bound in obj.keys.items() if key[0] == "position"]
        kwargs = {key[1]: self.val_of(bound, label) for key, bound in obj.keys.items() if key[0] == "keyword"}
        whole = Call(
            call.node, call.name, None, [*args, *call.args], {**kwargs, **call.kwargs}, call.open_ended
        )
        return self.call_value(self.val_of(obj.keys["function", ""], label), whole)

    def _read_wrappers(self, obj: Obj, label: str) -> None:
        self.read_objects(obj.holds, label)

    def _on_receiver(self, call: Call, receiver: Val) -> Call:
        return Call(call.node, call.name, receiver, call.args, call.kwargs, call.open_ended, call.discarded)

    def _qualified(self, call: Call, ref: str) -> Call:
        return Call(call.node, ref, call.receiver, call.args, call.kwargs, call.open_ended, call.discarded)

    def _call_instance(self, obj_id: ObjId, obj: Obj, call: Call) -> Val:
        receiver = Val(frozenset((obj_id,)), "instance", label=call.name)
        for name in ("__call__", "forward", "call"):
            found = self.find_member(obj_id, name)
            if found is not None and found.objs:
                result = self.call_method(found, receiver, call)
                if name == "forward":
                    # What `torch.nn.Module` does when it is called: the hooks run too.
                    self._call_held(receiver, call)
                return result
        return self.library_call(None, call)

    def instantiate(self, class_id: ObjId, label: str, call: Call) -> Val:
        """A new instance, its constructor run."""
        obj = self.object(class_id)
        self.edge(obj.made, "object", label)
        self.edge(obj.may, "object", label, False)
        val = Val(
            type="instance",
            obj=Obj(type="instance", klass=frozenset((class_id,))),
            label=label,
            site=call.node,
        )
        self.store(val, call.node)
        self.put(("known", "instances"), frozenset(("any",)))
        made = self._run_new(class_id, val, call)
        if made is not None:
            val = made
        found = False
        for name in ("__init__", "__post_init__"):
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

    def _run_new(self, class_id: ObjId, val: Val, call: Call) -> Val | None:
        """What the notebook's `__new__` returns: an instance that it may have made before."""
        method = self.find_member(class_id, "__new__")
        if method is None or not method.objs:
            return None
        self.being_made.append(val)
        klass = Val(frozenset((class_id,)), "class", label=call.name)
        arguments = Call(call.node, "__new__", None, [klass, *call.args], call.kwargs, call.open_ended)
        made = self.call_method(method._replace(type="staticmethod"), klass, arguments)
        self.being_made.pop()
        return Val(made.objs or val.objs, "instance", label=val.label)

    def _plain_construct(self, val: Val, call: Call) -> None:
        """A constructor that is not the notebook's (a dataclass's, a library base's) keeps its arguments."""
        for argument in call.values():
            self.read(argument)
        for name, argument in call.kwargs.items():
            self.store_item(val, name, argument, "is set by the constructor")
        for class_id in sorted(self.object(next(iter(val.objs))).klass, key=repr):
            for name, member in self.object(class_id).keys.items():
                given = name in call.kwargs or name in self._fields(val)[: len(call.args)]
                if member.type == "dataclasses.Field" and not given:
                    self.store_item(
                        val,
                        name,
                        Val(obj=Obj(), site=Place.of(call.node, name)),
                        "is set by the constructor",
                    )
        fields = self._fields(val)
        for index, argument in enumerate(call.args):
            bound = self._argument(argument, call.node, f"new{index}")
            if index < len(fields):
                passed = self.val_of(bound, fields[index])
                self.store_item(val, fields[index], passed, "is set by the constructor")
            else:
                self.hold(val.objs, bound.objs)

    def _fields(self, val: Val) -> tuple[str, ...]:
        """The annotated names of an instance's class, bases first: what a dataclass's constructor takes."""
        found: list[str] = []
        waiting = [class_id for obj_id in val.objs for class_id in self.in_order(self.object(obj_id).klass)]
        while waiting:
            obj = self.object(waiting.pop())
            own = obj.keys.get(FIELDS)
            if own is not None:
                found = [*own.const, *(name for name in found if name not in own.const)]
            waiting += [parent_id for parent in obj.parents for parent_id in self.in_order(parent.objs)]
        return tuple(found)

    def call_method(self, method: Bound, receiver: Val, call: Call) -> Val:
        """Call a method of the notebook's on a receiver."""
        results = []
        for obj_id in self.in_order(method.objs):
            obj = self.object(obj_id)
            self.edge(obj.made, "object", call.name)
            self.edge(obj.may, "object", call.name, False)
            self._read_wrappers(obj, call.name)
            if obj.function is None:
                results.append(self.call_value(Val(frozenset((obj_id,)), obj.type, label=call.name), call))
            elif obj.type == "staticmethod" or method.type == "staticmethod":
                results.append(self.call_function(obj.function, call, obj))
            elif obj.type == "classmethod":
                klass = self._class_of(receiver)
                results.append(self.call_function(obj.function, call, obj, klass))
            else:
                results.append(self.call_function(obj.function, call, obj, receiver))
        if not results:
            return self.library_call(None, call)
        return joined_results(results, call)

    def dunder(self, val: Val, names: Sequence[str], others: list[Val], site: ast.AST) -> Val | None:
        """Call the first special method of these names that an instance of a notebook class has.

        None without one.
        """
        for obj_id in self.in_order(val.objs):
            obj = self.object(obj_id)
            if not obj.klass:
                continue
            for name in names:
                method = self.find_member(obj_id, name)
                if method is not None and method.objs:
                    receiver = Val(frozenset((obj_id,)), "instance", label=val.label)
                    return self.call_method(method, receiver, Call(site, name, receiver, list(others)))
        return None


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
