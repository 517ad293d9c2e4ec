"""The effect specs of pandas: its members and annotations, with the rules that pandas keeps to."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pandas.core.arrays.categorical import CategoricalAccessor
from pandas.core.indexes.accessors import CombinedDatetimelikeProperties
from pandas.core.strings.accessor import StringMethods

from .introspection import Member, documented, public_members, unbracketed

FRAME, SERIES, EITHER = "pandas.DataFrame", "pandas.Series", "pandas.NDFrame"

TYPES = {
    "Self": "self",
    "NDFrameT": "self",
    "T": "self",
    "_IndexT": "self",
    "DataFrame": FRAME,
    "Series": SERIES,
    "NDFrame": EITHER,
    "FrameOrSeriesUnion": EITHER,
    "Index": "pandas.Index",
    "MultiIndex": "pandas.MultiIndex",
    "DatetimeIndex": "pandas.DatetimeIndex",
    "TimedeltaIndex": "pandas.TimedeltaIndex",
    "PeriodIndex": "pandas.PeriodIndex",
    "IntervalIndex": "pandas.IntervalIndex",
    "RangeIndex": "pandas.RangeIndex",
    "Timestamp": "pandas.Timestamp",
    "Timedelta": "pandas.Timedelta",
    "Period": "pandas.Period",
    "Categorical": "pandas.Categorical",
    "CategoricalDtype": "pandas.CategoricalDtype",
    "ExtensionArray": "numpy.ndarray",
    "ArrayLike": "numpy.ndarray",
    "np.ndarray": "numpy.ndarray",
    "ndarray": "numpy.ndarray",
    "np.rec.recarray": "numpy.ndarray",
    "DataFrameGroupBy": "pandas.DataFrameGroupBy",
    "SeriesGroupBy": "pandas.SeriesGroupBy",
    "Expanding": "pandas.Expanding",
    "ExponentialMovingWindow": "pandas.ExponentialMovingWindow",
    "Rolling": "pandas.Rolling",
    "Window": "pandas.Rolling",
    "RollingGroupby": "pandas.RollingGroupby",
    "ExpandingGroupby": "pandas.ExpandingGroupby",
    "ExponentialMovingWindowGroupby": "pandas.ExponentialMovingWindowGroupby",
    "Resampler": "pandas.Resampler",
    "Styler": "pandas.Styler",
    "Flags": "pandas.Flags",
    "_LocIndexer": "pandas.Indexer",
    "_iLocIndexer": "pandas.Indexer",
    "_AtIndexer": "pandas.Indexer",
    "_iAtIndexer": "pandas.Indexer",
    "Shape": "tuple",
    "bool": "bool",
    "bool_t": "bool",
    "int": "int",
    "float": "float",
    "str": "str",
    "bytes": "bytes",
}

# Methods that write their new values into the memory they have; the others swap in new memory.
WRITES_VALUES = frozenset(
    {
        "fillna",
        "replace",
        "where",
        "mask",
        "clip",
        "interpolate",
        "ffill",
        "bfill",
        "pad",
        "update",
        "backfill",
    }
)
# Attributes whose value shows changes of its owner and the other way round.
VIEWS = frozenset(
    {
        "values", "array", "T", "index", "columns", "axes", "loc", "iloc", "at", "iat", "flags", "attrs",
        "cat",
        "head", "tail", "squeeze", "get", "xs", "items", "iterrows", "itertuples", "swapaxes", "transpose",
        "ravel", "view", "to_frame", "set_flags", "pipe", "first", "last", "names", "levels", "codes",
        "categories",
        "truncate", "data", "keys",
    }
)  # fmt: skip
# Objects that compute later from what they refer to.
HOLDS = frozenset(
    {
        "groupby",
        "rolling",
        "expanding",
        "ewm",
        "resample",
        "dt",
        "str",
        "plot",
        "sparse",
        "style",
        "list",
        "struct",
    }
)
DRAWING = frozenset({"plot", "hist", "boxplot"})
SHOWN = frozenset({"info"})
WRITERS = {
    "to_csv": ("path_or_buf", "str"),
    "to_json": ("path_or_buf", "str"),
    "to_html": ("buf", "str"),
    "to_latex": ("buf", "str"),
    "to_markdown": ("buf", "str"),
    "to_string": ("buf", "str"),
    "to_xml": ("path_or_buffer", "str"),
    "to_pickle": ("path", ""),
    "to_parquet": ("path", "bytes"),
    "to_orc": ("path", "bytes"),
    "to_feather": ("path", ""),
    "to_stata": ("path", ""),
    "to_excel": ("excel_writer", ""),
    "to_typst": ("buf", "str"),
}
APPENDING = frozenset({"to_csv", "to_json"})
FLOAT_OF_SERIES = frozenset(
    {"mean", "median", "std", "var", "sem", "skew", "kurt", "kurtosis", "corr", "cov", "autocorr"}
)
RETURNS_RECEIVER_OR_SCALAR = frozenset(
    {"sum", "prod", "product", "min", "max", "any", "all", "quantile", "mode"}
)

# What the methods of a grouping give, but for those that depend on the function or on options.
GROUPED = {"pandas.DataFrameGroupBy": FRAME, "pandas.SeriesGroupBy": SERIES}
EITHER_OF_GROUPS = frozenset(
    {
        "agg",
        "aggregate",
        "apply",
        "size",
        "value_counts",
        "nunique",
        "describe",
        "transform",
        "pipe",
        "unique",
    }
)
COMPUTING = frozenset(
    {
        *GROUPED,
        "pandas.GroupBy",
        "pandas.Rolling",
        "pandas.Expanding",
        "pandas.ExponentialMovingWindow",
        "pandas.Resampler",
    }
)
ACCESSORS = frozenset({"pandas.StringMethods", "pandas.DatetimeProperties"})

CLASSES: dict[str, Any] = {
    FRAME: pd.DataFrame,
    SERIES: pd.Series,
    "pandas.Index": pd.Index,
    "pandas.MultiIndex": pd.MultiIndex,
    "pandas.DatetimeIndex": pd.DatetimeIndex,
    "pandas.TimedeltaIndex": pd.TimedeltaIndex,
    "pandas.PeriodIndex": pd.PeriodIndex,
    "pandas.IntervalIndex": pd.IntervalIndex,
    "pandas.CategoricalIndex": pd.CategoricalIndex,
    "pandas.RangeIndex": pd.RangeIndex,
    "pandas.DataFrameGroupBy": pd.api.typing.DataFrameGroupBy,
    "pandas.SeriesGroupBy": pd.api.typing.SeriesGroupBy,
    "pandas.Rolling": pd.api.typing.Rolling,
    "pandas.Expanding": pd.api.typing.Expanding,
    "pandas.ExponentialMovingWindow": pd.api.typing.ExponentialMovingWindow,
    "pandas.Resampler": pd.api.typing.Resampler,
    "pandas.Categorical": pd.Categorical,
    "pandas.Timestamp": pd.Timestamp,
    "pandas.Timedelta": pd.Timedelta,
    "pandas.Period": pd.Period,
    "pandas.Interval": pd.Interval,
    "pandas.StringMethods": StringMethods,
    "pandas.DatetimeProperties": CombinedDatetimelikeProperties,
    "pandas.CategoricalAccessor": CategoricalAccessor,
}
BASES = {
    FRAME: EITHER,
    SERIES: EITHER,
    "pandas.MultiIndex": "pandas.Index",
    "pandas.DatetimeIndex": "pandas.Index",
    "pandas.TimedeltaIndex": "pandas.Index",
    "pandas.PeriodIndex": "pandas.Index",
    "pandas.IntervalIndex": "pandas.Index",
    "pandas.CategoricalIndex": "pandas.Index",
    "pandas.RangeIndex": "pandas.Index",
    "pandas.DataFrameGroupBy": "pandas.GroupBy",
    "pandas.SeriesGroupBy": "pandas.GroupBy",
}
# A class that stands for either of two, for results that are the one or the other.
UNIONS = {EITHER: (FRAME, SERIES), "pandas.GroupBy": ("pandas.DataFrameGroupBy", "pandas.SeriesGroupBy")}


def one_type(text: str) -> str:
    """Returns the qualified name for one member of a union annotation, "?" when it has none."""
    head = text.partition("[")[0]
    if head in TYPES:
        return TYPES[head]
    if head.startswith(("npt.NDArray", "ndarray")):
        return "numpy.ndarray"
    if head in ("list", "dict", "tuple"):
        return head
    return "?"


def type_of(text: str) -> str:
    """Returns the type that an annotation means: frames and series together are `pandas.NDFrame`."""
    parts = [part for part in unbracketed(text, "|") if part != "None"]
    if not parts:
        return "?"
    if len(parts) == 1 and parts[0].startswith("tuple["):
        items = unbracketed(parts[0][6:-1], ",")
        if len(items) > 1 and "..." not in items:
            return "(" + ", ".join(map(one_type, items)) + ")"
    found = {one_type(part) for part in parts}
    if len(found) == 1:
        return found.pop()
    if found <= {FRAME, SERIES, EITHER, "self"} and found & {FRAME, SERIES, EITHER}:
        return EITHER
    return SERIES if found == {SERIES, "?"} else "?"


def documented_type(member: Member) -> str:
    """Returns the type that the docstring's Returns section means, for members without an annotation."""
    returned = documented(member.doc, "Returns")
    if len(returned) != 1:
        return "?"
    text = (returned[0][1] or returned[0][0]).replace(" or ", " | ").replace(":class:", "").strip("`. ")
    return type_of(text.replace("same type as caller", "Self"))


def result_type(owner: str, member: Member) -> str:
    """Returns the type text of what a member returns, with what annotations leave out."""
    if owner == SERIES and member.name in FLOAT_OF_SERIES:
        return "float"
    if owner == SERIES and member.name in RETURNS_RECEIVER_OR_SCALAR - {"mode"}:
        return "?"
    if owner == FRAME and member.name in (FLOAT_OF_SERIES - {"corr", "cov", "autocorr"}):
        return SERIES
    found = type_of(member.returns) if member.returns else "?"
    if found == "?":
        found = documented_type(member)
    if owner in ACCESSORS and found in ("?", "numpy.ndarray", "pandas.Index", "pandas.DatetimeIndex"):
        return SERIES
    computed = found in ("self", EITHER) or (found == "?" and not member.is_property)
    if owner in COMPUTING and computed and member.name not in ("plot", "hist", "boxplot", "pipe"):
        return EITHER if member.name in EITHER_OF_GROUPS else GROUPED.get(owner, EITHER)
    return found


def parameter_list(member: Member, *needed: str) -> str:
    """Returns `(a, b) ` up to the last parameter that a clause names and calls may give by position."""
    positional = member.parameters[: [*member.parameters, "*"].index("*")]
    last = max((positional.index(name) for name in needed if name in positional), default=-1)
    return f"({', '.join(positional[: last + 1])}) " if last >= 0 else ""


def writer(member: Member) -> str:
    """Returns the clauses of a method that writes a file when it is given one."""
    target, returned = WRITERS[member.name]
    clauses = [f"writes-file {target}"]
    if member.name in APPENDING:
        clauses = [f"writes-file {target} unless mode='a'", f"appends-file {target} if mode='a'"]
    if returned:
        clauses.append(f"-> {returned}")
    return parameter_list(member, target) + "; ".join(clauses)


def method(owner: str, member: Member) -> str:
    """Returns the clauses of one method by the rules pandas keeps to."""
    if member.name in WRITERS:
        return writer(member)
    clauses: list[str] = []
    if "inplace" in member.parameters:
        verb = "changes" if member.name in WRITES_VALUES else "remakes"
        clauses.append(f"{verb} self if inplace")
    elif member.returns == "None":
        clauses.append("shows" if member.name in SHOWN else "changes self")
    if "random_state" in member.parameters:
        clauses.append("draws random:numpy unless random_state")
    if member.name in DRAWING:
        clauses += ["alters pyplot", "uses rcparams"]
    shown = result_type(owner, member)
    link = ""
    if member.name in VIEWS and owner not in COMPUTING:
        link = " view self"
    elif member.name in HOLDS:
        link = " holds self"
    elif member.name == "to_numpy":
        link = " view self unless copy"
    elif "copy" in member.parameters:
        link = " view self if copy=False"
    elif member.name == "copy":
        link = " view self if deep=False"
    if shown != "?" or link:
        clauses.append(f"-> {shown}{link}")
    elif "changes self if inplace" in clauses:
        clauses.append("-> ?")
    if "changes self if inplace" in clauses and not link:
        # pandas 3 returns the changed object itself, older ones None.
        clauses[-1] += " alias self if inplace"
    return parameter_list(member, "inplace", "random_state") + "; ".join(clauses) or "pure"


def attribute(owner: str, member: Member) -> str:
    """Returns the clauses of one property."""
    shown = result_type(owner, member)
    link = " view self" if member.name in VIEWS else " holds self" if member.name in HOLDS else ""
    return f"property; -> {shown}{link}" if shown != "?" or link else "property"


def clauses_of(owner: str, member: Member) -> str:
    """Returns the clauses of a member of a class."""
    return attribute(owner, member) if member.is_property else method(owner, member)


def class_entries() -> dict[str, dict[str, str]]:
    """Returns for each class the clauses of its public members."""
    return {
        owner: {found.name: clauses_of(owner, found) for found in public_members(cls) if not found.is_class}
        for owner, cls in CLASSES.items()
    }


def parted(clauses: str) -> tuple[str, str, str]:
    """Returns the clauses before the result, the result's type and its link."""
    head, _, shown = clauses.partition("-> ")
    tuple_end = shown.find(")") + 1 if shown.startswith("(") else 0
    kind, _, link = (shown[:tuple_end], "", shown[tuple_end + 1 :]) if tuple_end else shown.partition(" ")
    return head, kind or "?", link


def merged(first: str, second: str) -> str:
    """Returns clauses that hold for a receiver of either class: all effects, a type that fits both."""
    (head, kind, link), (other_head, other_kind, other_link) = parted(first), parted(second)
    if kind != other_kind:
        kind = EITHER if {kind, other_kind} <= {FRAME, SERIES, EITHER, "self"} else "?"
    head = max(head, other_head, key=lambda text: (text.count(";"), len(text))).removesuffix("pure")
    link = max(link, other_link, key=len)
    shown = f"-> {kind} {link}".rstrip() if kind != "?" or link else ""
    return (head + shown).rstrip("; ") or "pure"


def union_entries(union: str, found: dict[str, dict[str, str]]) -> dict[str, str]:
    """Returns the entries of two classes: what is equal stands on their common base."""
    lines: dict[str, str] = {}
    left, right = UNIONS[union]
    first, second = found.pop(left), found.pop(right)
    for name in first.keys() | second.keys():
        if first.get(name) == second.get(name):
            lines[f"{union}.{name}"] = first[name]
            continue
        for owner, members in ((left, first), (right, second)):
            if name in members:
                lines[f"{owner}.{name}"] = members[name]
        both = name in first and name in second
        only = left if name in first else right
        lines[f"{union}.{name}"] = merged(first[name], second[name]) if both else f"same {only}.{name}"
    return lines


def entries() -> dict[str, str]:
    """Returns the clauses of everything public in pandas, by qualified name."""
    found = class_entries()
    lines: dict[str, str] = {}
    for union in UNIONS:
        lines |= union_entries(union, found)
    for owner, members in found.items():
        base = found.get(BASES.get(owner, ""), {})
        for name, clauses in members.items():
            if base.get(name) != clauses:
                lines[f"{owner}.{name}"] = clauses
    for owner in [*CLASSES, *UNIONS]:
        lines[owner] = f"class {BASES[owner]}" if owner in BASES else "class"
    return lines | functions()


def functions() -> dict[str, str]:
    """Returns the clauses of the functions of pandas and of what stands in its public submodules."""
    lines: dict[str, str] = {}
    for prefix, module in (
        ("pandas", pd),
        ("pandas.api.types", pd.api.types),
        ("pandas.tseries.offsets", pd.offsets),
    ):
        for found in public_members(module):
            name = f"{prefix}.{found.name}"
            if found.is_class:
                lines.setdefault(name, "class")
            elif not found.is_property:
                lines[name] = function(found)
    return {name: clauses for name, clauses in lines.items() if name not in CLASSES}


def function(member: Member) -> str:
    """Returns the clauses of a module-level function: readers read their first argument."""
    shown = result_type("", member)
    arrow = f"-> {shown}" if shown not in ("?", "self") else ""
    if member.name.startswith("read_") and member.parameters and not member.name.startswith("read_sql"):
        first = member.parameters[0]
        return f"({first}) reads-file {first}; {arrow or '-> pandas.DataFrame'}"
    return arrow or "pure"
