"""SQL in texts: which tables it reads, and whether it only asks."""

from __future__ import annotations

import re

UNKNOWN = "\0"
"""Stands for a part of a text that is not known."""

_TABLE = r"[\w\"\0]+(?:\s+(?:as\s+)?\w+)?"
_TABLES = re.compile(
    r"\b(?:from|join|into|update|table|describe|summarize|pivot|unpivot|using)\s+"
    rf"({_TABLE}(?:\s*,\s*{_TABLE})*)",
    re.IGNORECASE,
)
_ASKING = re.compile(r"[\s(]*(?:select|from|with|values|describe|summarize|show|explain)\b", re.IGNORECASE)
_DOING = re.compile(
    r"\b(?:alter|attach|begin|call|commit|copy|create|delete|detach|drop|export|import|insert|install|load"
    r"|nextval|pragma|random|rollback|set|setseed|truncate|update|use)\b|\0",
    re.IGNORECASE,
)


def tables_in(text: str) -> list[str]:
    """Return the words of a text that may be names of tables, UNKNOWN for a part that is not known."""
    return re.findall(r"\w+|\0", " ".join(_TABLES.findall(text)))


def asks(text: str) -> bool:
    """Return whether a text is surely SQL that changes nothing: no table, no setting, no random number."""
    return _ASKING.match(text) is not None and _DOING.search(text) is None
