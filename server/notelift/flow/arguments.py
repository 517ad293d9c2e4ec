"""What a call passes, as its spec names it: arguments, paths, conditions."""

from __future__ import annotations

from typing import Any

from notelift.effects.spec import Condition, Spec
from notelift.flow.call import Call
from notelift.flow.paths import path_of
from notelift.flow.values import NOTHING, Val
from notelift.flow.world import World

GENERATORS = frozenset(
    {
        "numpy.random.Generator",
        "numpy.random.RandomState",
        "random.Random",
        "numpy.random._generator.Generator",
        "numpy.random.mtrand.RandomState",
        "torch.Generator",
    }
)

ITERATORS = (
    "iterator",
    "generator",
    "enumerate",
    "zip",
    "map",
    "filter",
    "reversed",
    "io.",
    "_io.",
    "csv.",
    "itertools.",
    "typing.I",
    "collections.abc.Iterator",
    "gzip.",
    "bz2.",
)


class Arguments(World):
    """Finds the arguments that the clauses of a spec speak of."""

    def _type_of_objects(self, val: Val) -> str:
        types = {self.object(obj_id).type for obj_id in val.objs}
        return types.pop() if len(types) == 1 else ""

    def _open_mode(self, spec: Spec, call: Call) -> str:
        if "mode" not in spec.parameters:
            return "+"
        given = self._subjects("mode", spec, call)
        if not given:
            return "r"
        return given[0].const if isinstance(given[0].const, str) else "+"

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
        names = positional_names(spec)
        if subject in names:
            return self._positional(names.index(subject), spec, call)
        return []

    def _positional(self, index: int, spec: Spec, call: Call) -> list[Val]:
        offset = 1 if call.unbound and self._is_method(spec) else 0
        if index + offset < len(call.args):
            return [call.args[index + offset]]
        names = positional_names(spec)
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
            if val.ref in ("sys.stdout", "sys.stderr"):
                continue
            files = [self.object(obj_id).file for obj_id in val.objs]
            opened = [file for file in files if file is not None]
            if opened:
                for file in opened:
                    self.touch_open_file(file)
                    found.append(file[0])
                self.change(val, "is read or written", True)
            elif val.type in ("io.StringIO", "io.BytesIO"):
                self.change(val, "is read or written", True)
            else:
                found.append(path_of(val.const))
        return found

    def _condition(self, condition: Condition | None, spec: Spec, call: Call) -> bool | None:
        """Whether a condition holds; None when the call does not tell."""
        if condition is None:
            return True
        holds = self._given(condition, spec, call)
        return holds if holds is None or not condition.negated else not holds

    def _given(self, condition: Condition, spec: Spec, call: Call) -> bool | None:
        given = self._subjects(condition.keyword, spec, call)
        if given:
            return _meets(condition, given[0].const, given[0].type)
        if call.receiver is not None:
            constructed = self._constructed_with(call.receiver, condition)
            if constructed is not False:
                return constructed
        return None if call.open_ended else False

    def _constructed_with(self, receiver: Val, condition: Condition) -> bool | None:
        """Whether the condition holds by what the receiver's constructor was given."""
        parts = [self.object(obj_id) for obj_id in receiver.objs]
        if receiver.obj is not None:
            parts.append(receiver.obj)
        answers = {
            _meets(condition, dict(part.given)[condition.keyword], "")
            if condition.keyword in dict(part.given)
            else False
            for part in parts
        }
        if not answers:
            return False
        return answers.pop() if len(answers) == 1 else None


def _meets(condition: Condition, const: Any, type_: str) -> bool | None:
    """Whether a constant meets a condition; None when it is not known."""
    if const is NOTHING:
        return True if not condition.value and type_ in GENERATORS | {"int"} else None
    if condition.value:
        return bool(repr(const) == condition.value or str(const) == condition.value)
    return const is not None and const is not False


def positional_names(spec: Spec) -> list[str]:
    """The parameters in the order of positions."""
    names = spec.parameters
    return list(names[: names.index("*")] if "*" in names else names)
