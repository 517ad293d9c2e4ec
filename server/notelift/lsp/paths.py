"""Paths of notebooks, from the names that clients give them."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_DRIVE = re.compile(r"/[A-Za-z]:")


def is_file(uri: str) -> bool:
    """Return whether a notebook is a file, or can be one: not one that is untitled."""
    return _parts(uri)[0] == "file"


def path_of(uri: str) -> str:
    """Return the path of a notebook for messages and settings; its name where it is no file."""
    scheme, host, path = _parts(uri)
    if scheme != "file":
        return path.rpartition("/")[2] or uri
    if host not in ("", "localhost"):
        return f"//{host}{path}"
    # `url2pathname` takes no drive whose colon is escaped, as VS Code has it.
    return path[1:] if _DRIVE.match(path) else path


def name_of(uri: str) -> str:
    """Return the last part of a document's path."""
    return _parts(uri)[2].rpartition("/")[2]


def _parts(uri: str) -> tuple[str, str, str]:
    """The scheme, host and path of a URI."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return "", "", uri
    return parts.scheme, unquote(parts.netloc), unquote(parts.path)
