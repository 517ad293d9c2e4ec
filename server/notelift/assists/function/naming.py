"""A name for a function of some statements."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

from notelift.assists.function.bindings import bindings_of
from notelift.assists.function.interface import Interface
from notelift.export.naming import fresh, snake_case

_LONGEST = 40


def name_of_function(
    interface: Interface, statements: Sequence[ast.stmt], displays: bool, taken: Collection[str]
) -> str:
    """Return a name that is new in the notebook: from what the function returns, shows or works on."""
    return fresh(_stem(interface, statements, displays), taken)


def _stem(interface: Interface, statements: Sequence[ast.stmt], displays: bool) -> str:
    if interface.returns:
        parts = [snake_case(name) for name in interface.returns]
        joined = "_and_".join(part for part in parts if part)
        if len(joined) > _LONGEST:
            joined = f"{parts[0]}_and_others"
        return f"compute_{joined}" if joined else "compute_value"
    verb = "show" if displays or _prints(statements) else "process"
    shown = _made_and_shown(statements) if displays else ()
    subject = next((name for each in [*shown, *interface.parameters] if (name := snake_case(each))), "")
    return f"{verb}_{subject}" if subject else f"{verb}_step"


def _made_and_shown(statements: Sequence[ast.stmt]) -> tuple[str, ...]:
    """The variable of the statements that the last of them displays, or a part of it; none for others."""
    last = statements[-1]
    part: ast.expr | None = last.value if isinstance(last, ast.Expr) else None
    while isinstance(part, (ast.Attribute, ast.Subscript, ast.Call)):
        part = part.func if isinstance(part, ast.Call) else part.value
    made = isinstance(part, ast.Name) and part.id in bindings_of(statements[:-1]).binds
    return (part.id,) if made and isinstance(part, ast.Name) else ()


def _prints(statements: Sequence[ast.stmt]) -> bool:
    last = statements[-1]
    return (
        isinstance(last, ast.Expr)
        and isinstance(last.value, ast.Call)
        and isinstance(last.value.func, ast.Name)
        and last.value.func.id in ("print", "display")
    )
