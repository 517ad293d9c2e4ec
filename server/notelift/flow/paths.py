"""Path expressions as parts: known text and symbols for what is not known."""

from __future__ import annotations

from typing import Any

from notelift.flow.values import NOTHING, Symbol

Path = tuple[Any, ...]
"""Strings and symbols in turn; a known path is one string. Equal paths name the same file."""


def path_of(const: Any) -> Path | None:
    """The path that a constant or symbol stands for; None when nothing is known."""
    if const is NOTHING:
        return None
    if isinstance(const, Symbol):
        return normal(const.parts)
    if isinstance(const, str):
        return normal((const,))
    if isinstance(const, bytes):
        return normal((const.decode(errors="replace"),))
    return None


def concatenate(left: Any, right: Any) -> Any:
    """The constant or symbol of two strings one after the other; NOTHING when either has none."""
    if left is NOTHING or right is NOTHING:
        return NOTHING
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    parts: list[Any] = []
    for part in (*_parts(left), *_parts(right)):
        if parts and isinstance(part, str) and isinstance(parts[-1], str):
            parts[-1] += part
        else:
            parts.append(part)
    return Symbol(tuple(parts))


def join_path(left: Any, right: Any) -> Any:
    """What `os.path.join` or `/` give for two constants or symbols."""
    if isinstance(right, str) and right.startswith("/"):
        return right
    if isinstance(left, str) and (left == "" or left.endswith("/")):
        return concatenate(left, right)
    return concatenate(concatenate(left, "/"), right)


def normal(parts: Path) -> Path:
    """The path without `./`, doubled and trailing slashes."""
    cleaned = [
        _clean(part, first=index == 0) if isinstance(part, str) else part for index, part in enumerate(parts)
    ]
    if cleaned and isinstance(cleaned[-1], str) and len(cleaned[-1]) > 1:
        cleaned[-1] = cleaned[-1].rstrip("/") or "/"
    kept = tuple(part for part in cleaned if part != "")
    return kept or (".",)


def _clean(text: str, first: bool) -> str:
    while "//" in text and "://" not in text:
        text = text.replace("//", "/")
    text = text.replace("/./", "/")
    while first and text.startswith("./") and len(text) > 2:
        text = text[2:]
    return text


def _parts(const: Any) -> tuple[Any, ...]:
    return const.parts if isinstance(const, Symbol) else (const if isinstance(const, str) else str(const),)


def path_part(const: Any, name: str) -> Any:
    """The constant or symbol of `path.parent`, `path.name` or `path.stem`."""
    parts = _parts(const)
    last = parts[-1]
    if not isinstance(last, str) or (len(parts) > 1 and "/" not in last):
        return Symbol((("attribute", name, const),))
    head, _, tail = last.rpartition("/")
    if name == "parent":
        kept = (*parts[:-1], head) if head or len(parts) == 1 else parts[:-1]
        return Symbol(kept) if len(kept) > 1 or not isinstance(kept[0], str) else (kept[0] or ".")
    return tail if name == "name" else tail.rpartition(".")[0] or tail


def is_inside(path: Path, directory: Path) -> bool:
    """Whether a path is below a directory, as far as its text tells."""
    if directory in ((".",), ("",)):
        return is_relative(path)
    if len(directory) > len(path):
        return False
    head, last = directory[:-1], directory[-1]
    if path[: len(head)] != head:
        return False
    at = path[len(head)]
    if isinstance(last, str):
        return isinstance(at, str) and at.startswith(last if last.endswith("/") else last + "/")
    if at != last:
        return False
    following = path[len(head) + 1 :]
    return bool(following) and isinstance(following[0], str) and following[0].startswith("/")


def is_relative(path: Path) -> bool:
    """Whether a path depends on the working directory; one that starts with a symbol may."""
    first = path[0]
    return not (isinstance(first, str) and (first.startswith(("/", "~")) or "://" in first))


def basename_differs(left: Path, right: Path) -> bool:
    """Whether two partly unknown paths cannot be equal, because their known ends or starts differ."""
    if isinstance(left[-1], str) and isinstance(right[-1], str):
        short, long = sorted((left[-1], right[-1]), key=len)
        if not long.endswith(short):
            return True
    if isinstance(left[0], str) and isinstance(right[0], str):
        short, long = sorted((left[0], right[0]), key=len)
        return not long.startswith(short)
    return False


def show_path(path: Path | None) -> str:
    """The path as users see it; unknown parts are an ellipsis."""
    if path is None:
        return "…"
    return "".join(part if isinstance(part, str) else "…" for part in path)
