"""Names that are new in the module."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Collection, Sequence

from notelift.queries.targets import Target

_BUILTINS = frozenset(dir(builtins))


def is_builtin(name: str) -> bool:
    """Whether `name` is one of Python's builtins."""
    return name in _BUILTINS


def snake_case(text: str) -> str:
    """Return `text` as a lower-case identifier without leading underscores; "" when nothing is left."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    return re.sub(r"\W+|_+", "_", words).strip("_").lower()


def fresh(name: str, taken: Collection[str]) -> str:
    """Return `name`, or `name_2`, `name_3`... when it is taken, a keyword or a builtin."""
    candidate, number = name, 1
    while candidate in taken or keyword.iskeyword(candidate) or candidate in _BUILTINS:
        number += 1
        candidate = f"{name}_{number}"
    return candidate


def function_name(targets: Sequence[Target], taken: Collection[str]) -> str:
    """Return a name for the function that computes the targets."""
    parts = [_stem(target) for target in targets]
    joined = "_and_".join(parts)
    if len(parts) > 1 and len(joined) > 40:
        joined = f"{parts[0]}_and_others"
    verb = "write" if all(target.kind == "file" for target in targets) else "compute"
    return fresh(f"{verb}_{joined}", taken)


def class_name(function: str) -> str:
    """Return a name for the class of the values that the function returns."""
    stem = function.removeprefix("compute_")
    words = (stem if stem[:1].isalpha() else function).split("_")
    return "".join(word.title() for word in words) + "Result"


def module_name(targets: Sequence[Target]) -> str:
    """Return a name for the module that holds the targets' function; never that of a standard module."""
    import sys

    joined = "_and_".join(_stem(target) for target in targets)
    name = joined if len(joined) <= 40 else f"{_stem(targets[0])}_and_others"
    if name[:1].isdigit() or keyword.iskeyword(name) or name in sys.stdlib_module_names:
        name = f"compute_{name}"
    return name


def _stem(target: Target) -> str:
    if target.kind == "output":
        return f"cell_{target.cell}"
    if target.kind == "file":
        return snake_case(re.split(r"[\\/]", target.value)[-1].rsplit(".", 1)[0]) or "file"
    at = (
        ""
        if target.cell is None
        else f"_at_{target.cell}" + ("" if target.line is None else f"_{target.line}")
    )
    return (snake_case(target.value) or "value") + at
