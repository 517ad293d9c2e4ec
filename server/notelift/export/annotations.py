"""Annotations for qualified types, written with what the module imports."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from notelift.export.imports import Alias

_BUILTIN = frozenset(
    {
        "bool",
        "bytearray",
        "bytes",
        "complex",
        "dict",
        "float",
        "frozenset",
        "int",
        "list",
        "set",
        "str",
        "tuple",
    }
)
# pyplot has these classes as its own names.
_PYPLOT = {"matplotlib.figure.Figure": "Figure", "matplotlib.axes.Axes": "Axes"}


def annotation_of(qualname: str, imports: Iterable[Alias], classes: Collection[str]) -> str:
    """Return the annotation for a type, "" when the module has no certain name for it.

    `classes` are the notebook's own classes at the module's level.
    """
    if qualname in _BUILTIN or qualname in classes:
        return qualname
    if qualname in ("None", "NoneType"):
        return "None"
    module, _, name = qualname.rpartition(".")
    for alias in imports:
        if alias.attribute and alias.value == qualname:
            return alias.bound
        if alias.attribute == "" and alias.value == module:
            return f"{alias.bound}.{name}"
        if alias.attribute == "" and not alias.asname and alias.module == module:
            return qualname
        if alias.attribute and alias.value == module and module:
            return f"{alias.bound}.{name}"
        if alias.value == "matplotlib.pyplot" and qualname in _PYPLOT:
            return f"{alias.bound}.{_PYPLOT[qualname]}"
    return ""
