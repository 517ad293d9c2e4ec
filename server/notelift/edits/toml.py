"""Edits of a TOML file that leave all else as it is to the byte: an entry of a table, an item of a list."""

from __future__ import annotations

import copy
import json
import re
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

_HEADER = re.compile(r"\s*\[(?!\[)\s*(?P<name>[^\[\]]+?)\s*\]\s*(?:#.*)?")
_ANY_HEADER = re.compile(r"\s*\[")
_PART = re.compile(r"\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[\w-]+)")
_TOKEN = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|\#[^\n]*|[\[\]]|,|\s+|[^\s\[\],#\"']+")

Path = Sequence[str]
Edits = Iterator[tuple[int, int, str]]


class TomlError(ValueError):
    """A file that cannot be edited so; the message is one sentence without the file's name."""


def with_entry(text: str, table: Path, key: str, value: str) -> str:
    """Return `text` with `key` = `value` (a string) in a table, which is made where there is none.

    Raises TomlError where the text is not TOML, or the table is written in a form that is not edited.
    """
    document = _parsed(text)
    wanted = copy.deepcopy(document)
    _table_of(wanted, table)[key] = value
    line = f"{_key(key)} = {json.dumps(value, ensure_ascii=False)}"
    edits = [
        *_replaced_values(text, table, key, json.dumps(value, ensure_ascii=False)),
        *_new_lines(text, table, line),
        _new_table(text, table, line),
        *_new_lines(text, table[:-1], f"{_key(table[-1])}.{line}"),
    ]
    return _first_right(text, edits, wanted, ".".join(table))


def with_item(text: str, table: Path, key: str, item: str) -> str:
    """Return `text` with a string more in the list `key` of a table; both are made where there are none.

    Raises TomlError where the text is not TOML, or the list is written in a form that is not edited.
    """
    document = _parsed(text)
    wanted = copy.deepcopy(document)
    entries = _table_of(wanted, table)
    there = entries.setdefault(key, [])
    if not isinstance(there, list):
        raise TomlError(f"{'.'.join(table)}.{key} is not a list")
    if item in there:
        return text
    there.append(item)
    line = f"{_key(key)} = [{json.dumps(item)}]"
    edits = [
        *_longer_lists(text, table, key, json.dumps(item)),
        *_new_lines(text, table, line),
        _new_table(text, table, line),
    ]
    return _first_right(text, edits, wanted, f"{'.'.join(table)}.{key}")


def _parsed(text: str) -> dict[str, Any]:
    toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        document: dict[str, Any] = toml.loads(text)
    except ValueError as error:
        raise TomlError(f"is not TOML: {error}") from error
    return document


def _table_of(document: dict[str, Any], table: Path) -> dict[str, Any]:
    for part in table:
        document = document.setdefault(part, {})
        if not isinstance(document, dict):
            raise TomlError(f"{'.'.join(table)} is not a table")
    return document


def _first_right(text: str, edits: Sequence[tuple[int, int, str]], wanted: dict[str, Any], what: str) -> str:
    """The text after the first edit that gives what is wanted: what looks like TOML may stand in a string."""
    newline = "\r\n" if "\r\n" in text else "\n"
    for start, end, new in edits:
        edited = text[:start] + new.replace("\n", newline) + text[end:]
        try:
            if _parsed(edited) == wanted:
                return edited
        except TomlError:
            continue
    raise TomlError(f"{what} is written in a form that cannot be edited: add the entry by hand")


def _key(name: str) -> str:
    return name if re.fullmatch(r"[\w-]+", name, re.ASCII) else json.dumps(name, ensure_ascii=False)


def _sections(text: str) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Each header's path, and the offsets at which its section starts and ends."""
    starts = [match for match in re.finditer(r"^.*$", text, re.MULTILINE) if _ANY_HEADER.match(match.group())]
    ends = [match.start() for match in starts[1:]] + [len(text)]
    for match, end in zip(starts, ends, strict=False):
        header = _HEADER.fullmatch(match.group().rstrip("\r"))
        if header:
            yield _path(header.group("name")), match.start(), end


def _path(name: str) -> tuple[str, ...]:
    return tuple(next(filter(None, match.groups()), "") for match in _PART.finditer(name))


def _new_lines(text: str, table: Path, line: str) -> Edits:
    """A line behind the last of the table's section that says something."""
    for path, start, end in _sections(text):
        if path == tuple(table):
            offset = start + len(_written(text[start:end]))
            yield offset, offset, f"\n{line}"


def _new_table(text: str, table: Path, line: str) -> tuple[int, int, str]:
    """The table with that line: behind the tables that belong together with it, else at the end."""
    block = f"[{'.'.join(map(_key, table))}]\n{line}"
    family = [end for path, _, end in _sections(text) if path[:2] == tuple(table[:2])]
    if family and family[-1] < len(text):
        offset = len(_written(text[: family[-1]]))
        return offset, offset, f"\n\n{block}"
    if not text.strip():
        return len(text), len(text), f"{block}\n"
    lines = len(text) - len(text.rstrip("\n\r"))
    return len(text), len(text), ("\n" if lines > 1 else "\n\n" if not lines else "\n") + f"{block}\n"


def _written(section: str) -> str:
    """A section without the blank and comment lines at its end: those belong to what comes next."""
    lines = section.rstrip().split("\n")
    while len(lines) > 1 and lines[-1].lstrip().startswith("#"):
        lines = "\n".join(lines[:-1]).rstrip().split("\n")
    return "\n".join(lines)


def _values(text: str, table: Path, key: str) -> Iterator[int]:
    """The offsets at which the values of the key start that may be the table's."""
    spelled = "|".join(re.escape(form) for form in (key, f'"{key}"', f"'{key}'"))
    for path, start, end in _sections(text):
        if path == tuple(table):
            for match in re.finditer(rf"^[ \t]*(?:{spelled})[ \t]*=[ \t]*", text[start:end], re.MULTILINE):
                yield start + match.end()


def _replaced_values(text: str, table: Path, key: str, value: str) -> Edits:
    for start in _values(text, table, key):
        match = re.match(r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'", text[start:])
        if match:
            yield start, start + match.end(), value


def _longer_lists(text: str, table: Path, key: str, item: str) -> Edits:
    for start in _values(text, table, key):
        if not text.startswith("[", start):
            continue
        last, position, depth = start, start, 0
        while (match := _TOKEN.match(text, position)) and (position := match.end()):
            token = match.group()
            depth += (token == "[") - (token == "]")
            if depth == 0:
                yield _behind(text, start, last, item)
                break
            if not token.isspace() and not token.startswith("#"):
                last = match.start() + len(token)


def _behind(text: str, start: int, last: int, item: str) -> tuple[int, int, str]:
    """The item behind the last one of a list that starts at `start`, in the same manner."""
    is_empty = last == start + 1
    has_comma = text[last - 1] == ","
    line_start = text.rfind("\n", 0, last) + 1
    if line_start > start and not is_empty:
        blank = text[line_start : last - len(text[line_start:last].lstrip())]
        return last, last, ("" if has_comma else ",") + f"\n{blank}{item}" + ("," if has_comma else "")
    return last, last, item if is_empty else (f" {item}" if has_comma else f", {item}")
