"""What the rules of pandas know by name: types, classes, and what annotations do not tell of methods."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pandas.core.arrays.categorical import CategoricalAccessor
from pandas.core.indexes.accessors import CombinedDatetimelikeProperties
from pandas.core.strings.accessor import StringMethods

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
