"""The effect specs of polars: frames do not change but for a few methods, and annotations tell all types."""

from __future__ import annotations

import re
from typing import Any

import polars
from polars.dataframe.group_by import DynamicGroupBy, GroupBy, RollingGroupBy
from polars.lazyframe.group_by import LazyGroupBy

from .introspection import Member, public_members

CLASSES: dict[str, type] = {
    **{
        name: getattr(polars, name)
        for name in ("Config", "DataFrame", "Expr", "LazyFrame", "SQLContext", "Series")
    },
    "dataframe.group_by.GroupBy": GroupBy,
    "dataframe.group_by.RollingGroupBy": RollingGroupBy,
    "dataframe.group_by.DynamicGroupBy": DynamicGroupBy,
    "lazyframe.group_by.LazyGroupBy": LazyGroupBy,
}
CHANGES = {
    "DataFrame": {
        "insert_column": "changes self holds 1; -> self alias self",
        "replace_column": "changes self holds 1; -> self alias self",
        "drop_in_place": "changes self; -> polars.Series",
        "extend": "changes self; -> self alias self",
    },
    "Series": {
        "append": "changes self; -> self alias self",
        "extend": "changes self; -> self alias self",
        "scatter": "changes self; -> self alias self",
    },
    "SQLContext": {
        "register": "(name, frame) changes self holds 1; -> self alias self",
        "register_many": "changes self holds *; -> self alias self",
        "register_globals": "changes self holds *; opaque; -> self alias self",
        "unregister": "changes self; -> self alias self",
        "execute": "changes self; -> ? holds self",
        "execute_global": "names 0; -> ? holds *",
    },
}
# What they give goes on reading the frame; all else has a share of its data that no change reaches.
HOLDING = frozenset({"group_by", "group_by_dynamic", "rolling", "iter_rows", "iter_slices"})
DATABASES = frozenset({"read_database", "read_database_uri"})
RANDOM = frozenset({"sample", "shuffle"})
WORDS = {
    "None": "",
    "bool": "bool",
    "dict": "dict",
    "float": "float",
    "int": "int",
    "list": "list",
    "str": "str",
    "tuple": "tuple",
    "np.ndarray": "numpy.ndarray",
    "pd.DataFrame": "pandas.DataFrame",
    "pd.Series": "pandas.Series",
    "pa.Table": "pyarrow.Table",
    **{name.rpartition(".")[2]: f"polars.{name}" for name in CLASSES},
}


def result(member: Member, own: str) -> str:
    """Returns the type that the annotation names, "" where it is none or one of several."""
    text = re.sub(r"\[.*", "", member.returns)
    return own if text in ("Self", "Expr | Any") else WORDS.get(text, "")


def clauses(member: Member, own: str = "") -> str:
    """Returns the clauses of a function, or of a method of the type `own`."""
    said: list[str] = []
    if member.name.startswith(("read_", "scan_")) and member.name not in DATABASES:
        said.append("reads-file 0")
    if member.name.startswith(("write_", "sink_")):
        said.append("writes-file 0")
    if member.name in RANDOM:
        said.append("draws random:polars unless seed")
    if own and "in_place" in member.parameters:
        said.append("changes self if in_place")
    shown = result(member, own)
    holds = " holds self" if own and member.name in HOLDING else ""
    if shown or holds:
        said.append(f"-> {shown or '?'}{holds}")
    # Where a seed may be passed by its place.
    signature = ", ".join(each for each in member.parameters if each != "*") if member.name in RANDOM else ""
    return (f"({signature}) " if signature else "") + ("; ".join(said) or "pure")


def entries() -> dict[str, str]:
    """Returns the clauses of what is public in polars, by qualified name."""
    lines: dict[str, str] = {}
    for found in public_members(polars):
        value: Any = getattr(polars, found.name)
        if not found.is_class and callable(value):
            lines[f"polars.{found.name}"] = clauses(found)
    for name, cls in CLASSES.items():
        qualified = f"polars.{name}"
        lines[qualified] = f"class; -> {qualified} holds *"
        for found in public_members(cls):
            changed = CHANGES.get(name, {}).get(found.name)
            said = "property" if found.is_property else clauses(found, qualified)
            if cls is polars.Config and not found.is_property:
                said = "alters options:polars"
            lines[f"{qualified}.{found.name}"] = changed or said
    return lines
