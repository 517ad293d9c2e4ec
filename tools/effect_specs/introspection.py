"""What an installed library says of itself: members, parameters, annotations, numpydoc sections."""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SECTION = re.compile(r"^(?P<title>[A-Z][A-Za-z ]+)\n-{3,}$", re.M)
DOCUMENTED = re.compile(r"^(?P<name>[A-Za-z_][\w, ]*?) ?: ?(?P<type>.+)$")


@dataclass(frozen=True)
class Member:
    """A public function, method or attribute: its parameters and the text of its return type ("" unknown).

    `off` are the parameters that are False unless given.
    """

    name: str
    parameters: tuple[str, ...]
    returns: str
    doc: str
    is_property: bool = False
    is_class: bool = False
    off: tuple[str, ...] = ()


def unbracketed(text: str, separator: str) -> list[str]:
    """Returns `text` split at each `separator` outside brackets, parts stripped."""
    parts, depth, last = [], 0, 0
    for place, character in enumerate(text):
        depth += (character in "[({") - (character in "])}")
        if character == separator and depth == 0:
            parts.append(text[last:place].strip())
            last = place + 1
    return [*parts, text[last:].strip()]


def annotation_text(annotation: object) -> str:
    """Returns an annotation as source text, "" when there is none."""
    if annotation is inspect.Signature.empty:
        return ""
    if isinstance(annotation, type):
        return annotation.__name__
    return str(annotation).strip("'\"")


def signature_of(value: Any) -> tuple[tuple[str, ...], str]:
    """Returns the parameter names (without self) and the return annotation's text of a callable."""
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return (), ""
    names: list[str] = []
    for parameter in signature.parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.KEYWORD_ONLY) and "*" not in names:
            names.append("*")
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            names.append(parameter.name)
    shown = annotation_text(signature.return_annotation)
    return tuple(name for name in names if name not in ("self", "cls")), shown


def switches(value: Any) -> tuple[str, ...]:
    """Returns the parameters whose default is False."""
    try:
        parameters = inspect.signature(value).parameters.values()
    except (TypeError, ValueError):
        return ()
    return tuple(parameter.name for parameter in parameters if parameter.default is False)


def member(owner: Any, name: str) -> Member | None:
    """Returns the member of a module or class, or None when it cannot be read."""
    static = inspect.getattr_static(owner, name, None)
    if isinstance(static, property):
        parameters, returns = signature_of(static.fget)
        return Member(name, (), returns, inspect.getdoc(static) or "", is_property=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = getattr(owner, name)
    except (AttributeError, TypeError, ImportError):
        return None
    doc = inspect.getdoc(value) or ""
    if inspect.isclass(value):
        return Member(name, signature_of(value)[0], "", doc, is_class=True)
    if callable(value):
        parameters, returns = signature_of(value)
        return Member(name, parameters, returns, doc, off=switches(value))
    return Member(name, (), "", doc, is_property=True)


def public_members(owner: Any, own: bool = False) -> Iterator[Member]:
    """Yields the public members of a module or class; with `own` those that the class itself defines."""
    for name in sorted(vars(owner) if own else dir(owner)):
        if not name.startswith("_"):
            found = member(owner, name)
            if found is not None:
                yield found


def documented(doc: str, title: str) -> list[tuple[str, str]]:
    """Returns (name, type) of each item in the numpydoc section `title`; the name may be ""."""
    places = list(SECTION.finditer(doc))
    for number, place in enumerate(places):
        if place["title"] == title:
            end = places[number + 1].start() if number + 1 < len(places) else len(doc)
            lines = doc[place.end() : end].splitlines()
            return [item(line) for line in lines if line.strip() and not line.startswith((" ", "\t", ".."))]
    return []


def item(line: str) -> tuple[str, str]:
    """Returns the name and the type in the head line of a numpydoc item."""
    match = DOCUMENTED.match(line)
    return (match["name"].strip(), match["type"].strip()) if match else ("", line.strip())
