"""Turns a value into a tree of plain JSON that another process can compare with tolerance.

A node is a dict with `type` (the qualified class), `form` and what the form needs:

- `exact`: `text`, equal or not;
- `float`: `text` and `digits`, the relative precision to compare with;
- `numbers`: `code` (of `array.array`), `count`, `data` (base64 of zlib of little-endian items), `digits`;
- `texts`: `texts`, a list of strings;
- `items`: `items`, in order; `set`: `items` in any order;
- `entries`: `entries`, pairs of a key's text and a node; their order counts where `ordered` is true;
- `fields`: `fields`, attributes by name;
- `again`: `up`, the object that contains this one so many levels above;
- `opaque`: `why` it cannot be compared.
"""

from __future__ import annotations

import base64
import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import hashlib
import io
import itertools
import pathlib
import re
import types
import uuid
import zlib
from typing import Any

from . import libraries

Node = dict[str, Any]

MAX_NODES = 2_000_000
MAX_DEPTH = 80
MAX_ITERATED = 100_000
MAX_PACKED_BYTES = 1 << 28

FLOAT_DIGITS = 6
_EXACT_TYPES = (
    bool,
    int,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    datetime.tzinfo,
    decimal.Decimal,
    fractions.Fraction,
    range,
    slice,
    pathlib.PurePath,
    re.Pattern,
    uuid.UUID,
    type(None),
    type(Ellipsis),
    type(NotImplemented),
)
_CODE_TYPES = (types.FunctionType, types.BuiltinFunctionType, types.MethodType)
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


class Summary:
    """Summarises values; `how` collects sentences on what was compared in a way that users should know.

    `own` are the modules that stand for the notebook: classes defined there have the same name in both runs.
    """

    def __init__(self, own: tuple[str, ...] = ("__main__",)) -> None:
        self.own = own
        self.how: dict[str, None] = {}
        self._nodes = 0
        self._stack: list[int] = []

    def note(self, sentence: str) -> None:
        """Remember how something is compared."""
        self.how[sentence] = None

    def node(self, value: Any) -> Node:
        """Return the tree of a value; never raises for any value."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            return self.opaque(value, "the value has too many parts")
        if len(self._stack) > MAX_DEPTH:
            return self.opaque(value, "the value is nested too deeply")
        if id(value) in self._stack:
            up = len(self._stack) - self._stack.index(id(value))
            return {"type": self.name(type(value)), "form": "again", "up": up}
        self._stack.append(id(value))
        try:
            return self._node(value)
        except Exception as error:
            return self.opaque(value, f"looking at it raised {type(error).__name__}: {error}")
        finally:
            self._stack.pop()

    def name(self, cls: Any) -> str:
        """Return the qualified name of a class or function; that of the notebook's own has no module."""
        module = getattr(cls, "__module__", "") or ""
        name = getattr(cls, "__qualname__", getattr(cls, "__name__", "?")).replace("<locals>.", "")
        return name if module in self.own or module == "builtins" else f"{module}.{name}"

    def exact(self, value: Any, text: str) -> Node:
        """Return the node of a value that is equal when its text is."""
        if len(text) > 10_000:
            digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
            text = f"{text[:60]}… ({len(text)} characters, sha256 {digest})"
        return {"type": self.name(type(value)), "form": "exact", "text": text}

    def number(self, value: Any, digits: int = FLOAT_DIGITS) -> Node:
        """Return the node of a float."""
        return {"type": self.name(type(value)), "form": "float", "text": repr(float(value)), "digits": digits}

    def items(self, value: Any, items: Any) -> Node:
        """Return the node of a sequence."""
        return {"type": self.name(type(value)), "form": "items", "items": [self.node(each) for each in items]}

    def entries(self, value: Any, pairs: Any, ordered: bool = False) -> Node:
        """Return the node of a mapping from the pairs (key, value)."""
        entries = [[self._key(key), self.node(each)] for key, each in pairs]
        return {"type": self.name(type(value)), "form": "entries", "entries": entries, "ordered": ordered}

    def fields(self, value: Any, fields: dict[str, Any]) -> Node:
        """Return the node of an object that is equal when these attributes are."""
        nodes = {name: self.node(each) for name, each in fields.items()}
        return {"type": self.name(type(value)), "form": "fields", "fields": nodes}

    def texts(self, value: Any, texts: list[str]) -> Node:
        """Return the node of many strings."""
        return {"type": self.name(type(value)), "form": "texts", "texts": texts}

    def packed(self, value: Any, code: str, count: int, data: bytes, digits: int) -> Node:
        """Return the node of many numbers, given as the little-endian bytes of an `array.array(code)`."""
        if len(data) > MAX_PACKED_BYTES:
            self.note(f"arrays of more than {MAX_PACKED_BYTES >> 20} MB are compared to the bit")
            return self.exact(value, f"{count} numbers, sha256 {hashlib.sha256(data).hexdigest()}")
        packed = base64.b64encode(zlib.compress(data, 1)).decode("ascii")
        return {
            "type": self.name(type(value)),
            "form": "numbers",
            "code": code,
            "count": count,
            "data": packed,
            "digits": digits,
        }

    def opaque(self, value: Any, why: str) -> Node:
        """Return the node of a value that cannot be compared."""
        return {"type": self.name(type(value)), "form": "opaque", "why": why}

    def _key(self, key: Any) -> str:
        return _ADDRESS.sub("", repr(key))

    def _node(self, value: Any) -> Node:
        if isinstance(value, enum.Enum):
            return self.exact(value, value.name)
        kind = type(value)
        if kind is float:
            return self.number(value)
        if kind is complex:
            return self.fields(value, {"real": value.real, "imag": value.imag})
        if isinstance(value, (str, bytes, bytearray)) or type(value) in _EXACT_TYPES:
            return self.exact(value, repr(value))
        known = libraries.node(self, value)
        if known is not None:
            return known
        if isinstance(value, _EXACT_TYPES):
            return self.exact(value, repr(value))
        if isinstance(value, (types.ModuleType, type)):
            return self.exact(
                value, value.__name__ if isinstance(value, types.ModuleType) else self.name(value)
            )
        return self._container(value) or self._code(value) or self._object(value)

    def _container(self, value: Any) -> Any:
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return self.fields(value, dict(zip(value._fields, value, strict=True)))
        if isinstance(value, (list, tuple, collections.deque, collections.UserList)):
            return self.items(value, value)
        if isinstance(value, (set, frozenset, type({}.keys()))):
            return {
                "type": self.name(type(value)),
                "form": "set",
                "items": [self.node(each) for each in value],
            }
        if isinstance(value, (dict, types.MappingProxyType, collections.UserDict, collections.ChainMap)):
            return self.entries(value, value.items())
        if isinstance(value, (type({}.values()), type({}.items()), memoryview)):
            return self.items(value, list(value))
        if dataclasses.is_dataclass(value):
            return self.fields(
                value, {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
            )
        return None

    def _code(self, value: Any) -> Any:
        if isinstance(value, functools.partial):
            return self.fields(value, {"func": value.func, "args": value.args, "keywords": value.keywords})
        if isinstance(value, _CODE_TYPES):
            self.note("functions are compared by their names and parameters, not by their code")
            code = getattr(value, "__code__", None)
            names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount] if code else ()
            return self.exact(value, "{}({})".format(self.name(value), ", ".join(names)))
        if isinstance(value, io.IOBase):
            self.note("open files are compared by their names and modes")
            return self.fields(
                value, {name: getattr(value, name, None) for name in ("name", "mode", "closed")}
            )
        if isinstance(value, collections.abc.Iterator):
            self.note("iterators are compared by what they still give")
            return self.items(value, itertools.islice(value, MAX_ITERATED))
        return None

    def _object(self, value: Any) -> Node:
        """An object of an unknown class: by its attributes, else by what it pickles as, else by its text."""
        attributes = _attributes(value)
        if attributes:
            self.note(f"objects of {self.name(type(value))} are compared by their attributes")
            return self.fields(value, attributes)
        reduced = _reduced(value)
        if reduced is not None:
            self.note(f"objects of {self.name(type(value))} are compared by what they pickle as")
            return self.fields(value, reduced)
        text = repr(value)
        if _ADDRESS.search(text):
            return self.opaque(value, "objects of this class have no state that can be compared")
        self.note(f"objects of {self.name(type(value))} are compared by their text")
        return self.exact(value, text)


def _attributes(value: Any) -> dict[str, Any]:
    found = dict(getattr(value, "__dict__", None) or {})
    for cls in type(value).__mro__:
        slots = cls.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__") and hasattr(value, name):
                found[name] = getattr(value, name)
    return {name: each for name, each in sorted(found.items()) if not isinstance(each, types.ModuleType)}


def _reduced(value: Any) -> Any:
    """The parts that `copy` and `pickle` use to make such a value again; None for what has no such parts."""
    try:
        reduced = value.__reduce_ex__(4)
    except Exception:
        return None
    if not isinstance(reduced, tuple):
        return None
    parts = dict(zip(("function", "arguments", "state", "list", "dict"), reduced, strict=False))
    for name in ("list", "dict"):
        if parts.get(name) is not None:
            parts[name] = list(parts[name])
    # A class that copyreg only makes empty again keeps its state where Python cannot see it.
    return None if parts.get("state") is None and len(parts.get("arguments", ())) < 2 else parts


def summarise(value: Any, own: tuple[str, ...]) -> dict[str, Any]:
    """Return the JSON answer for a value: its tree, and how it is to be compared."""
    summary = Summary(own)
    return {"tree": summary.node(value), "how": list(summary.how)}
