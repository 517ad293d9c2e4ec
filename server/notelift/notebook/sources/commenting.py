"""Magics in a Python script stand in comments, as Jupytext puts them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from notelift.notebook.sources.lines import rows_within_strings

# What Jupytext takes for a magic, with any number of comment signs before it.
_MAGIC = r"%{1,3}[A-Za-z]|[!?]\s*[\w.~$\\/{}]|[A-Za-z_]\w*\s*=\s*(?:%{1,3}|!)[A-Za-z]|[^\s#]*\?\s*$"
_COMMAND = r"(?:cat|cd|cp|mv|rm|rmdir|mkdir|copy|ddir|echo|ls|ldir|ren)(?:\s?$|\s[^=,])"
# In a script that Jupytext did not write, `# copy the frame` and `# why?` are remarks.
_SURE_MAGIC = r"%{1,3}[A-Za-z]\w+(?:\s|$)|!\s*[\w.~$\\/{}]|[A-Za-z_]\w*\s*=\s*(?:%{1,3}|!)[A-Za-z]"


@dataclass(frozen=True, slots=True)
class Style:
    """Which lines are magics in comments, and which would have to become ones."""

    commented: re.Pattern[str]
    to_comment: re.Pattern[str]


def _style(magic: str) -> Style:
    return Style(
        re.compile(rf"(?P<indent>[ \t]*)# ?(?P<rest>(?:# ?)*(?:{magic}))"),
        re.compile(rf"(?P<indent>[ \t]*)(?P<rest>(?:# ?)*(?:{magic}))"),
    )


JUPYTEXT = _style(f"{_MAGIC}|{_COMMAND}")
CAREFUL = _style(_SURE_MAGIC)

_BARE_MAGIC = re.compile(rf"[ \t]*(?:{_SURE_MAGIC})")

# Cell magics whose whole body Jupytext comments, since it is in another language.
_OTHER_LANGUAGE = re.compile(
    r"%%(?:R|bash|cython|gnuplot|haskell|html|java|javascript|js|julia|latex|lua|markdown|matlab|octave|perl"
    r"|powershell|pypy|python|python2|python3|ruby|sage|scala|script|sh|spark|sql|stata|svg|tcl|typescript)(?:\s|$)"
)


def commented(source: str) -> str:
    """Return the lines as comments."""
    return "\n".join(f"# {line}" if line else "#" for line in source.split("\n"))


def uncommented(lines: Sequence[str]) -> list[str]:
    """Return the lines without the sign of a comment where they have one."""
    return [re.sub(r"^#(?: |$|(?=#))", "", line) for line in lines]


def has_commented_magics(lines: Sequence[str], style: Style) -> bool:
    """Tell whether any line is a magic in a comment."""
    return any(style.commented.match(line) for line in lines)


def has_bare_magics(lines: Sequence[str]) -> bool:
    """Tell whether any line is a magic as IPython has it."""
    return any(_BARE_MAGIC.match(line) for line in lines)


def uncomment_magics(lines: Sequence[str], style: Style) -> list[str]:
    """Return a cell's lines with its magics as IPython has them."""
    if lines and _has_commented_body(lines):
        return uncommented(lines)
    inside = rows_within_strings("\n".join(lines))
    result: list[str] = []
    continues = False
    for row, line in enumerate(lines):
        match = None if row in inside else style.commented.match(line)
        if match:
            line = match.group("indent") + line[match.start("rest") :]
        elif continues:
            line = re.sub(r"^([ \t]*)# ?", r"\1", line)
        continues = (bool(match) or continues) and line.rstrip().endswith("\\")
        result.append(line)
    return result


def _has_commented_body(lines: Sequence[str]) -> bool:
    whole = all(line.startswith("#") or not line for line in lines)
    return whole and _OTHER_LANGUAGE.match(lines[0].removeprefix("# ")) is not None


def comment_magics(source: str, style: Style) -> str:
    """Return a cell's source with its magics in comments."""
    lines = source.split("\n")
    if _OTHER_LANGUAGE.match(lines[0]):
        return commented(source)
    inside = rows_within_strings(source)
    continues = False
    for row, line in enumerate(lines):
        magic = None if row in inside else style.to_comment.match(line)
        if magic:
            lines[row] = f"{magic.group('indent')}# {line[magic.start('rest') :]}"
        elif continues:
            lines[row] = f"# {line}"
        continues = (bool(magic) or continues) and line.rstrip().endswith("\\")
    return "\n".join(lines)
