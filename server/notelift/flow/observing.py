"""A look at one statement of an analysed timeline: what names hold before and after it, what its calls do."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from notelift.effects.spec import Spec
from notelift.flow.analysis import Analysis
from notelift.flow.call import Call
from notelift.flow.end import End
from notelift.flow.entries import is_bound
from notelift.flow.graph import Site, Value
from notelift.flow.magic_effects import Interpreter
from notelift.flow.runs import begin_run, interpret_statement
from notelift.flow.values import Bound, Function, Obj, Val


@dataclass(slots=True)
class SeenCall:
    """What a call was seen to do.

    `name` is the qualified name of what is called, or its name as users see it. What is known of it comes
    from the notebook's own `function`, from a `spec` (by the type of the receiver where `certain`, else by
    the bare name of the method), from the interpreter (`built_in`), or from nothing but defaults. `changes`
    has what it changes in place with why and whether it must, `world` as that of a Statement; `type` is the
    type of its result, "" where it is unknown. `discarded`: its result is thrown away.
    """

    name: str
    discarded: bool
    spec: Spec | None = None
    certain: bool = True
    function: Function | None = None
    built_in: bool = False
    type: str = ""
    changes: dict[tuple[str, str], bool] = field(default_factory=dict)
    world: dict[tuple[str, str], None] = field(default_factory=dict)


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
    for key in analysis.order[: site.run]:
        machine.state.update(analysis.records[key].writes)
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


class _Observer(Interpreter):
    """An interpreter that notes what each call does."""

    calls: dict[ast.AST, SeenCall] | None = None

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
        return result

    @contextmanager
    def _watched(self, call: Call) -> Iterator[SeenCall | None]:
        """Note under the call's node what is changed meanwhile."""
        if self.calls is None:
            yield None
            return
        seen = self.calls.get(call.node)
        if seen is None:
            seen = self.calls[call.node] = SeenCall(call.name, call.discarded)
        changes, world = self.changes, self.world
        self.changes, self.world = {}, {}
        try:
            yield seen
        finally:
            for key, must in self.changes.items():
                seen.changes[key] = must or seen.changes.get(key, False)
                changes[key] = must or changes.get(key, False)
            seen.world.update(self.world)
            world.update(self.world)
            self.changes, self.world = changes, world

    def _note_result(self, seen: SeenCall, result: Val) -> None:
        seen.type = result.type or self._type_of_objects(result)
