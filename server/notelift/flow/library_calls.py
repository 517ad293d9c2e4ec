"""What a library call reads, changes and returns: by its spec, or by the default when there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from notelift.effects.spec import Effect, Spec
from notelift.flow.arguments import GENERATORS, ITERATORS
from notelift.flow.call import Call
from notelift.flow.estimators import Estimators
from notelift.flow.figures import NEW_FIGURES
from notelift.flow.paths import path_of
from notelift.flow.results import IN_MEMORY
from notelift.flow.values import (
    CONTAINERS,
    FRAMES,
    GROUPED,
    NO_OBJECTS,
    NOTHING,
    Bound,
    Obj,
    ObjId,
    Symbol,
    Val,
    with_may,
)

CHANGING_NAMES = (
    "pop",
    "next",
    "read",
    "fit",
    "add",
    "append",
    "insert",
    "remove",
    "reset",
    "shuffle",
    "step",
    "train",
    "partial_fit",
    "setdefault",
    "send",
    "write",
    "recv",
    "update",
    "extend",
    "clear",
    "advance",
    "consume",
)


SHOWING_WORDS = (
    "plot", "show", "print", "display", "draw", "hist", "decorate", "savefig", "title", "legend", "label",
    "figure", "config", "style", "scatter", "bar", "image", "view", "report", "summar", "describe", "inspect",
    "log",
)  # fmt: skip
"""Words in the names of functions that are called for what they show, not for what they keep."""

GLOBAL_STREAMS = ("random:numpy", "random:random", "random:torch", "random:tensorflow")


class LibraryCalls(Estimators):
    """Applies effect specs."""

    stdout_targets: list[frozenset[ObjId]]

    def alter_unknown(self, ref: str) -> None:
        """A module that no spec knows (a local one) may keep what is done to it."""
        top = ref.partition(".")[0]
        if not self.library.knows(top):
            self.alter("state:" + top)

    def pass_named(self, subject: str, spec: Spec, call: Call) -> None:
        """Variables that an SQL text takes for tables become arguments of the call."""
        raise NotImplementedError

    def call_held_instances(self, call: Call, values: list[Val]) -> None:
        """A library calls the methods of the notebook's instances that it is given or holds."""
        raise NotImplementedError

    def library_call(self, spec: Spec | None, call: Call, certain: bool = True) -> Val:
        """The effects of a call that leaves the notebook's code, and its result."""
        if spec is not None:
            for effect in spec.effects:
                if effect.verb == "names":
                    self.pass_named(effect.subject, spec, call)
        values = call.values()
        derived = self.derived_keys(spec, call) if call.receiver is not None and spec is not None else None
        if derived is not None:
            pass
        elif call.receiver is not None and spec is not None and self.touches_columns_only(spec, call):
            self.read_shallow(call.receiver)
        elif call.receiver is not None:
            self.read(call.receiver)
        for val in values:
            self.read(val)
            if val.ref == "os.environ":
                self.use("environment")
        returned = self._call_backs(spec, call, values)
        if spec is None or any(effect.verb != "calls" for effect in spec.effects):
            self.call_held_instances(call, values)
        self._advance_generators(values)
        if spec is None:
            self._default_effects(call, values)
            return self._unknown_result(call, values)
        if spec.name == "matplotlib.pyplot.close" and self.closes_current(call):
            return Val(type="NoneType", const=None)
        if spec.name == "matplotlib.pyplot.clf":
            self.clears_current(call)
            return Val(type="NoneType", const=None)
        for effect in spec.effects:
            self._apply_effect(effect, spec, call, certain)
        result = self._result(spec, call, values, certain)
        if derived is not None and result.type != "NoneType":
            result = self._derived_result(result, derived, call)
        if result.type in ("str", "pathlib.Path") and result.const is NOTHING and not self.loop_depth:
            result.const = Symbol((("made", self.token, self.ordinal(call.node, "text")),))
        if spec.name.startswith("matplotlib.pyplot."):
            result = self.current_figure_result(spec.name, result, call)
        elif spec.effects and not spec.name.startswith("matplotlib.") and self._plots(spec):
            result = self.plotted_on(result, call)
        if returned is not None:
            self._keep_returned(result, returned)
            self._keep_functions(result, values)
        return result

    def _derived_result(self, result: Val, keys: Mapping[Any, Bound], call: Call) -> Val:
        """The frame that a call made, its columns apart; a grouping goes on reading its frame."""
        type_ = result.type if result.type in FRAMES | GROUPED else "pandas.DataFrame"
        base: tuple[tuple[ObjId, Any], ...] = ()
        if type_ in GROUPED and call.receiver is not None:
            base = tuple((obj_id, NOTHING) for obj_id in self.in_order(call.receiver.objs))
        return Val(type=type_, obj=Obj(type=type_, keys=keys), base=base, label=call.name, site=call.node)

    def _plots(self, spec: Spec) -> bool:
        return any(effect.verb == "alters" and effect.subject == "pyplot" for effect in spec.effects)

    def _advance_generators(self, values: list[Val]) -> None:
        for val in values:
            if val.type in GENERATORS:
                self.change(val, "draws from the generator that it is given")

    def _apply_effect(self, effect: Effect, spec: Spec, call: Call, certain: bool) -> None:
        holds = self._condition(effect.when, spec, call)
        if holds is False or (call.asks and effect.verb == "changes"):
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
            self._apply_resource("uses" if call.asks else verb, subject, spec, call, must, why)
        elif verb == "shows":
            self.world["show", "stdout"] = None
            self._print_to_replaced_output()
            for captured in self.stdout_targets:
                self.change(Val(captured, label="the captured output"), "prints into it")
            if call.receiver is not None and call.receiver.objs:
                self._print_into(call.receiver, why)
            if spec.name.startswith("matplotlib"):
                self.use("pyplot")
        elif verb == "opaque":
            self.opaque(f"`{call.name}` runs code that is not known")
        elif "-" in verb:
            for path in self._paths(subject, spec, call):
                self._apply_file(verb, path, must)
        elif verb == "calls":
            for target in self._subjects(subject, spec, call):
                self._call_held(target, call, effect.deep)
        elif verb == "opens":
            self._open(self._first_path(subject, spec, call), self._open_mode(spec, call), must)

    def _call_held(self, target: Val, call: Call, deep: bool = False) -> None:
        """Functions that the target is or holds (a thread's) are called; `deep`, all that it reaches."""
        held = target.objs
        if deep:
            held = self._reachable(target)
        elif held:
            held = held.union(*(self.object(obj_id).holds for obj_id in held))
        for obj_id in self.in_order(held):
            if self.object(obj_id).function is not None:
                others = Call(call.node, call.name, args=[Val(held - {obj_id})])
                self.call_back(Val(frozenset((obj_id,)), "function", label=call.name), others)

    def consume(self, target: Val, why: str, must: bool) -> None:
        """An iterator or open file is used up; what can be iterated again, or is not known, is only read."""
        type_ = target.type or self._type_of_objects(target)
        if type_.startswith(ITERATORS) or any(self.object(obj_id).file is not None for obj_id in target.objs):
            self.change(target, why, must)
            held = target.objs if target.obj is None else target.objs | target.obj.holds
            self.consume_held(held, why)
            for obj_id in self.in_order(target.objs):
                file = self.object(obj_id).file
                if file is not None:
                    self.touch_open_file(file)

    def _print_to_replaced_output(self) -> None:
        """`sys.stdout = buffer`: what is printed goes there."""
        replaced = self.get(("library", "sys.stdout"))
        if isinstance(replaced, Bound) and replaced.objs:
            self.edge(replaced.writers, "world", "sys.stdout")
            self.change(self.val_of(replaced, "sys.stdout"), "prints into it")

    def _print_into(self, receiver: Val, why: str) -> None:
        """A logger or console writes to the streams that it holds."""
        for obj_id in self.in_order(self._reachable(receiver)):
            if self.object(obj_id).type in ("io.StringIO", "io.BytesIO", "io.TextIOWrapper"):
                self.change(Val(frozenset((obj_id,)), label="the stream"), why)

    def consume_held(self, objs: frozenset[ObjId], why: str) -> None:
        """Using an iterator up uses up the iterators and files that it runs over."""
        seen: set[ObjId] = set()
        waiting = list(self.in_order(objs))
        while waiting:
            obj_id = waiting.pop()
            obj = self.object(obj_id)
            if obj_id in seen or not obj.type.startswith(ITERATORS):
                continue
            seen.add(obj_id)
            self.change(Val(frozenset((obj_id,)), obj.type, label="the iterator"), why)
            waiting += self.in_order(obj.holds)

    def _change_subject(
        self, effect: Effect, target: Val, why: str, must: bool, spec: Spec, call: Call
    ) -> None:
        held: frozenset[ObjId] = NO_OBJECTS
        for argument in effect.holds:
            for val in self._subjects(argument, spec, call):
                if spec.name.endswith(("extend", "update")) and val.type in CONTAINERS:
                    held |= self.items_of(val).objs
                    continue
                held |= self.bound_of(val, call.node).objs
                if argument == "*" or spec.name.endswith(("extend", "update", "__init__")):
                    held |= self.items_of(val).objs
        if target.obj is not None:
            target.obj = target.obj._replace(holds=target.obj.holds | held)
            if effect.deep:
                self.change(target, why, must, deep=True)
            return
        if must and self.change_columns(spec, call, target, why):
            self.hold(target.objs, held)
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
        self.alter_unknown(ref)
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
        own_figure = resource == "pyplot" and not spec.name.startswith("matplotlib.pyplot.")
        if (
            verb == "uses"
            and own_figure
            and call.receiver is not None
            and (call.receiver.objs or call.receiver.base)
        ):
            # The receiver is of a figure that is followed as an object.
            return
        if verb == "draws":
            if resource != "random:numpy" or not self.is_seeded(spec, call):
                self.draw(resource, must, why)
        elif verb == "sets":
            self.reset(resource, must)
        elif verb == "uses":
            self.use(resource, must, why)
        else:
            if resource == "pyplot" and spec.name in NEW_FIGURES:
                # What is drawn from now on goes to the new figure.
                self.reset(resource)
            self.alter(resource)
            if resource == "pyplot":
                self._draw_on_figure(spec, call, why)

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

    def _default_effects(self, call: Call, values: list[Val]) -> None:
        """The default of design.md.

        A call whose result is thrown away may change its receiver and arguments; one whose result is used may
        change its receiver if its name says so.
        """
        self._may_draw(call)
        attribute = call.name.rpartition(".")[2]
        by_name = attribute.startswith(CHANGING_NAMES)
        if call.receiver is not None and not call.receiver.ref and (call.discarded or by_name):
            self.change(call.receiver, f"nothing is known of {call.name}()", must=False)
        shows = any(word in attribute.lower() for word in SHOWING_WORDS)
        top = call.name.partition(".")[0]
        on_module = call.receiver is None or bool(call.receiver.ref)
        if on_module and not shows and (call.discarded or self.wrote_module(top)):
            self.alter("state:" + top)
        if call.discarded:
            for val in values:
                self.change(val, f"nothing is known of {call.name}()", must=False, deep=True)
        for val in values:
            if isinstance(val.const, str):
                path = path_of(val.const)
                if path is not None and path in self._known_files():
                    self.read_file(path, must=False)

    def _may_draw(self, call: Call) -> None:
        """Code that no spec knows may draw from the streams that the notebook has seeded.

        A call whose result is thrown away is taken to plot or print: it may depend on the seed, but what is
        drawn later does not depend on it.
        """
        receiver = call.receiver
        owner = call.name
        if receiver is not None and not receiver.ref:
            owner = receiver.type or self._type_of_objects(receiver)
        if "." not in owner or self.library.knows(owner.partition(".")[0]):
            return
        for stream in GLOBAL_STREAMS:
            if self.writers(stream):
                self.use(stream, must=False, why=f"{call.name}() may draw from it")
                if not call.discarded:
                    self.set_resource(stream, self.writers(stream) | self.me)

    def opaque(self, why: str) -> None:
        """Code that may read and change anything runs here."""
        self.notes[why] = None
        self.read_all_globals()
        for key, entry in list(self.state.items()):
            if isinstance(entry, Obj):
                self.put(key, with_may(entry, entry.may | self.me))
            if isinstance(key, str) and isinstance(entry, Bound):
                self.put(key, with_may(entry, entry.may | self.me))
        self.set_resource("opaque", self.writers("opaque") | self.me)
        self.world["alter", "opaque"] = None
