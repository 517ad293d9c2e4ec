"""Paths of notebooks, from the names that clients give them."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

_DRIVE = re.compile(r"/[A-Za-z]:")
_ON_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\")


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


def uri_of(path: str) -> str | None:
    r"""Return the URI of an absolute path of any system, `\\server\share` among them; None for others."""
    if _ON_WINDOWS.match(path):
        path = path.replace("\\", "/")
        if not path.startswith("/"):
            # VS Code has drives in small letters.
            path = f"/{path[0].lower()}{path[1:]}"
    if not path.startswith("/"):
        return None
    host, slash, rest = path[2:].partition("/") if path.startswith("//") else ("", "", path)
    return f"file://{quote(host)}{slash}{quote(rest)}"


def scheme_of(uri: str) -> str:
    """Return what kind of place a document is at: `file`, `untitled` and others."""
    return _parts(uri)[0]


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
