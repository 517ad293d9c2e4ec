"""Whether a clause of an effect spec holds for a call, as far as its arguments tell."""

from __future__ import annotations

import ast

from notelift.effects.spec import Condition, Spec


def argument(call: ast.Call, spec: Spec, name: str) -> ast.expr | None:
    """Return what is passed for a parameter, None where nothing is."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    positions = spec.parameters[: spec.parameters.index("*")] if "*" in spec.parameters else spec.parameters
    if name in positions and positions.index(name) < len(call.args):
        return call.args[positions.index(name)]
    return None


def holds(when: Condition | None, spec: Spec, call: ast.Call) -> bool | None:
    """Whether a condition holds; None where the arguments do not tell."""
    if when is None:
        return True
    if any(keyword.arg is None for keyword in call.keywords) or any(
        isinstance(each, ast.Starred) for each in call.args
    ):
        return None
    given = argument(call, spec, when.keyword)
    if when.value:
        met = _equals(given, when.value)
    elif given is None:
        met = False
    else:
        # A value that is not a constant is taken to be one.
        met = not (isinstance(given, ast.Constant) and given.value in (None, False))
        if isinstance(given, ast.Constant) and given.value == 0 and given.value is not False:
            met = True
    return met if met is None else met != when.negated


def _equals(given: ast.expr | None, value: str) -> bool | None:
    if given is None:
        return value == "None"
    return ast.unparse(given) == value if isinstance(given, ast.Constant) else None
