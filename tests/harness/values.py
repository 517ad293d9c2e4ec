"""Values as text: two values are equal exactly when their descriptions are."""

from __future__ import annotations

import hashlib
import itertools
import re
import sys
import types
from collections.abc import Iterator
from typing import Any

_ITERATOR_LIMIT = 10_000
_OPEN, _CLOSE = "\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}", "\N{MATHEMATICAL RIGHT WHITE SQUARE BRACKET}"
_PLAIN = (bool, int, float, complex, str, bytes, bytearray, type(None), type(Ellipsis), range, slice)
_CLASS_NOISE = {"__dict__", "__weakref__", "__module__", "__firstlineno__", "__static_attributes__"}


def describe(value: object) -> str:
    """Return a text that holds all that a user can see of `value`. Iterators are consumed."""
    return _Describer().describe(value)


def without_code(description: str) -> str:
    """Return a description without the parts that change when code moves to another module."""
    parts = []
    depth = 0
    for part in re.split(f"([{_OPEN}{_CLOSE}])", description):
        depth += (part == _OPEN) - (part == _CLOSE)
        if depth == 0 and part != _CLOSE:
            parts.append(part)
    return re.sub(r"<same as \d+>", "<same>", "".join(parts))


def _code_only(text: str) -> str:
    return f"{_OPEN}{text}{_CLOSE}"


class _Describer:
    """Describes one value; objects met before are named by their number, so that cycles end."""

    def __init__(self) -> None:
        self.seen: dict[int, int] = {}
        self.alive: list[object] = []

    def describe(self, value: Any) -> str:
        if isinstance(value, _PLAIN):
            return f"{type(value).__name__}:{value!r}"
        if isinstance(value, types.ModuleType):
            return f"module {value.__name__}"
        if id(value) in self.seen:
            return f"<same as {self.seen[id(value)]}>"
        self.seen[id(value)] = len(self.seen)
        self.alive.append(value)
        kind = type(value)
        return kind.__name__ + _code_only(f"{kind.__module__} {kind.__qualname__}") + self.body(value)

    def body(self, value: Any) -> str:
        """The inside of `value` by its type; library types are looked up only where they are loaded."""
        for module, kind, how in (
            ("numpy", "ndarray", self.array),
            ("numpy", "generic", repr),
            ("numpy.random", "RandomState", lambda state: self.describe(state.get_state(legacy=False))),
            ("numpy.random", "Generator", lambda state: self.describe(state.bit_generator.state)),
            ("pandas", "DataFrame", self.frame),
            ("pandas", "Series", self.series),
            ("pandas", "Index", self.index),
            ("matplotlib.figure", "Figure", _pixels),
            ("matplotlib.artist", "Artist", lambda artist: _pixels(artist.get_figure())),
        ):
            loaded = sys.modules.get(module)
            if loaded is not None and isinstance(value, getattr(loaded, kind)):
                return f"({how(value)})"
        return self.builtin(value)

    def builtin(self, value: Any) -> str:
        if isinstance(value, dict):
            pairs = (f"{self.describe(key)}: {self.describe(item)}" for key, item in value.items())
            return "{" + ", ".join(pairs) + "}" + self.attributes(value)
        if isinstance(value, (set, frozenset)):
            return "{" + ", ".join(sorted(_Describer().describe(item) for item in value)) + "}"
        if isinstance(value, (list, tuple)):
            return "[" + ", ".join(map(self.describe, value)) + "]" + self.attributes(value)
        if isinstance(value, (types.FunctionType, types.MethodType, types.BuiltinFunctionType)):
            return self.function(value)
        if isinstance(value, type):
            return self.type(value)
        if isinstance(value, Iterator) and not hasattr(value, "read"):
            return "<" + ", ".join(map(self.describe, itertools.islice(value, _ITERATOR_LIMIT))) + ">"
        return self.instance(value)

    def array(self, value: Any) -> str:
        if value.dtype == object:
            return f"{value.shape} {self.describe(value.ravel().tolist())}"
        return f"{value.dtype} {value.shape} {value.tolist()!r}"

    def frame(self, value: Any) -> str:
        columns = [self.series(value.iloc[:, number]) for number in range(value.shape[1])]
        return f"{self.index(value.columns)} {self.index(value.index)} {columns}"

    def series(self, value: Any) -> str:
        return f"{value.name!r} {value.dtype} {self.index(value.index)} {self.describe(value.tolist())}"

    def index(self, value: Any) -> str:
        return f"{value.dtype} {value.names!r} {self.describe(value.tolist())}"

    def function(self, value: Any) -> str:
        if not isinstance(value, types.FunctionType):
            owner = getattr(value, "__self__", None)
            return f" {value.__name__} of {self.describe(owner)}"
        cells = [_contents(cell) for cell in value.__closure__ or ()]
        names = [name for name in _names(value.__code__) if name in value.__globals__]
        outer = {name: value.__globals__[name] for name in names}
        inside = [value.__defaults__, value.__kwdefaults__, cells, outer, vars(value)]
        text = f"{value.__qualname__} {_code(value.__code__)} {self.describe(inside)}"
        return f" {value.__name__} {_code_only(text)}"

    def type(self, value: Any) -> str:
        if not _of_notebook(value):
            return f" {value.__name__} {_code_only(value.__module__)}"
        inside = {key: item for key, item in vars(value).items() if key not in _CLASS_NOISE}
        text = f"{value.__qualname__} {self.describe([list(value.__bases__), inside])}"
        return f" {value.__name__} {_code_only(text)}"

    def instance(self, value: Any) -> str:
        if hasattr(value, "getvalue"):
            return self.describe(value.getvalue())
        if text := self.attributes(value):
            return text
        plain: Any = object.__repr__
        if type(value).__repr__ is not plain:
            return re.sub(r"0x[0-9a-f]+", "0x", repr(value))
        return self.describe(value.__getstate__()) if hasattr(value, "__getstate__") else ""

    def attributes(self, value: Any) -> str:
        inside = dict(getattr(value, "__dict__", {}))
        for base in type(value).__mro__:
            slots = base.__dict__.get("__slots__", ())
            for slot in (slots,) if isinstance(slots, str) else slots:
                if hasattr(value, slot) and slot not in ("__dict__", "__weakref__"):
                    inside[slot] = getattr(value, slot)
        pairs = (f"{key}={self.describe(item)}" for key, item in sorted(inside.items()))
        return " " + ", ".join(pairs) if inside else ""


def _pixels(figure: Any) -> str:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    return hashlib.sha256(bytes(canvas.buffer_rgba())).hexdigest()


def _contents(cell: types.CellType) -> object:
    try:
        return cell.cell_contents
    except ValueError:
        return "<empty>"


def _names(code: types.CodeType) -> list[str]:
    inner = [name for const in code.co_consts if isinstance(const, types.CodeType) for name in _names(const)]
    return sorted({*code.co_names, *inner})


def _code(code: types.CodeType) -> str:
    consts = [_code(const) if isinstance(const, types.CodeType) else repr(const) for const in code.co_consts]
    names = [code.co_names, code.co_varnames, code.co_freevars]
    return f"{hashlib.sha256(code.co_code).hexdigest()[:12]} {names} {consts}"


def _of_notebook(kind: type) -> bool:
    return kind.__module__ == "__main__"
