"""Statements: bindings, stores, control flow, imports; and the interpreter that is made of all parts."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from notelift.flow.calls import Calls
from notelift.flow.library_calls import Call
from notelift.flow.values import NO_OBJECTS, NO_TOKENS, NOTHING, Bound, Columns, Obj, ObjId, Val, same_shape

MAX_PASSES = 3
Binder = Callable[[str, Bound], None]


class Statements(Calls):
    """Interprets statements."""

    def run_block(self, body: Sequence[ast.stmt]) -> None:
        """Interpret statements one after the other."""
        for node in body:
            self.run_statement(node)

    def run_statement(self, node: ast.stmt) -> None:
        """Interpret one statement; one of an unknown kind reads all that it names."""
        self.budget -= 1
        handler = _HANDLERS.get(type(node))
        if handler is not None:
            handler(self, node)
        else:
            self._unknown_statement(node)

    def _unknown_statement(self, node: ast.stmt) -> None:
        for part in ast.walk(node):
            if isinstance(part, ast.Name):
                if isinstance(part.ctx, ast.Load):
                    self.read(self.load_name(part.id))
                else:
                    self.bind_name(part.id, Bound())

    def _expression(self, node: ast.Expr) -> None:
        val = self.eval(node.value, discarded=True)
        if not isinstance(node.value, (ast.Call, ast.Constant)):
            self.read(val)

    # -- bindings and stores

    def _assign(self, node: ast.Assign) -> None:
        if len(node.targets) == 1 and self._assign_pairwise(node.targets[0], node.value):
            return
        val = self.eval(node.value)
        if val.site is None:
            val.site = node.value
        for target in node.targets:
            self.bind_target(target, val, self.bind_name)

    def _assign_pairwise(self, target: ast.expr, value: ast.expr) -> bool:
        """`a, b = x, y` without a tuple in between."""
        if not (isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List))):
            return False
        if len(target.elts) != len(value.elts):
            return False
        if any(isinstance(part, ast.Starred) for part in (*target.elts, *value.elts)):
            return False
        vals = [self.settled(self.eval(part), part, 0) for part in value.elts]
        for part, val in zip(target.elts, vals, strict=True):
            self.bind_target(part, val, self.bind_name)
        return True

    def bind_target(self, target: ast.expr, val: Val, bind: Binder) -> None:
        """Bind an assignment's target."""
        if isinstance(target, ast.Name):
            bind(target.id, self.bound_of(val, target))
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target, val, bind)
        elif isinstance(target, ast.Starred):
            self.bind_target(target.value, val, bind)
        elif isinstance(target, ast.Attribute):
            self.store_attribute(target, val)
        elif isinstance(target, ast.Subscript):
            self.store_subscript(target, val)

    def _unpack(self, target: ast.Tuple | ast.List, val: Val, bind: Binder) -> None:
        self.read_shallow(val)
        if val.flat:
            for part in target.elts:
                self.bind_target(part, Val(val.objs, base=val.base, label=val.label, site=part), bind)
            return
        parts = [self.object(obj_id) for obj_id in val.objs]
        if val.obj is not None:
            parts.append(val.obj)
        known = len(parts) == 1 and parts[0].type in ("tuple", "list") and not parts[0].holds
        items: Val | None = None
        for index, part in enumerate(target.elts):
            bound = parts[0].keys.get(index) if known else None
            if bound is not None and not isinstance(part, ast.Starred):
                self.read_bound(bound, "object", val.label)
                self.bind_target(part, self.val_of(bound, val.label), bind)
                continue
            if items is None:
                self.read(val)
                items = self.iterate(val, target) if not known else self.items_of(val)
            if isinstance(part, ast.Starred):
                rest = Val(type="list", obj=Obj(type="list", holds=items.objs), site=part)
                self.bind_target(part.value, rest, bind)
            else:
                self.bind_target(part, Val(items.objs, items.type, base=items.base, label=val.label, site=part), bind)

    def read_shallow(self, val: Val) -> None:
        """The statement reads what a value is, not what it holds."""
        for obj_id in val.objs:
            obj = self.object(obj_id)
            self.edge(obj.made, "object", val.label)
            self.edge(obj.may, "object", val.label, False)

    def store_attribute(self, target: ast.Attribute, val: Val) -> None:
        """`receiver.name = val`."""
        receiver = self.eval(target.value)
        why = f"`{receiver.label}.{target.attr} = ...`"
        if receiver.ref and not receiver.objs:
            self.store_in_library(f"{receiver.ref}.{target.attr}", val, target)
            return
        types = {self.object(obj_id).type for obj_id in receiver.objs}
        klass = any(self.object(obj_id).klass for obj_id in receiver.objs)
        keyed = klass or bool(types & {"class", "types.SimpleNamespace", "argparse.Namespace", "instance", "function"})
        if klass and self._property_setter(receiver, target.attr, val, target):
            return
        column = "pandas.DataFrame" in types and self.library.method("pandas.DataFrame", target.attr) is None
        if keyed or column:
            self.store_item(receiver, target.attr, val, why)
        else:
            self.change(receiver, why, must=True)
            self.hold(receiver.objs, self.bound_of(val, target).objs)
            if receiver.type.startswith("matplotlib."):
                self.alter("pyplot")

    def _property_setter(self, receiver: Val, name: str, val: Val, node: ast.AST) -> bool:
        done = False
        for obj_id in receiver.objs:
            member = self.find_member(obj_id, name)
            if member is None or member.type != "property":
                continue
            for property_id in member.objs:
                setter = self.object(property_id).keys.get("fset")
                if setter is not None:
                    call = Call(node, name, args=[val])
                    self.call_method(setter, Val(frozenset((obj_id,)), "instance", label=receiver.label), call)
                    done = True
        return done

    def store_in_library(self, ref: str, val: Val, node: ast.AST) -> None:
        """`library.attribute = val`: options are resources, else the library is patched."""
        bound = self.bound_of(val, node)
        spec = self.library.find(ref)
        for effect in spec.effects if spec is not None else ():
            if effect.verb in ("is", "uses", "alters"):
                self.alter(effect.subject)
                return
        owner = self.library.find(ref.rpartition(".")[0])
        for effect in owner.effects if owner is not None and owner.is_property else ():
            if effect.verb in ("is", "uses", "alters"):
                self.alter(effect.subject)
                return
        self.store_library_state(ref, bound)

    def store_subscript(self, target: ast.Subscript, val: Val) -> None:
        """`receiver[key] = val`."""
        accessor = self._accessor(target)
        if accessor is not None:
            self._store_located(accessor, target, val)
            return
        receiver = self.eval(target.value)
        key = self.key_of(target.slice)
        if receiver.type == "namespace":
            self._store_global(key, val, target)
            return
        if receiver.ref and not receiver.objs:
            self.bound_of(val, target)
            if receiver.ref == "os.environ" and isinstance(key, str):
                self.set_variable_of_environment(key)
                return
            self.change_library(receiver.ref)
            return
        if self.dunder(receiver, ("__setitem__",), [Val(), val], target) is not None:
            return
        text = ast.unparse(target) if len(receiver.label) < 40 else receiver.label
        if isinstance(key, Columns):
            key = self._single_frame_columns(receiver, key, val, target)
            if key is None:
                return
        self.store_item(receiver, key, val, f"`{text[:60]} = ...`")

    def _single_frame_columns(self, receiver: Val, key: tuple[Any, ...], val: Val, target: ast.AST) -> Any:
        if receiver.type == "pandas.DataFrame" and all(isinstance(name, str) for name in key):
            bound = self.bound_of(val, target)
            for name in key:
                column = Val(NO_OBJECTS, "pandas.Series")
                self.store_item(receiver, name, column, "columns are set")
            self.hold(receiver.objs, bound.objs if receiver.type == "" else NO_OBJECTS)
            return None
        return NOTHING

    def _accessor(self, target: ast.Subscript) -> ast.expr | None:
        """The frame of `frame.loc[...]`."""
        value = target.value
        if isinstance(value, ast.Attribute) and value.attr in ("loc", "iloc", "at", "iat", "ix"):
            return value.value
        return None

    def _store_located(self, frame: ast.expr, target: ast.Subscript, val: Val) -> None:
        """`frame.loc[rows, column] = val` changes a part of one column, or of the whole."""
        receiver = self.eval(frame)
        column: Any = NOTHING
        if isinstance(target.slice, ast.Tuple):
            for part in target.slice.elts:
                column = self.key_of(part)
        else:
            self.key_of(target.slice)
        self.read(val)
        by_label = isinstance(target.value, ast.Attribute) and target.value.attr in ("loc", "at")
        why = f"`{ast.unparse(target)[:60]} = ...`"
        if by_label and isinstance(column, str):
            self.store_item(receiver, column, Val(type="pandas.Series"), why, partial=True)
        else:
            self.change(receiver, why)

    def _store_global(self, key: Any, val: Val, node: ast.AST) -> None:
        bound = self.bound_of(val, node)
        if isinstance(key, str):
            self.bind_global(key, bound)
            self.notes[f"`globals()[{key!r}] = ...` binds a name"] = None
        else:
            self.opaque("`globals()[...] = ...` binds names that are not known")

    def _augmented(self, node: ast.AugAssign) -> None:
        right = self.eval(node.value)
        self.read(right)
        target = node.target
        load = _as_load(target)
        left = self.eval(load)
        names = (f"__i{_operator_name(node.op)}__", f"__{_operator_name(node.op)}__")
        special = self.dunder(left, names, [right], node)
        if special is not None:
            self.bind_target(target, special, self.bind_name)
            return
        self.read(left)
        if _in_place(left):
            held = self.items_of(right).objs
            self.change(left, f"`{ast.unparse(target)[:40]} {_symbol(node.op)}= ...`")
            self.hold(left.objs, held)
            if isinstance(target, ast.Name):
                self._rebind_same(target.id, left, node)
            elif not (isinstance(target, ast.Attribute) and left.base):
                self._store_back(target, left, node)
            return
        self.bind_target(target, self.binary(node.op, left, right, node), self.bind_name)

    def _rebind_same(self, name: str, val: Val, node: ast.AST) -> None:
        """After `x += y` the name holds the changed object, or the new value when it cannot change in place."""
        self.bind_name(name, self.bound_of(Val(val.objs, val.type, label=val.label), node))

    def _store_back(self, target: ast.expr, val: Val, node: ast.AST) -> None:
        """`frame[column] += 1` also stores the result."""
        self.bind_target(target, Val(val.objs, val.type, site=node), self.bind_name)

    def _annotated(self, node: ast.AnnAssign) -> None:
        if self.function_scope is None:
            self.read(self.eval(node.annotation))
        if node.value is not None:
            val = self.eval(node.value)
            if val.site is None:
                val.site = node.value
            self.bind_target(node.target, val, self.bind_name)

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.unbind(target.id)
            elif isinstance(target, ast.Subscript):
                receiver = self.eval(target.value)
                self.key_of(target.slice)
                self.dunder(receiver, ("__delitem__",), [Val()], target)
                self.change(receiver, f"`del {ast.unparse(target)[:40]}`", remade=True)
            elif isinstance(target, ast.Attribute):
                self.change(self.eval(target.value), f"`del {ast.unparse(target)[:40]}`")
            elif isinstance(target, (ast.Tuple, ast.List)):
                self._delete(ast.Delete(targets=target.elts))

    # -- definitions

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        val = self.define_function(node)
        self.bind_name(node.name, self.bound_of(val, node))

    def _class(self, node: ast.ClassDef) -> None:
        val = self.define_class(node)
        self.bind_name(node.name, self.bound_of(val, node))

    def _return(self, node: ast.Return) -> None:
        if node.value is not None:
            val = self.eval(node.value)
            self.returned.append(self.bound_of(val, val.site or node.value))
        else:
            self.returned.append(Bound(type="NoneType", const=None))
        self.uncertain += 1

    def _leave(self, node: ast.stmt) -> None:
        self.uncertain += 1

    def _raise(self, node: ast.Raise) -> None:
        for part in (node.exc, node.cause):
            if part is not None:
                self.read(self.eval(part))

    def _assert(self, node: ast.Assert) -> None:
        self.read(self.eval(node.test))
        if node.msg is not None:
            self.read(self.eval(node.msg))

    def _nothing(self, node: ast.stmt) -> None:
        return

    # -- control flow

    def _if(self, node: ast.If) -> None:
        test = self.eval(node.test)
        self.dunder(test, ("__bool__", "__len__"), [], node)
        self.read(test)
        paths = [self.branch(lambda: self.run_block(node.body)), self.branch(lambda: self.run_block(node.orelse))]
        alive = [path for path, body in zip(paths, (node.body, node.orelse), strict=True) if not self._raises(body)]
        self.join(alive or paths)

    def _raises(self, body: list[ast.stmt]) -> bool:
        return bool(body) and isinstance(body[-1], ast.Raise) and not self.try_depth and not self.scope_frames

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        iterable = self.eval(node.iter)
        item = self.iterate(iterable, node.iter)
        before = self.uncertain

        def body() -> None:
            each = Val(item.objs, item.type, base=item.base, label=item.label, site=node.iter)
            each.flat = item.flat
            self.bind_target(node.target, each, self.bind_name)
            self.run_block(node.body)

        self._loop(body, surely=_surely_iterates(node.iter))
        if not _leaves(node.body):
            self.uncertain = before
        self.run_block(node.orelse)
        self.uncertain = before

    def _while(self, node: ast.While) -> None:
        before = self.uncertain

        def body() -> None:
            self.read(self.eval(node.test))
            self.run_block(node.body)

        surely = isinstance(node.test, ast.Constant) and bool(node.test.value)
        self._loop(body, surely)
        self.uncertain = before
        self.run_block(node.orelse)

    def _loop(self, body: Callable[[], None], surely: bool) -> None:
        """Interpret a loop's body until what it leads to is stable; a body that surely runs kills what it binds."""
        self.loop_depth += 1
        for turn in range(MAX_PASSES):
            self.loop_reads.append(set())
            before = self.uncertain
            effects = self.branch(body)
            reads = self.loop_reads.pop()
            self.uncertain = before
            old = {key: self.state.get(key, NOTHING) for key in effects}
            self.join([effects] if surely and turn == 0 else [{}, effects])
            changed = any(key in reads and not same_shape(old[key], self.state.get(key, NOTHING)) for key in effects)
            if not changed or self.budget <= 0:
                break
        self.loop_depth -= 1

    def _try(self, node: Any) -> None:
        ends: list[dict[Any, Any]] = []
        after_body: dict[Any, Any] = {}

        def run_body() -> None:
            self.try_depth += 1
            self.run_block(node.body)
            self.try_depth -= 1
            after_body.update({key: self.state.get(key, NOTHING) for key in self.journals[-1]})
            self.run_block(node.orelse)

        normal = self.branch(run_body)
        ends.append(normal)
        for handler in node.handlers:
            path = self.branch(lambda handler=handler: self._handle(handler, after_body))  # type: ignore[misc]
            if not self._raises(handler.body):
                ends.append(path)
        self.join(ends)
        self.run_block(node.finalbody)

    def _handle(self, handler: ast.ExceptHandler, after_body: dict[Any, Any]) -> None:
        self.join([{}, dict(after_body)])
        if handler.type is not None:
            self.read(self.eval(handler.type))
        if handler.name:
            self.bind_name(handler.name, Bound())
        self.run_block(handler.body)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        managers = []
        captured = len(self.stdout_targets)
        for item in node.items:
            manager = self.eval(item.context_expr)
            entered = self.dunder(manager, ("__enter__", "__aenter__"), [], item.context_expr)
            self.read(manager)
            managers.append(manager)
            if manager.type.startswith("contextlib.redirect_"):
                self.stdout_targets.append(self._redirected(manager))
            if entered is None:
                entered = self._entered(manager, item.context_expr)
            if item.optional_vars is not None:
                self.bind_target(item.optional_vars, entered, self.bind_name)
        self.run_block(node.body)
        del self.stdout_targets[captured:]
        for manager in managers:
            self.dunder(manager, ("__exit__", "__aexit__"), [], node)

    def _redirected(self, manager: Val) -> frozenset[ObjId]:
        """Where a redirection of standard output writes to."""
        parts = [self.object(obj_id) for obj_id in manager.objs]
        if manager.obj is not None:
            parts.append(manager.obj)
        return NO_OBJECTS.union(*(part.holds for part in parts))

    def _entered(self, manager: Val, node: ast.expr) -> Val:
        """What a context manager gives: a generator's yields, else mostly itself."""
        if manager.type == "generator" or (manager.obj is not None and manager.obj.frame is not None):
            return self.resume(manager, node)
        bound = self.bound_of(manager, manager.site or node)
        return Val(bound.objs, bound.type, bound.ref, bound.const, label=manager.label)

    def _match(self, node: ast.Match) -> None:
        subject = self.eval(node.subject)
        self.read(subject)
        self.bound_of(subject, node.subject)
        paths: list[dict[Any, Any]] = []
        exhaustive = False
        for case in node.cases:

            def run(case: ast.match_case = case) -> None:
                self._bind_pattern(case.pattern, subject)
                if case.guard is not None:
                    self.read(self.eval(case.guard))
                self.run_block(case.body)

            paths.append(self.branch(run))
            exhaustive = exhaustive or (case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None)
        self.join(paths if exhaustive else [{}, *paths])

    def _bind_pattern(self, pattern: ast.pattern, subject: Val) -> None:
        items = self.items_of(subject).objs | subject.objs
        for part in ast.walk(pattern):
            if isinstance(part, ast.expr) and isinstance(part, (ast.Attribute, ast.Name)):
                self.read(self.eval(part))
            name = getattr(part, "name", None) or getattr(part, "rest", None)
            if isinstance(name, str) and isinstance(part, (ast.MatchAs, ast.MatchStar, ast.MatchMapping)):
                self.bind_name(name, Bound(items))

    # -- imports

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            top = alias.name.partition(".")[0]
            self._use_import_system(alias.name)
            if alias.asname:
                self.bind_name(alias.asname, Bound(type="module", ref=alias.name))
                continue
            old = self.get(top) if self.function_frame is None else NOTHING
            self.bind_name(top, Bound(type="module", ref=top))
            if isinstance(old, Bound) and old.ref == top and old.type == "module" and self.function_frame is None:
                self.put(top, Bound(writers=self.me | old.writers, type="module", ref=top))

    def _import_from(self, node: ast.ImportFrom) -> None:
        module = "." * node.level + (node.module or "")
        self._use_import_system(module)
        for alias in node.names:
            if alias.name == "*":
                self._import_star(module)
                continue
            ref = f"{module}.{alias.name}"
            stored = self.use_library_state(ref)
            if stored is not None:
                self.bind_name(alias.asname or alias.name, stored)
                continue
            self.bind_name(alias.asname or alias.name, Bound(ref=ref))

    def _use_import_system(self, module: str) -> None:
        """A module that is not installed is found by the path and the working directory, and may have been written."""
        top = module.partition(".")[0]
        if top and (self.library.knows(top) or top in _INSTALLED):
            return
        self.use("syspath")
        self.use("cwd")
        if top:
            self.read_file((f"{top}.py",), must=True)
            self.edge(self.writers("packages"), "world", "packages", False)

    def _import_star(self, module: str) -> None:
        names = self.library.names(module)
        if not names:
            self.set_resource("star", self.writers("star") | self.me)
            self.notes[f"`from {module} import *` binds names that are not known"] = None
            self._may_rebind_all()
        for name in names:
            self.put(("star names", name), Bound(writers=self.me, ref=f"{module}.{name}"))
            found = self.state.get(name, NOTHING)
            if isinstance(found, Bound):
                self.bind_global(name, Bound(ref=f"{module}.{name}"))
        self.world["alter", "star"] = None

    def _may_rebind_all(self) -> None:
        self.reads[("opaque", self.token)] = object()
        for key, entry in list(self.state.items()):
            if isinstance(key, str) and isinstance(entry, Bound):
                self.put(key, entry._replace(may=entry.may | self.me))


def _as_load(target: ast.expr) -> ast.expr:
    found: ast.expr | None = getattr(target, "_notelift_load", None)
    if found is None:
        if isinstance(target, ast.Name):
            found = ast.copy_location(ast.Name(target.id, ast.Load()), target)
        elif isinstance(target, ast.Attribute):
            found = ast.copy_location(ast.Attribute(target.value, target.attr, ast.Load()), target)
        elif isinstance(target, ast.Subscript):
            found = ast.copy_location(ast.Subscript(target.value, target.slice, ast.Load()), target)
        else:
            found = target
        target._notelift_load = found  # type: ignore[attr-defined]
    return found


def _in_place(val: Val) -> bool:
    """Whether an augmented assignment may change the object instead of binding a new one."""
    if val.type in ("int", "float", "str", "bool", "tuple", "complex", "bytes") or val.ref:
        return False
    return bool(val.objs or val.base)


def _operator_name(op: ast.operator) -> str:
    name = type(op).__name__.lower()
    return {"mult": "mul", "div": "truediv", "bitand": "and", "bitor": "or", "bitxor": "xor"}.get(name, name)


def _symbol(op: ast.operator) -> str:
    return {"add": "+", "sub": "-", "mult": "*", "div": "/", "mod": "%"}.get(type(op).__name__.lower(), "?")


def _surely_iterates(node: ast.expr) -> bool:
    if isinstance(node, (ast.List, ast.Tuple)):
        return bool(node.elts)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range" and len(node.args) == 1:
        stop = node.args[0]
        return isinstance(stop, ast.Constant) and isinstance(stop.value, int) and stop.value > 0
    return False


def _leaves(body: list[ast.stmt]) -> bool:
    return any(isinstance(part, ast.Return) for node in body for part in ast.walk(node))


_INSTALLED = frozenset({"IPython", "ipywidgets", "google", "__future__", "_io"})

_HANDLERS: dict[type[ast.stmt], Callable[[Any, Any], None]] = {
    ast.Expr: Statements._expression,
    ast.Assign: Statements._assign,
    ast.AugAssign: Statements._augmented,
    ast.AnnAssign: Statements._annotated,
    ast.Delete: Statements._delete,
    ast.FunctionDef: Statements._function,
    ast.AsyncFunctionDef: Statements._function,
    ast.ClassDef: Statements._class,
    ast.Return: Statements._return,
    ast.Raise: Statements._raise,
    ast.Assert: Statements._assert,
    ast.Break: Statements._leave,
    ast.Continue: Statements._leave,
    ast.Pass: Statements._nothing,
    ast.Global: Statements._nothing,
    ast.Nonlocal: Statements._nothing,
    ast.If: Statements._if,
    ast.For: Statements._for,
    ast.AsyncFor: Statements._for,
    ast.While: Statements._while,
    ast.Try: Statements._try,
    ast.With: Statements._with,
    ast.AsyncWith: Statements._with,
    ast.Match: Statements._match,
    ast.Import: Statements._import,
    ast.ImportFrom: Statements._import_from,
}
if hasattr(ast, "TryStar"):
    _HANDLERS[ast.TryStar] = Statements._try

__all__ = ["NO_TOKENS", "Statements"]
