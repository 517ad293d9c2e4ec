"""What a library call reads, changes and returns: by its spec, or by the default when there is none."""

from __future__ import annotations

import ast
from typing import Any

from notelift.effects.spec import Condition, Effect, Result, Spec
from notelift.flow.paths import path_of
from notelift.flow.values import CONTAINERS, LAZY, NO_OBJECTS, NOTHING, Bound, Obj, ObjId, Val
from notelift.flow.world import World

CHANGING_NAMES = (
    "pop", "next", "read", "fit", "add", "append", "insert", "remove", "shuffle", "step", "train", "partial_fit",
    "setdefault", "send", "write", "recv", "update", "extend", "clear", "advance", "consume",
)  # fmt: skip
GENERATORS = frozenset({"numpy.random.Generator", "numpy.random.RandomState", "random.Random",
                        "numpy.random._generator.Generator", "numpy.random.mtrand.RandomState", "torch.Generator"})  # fmt: skip

NEW_FIGURES = frozenset({"matplotlib.pyplot.figure", "matplotlib.pyplot.subplots", "matplotlib.pyplot.subplot_mosaic"})
IN_MEMORY = (":memory:",)
ITERATORS = ("iterator", "generator", "enumerate", "zip", "map", "filter", "reversed", "io.", "_io.", "csv.", "itertools.",
             "typing.I", "collections.abc.Iterator", "gzip.", "bz2.")  # fmt: skip


class Call:
    """The evaluated parts of one call. `open_ended`: `*args` or `**kwargs` may add arguments. `unbound`: a method called
    through its class, with the receiver as first argument."""

    __slots__ = ("args", "discarded", "kwargs", "name", "node", "open_ended", "receiver", "unbound")

    def __init__(
        self,
        node: ast.AST,
        name: str,
        receiver: Val | None = None,
        args: list[Val] | None = None,
        kwargs: dict[str, Val] | None = None,
        open_ended: bool = False,
        discarded: bool = False,
    ) -> None:
        self.node = node
        self.name = name
        self.receiver = receiver
        self.args = args if args is not None else []
        self.kwargs = kwargs if kwargs is not None else {}
        self.open_ended = open_ended
        self.discarded = discarded
        self.unbound = False

    def values(self) -> list[Val]:
        """All arguments."""
        return [*self.args, *self.kwargs.values()] if self.kwargs else self.args


class LibraryCalls(World):
    """Applies effect specs."""

    stdout_targets: list[frozenset[ObjId]]

    def call_back(self, val: Val, call: Call) -> Val:
        """A function that a library was given is called with arguments that are not known."""
        raise NotImplementedError

    def library_call(self, spec: Spec | None, call: Call, certain: bool = True) -> Val:
        """The effects of a call that leaves the notebook's code, and its result."""
        values = call.values()
        if call.receiver is not None:
            self.read(call.receiver)
        for val in values:
            self.read(val)
            if val.ref == "os.environ":
                self.use("environment")
        returned = self._call_backs(spec, call, values)
        self._advance_generators(values)
        if spec is None:
            self._default_effects(call, values)
            return self._unknown_result(call, values)
        for effect in spec.effects:
            self._apply_effect(effect, spec, call, certain)
        result = self._result(spec, call, values, certain)
        if spec.name.startswith("matplotlib.pyplot."):
            result = self.current_figure_result(spec.name, result, call)
        if returned is not None and returned.objs:
            self._keep_returned(result, returned)
        return result

    def _keep_returned(self, result: Val, returned: Val) -> None:
        """What the callbacks returned may be in the result."""
        if result.obj is not None:
            result.obj = result.obj._replace(holds=result.obj.holds | returned.objs)
        elif result.type == "" and not result.objs and not result.base:
            result.objs = returned.objs

    def _call_backs(self, spec: Spec | None, call: Call, values: list[Val]) -> Val | None:
        if spec is not None and any(effect.verb == "keeps" for effect in spec.effects):
            return None
        returned: Val | None = None
        for val in values:
            if self._is_callable(val):
                result = self.call_back(val, call)
                objs = result.objs | (returned.objs if returned else NO_OBJECTS)
                returned = Val(objs, result.type)
        return returned

    def _is_callable(self, val: Val) -> bool:
        if val.ref and not val.objs:
            return val.type != "module"
        parts = [self.object(obj_id) for obj_id in val.objs]
        if val.obj is not None:
            parts.append(val.obj)
        return any(part.function is not None or part.type == "bound method" for part in parts)

    def _advance_generators(self, values: list[Val]) -> None:
        for val in values:
            if val.type in GENERATORS:
                self.change(val, "draws from the generator that it is given")

    # -- effects

    def _apply_effect(self, effect: Effect, spec: Spec, call: Call, certain: bool) -> None:
        holds = self._condition(effect.when, spec, call)
        if holds is False:
            return
        must = certain and holds is True
        verb, subject = effect.verb, effect.subject
        why = f"{call.name}() {verb} {subject}".strip()
        if verb == "consumes":
            for target in self._subjects(subject, spec, call):
                self.consume(target, why, must)
        elif verb in ("changes", "remakes"):
            for target in self._subjects(subject, spec, call):
                self._change_subject(effect, target, why, must, spec, call)
        elif verb in ("draws", "sets", "uses", "alters"):
            self._apply_resource(verb, subject, spec, call, must, why)
        elif verb == "shows":
            self.world["show", "stdout"] = None
            for captured in self.stdout_targets:
                self.change(Val(captured, label="the captured output"), "prints into it")
            if spec.name.startswith("matplotlib"):
                self.use("pyplot")
        elif verb == "opaque":
            self.opaque(f"`{call.name}` runs code that is not known")
        elif "-" in verb:
            for path in self._paths(subject, spec, call):
                self._apply_file(verb, path, must)
        elif verb == "calls":
            for target in self._subjects(subject, spec, call):
                self._call_held(target, call)
        elif verb == "opens":
            self._open(self._first_path(subject, spec, call), self._open_mode(spec, call), must)

    def _call_held(self, target: Val, call: Call) -> None:
        """Functions that the target is, or that it holds (a thread's), are called."""
        held = target.objs.union(*(self.object(obj_id).holds for obj_id in target.objs)) if target.objs else target.objs
        for obj_id in sorted(held):
            if self.object(obj_id).function is not None:
                others = Call(call.node, call.name, args=[Val(held - {obj_id})])
                self.call_back(Val(frozenset((obj_id,)), "function", label=call.name), others)

    def consume(self, target: Val, why: str, must: bool) -> None:
        """An iterator or open file is used up; what can be iterated again is only read."""
        type_ = target.type or self._type_of_objects(target)
        if type_.startswith(ITERATORS) or any(self.object(obj_id).file is not None for obj_id in target.objs):
            self.change(target, why, must)
            for obj_id in target.objs:
                file = self.object(obj_id).file
                if file is not None:
                    self.touch_open_file(file)
        elif not type_ and not target.label.endswith(")"):
            self.change(target, why, must=False)

    def _type_of_objects(self, val: Val) -> str:
        types = {self.object(obj_id).type for obj_id in val.objs}
        return types.pop() if len(types) == 1 else ""

    def _change_subject(self, effect: Effect, target: Val, why: str, must: bool, spec: Spec, call: Call) -> None:
        held: frozenset[ObjId] = NO_OBJECTS
        for argument in effect.holds:
            for val in self._subjects(argument, spec, call):
                held |= self.bound_of(val, call.node).objs
                if argument == "*" or spec.name.endswith(("extend", "update", "__init__")):
                    held |= self.items_of(val).objs
        if target.obj is not None:
            target.obj = target.obj._replace(holds=target.obj.holds | held)
            return
        files = self._files_behind(target)
        self.change(target, why, must, effect.deep, remade=effect.verb == "remakes")
        self.hold(target.objs, held)
        for base, _ in target.base:
            self.hold(frozenset((base,)), held)
        for file in files:
            self.touch_open_file(file)
        if target.type.startswith("matplotlib."):
            self.alter("pyplot")
        if target.ref:
            self.change_library(target.ref)

    def _files_behind(self, target: Val) -> list[Any]:
        """The open files that an object is, or is a view of (a cursor of its connection)."""
        found: dict[Any, None] = {}
        waiting = [*target.objs, *(base for base, _ in target.base)]
        seen: set[ObjId] = set()
        while waiting:
            obj_id = waiting.pop()
            if obj_id not in seen:
                seen.add(obj_id)
                obj = self.object(obj_id)
                if obj.file is not None:
                    found[obj.file] = None
                waiting += [base for base, _ in obj.bases]
        return list(found)

    def change_library(self, ref: str) -> None:
        """A method changes something that a library holds (`os.environ.update`)."""
        spec = self.library.find(ref)
        for effect in spec.effects if spec else ():
            if effect.verb in ("is", "uses"):
                self.alter(effect.subject)
                return
        bound = self.get(("library", ref))
        old = bound.writers if bound is not NOTHING else frozenset()
        self.edge(old, "world", ref)
        self.store_library_state(ref, self.bound_of(Val()))

    def _apply_resource(self, verb: str, resource: str, spec: Spec, call: Call, must: bool, why: str) -> None:
        if resource.startswith("database:"):
            for target in self._subjects(resource[len("database:") :], spec, call):
                if verb == "uses":
                    self.read(target)
                else:
                    self.change(target, why, must)
            return
        if verb == "draws":
            self.draw(resource, must, why)
        elif verb == "sets":
            self.reset(resource, must)
        elif verb == "uses":
            self.use(resource, must, why)
        else:
            self.alter(resource)
            if resource == "pyplot":
                self._draw_on_figure(spec, call, why)

    def _draw_on_figure(self, spec: Spec, call: Call, why: str) -> None:
        """A plot goes to the axes that it is given, or to the current figure."""
        given = call.kwargs.get("ax") or call.kwargs.get("axes")
        if given is not None and given.const is not None:
            self.change(given, why)
        elif not spec.name.startswith("matplotlib.") or spec.name.startswith("matplotlib.pyplot."):
            if spec.name not in NEW_FIGURES:
                figures = self._current_figures(call)
                self.change(Val(figures, "matplotlib.figure.Figure", label="figure"), why)

    def _current_figures(self, call: Call) -> frozenset[ObjId]:
        found = self.get(("current", "figure"))
        if found is NOTHING or not found:
            obj_id = (self.token, self.ordinal(call.node, "figure"))
            self.put(obj_id, Obj(type="matplotlib.figure.Figure", made=self.me))
            found = frozenset((obj_id,))
            self.put(("current", "figure"), found)
        return frozenset(found)

    def current_figure_result(self, name: str, result: Val, call: Call) -> Val:
        """What a pyplot function returns is, or belongs to, the figure that is current."""
        if name in NEW_FIGURES:
            bound = self.bound_of(result, call.node)
            first = bound.objs
            for obj_id in bound.objs:
                part = self.object(obj_id).keys.get(0)
                first = part.objs if part is not None else first
            self.put(("current", "figure"), first)
            return Val(bound.objs, result.type, label=call.name)
        if name == "matplotlib.pyplot.gcf":
            return Val(self._current_figures(call), result.type, label=call.name)
        if result.const is NOTHING and not result.objs and result.type not in ("NoneType", ""):
            figures = self._current_figures(call)
            return Val(type=result.type, base=tuple((f, NOTHING) for f in figures), label=call.name, site=call.node)
        return result

    def _apply_file(self, verb: str, path: Any, must: bool) -> None:
        if verb == "reads-file":
            self.read_file(path, must)
        elif verb == "lists-dir":
            self.list_directory(path)
        elif verb == "makes-dir":
            self.make_directory(path)
        elif verb == "removes-file":
            self.remove_file(path)
        else:
            self.write_file(path, must, append=verb == "appends-file")

    def _open(self, path: Any, mode: str, must: bool) -> None:
        if path == IN_MEMORY:
            return
        if "r" in mode and "+" not in mode:
            self.read_file(path, must)
        elif "w" in mode or "x" in mode:
            self.write_file(path, must)
        else:
            self.read_file(path, must)
            self.write_file(path, must, append=True)

    def _open_mode(self, spec: Spec, call: Call) -> str:
        if "mode" not in spec.parameters:
            return "+"
        given = self._subjects("mode", spec, call)
        if not given:
            return "r"
        return given[0].const if isinstance(given[0].const, str) else "+"

    # -- arguments

    def _subjects(self, subject: str, spec: Spec, call: Call) -> list[Val]:
        if subject == "self":
            if call.receiver is not None and not call.unbound:
                return [call.receiver]
            return call.args[:1]
        if subject == "*":
            return call.values()
        if subject.isdigit():
            return self._positional(int(subject), spec, call)
        if subject in call.kwargs:
            return [call.kwargs[subject]]
        names = _positional_names(spec)
        if subject in names:
            return self._positional(names.index(subject), spec, call)
        return []

    def _positional(self, index: int, spec: Spec, call: Call) -> list[Val]:
        offset = 1 if call.unbound and self._is_method(spec) else 0
        if index + offset < len(call.args):
            return [call.args[index + offset]]
        names = _positional_names(spec)
        if index < len(names) and names[index] in call.kwargs:
            return [call.kwargs[names[index]]]
        return []

    def _is_method(self, spec: Spec) -> bool:
        owner = self.library.find(spec.name.rpartition(".")[0]) if "." in spec.name else None
        return owner is not None and owner.is_class

    def _first_path(self, subject: str, spec: Spec, call: Call) -> Any:
        found = self._paths(subject, spec, call)
        return found[0] if found else None

    def _paths(self, subject: str, spec: Spec, call: Call) -> list[Any]:
        if subject == "*":
            return [None]
        found: list[Any] = []
        for val in self._subjects(subject, spec, call):
            files = [self.object(obj_id).file for obj_id in val.objs]
            opened = [file for file in files if file is not None]
            if opened:
                for file in opened:
                    self.touch_open_file(file)
                    found.append(file[0])
                self.change(val, "is read or written", True)
            elif val.type not in ("io.StringIO", "io.BytesIO"):
                found.append(path_of(self.path_const(val)))
        return found

    def path_const(self, val: Val) -> Any:
        """The constant or symbol of a path, of a string or of a path object."""
        return val.const

    def _condition(self, condition: Condition | None, spec: Spec, call: Call) -> bool | None:
        """Whether a condition holds; None when the call does not tell."""
        if condition is None:
            return True
        holds = self._given(condition, spec, call)
        return holds if holds is None or not condition.negated else not holds

    def _given(self, condition: Condition, spec: Spec, call: Call) -> bool | None:
        given = self._subjects(condition.keyword, spec, call)
        if not given:
            if call.receiver is not None and self._constructed_with(call.receiver, condition.keyword):
                return True
            return None if call.open_ended else False
        const = given[0].const
        if const is NOTHING:
            return True if not condition.value and given[0].type in GENERATORS | {"int"} else None
        if condition.value:
            return bool(repr(const) == condition.value or str(const) == condition.value)
        return const is not None and const is not False

    def _constructed_with(self, receiver: Val, keyword: str) -> bool:
        parts = [self.object(obj_id) for obj_id in receiver.objs]
        if receiver.obj is not None:
            parts.append(receiver.obj)
        return bool(parts) and all(keyword in part.given for part in parts)

    # -- results

    def _result(self, spec: Spec, call: Call, values: list[Val], certain: bool) -> Val:
        result = spec.result
        opens = any(effect.verb == "opens" for effect in spec.effects)
        linked = result is not None and result.link in ("view", "alias")
        if spec.is_class and not opens and not linked:
            return self._instance(spec, call, values)
        if result is None:
            return Val(label=call.name, site=call.node)
        if len(result.types) > 1:
            return self._tuple(result, call)
        type_ = self._type(result.types[0] if result.types else "", call)
        fresh = Val(type=type_, label=call.name, site=call.node)
        if opens:
            subject = next(effect.subject for effect in spec.effects if effect.verb == "opens")
            file = (self._first_path(subject, spec, call), _mode_letter(self._open_mode(spec, call)))
            fresh.obj = Obj(type=type_, file=None if file[0] == IN_MEMORY else file)
            return fresh
        condition = self._condition(result.when, spec, call)
        if result.link == "fresh" or condition is False or (result.link == "holds" and not certain):
            self._fresh_items(fresh, result, call)
            return fresh
        return self._linked(result, spec, call, fresh)

    def _fresh_items(self, fresh: Val, result: Result, call: Call) -> None:
        if result.items:
            fresh.obj = Obj(type=fresh.type, items=self._type(result.items, call))

    def _linked(self, result: Result, spec: Spec, call: Call, fresh: Val) -> Val:
        linked = [val for argument in result.of for val in self._subjects(argument, spec, call)]
        if result.link == "alias":
            return _either(linked, fresh)
        if result.link == "element":
            found = [self.items_of(val) for val in linked]
            joined = _either(found, fresh)
            if fresh.type:
                joined.type = fresh.type
            return joined
        objs: frozenset[ObjId] = NO_OBJECTS
        for val in linked:
            objs |= self._held_by(fresh.type, val, call) if result.link == "holds" else self.bound_of(val, call.node).objs
        if result.link == "view":
            if any(val.ref for val in linked):
                fresh.ref = linked[0].ref
            fresh.base = tuple((obj_id, NOTHING) for obj_id in objs)
        else:
            fresh.obj = Obj(type=fresh.type, holds=objs, items=self._type(result.items, call))
        return fresh

    def _held_by(self, type_: str, val: Val, call: Call) -> frozenset[ObjId]:
        """What a new object of a type refers to when it is made from a value: a container, to the value's items."""
        if type_ not in CONTAINERS or type_ in LAZY:
            return self.bound_of(val, call.node).objs
        items = self.items_of(val).objs
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
            part.obj = Obj(type=part.type, items="matplotlib.axes.Axes" if part.type == "matplotlib.axes.Axes" else "")
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
        if spec.result is not None and spec.result.link == "fresh":
            held = NO_OBJECTS
        given = frozenset(key for key, val in call.kwargs.items() if val.const is not None)
        given |= frozenset(name for name, _ in zip(_positional_names(spec), call.args, strict=False))
        obj = Obj(type=spec.name, holds=held, given=given)
        val = Val(type=spec.name, obj=obj, label=call.name, site=call.node)
        if spec.name.startswith("pathlib.") and call.args:
            val.const = call.args[0].const
        return val

    def _type(self, name: str, call: Call) -> str:
        if name == "self":
            return call.receiver.type if call.receiver is not None else ""
        return "" if name in ("?", "None") else name

    # -- without a spec

    def _default_effects(self, call: Call, values: list[Val]) -> None:
        """The default of design.md: a call whose result is thrown away may change its receiver and arguments;
        one whose result is used may change its receiver if its name says so."""
        attribute = call.name.rpartition(".")[2]
        by_name = attribute.startswith(CHANGING_NAMES)
        if call.receiver is not None and not call.receiver.ref and (call.discarded or by_name):
            self.change(call.receiver, f"nothing is known of {call.name}()", must=False)
        if call.discarded:
            for val in values:
                self.change(val, f"nothing is known of {call.name}()", must=False, deep=True)
        for val in values:
            if isinstance(val.const, str):
                path = path_of(val.const)
                if path is not None and path in self._known_files():
                    self.read_file(path, must=False)

    def _unknown_result(self, call: Call, values: list[Val]) -> Val:
        attribute = call.name.rpartition(".")[2]
        result = Val(label=call.name, site=call.node)
        if attribute[:1].isupper():
            held: frozenset[ObjId] = NO_OBJECTS
            for val in values:
                held |= self.bound_of(val, call.node).objs
            given = frozenset(key for key, val in call.kwargs.items() if val.const is not None)
            result.obj = Obj(holds=held, given=given)
        return result

    def opaque(self, why: str) -> None:
        """Code that may read and change anything runs here."""
        self.notes[why] = None
        # What it reads cannot be listed: the run is interpreted again after every edit.
        self.reads[("opaque", self.token)] = object()
        for key, entry in list(self.state.items()):
            if isinstance(key, str) and isinstance(entry, Bound):
                self.read_global(key)
                self.put(key, entry._replace(may=entry.may | self.me))
            elif isinstance(entry, Obj):
                self.put(key, entry._replace(may=entry.may | self.me))
        self.set_resource("opaque", self.writers("opaque") | self.me)
        self.world["alter", "opaque"] = None


def _positional_names(spec: Spec) -> list[str]:
    return [name for name in spec.parameters if name != "*"]


def _mode_letter(mode: str) -> str:
    return "r" if "r" in mode and "+" not in mode else "w"


def _either(vals: list[Val], fresh: Val) -> Val:
    """One of the values; `fresh` when there is none."""
    if not vals:
        return fresh
    if len(vals) == 1:
        val = vals[0]
        return Val(val.objs, val.type or fresh.type, val.ref, val.const, val.obj, val.base, val.label, val.site)
    objs = frozenset().union(*(val.objs for val in vals))
    return Val(objs, fresh.type or vals[0].type, label=fresh.label, site=fresh.site)
