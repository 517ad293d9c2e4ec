"""The types of values as users know them."""

from __future__ import annotations

# The interpreter's words for objects whose class it does not name, or names otherwise.
_SHOWN = {
    "bound method": "method",
    "class": "type",
    "environment": "",
    "instance": "",
    "iterator": "",
    "namespace": "dict",
    "partial": "functools.partial",
}


def shown_type(name: str) -> str:
    """Return the qualified name of a value's type, "" where it is unknown or a class of the notebook."""
    return _SHOWN.get(name, name)
