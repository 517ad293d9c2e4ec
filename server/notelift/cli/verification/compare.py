"""Compares two trees that child/summary.py made."""

from __future__ import annotations

import base64
import json
import math
import zlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Node = Mapping[str, Any]

# What differs less than this, relative to the largest number beside it, is noise of the arithmetic.
_NOISE = 1e-12
_TEXT_WIDTH = 80


class Incomparable(Exception):
    """Part of a value that cannot be compared; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first part that differs: its place within the value, and what it is in either run."""

    where: str
    notebook: str
    module: str

    def __str__(self) -> str:
        at = f"at {self.where}: " if self.where else ""
        return f"{at}{self.notebook} in the notebook, {self.module} in the module"


def first_difference(notebook: Node, module: Node) -> Difference | None:
    """Return where the trees first differ, None if they are equal.

    Floats are equal when their first digits are (6 for double precision). Raises Incomparable when all that
    can be compared is equal, but something cannot.
    """
    doubts: list[str] = []
    found = next(_differences(notebook, module, "", doubts), None)
    if found is None and doubts:
        raise Incomparable(doubts[0])
    return found


def _differences(one: Node, other: Node, where: str, doubts: list[str]) -> Iterator[Difference]:
    if one["type"] != other["type"] or one["form"] != other["form"]:
        yield Difference(where, describe(one), describe(other))
        return
    form = one["form"]
    if form == "opaque":
        doubts.append(f"{where or 'the value'} ({one['type']}): {one['why']}")
    elif form == "float":
        if not same_number(float(one["text"]), float(other["text"]), one["digits"]):
            yield Difference(where, one["text"], other["text"])
    elif form == "numbers":
        yield from _numbers(one, other, where)
    elif form == "texts":
        yield from _texts(one["texts"], other["texts"], where)
    elif form == "items":
        yield from _items(one, other, where, doubts)
    elif form == "set":
        yield from _sets(one, other, where, doubts)
    elif form == "entries":
        yield from _entries(one, other, where, doubts)
    elif form == "fields":
        yield from _fields(one, other, where, doubts)
    elif describe(one) != describe(other):
        yield Difference(where, describe(one), describe(other))


def describe(node: Node) -> str:
    """Return a node in a few words."""
    form = node["form"]
    if form in ("exact", "float"):
        text = str(node["text"])
        return text if len(text) <= _TEXT_WIDTH else text[: _TEXT_WIDTH - 1] + "…"
    if form in ("items", "set", "entries"):
        return f"{node['type']} of length {len(node[form if form == 'entries' else 'items'])}"
    if form == "texts":
        return f"{node['type']} of {len(node['texts'])} strings"
    if form == "numbers":
        return f"{node['type']} of {node['count']} numbers"
    if form == "again":
        return f"{node['type']}, the object {node['up']} levels above"
    return str(node["type"])


def same_number(one: float, other: float, digits: int, scale: float = 0.0) -> bool:
    """Return whether the first digits agree, or the difference is noise beside numbers of that scale."""
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return math.isclose(one, other, rel_tol=10.0**-digits, abs_tol=_NOISE * scale)


def _numbers(one: Node, other: Node, where: str) -> Iterator[Difference]:
    if one["code"] != other["code"] or one["count"] != other["count"]:
        yield Difference(where, describe(one), describe(other))
        return
    if one["data"] == other["data"]:
        return
    first, second = _unpacked(one), _unpacked(other)
    digits = one["digits"]
    scale = max((abs(each) for each in first if math.isfinite(each)), default=0.0) if digits else 0.0
    for position, (left, right) in enumerate(zip(first, second, strict=True)):
        if left != right and not (digits and same_number(left, right, digits, scale)):
            yield Difference(f"{where}[{position}]", repr(left), repr(right))
            return


def _unpacked(node: Node) -> array[Any]:
    import sys

    numbers = array(node["code"], zlib.decompress(base64.b64decode(node["data"])))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _texts(one: Sequence[str], other: Sequence[str], where: str) -> Iterator[Difference]:
    if len(one) != len(other):
        yield Difference(where, f"{len(one)} strings", f"{len(other)} strings")
        return
    for position, (left, right) in enumerate(zip(one, other, strict=True)):
        if left != right:
            yield Difference(f"{where}[{position}]", repr(left), repr(right))
            return


def _items(one: Node, other: Node, where: str, doubts: list[str]) -> Iterator[Difference]:
    if len(one["items"]) != len(other["items"]):
        yield Difference(where, describe(one), describe(other))
        return
    for position, (left, right) in enumerate(zip(one["items"], other["items"], strict=True)):
        yield from _differences(left, right, f"{where}[{position}]", doubts)


def _sets(one: Node, other: Node, where: str, doubts: list[str]) -> Iterator[Difference]:
    """Compare the items after sorting: those of a set are hashable, so their trees are small."""
    ordered = [{**node, "items": sorted(node["items"], key=json.dumps)} for node in (one, other)]
    yield from _items(ordered[0], ordered[1], where, doubts)


def _entries(one: Node, other: Node, where: str, doubts: list[str]) -> Iterator[Difference]:
    left_keys, right_keys = ([key for key, _ in node["entries"]] for node in (one, other))
    same = left_keys == right_keys if one["ordered"] else sorted(left_keys) == sorted(right_keys)
    if not same:
        missing = [key for key in left_keys if key not in set(right_keys)]
        extra = [key for key in right_keys if key not in set(left_keys)]
        if missing or extra:
            yield Difference(where, _keys(missing), _keys(extra))
        else:
            yield Difference(where, f"the keys in the order {_keys(left_keys)}", _keys(right_keys))
        return
    pairs = (one["entries"], other["entries"])
    if not one["ordered"]:
        pairs = (sorted(pairs[0], key=_key), sorted(pairs[1], key=_key))
    for (key, left), (_, right) in zip(*pairs, strict=True):
        yield from _differences(left, right, f"{where}[{key}]", doubts)


def _key(entry: Sequence[Any]) -> str:
    return str(entry[0])


def _keys(keys: Sequence[str]) -> str:
    return f"keys {', '.join(keys[:5])}{', …' if len(keys) > 5 else ''}" if keys else "no such key"


def _fields(one: Node, other: Node, where: str, doubts: list[str]) -> Iterator[Difference]:
    left, right = one["fields"], other["fields"]
    if left.keys() != right.keys():
        only = [
            ", ".join(sorted(mine.keys() - theirs.keys())) or "none more"
            for mine, theirs in ((left, right), (right, left))
        ]
        yield Difference(where, f"attributes {only[0]}", f"attributes {only[1]}")
        return
    for name, node in left.items():
        yield from _differences(node, right[name], f"{where}.{name}", doubts)
