"""The documentation pages of the rules, docs/rules/*.md, which come with the server."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
# A wheel has them in the package (pyproject.toml); a checkout has them where they are written.
_FOLDERS = (_PACKAGE / "rule_pages", _PACKAGE.parents[1] / "docs" / "rules")


@cache
def page_of(rule: str) -> str:
    """Return the URI of the page of a rule, a file of this machine."""
    folder = next(folder for folder in _FOLDERS if folder.is_dir())
    return (folder / f"{rule}.md").as_uri()
