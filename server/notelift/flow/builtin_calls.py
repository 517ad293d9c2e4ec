"""Builtins and library functions that have a meaning for the interpreter itself."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from notelift.cells.code import magic_of, read_cell
from notelift.flow.arguments import ITERATORS
from notelift.flow.call import Call
from notelift.flow.expressions import Expressions
from notelift.flow.paths import path_of
from notelift.flow.values import NO_OBJECTS, NO_TOKENS, NOTHING, Bound, Obj, ObjId, Val
from notelift.notebook.magics import Magic


class BuiltinCalls(Expressions):
    """Calls that specs cannot describe."""

    def _call_magic(self, call: Call) -> Val | None:
        return self.run_magic(magic_of(call.node), call)

    def run_magic(self, magic: Magic | None, call: Call) -> Val:
        """A magic or shell line."""
        raise NotImplementedError

    def _exec(self, call: Call) -> Val | None:
        source = call.args[0].const if call.args else NOTHING
        if not isinstance(source, str) or len(call.args) > 1 or call.kwargs:
            for val in call.values():
                self.read(val)
            if len(call.args) > 1:
                self.change(call.args[-1], f"{call.name}() runs code in it", must=False)
            self.opaque(f"`{call.name}` runs code that is not known before it runs")
            return Val(label=call.name)
        code = read_cell(source.strip() if call.name == "eval" else source)
        if code.error:
            self.opaque(f"`{call.name}` runs text that does not parse")
            return Val(label=call.name)
        result = Val(label=call.name)
        for statement in code.statements:
            if call.name == "eval" and isinstance(statement.node, ast.Expr):
                result = self.eval(statement.node.value)
            else:
                self.run_block([statement.node])
        return result

    def _namespace(self, call: Call) -> Val | None:
        if self.function_frame is not None and call.name != "globals":
            return None
        if call.name == "vars" and call.args:
            return call.args[0] if self.has_own_attributes(call.args[0]) else None
        return Val(type="namespace", ref="", label="globals()", site=call.node, obj=Obj(type="namespace"))

    def _setattr(self, call: Call) -> Val | None:
        if len(call.args) != 3:
            return None
        target, name, item = call.args
        key = name.const if isinstance(name.const, str) else NOTHING
        if target.ref and isinstance(key, str):
            self.store_library_state(f"{target.ref}.{key}", self.bound_of(item, call.node))
        elif key is NOTHING:
            self.change(target, "setattr() changes an attribute that is not known")
            self.hold(target.objs, self.bound_of(item, call.node).objs)
        else:
            self.store_item(target, key, item, "setattr()")
        return Val(type="NoneType", const=None)

    def _getattr(self, call: Call) -> Val | None:
        if (
            len(call.args) < 2
            or not isinstance(call.args[1].const, str)
            or not isinstance(call.node, ast.Call)
        ):
            return None
        for val in call.args[2:]:
            self.read(val)
        return self.attribute(call.args[0], call.args[1].const, call.node)

    def _import_module(self, call: Call) -> Val | None:
        name = call.args[0].const if call.args else NOTHING
        return Val(ref=name, type="module") if isinstance(name, str) else None

    def _reload(self, call: Call) -> Val | None:
        if not call.args or not call.args[0].ref:
            return None
        ref = call.args[0].ref
        self.read_file((f"{ref.replace('.', '/')}.py",))
        self.store_library_state(ref, Bound(type="module", ref=ref))
        return Val(ref=ref, type="module")

    def _method_type(self, call: Call) -> Val | None:
        """`types.MethodType(function, instance)`."""
        if len(call.args) != 2:
            return None
        keys = {
            "__self__": self.bound_of(call.args[1], call.args[1].site),
            "__func__": self.bound_of(call.args[0], call.args[0].site),
        }
        return Val(
            type="bound method", obj=Obj(type="bound method", keys=keys), label=call.name, site=call.node
        )

    def _next(self, call: Call) -> Val | None:
        if not call.args:
            return None
        target = call.args[0]
        if self.dunder(target, ("__next__",), [], call.node) is not None:
            return None
        if any(self.object(obj_id).frame is not None for obj_id in target.objs):
            return self.resume(target, call.node)
        type_ = target.type or self._type_of_objects(target)
        if type_ in ("map", "filter"):
            self._call_held(target, call)
        if not type_.startswith(ITERATORS):
            self.change(target, "next() moves it on")
        return None

    def _dict_of_keywords(self, call: Call) -> Val | None:
        """`dict(a=1, b=2)`: its keys are known."""
        if call.args or call.open_ended:
            return None
        keys = {name: self.bound_of(val, val.site) for name, val in call.kwargs.items()}
        return Val(type="dict", obj=Obj(type="dict", keys=keys), label="dict", site=call.node)

    def _deep_copy(self, call: Call) -> Val | None:
        """New objects of the same classes all the way down."""
        target = call.args[0] if call.args else None
        if target is None:
            return None
        self.read(target)
        copied: dict[ObjId, ObjId] = {}
        reached = self.in_order(self._reachable(target))[:200]
        for number, obj_id in enumerate(reached):
            copied[obj_id] = (self.token, self.ordinal(call.node, f"copy {number}"))
        for obj_id in reached:
            obj = self.object(obj_id)
            if obj.function is not None or obj.type == "class":
                copied[obj_id] = obj_id
        for obj_id in reached:
            if copied[obj_id] != obj_id:
                self.put(copied[obj_id], self._copied(self.object(obj_id), copied))
        found = frozenset(copied.get(obj_id, obj_id) for obj_id in target.objs)
        return Val(found, target.type, const=target.const, label=call.name, site=call.node)

    def _copied(self, obj: Obj, copied: dict[ObjId, ObjId]) -> Obj:
        keys = {
            key: bound._replace(
                objs=frozenset(copied.get(held, held) for held in bound.objs), writers=self.me
            )
            for key, bound in obj.keys.items()
        }
        holds = frozenset(copied.get(held, held) for held in obj.holds)
        many = obj.many or self.loop_depth > 0
        return obj._replace(
            made=self.me, may=NO_TOKENS, keys=keys, holds=holds, bases=(), views=NO_OBJECTS, many=many
        )

    def _new_object(self, call: Call) -> Val | None:
        return self.being_made[-1] if self.being_made else None

    def _one_of(self, call: Call) -> Val | None:
        """`min(a, b)`: one of its arguments."""
        if len(call.args) < 2:
            return None
        self.library_call(self.library.find(call.name), call)
        return self.either(
            [self.settled(val, val.site or call.node, 0) for val in call.args], call.name, call.node
        )

    def _shallow_copy(self, call: Call) -> Val | None:
        """A new object that refers to what the old one does."""
        if not call.args or not call.args[0].objs:
            return None
        target = call.args[0]
        for val in call.values():
            self.read(val)
        obj = self.object(min(target.objs, key=repr))
        if not obj.klass:
            return None
        copied = Val(target.objs, type=obj.type, label=call.name, site=call.node)
        copied.objs = NO_OBJECTS
        copied.obj = Obj(type=obj.type, keys=obj.keys, holds=obj.holds, klass=obj.klass)
        self.store(copied, call.node)
        for name, val in call.kwargs.items():
            self.store_item(copied, name, val, "is set in the copy")
        return copied

    def _named_object(self, call: Call) -> Val | None:
        """Asked for again by its name, a logger is the same one."""
        name = call.args[0].const if call.args else None
        if not isinstance(name, str) and name is not None:
            return None
        key = ("named", call.name, name)
        found = self.get(key)
        if found is NOTHING or not found:
            val = Val(obj=Obj(type="logging.Logger"), label=call.name, site=call.node)
            found = self.store(val, call.node)
            self.put(key, found)
        return Val(found, "logging.Logger", label=call.name)

    def _expression_text(self, call: Call) -> Val | None:
        """`pandas.eval("x + y")` reads the names in its text."""
        text = call.args[0].const if call.args else NOTHING
        if not isinstance(text, str):
            return None
        for statement in read_cell(text.strip()).statements:
            for part in ast.walk(statement.node):
                if isinstance(part, ast.Name):
                    self.read(self.load_name(part.id))
        return None

    def _partial(self, call: Call) -> Val | None:
        if not call.args or not self._is_callable(call.args[0]):
            return None
        keys: dict[Any, Bound] = {("function", ""): self.bound_of(call.args[0], call.args[0].site)}
        for index, val in enumerate(call.args[1:]):
            keys["position", index] = self.bound_of(val, val.site)
        for name, val in call.kwargs.items():
            keys["keyword", name] = self.bound_of(val, val.site)
        return Val(type="partial", obj=Obj(type="partial", keys=keys), label=call.name, site=call.node)

    def _isinstance(self, call: Call) -> Val | None:
        for val in call.args[1:]:
            self.read(val)
        target = call.args[0] if call.args else None
        if target is not None and call.name in ("isinstance", "type", "id", "callable"):
            for obj_id in self.in_order(target.objs):
                for class_id in self.in_order(self.object(obj_id).klass):
                    self.edge(self.object(class_id).made, "object", target.label)
            if call.name == "type" and len(call.args) == 3:
                return self._class_by_type(call)
            if call.name == "type" and len(call.args) == 1:
                klass = NO_OBJECTS
                for obj_id in self.in_order(target.objs):
                    klass |= self.object(obj_id).klass
                return Val(klass, "class" if klass else "type")
        return Val(type="bool")

    def _class_by_type(self, call: Call) -> Val:
        """`type("Name", (Base,), {"key": value})`."""
        parents = self._part_of(call.args[1])
        members = self._part_of(call.args[2])
        keys = {key: bound._replace(writers=self.me) for key, bound in members.keys.items()}
        obj = Obj(type="class", keys=keys, parents=tuple(parents.keys.values()))
        return Val(type="class", obj=obj, label=call.name, site=call.node)

    def _part_of(self, val: Val) -> Obj:
        parts = [self.object(obj_id) for obj_id in self.in_order(val.objs)]
        return val.obj or (parts[0] if len(parts) == 1 else Obj())

    def _getenv(self, call: Call) -> Val | None:
        """One variable of the environment."""
        key = call.args[0].const if call.args else NOTHING
        if not isinstance(key, str):
            return None
        for val in call.args[1:]:
            self.read(val)
        self.use_variable(key)
        return Val(type="str" if len(call.args) == 1 else "", label=call.name)

    def _os_chdir(self, call: Call) -> Val | None:
        for val in call.args:
            self.read(val)
            self._need_directories(path_of(val.const))
        absolute = (
            bool(call.args) and isinstance(call.args[0].const, str) and call.args[0].const.startswith("/")
        )
        if absolute:
            self.reset("cwd")
        else:
            self.draw("cwd")
        return Val(type="NoneType", const=None)


SPECIAL: dict[str, Callable[[BuiltinCalls, Call], Val | None]] = {
    "__notelift_magic__": BuiltinCalls._call_magic,
    "exec": BuiltinCalls._exec,
    "eval": BuiltinCalls._exec,
    "globals": BuiltinCalls._namespace,
    "locals": BuiltinCalls._namespace,
    "vars": BuiltinCalls._namespace,
    "setattr": BuiltinCalls._setattr,
    "getattr": BuiltinCalls._getattr,
    "next": BuiltinCalls._next,
    "isinstance": BuiltinCalls._isinstance,
    "type": BuiltinCalls._isinstance,
    "importlib.import_module": BuiltinCalls._import_module,
    "importlib.reload": BuiltinCalls._reload,
    "functools.partial": BuiltinCalls._partial,
    "types.MethodType": BuiltinCalls._method_type,
    "dict": BuiltinCalls._dict_of_keywords,
    "object.__new__": BuiltinCalls._new_object,
    "min": BuiltinCalls._one_of,
    "max": BuiltinCalls._one_of,
    "copy.deepcopy": BuiltinCalls._deep_copy,
    "copy.copy": BuiltinCalls._shallow_copy,
    "dataclasses.replace": BuiltinCalls._shallow_copy,
    "logging.getLogger": BuiltinCalls._named_object,
    "pandas.eval": BuiltinCalls._expression_text,
    "os.chdir": BuiltinCalls._os_chdir,
    "os.getenv": BuiltinCalls._getenv,
    "os.environ.get": BuiltinCalls._getenv,
}
