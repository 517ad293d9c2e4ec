"""Paths of notebooks, from the names that clients give them."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname


def is_file(uri: str) -> bool:
    """Return whether a notebook is a file, or can be one: not one that is untitled."""
    return _split(uri)[0] == "file"


def path_of(uri: str) -> str:
    """Return the path of a notebook for messages and settings; its name where it is no file."""
    scheme, path = _split(uri)
    if scheme == "file":
        return url2pathname(path)
    return unquote(path.rpartition("/")[2]) or uri


def name_of(uri: str) -> str:
    """Return the last part of a document's path."""
    return unquote(_split(uri)[1].rpartition("/")[2])


def _split(uri: str) -> tuple[str, str]:
    try:
        parts = urlsplit(uri)
    except ValueError:
        return "", uri
    return parts.scheme, parts.path
