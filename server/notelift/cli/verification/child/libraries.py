"""Summaries of the values of libraries that notebooks use.

A value is only looked at by the readers of libraries that its process has imported.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .summary import Node, Summary

_DIGITS_BY_SIZE = {2: 2, 4: 4}
_FLOAT_DIGITS = 6
# Attributes of fitted estimators that are measured, not computed.
_TIMES = ("refit_time_",)


def node(summary: Summary, value: Any) -> Node | None:
    """Return the node of a value that belongs to a known library, else None."""
    for module, reader in _READERS:
        if module in sys.modules:
            found = reader(summary, value)
            if found is not None:
                return found
    return None


def array(summary: Summary, value: Any, of: Any = None) -> Node:
    """Return the node of the numbers, strings or objects of a numpy array; `of` is what they belong to."""
    numpy: Any = sys.modules["numpy"]
    owner = value if of is None else of
    flat = numpy.ascontiguousarray(value).reshape(-1)
    kind = flat.dtype.kind
    if flat.dtype.names is not None:
        return summary.fields(owner, {name: numpy.asarray(flat[name]) for name in flat.dtype.names})
    if kind in "fc":
        parts = flat.dtype.itemsize // (2 if kind == "c" else 1)
        double = flat.astype("<c16").view("<f8") if kind == "c" else flat.astype("<f8")
        digits = _DIGITS_BY_SIZE.get(parts, _FLOAT_DIGITS)
        return summary.packed(owner, "d", len(double), double.tobytes(), digits)
    if kind in "ibmM":
        whole = flat.view("<i8") if kind in "mM" else flat.astype("<i8")
        return summary.packed(owner, "q", len(flat), whole.tobytes(), 0)
    if kind == "u":
        return summary.packed(owner, "Q", len(flat), flat.astype("<u8").tobytes(), 0)
    if kind in "US" or kind == "T":
        return summary.texts(owner, [str(each) for each in flat.tolist()])
    if kind == "V":
        return summary.exact(owner, flat.tobytes().hex())
    return _objects(summary, owner, flat.tolist())


def _objects(summary: Summary, owner: Any, values: Any) -> Node:
    if all(type(each) is str for each in values):
        return summary.texts(owner, values)
    return summary.items(owner, values)


def _numpy(summary: Summary, value: Any) -> Node | None:
    numpy: Any = sys.modules["numpy"]
    if isinstance(value, numpy.ma.MaskedArray):
        mask = numpy.ma.getmaskarray(value)
        data = numpy.where(mask, numpy.zeros((), value.dtype), value.data)
        return _parts(summary, value, {"mask": array(summary, mask), "data": array(summary, data)})
    if isinstance(value, numpy.ndarray):
        shape = summary.exact((), f"shape {value.shape}, dtype {value.dtype}")
        return _parts(summary, value, {"shape": shape, "values": array(summary, value)})
    if isinstance(value, numpy.floating):
        return summary.number(value, _DIGITS_BY_SIZE.get(value.dtype.itemsize, _FLOAT_DIGITS))
    if isinstance(value, numpy.generic) and not isinstance(value, (numpy.void, numpy.complexfloating)):
        return summary.exact(value, str(value))
    if isinstance(value, numpy.complexfloating):
        return summary.fields(value, {"real": value.real, "imag": value.imag})
    if isinstance(value, numpy.dtype):
        return summary.exact(value, str(value))
    if isinstance(value, numpy.random.RandomState):
        return summary.fields(value, {"state": value.get_state(legacy=True)})
    if isinstance(value, numpy.random.Generator):
        return summary.fields(value, {"state": value.bit_generator.state})
    return None


def _parts(summary: Summary, value: Any, nodes: dict[str, Node]) -> Node:
    return {"type": summary.name(type(value)), "form": "fields", "fields": nodes}


def _pandas(summary: Summary, value: Any) -> Node | None:
    pandas: Any = sys.modules["pandas"]
    if isinstance(value, pandas.DataFrame):
        columns = [value.iloc[:, position] for position in range(value.shape[1])]
        data = [
            [repr(label), _column(summary, column)]
            for label, column in zip(value.columns, columns, strict=True)
        ]
        entries = {"type": "columns", "form": "entries", "entries": data, "ordered": True}
        shape = summary.exact((), f"{value.shape[0]} rows, {value.shape[1]} columns")
        names = summary.node(value.columns)
        index = summary.node(value.index)
        return _parts(summary, value, {"shape": shape, "columns": names, "index": index, "values": entries})
    if isinstance(value, pandas.Series):
        parts = {"name": summary.node(value.name), "index": summary.node(value.index)}
        return _parts(summary, value, {**parts, "values": _column(summary, value)})
    if isinstance(value, pandas.MultiIndex):
        levels = [value.get_level_values(level) for level in range(value.nlevels)]
        return summary.fields(value, {"names": list(value.names), "levels": levels})
    if isinstance(value, pandas.Index):
        return _parts(summary, value, {"name": summary.node(value.name), "values": _column(summary, value)})
    if isinstance(value, pandas.api.extensions.ExtensionArray):
        return _parts(summary, value, {"values": _column(summary, pandas.Series(value))})
    if isinstance(value, sys.modules["pandas.core.groupby"].GroupBy):
        return summary.fields(value, {"obj": value.obj, "indices": dict(value.indices)})
    if type(value).__module__.startswith("pandas._libs") or isinstance(value, pandas.DateOffset):
        return summary.exact(value, repr(value))
    return None


def _column(summary: Summary, column: Any) -> Node:
    """The values of a series or an index, with their dtype."""
    numpy: Any = sys.modules["numpy"]
    pandas: Any = sys.modules["pandas"]
    dtype = summary.exact((), f"dtype {column.dtype}, {len(column)} values")
    if isinstance(column.dtype, pandas.CategoricalDtype):
        accessor = column.cat if isinstance(column, pandas.Series) else column
        codes = array(summary, numpy.asarray(accessor.codes), of=())
        return _parts(
            summary, (), {"dtype": dtype, "categories": summary.node(accessor.categories), "codes": codes}
        )
    if isinstance(column.dtype, numpy.dtype):
        return _parts(summary, (), {"dtype": dtype, "values": array(summary, column.to_numpy(), of=())})
    values = _objects(summary, (), column.astype(object).tolist())
    return _parts(summary, (), {"dtype": dtype, "values": values})


def _estimator(summary: Summary, value: Any) -> Node | None:
    """A scikit-learn-style estimator: its class, parameters and fitted attributes."""
    if (
        isinstance(value, type)
        or not callable(getattr(value, "get_params", None))
        or not hasattr(value, "fit")
    ):
        return None
    summary.note("estimators are compared by class, parameters and fitted attributes")
    fitted = {
        name: each
        for name, each in sorted(vars(value).items())
        if name.endswith("_") and not name.startswith("_") and name not in _TIMES
    }
    results = fitted.get("cv_results_")
    if isinstance(results, dict):
        fitted["cv_results_"] = {key: each for key, each in results.items() if "_time" not in key}
    return summary.fields(value, {"get_params()": value.get_params(deep=False), **fitted})


def _sparse(summary: Summary, value: Any) -> Node | None:
    scipy_sparse: Any = sys.modules["scipy.sparse"]
    if not scipy_sparse.issparse(value):
        return None
    rows = value.tocsr().copy()
    rows.sum_duplicates()
    rows.sort_indices()
    parts = {"shape": rows.shape, "data": rows.data, "indices": rows.indices, "indptr": rows.indptr}
    return summary.fields(value, parts)


def _statsmodels(summary: Summary, value: Any) -> Node | None:
    if not type(value).__module__.startswith("statsmodels.") or not hasattr(value, "params"):
        return None
    summary.note("statsmodels results are compared by their parameters")
    return summary.fields(value, {"params": value.params})


def _torch(summary: Summary, value: Any) -> Node | None:
    torch: Any = sys.modules["torch"]
    if isinstance(value, torch.Tensor):
        return summary.fields(value, {"values": value.detach().cpu().numpy(), "grad": value.requires_grad})
    if isinstance(value, torch.nn.Module):
        summary.note("torch modules are compared by class and parameters")
        return summary.fields(value, dict(value.state_dict()))
    return None


def _tensorflow(summary: Summary, value: Any) -> Node | None:
    if hasattr(value, "get_weights") and hasattr(value, "layers"):
        summary.note("keras models are compared by class and weights")
        return summary.fields(value, {"weights": value.get_weights()})
    module = type(value).__module__
    if module.startswith(("tensorflow.", "keras.")) and callable(getattr(value, "numpy", None)):
        return summary.fields(value, {"values": value.numpy()})
    return None


def _sympy(summary: Summary, value: Any) -> Node | None:
    sympy: Any = sys.modules["sympy"]
    is_symbolic = isinstance(value, (sympy.Basic, sympy.MatrixBase))
    return summary.exact(value, sympy.srepr(value)) if is_symbolic else None


def _networkx(summary: Summary, value: Any) -> Node | None:
    networkx: Any = sys.modules["networkx"]
    if not isinstance(value, networkx.Graph):
        return None
    nodes = {repr(each): data for each, data in value.nodes(data=True)}
    edges = {repr(ends): {key: dict(data)} for *ends, key, data in _edges(value)}
    return summary.fields(value, {"nodes": nodes, "edges": edges, "graph": dict(value.graph)})


def _edges(graph: Any) -> Any:
    if graph.is_multigraph():
        return graph.edges(keys=True, data=True)
    return ((start, end, 0, data) for start, end, data in graph.edges(data=True))


def _pillow(summary: Summary, value: Any) -> Node | None:
    image: Any = sys.modules["PIL.Image"]
    if not isinstance(value, image.Image):
        return None
    return summary.fields(value, {"mode": value.mode, "size": value.size, "pixels": value.tobytes()})


def _matplotlib(summary: Summary, value: Any) -> Node | None:
    artist: Any = sys.modules["matplotlib.artist"]
    if not isinstance(value, artist.Artist):
        return None
    summary.note("figures are compared by what they draw: data, texts, limits and colours")
    return summary.fields(value, _drawn(value))


def _drawn(value: Any) -> dict[str, Any]:
    kinds = {cls.__name__ for cls in type(value).__mro__}
    if "FigureBase" in kinds:
        return {"axes": list(value.axes), "texts": [each.get_text() for each in value.texts]}
    if "_AxesBase" in kinds:
        legend = value.get_legend()
        return {
            "title": value.get_title(),
            "labels": (value.get_xlabel(), value.get_ylabel()),
            "limits": (value.get_xlim(), value.get_ylim()),
            "scales": (value.get_xscale(), value.get_yscale()),
            "texts": list(value.texts),
            "lines": list(value.lines),
            "patches": list(value.patches),
            "collections": list(value.collections),
            "images": list(value.images),
            "legend": [each.get_text() for each in legend.get_texts()] if legend else None,
        }
    for name, read in _ARTISTS.items():
        if name in kinds:
            return read(value)
    return {"visible": value.get_visible()}


_ARTISTS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "Line2D": lambda line: {
        "data": line.get_xydata(),
        "color": line.get_color(),
        "style": (line.get_linestyle(), line.get_marker(), line.get_linewidth()),
    },
    "Text": lambda text: {"text": text.get_text(), "position": text.get_position()},
    "Patch": lambda patch: {
        "vertices": patch.get_patch_transform().transform(patch.get_path().vertices),
        "color": patch.get_facecolor(),
    },
    "AxesImage": lambda image: {"pixels": image.get_array(), "extent": image.get_extent()},
    "Collection": lambda collection: {
        "offsets": collection.get_offsets(),
        "paths": [path.vertices for path in collection.get_paths()],
        "values": collection.get_array(),
        "color": collection.get_facecolor(),
    },
}

_READERS: tuple[tuple[str, Callable[[Any, Any], dict[str, Any] | None]], ...] = (
    ("numpy", _numpy),
    ("pandas", _pandas),
    ("scipy.sparse", _sparse),
    ("sklearn", _estimator),
    ("matplotlib.artist", _matplotlib),
    ("statsmodels", _statsmodels),
    ("torch", _torch),
    ("tensorflow", _tensorflow),
    ("sympy", _sympy),
    ("networkx", _networkx),
    ("PIL.Image", _pillow),
)
