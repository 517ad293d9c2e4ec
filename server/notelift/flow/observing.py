"""A look at one statement of an analysed timeline: what names hold before and after it, what its calls do."""

from __future__ import annotations

import ast
from collections.abc import Collection, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, TypeVar

from notelift.effects.library import Library
from notelift.effects.spec import Spec
from notelift.flow.analysis import Analysis
from notelift.flow.call import Call
from notelift.flow.end import End
from notelift.flow.entries import is_bound
from notelift.flow.graph import Site, Value
from notelift.flow.magic_effects import Interpreter
from notelift.flow.reading import item_label
from notelift.flow.records import displayed
from notelift.flow.runs import begin_run, interpret_statement
from notelift.flow.values import NOTHING, Bound, Function, Obj, ObjId, Val


@dataclass(slots=True)
class SeenCall:
    """What a call was seen to do.

    `name` is the qualified name of what is called, or its name as users see it. What is known of it comes
    from the notebook's own `function`, from a `spec` (by the type of the receiver where `certain`, else by
    the bare name of the method), from the interpreter (`built_in`), or from nothing but defaults. `changes`
    has what it changes in place, as it is seen from where the call stands, and whether it must; `binds` the
    variables of the notebook that it sets, `world` as that of a Statement; `type` is the type of its result,
    "" where it is unknown, and `owner` that of what a method is called on. `discarded`: its result is thrown
    away. `born` are the objects that it makes.
    """

    name: str
    discarded: bool
    spec: Spec | None = None
    certain: bool = True
    function: Function | None = None
    built_in: bool = False
    type: str = ""
    owner: str = ""
    changes: dict[str, bool] = field(default_factory=dict)
    binds: dict[str, None] = field(default_factory=dict)
    world: dict[tuple[str, str], None] = field(default_factory=dict)
    born: set[Hashable] = field(default_factory=set)


_DEEPEST = 4


class Observation:
    """The state around a statement, and by their nodes the calls that it makes, in functions too."""

    def __init__(
        self,
        analysis: Analysis,
        before: dict[Hashable, Any],
        after: dict[Hashable, Any],
        calls: Mapping[ast.AST, SeenCall],
    ) -> None:
        self._analysis = analysis
        self._before_state = before
        self._after_state = after
        self.calls = calls

    def before(self, name: str) -> Value | None:
        """What a name holds right before the statement; None where nothing binds it."""
        return self._end_before.value(name).value if is_bound(self._before_state.get(name)) else None

    def after(self, name: str) -> Value | None:
        """What a name holds right after the statement; None where nothing binds it."""
        return self._end_after.value(name).value if is_bound(self._after_state.get(name)) else None

    def means(self, name: str) -> str:
        """The qualified name of the module, library function or class that a name stands for, else ""."""
        state = self._before_state if is_bound(self._before_state.get(name)) else self._after_state
        entry = state.get(name)
        return entry.ref if isinstance(entry, Bound) else ""

    @cached_property
    def _end_before(self) -> End:
        return End(self._analysis.library, self._before_state, self._analysis.builder)

    @cached_property
    def _end_after(self) -> End:
        return End(self._analysis.library, self._after_state, self._analysis.builder)


def observe(analysis: Analysis, site: Site) -> Observation:
    """Return what is seen at a statement of the analysed timeline.

    The statements of its run up to there are interpreted once more; those of other runs are not. Raises
    IndexError when the timeline has no such statement.
    """
    analysis.dataflow.statement(site)
    machine = _Observer(analysis.library)
    earlier = [analysis.record(place) for place in range(site.run)]
    for each in earlier:
        machine.state.update(each.writes)
    machine.displayed = partial(displayed, earlier)
    record = analysis.record(site.run)
    statements = record.code.statements[: site.statement + 1]
    begin_run(machine, record.base)
    before: dict[Hashable, Any] = {}
    for index, statement in enumerate(statements):
        if index == site.statement:
            before, machine.calls = dict(machine.state), {}
        last = index == len(record.code.statements) - 1
        interpret_statement(machine, record.facts[index].token, statement, last, record.run)
    return Observation(analysis, before, machine.state, machine.calls or {})


_Touched = dict[tuple[ObjId, Any], bool]


class _Observer(Interpreter):
    """An interpreter that notes what each call does."""

    calls: dict[ast.AST, SeenCall] | None = None

    def __init__(self, library: Library) -> None:
        self.born: set[Hashable] = set()
        self.touched: _Touched = {}
        self.depth = 0
        super().__init__(library)

    def put(self, key: Hashable, value: Any) -> None:
        """Set the entry of a key; new objects are noted."""
        if key not in self.state:
            self.born.add(key)
        super().put(key, value)

    def note_change(
        self, name: str, why: str, must: bool, objs: Collection[ObjId] = (), key: Any = NOTHING
    ) -> None:
        """Note the objects that a statement changes too."""
        super().note_change(name, why, must, objs, key)
        for obj_id in objs:
            sure = must and len(objs) == 1 and len(self.journals) == self.depth
            self.touched[obj_id, key] = sure or self.touched.get((obj_id, key), False)

    def call_library(self, ref: str, call: Call) -> Val:
        """Call a library's function or class, or a builtin."""
        with self._watched(call) as seen:
            result = super().call_library(ref, call)
            if seen is not None:
                seen.name = ref
                seen.built_in = seen.spec is None and not self.library.knows(ref.partition(".")[0])
                seen.built_in = seen.built_in and "." not in ref
                self._note_result(seen, result)
        return result

    def library_call(self, spec: Spec | None, call: Call, certain: bool = True) -> Val:
        """The effects of a call that leaves the notebook's code, and its result."""
        with self._watched(call) as seen:
            if seen is not None and seen.spec is None and seen.function is None:
                seen.spec, seen.certain = spec, certain
                if call.receiver is not None:
                    seen.owner = call.receiver.type or self._type_of_objects(call.receiver)
            result = super().library_call(spec, call, certain)
            if seen is not None:
                self._note_result(seen, result)
        return result

    def call_function(self, function: Function, call: Call, obj: Obj, receiver: Val | None = None) -> Val:
        """Interpret a function of the notebook at its call."""
        with self._watched(call) as seen:
            if seen is not None and seen.spec is None and seen.function is None:
                seen.function = function
            result = super().call_function(function, call, obj, receiver)
            if seen is not None and seen.function is function:
                self._note_result(seen, result)
                for (obj_id, key), must in self.touched.items():
                    if obj_id in self.born or obj_id in seen.born:
                        continue
                    name = self._name_at(obj_id, call, receiver, function)
                    if name:
                        name = name if key is NOTHING else _part_of(name, self.object(obj_id), key)
                        seen.changes[name] = must or seen.changes.get(name, False)
        return result

    def _name_at(self, obj_id: ObjId, call: Call, receiver: Val | None, function: Function) -> str:
        """How an object is written where the call stands: by an argument or a variable, else ""."""
        defaults = [(f"the default of `{name}`", bound.objs) for name, bound in function.defaults]
        waiting = [*_written(call, receiver), *self._variables_held(), *defaults]
        seen: set[ObjId] = set()
        for name, objs in waiting:
            if obj_id in objs:
                return name
            for each in self.in_order(objs - seen):
                obj = self.object(each)
                if name.count(".") + name.count("[") < _DEEPEST:
                    waiting += [(_part_of(name, obj, key), bound.objs) for key, bound in obj.keys.items()]
                    waiting.append((name, obj.holds))
            seen |= objs
        return ""

    def _variables_held(self) -> Iterator[tuple[str, frozenset[ObjId]]]:
        for name, bound in self.state.items():
            if isinstance(name, str) and isinstance(bound, Bound) and bound.objs:
                yield name, bound.objs

    @contextmanager
    def _watched(self, call: Call) -> Iterator[SeenCall | None]:
        """Note under the call's node what is changed meanwhile."""
        if self.calls is None:
            yield None
            return
        seen = self.calls.get(call.node)
        if seen is None:
            seen = self.calls[call.node] = SeenCall(call.name, call.discarded)
        outer = self.changes, self.binds, self.world, self.touched, self.born
        depth, self.depth = self.depth, len(self.journals)
        self.changes, self.binds, self.world, self.touched, self.born = {}, {}, {}, {}, set()
        try:
            yield seen
        finally:
            if seen.function is None:
                for (name, _), must in self.changes.items():
                    seen.changes[name] = must or seen.changes.get(name, False)
            seen.binds.update(self.binds)
            seen.world.update(self.world)
            seen.born |= self.born
            inner = self.changes, self.binds, self.world, self.touched, self.born
            self.changes, self.binds, self.world, self.touched, self.born = outer
            _add(self.changes, inner[0])
            self.binds.update(inner[1])
            self.world.update(inner[2])
            sure, self.depth = self.depth == depth, depth
            _add(self.touched, {each: must and sure for each, must in inner[3].items()})
            self.born |= inner[4]

    def _note_result(self, seen: SeenCall, result: Val) -> None:
        seen.type = result.type or self._type_of_objects(result)


def _part_of(name: str, obj: Obj, key: Any) -> str:
    has_attributes = obj.klass or obj.type in ("class", "types.SimpleNamespace")
    return f"{name}.{key}" if has_attributes and isinstance(key, str) else item_label(name, key)


_Key = TypeVar("_Key")


def _add(noted: dict[_Key, bool], more: Mapping[_Key, bool]) -> None:
    for key, must in more.items():
        noted[key] = must or noted.get(key, False)


def _written(call: Call, receiver: Val | None) -> Iterator[tuple[str, frozenset[ObjId]]]:
    """What is written at a call as its receiver and arguments, where that says where a value comes from."""
    node = call.node
    if not isinstance(node, ast.Call):
        return
    given: list[tuple[ast.expr, Val | None]] = []
    if isinstance(node.func, ast.Attribute):
        given.append((node.func.value, receiver or call.receiver))
    if not any(isinstance(each, ast.Starred) for each in node.args):
        given += zip(node.args, call.args, strict=False)
    given += [(each.value, call.kwargs.get(each.arg)) for each in node.keywords if each.arg]
    for written, val in given:
        if val is not None and isinstance(written, (ast.Name, ast.Attribute, ast.Subscript)):
            yield ast.unparse(written), val.objs
