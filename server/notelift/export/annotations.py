"""Annotations for qualified types, written with what the module imports."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from notelift.export.imports import Alias

_BUILTIN = frozenset(
    {"bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "object", "range"}
    | {"set", "slice", "str", "tuple", "type"}
)
# Classes that are attributes of these modules in every version. An annotation is evaluated when the module is
# imported, so a name that the module lacks would break it.
_PUBLIC = {
    "pandas": frozenset(
        {"Categorical", "DataFrame", "DatetimeIndex", "Index", "Interval", "MultiIndex", "Period", "Series"}
        | {"Timedelta", "Timestamp"}
    ),
    "numpy": frozenset({"ndarray", "datetime64", "timedelta64"}),
    "datetime": frozenset({"date", "datetime", "time", "timedelta"}),
    "pathlib": frozenset({"Path"}),
    "collections": frozenset({"Counter", "OrderedDict", "defaultdict", "deque"}),
    "polars": frozenset({"DataFrame", "Expr", "LazyFrame", "Series"}),
    "duckdb": frozenset({"DuckDBPyConnection", "DuckDBPyRelation"}),
    "torch": frozenset({"Tensor"}),
    "xarray": frozenset({"DataArray", "Dataset"}),
    "networkx": frozenset({"DiGraph", "Graph", "MultiDiGraph", "MultiGraph"}),
}
# pyplot has these classes as its own names.
_PYPLOT = {"matplotlib.figure.Figure": "Figure", "matplotlib.axes.Axes": "Axes"}


def annotation_of(qualname: str, imports: Iterable[Alias], classes: Collection[str], code: str) -> str:
    """Return the annotation for a type, "" when the module has no certain name for it.

    `classes` are the notebook's own classes at the module's level. A class that `code` names itself exists.
    """
    if qualname in _BUILTIN or qualname in classes:
        return qualname
    if qualname in ("None", "NoneType"):
        return "None"
    module, _, name = qualname.rpartition(".")
    for alias in imports:
        if alias.attribute and alias.value == qualname:
            return alias.bound
        for written in _writings(alias, module, name, qualname):
            if name in _PUBLIC.get(module, ()) or qualname in _PYPLOT or f"{written}(" in code:
                return written
    return ""


def _writings(alias: Alias, module: str, name: str, qualname: str) -> Iterator[str]:
    """How the class can be written with what `alias` imports."""
    if alias.value == module and (alias.asname or alias.attribute or "." not in module):
        yield f"{alias.bound}.{name}"
    elif not alias.attribute and not alias.asname and alias.module == module:
        yield qualname
    elif alias.value == "matplotlib.pyplot" and qualname in _PYPLOT:
        yield f"{alias.bound}.{_PYPLOT[qualname]}"
