"""The interpreter is one class in many parts: what a part declares, a later part must define."""

from __future__ import annotations

from types import FunctionType

from notelift.flow.magic_effects import Interpreter


def declared_only(member: object) -> bool:
    return isinstance(member, FunctionType) and "NotImplementedError" in member.__code__.co_names


def test_all_that_a_part_declares_is_defined() -> None:
    declared = {
        name for part in Interpreter.__mro__ for name, member in vars(part).items() if declared_only(member)
    }
    assert {"eval", "run_block", "call_value", "bound_of"} <= declared
    assert [name for name in sorted(declared) if declared_only(getattr(Interpreter, name))] == []
