"""`# notelift: ignore[rule]`: findings that the notebook's author does not want to see."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Mapping

from notelift.cells.code import memoised_by_cell
from notelift.checks.model import Place, Rule

_COMMENT = re.compile(r"#\s*notelift:\s*ignore(?:\s*\[(?P<rules>[^\]]*)\])?")
EVERYTHING = "ALL"


@memoised_by_cell
def ignored_lines(source: str) -> Mapping[int, frozenset[str]]:
    """Return the rules that comments ignore by line; line 0 stands for the whole cell.

    A comment at the end of a line is for that line; one that is the whole first line is for the cell. Without
    brackets it ignores `ALL`.
    """
    if "notelift" not in source:
        return {}
    found: dict[int, frozenset[str]] = {}
    for line, alone, comment in _comments(source):
        match = _COMMENT.search(comment)
        if match is None:
            continue
        names = match.group("rules")
        rules = frozenset((EVERYTHING,) if names is None else re.split(r"[\s,]+", names.strip()))
        target = 0 if alone and line == 1 else line
        found[target] = found.get(target, frozenset()) | rules
    return found


def is_ignored(rule: Rule, place: Place, source: str) -> bool:
    """Whether a comment in a cell ignores a rule at a place: in its first or last line, or for the cell."""
    lines = ignored_lines(source)
    if not lines:
        return False
    rules = frozenset().union(*(lines.get(line, ()) for line in (0, place.line, place.end_line)))
    return not rules.isdisjoint((EVERYTHING, rule.name, rule.code))


def _comments(source: str) -> list[tuple[int, bool, str]]:
    """The line of each comment, whether it stands alone there, and its text."""
    from notelift.notebook.magics import translate

    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(translate(source).python).readline):
            if token.type == tokenize.COMMENT:
                alone = not token.line[: token.start[1]].strip()
                found.append((token.start[0], alone, token.string))
    except (tokenize.TokenError, SyntaxError):
        # A broken cell has the comments up to where it is broken.
        return found
    return found
