"""Where IPython's own syntax stands in a cell: magics, shell lines, help, prompts.

A small lexer, since Python's tokenizer differs between versions on text that is no Python.
It knows strings, comments, brackets and continued lines, which is all that decides whether
a `%` starts a magic or is an operator.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

ESCAPES = "%!?,;/"

_POINT = re.compile(
    r"""'''|\"\"\"|'|"|\#|[([{]|[)\]}]|\?|(?P<assign>(?<![=!<>+\-*/%&|^@:~])=(?!=))""",
)
_STRING_END = {
    quote: re.compile(rf"(?:[^\\{quote[0]}]|\\.|(?!{quote}){quote[0]})*?{quote}")
    if len(quote) == 3
    else re.compile(rf"(?:[^\\{quote}]|\\.)*{quote}")
    for quote in ("'", '"', "'''", '"""')
}
_ASSIGNED = re.compile(r"[ \t]*(?:(?P<magic>%)[ \t]*[^\W\d]|(?P<shell>!))")
_CALL = re.compile(r"get_ipython\(\)\.(?:run_line_magic|system|getoutput|magic|run_cell_magic)\(")
_HELP = re.compile(r"%{0,2}(?!\d)[\w*]+(?:\.(?!\d)[\w*]+|\[-?[0-9]+\])*\?\??$")

# Every place where a special could be, and some more: the lexer decides.
_CANDIDATE = re.compile(
    r"^[ \t\f]*[%!?,;/]|=[ \t]*[%!]|=[ \t]*\\\r?\n|^[ \t\f]*[^#\s].*\?[ \t\r]*$|get_ipython\(\)\.",
    re.MULTILINE,
)
_PROMPT = re.compile(r"^[ \t]*(?:>>>|\.{3,}:|(?:\[(?:nav|ins)\] )?In \[\d+\]:)", re.MULTILINE)
_RARE_ESCAPE = re.compile(r"\n[ \t]*[,;/]")

_DOCTEST = re.compile(r"[ \t]*>>>")
_DOCTEST_PROMPT = re.compile(r"[ \t]*(?:>>>|\.\.\.)(?:[ \t]|$)")
_IPYTHON_PROMPT = re.compile(r"(?:(?:\[nav\]|\[ins\])?[ ])?In \[\d+\]:(?: |$)|[ \t]*\.{3,}: ?")


def may_have_specials(source: str) -> bool:
    """Tell cheaply whether a cell could hold anything that is not plain Python.

    False is certain (but for automagic, which a one-line cell that does not parse can be).
    """
    start = source.lstrip("\r\n")[:1]
    if start and start in " \t\f,;/":
        return True
    if ("%" in source or "!" in source or "?" in source) and _CANDIDATE.search(source):
        return True
    if (">>>" in source or "In [" in source or "...:" in source) and _PROMPT.search(source):
        return True
    return "get_ipython()." in source or _RARE_ESCAPE.search(source) is not None


def last_candidate(lines: list[str]) -> int:
    """Return the last row that could hold a special, -1 where none can."""
    text = "\n".join(lines)
    last = -1
    for match in _CANDIDATE.finditer(text):
        last = match.end()
    return text.count("\n", 0, last) if last >= 0 else -1


@dataclass(frozen=True, slots=True)
class Special:
    """One place of IPython syntax, rows from 0.

    `row` and `column` are where the special text starts, `end` is its last row, `first` the
    row on which the statement starts (another one only after a backslash). `text` is the
    special text in one line, with its escape characters; for help it is the object asked for.
    """

    kind: Literal["escape", "assign", "help", "call"]
    first: int
    row: int
    column: int
    end: int
    text: str


def clean(lines: list[str], start: int) -> dict[int, int]:
    """Strip, in place, the indentation of the whole cell and prompts from row `start` on.

    Returns how many characters each changed row lost at its start.
    """
    before = {row: len(lines[row]) for row in range(start, len(lines))}
    _dedent(lines, start)
    _strip_doctest_prompts(lines, start)
    _strip_ipython_prompts(lines, start)
    return {row: length - len(lines[row]) for row, length in before.items() if length != len(lines[row])}


def _dedent(lines: list[str], start: int) -> None:
    for row in range(start, len(lines)):
        code = lines[row].lstrip(" \t\f")
        if code.strip() and not code.startswith("#"):
            indent = lines[row][: len(lines[row]) - len(code)]
            break
    else:
        return
    if indent:
        for row in range(start, len(lines)):
            if lines[row].startswith(indent):
                lines[row] = lines[row][len(indent) :]
            elif lines[row].lstrip(" \t").startswith("#"):
                lines[row] = lines[row].lstrip(" \t")


def _strip_doctest_prompts(lines: list[str], start: int) -> None:
    if not any(_DOCTEST.match(line) for line in lines):
        return
    inside = _rows_in_strings(lines, start)
    rows = [row for row in range(start, len(lines)) if row not in inside]
    if not any(_DOCTEST.match(lines[row]) for row in rows):
        return
    for row in rows:
        match = _DOCTEST_PROMPT.match(lines[row])
        if match:
            lines[row] = lines[row][match.end() :]
    _dedent(lines, start)


def _rows_in_strings(lines: list[str], start: int) -> set[int]:
    """Return the rows that begin within a triple-quoted string opened outside a prompt line."""
    inside: set[int] = set()
    quote = ""
    for row in range(start, len(lines)):
        if quote:
            inside.add(row)
        for match in re.finditer(r"(?<!\\)(\"\"\"|''')", lines[row]):
            if not quote and not _DOCTEST_PROMPT.match(lines[row]):
                quote = match.group()
            elif quote == match.group():
                quote = ""
    return inside


def _strip_ipython_prompts(lines: list[str], start: int) -> None:
    rows = [row for row in range(start, len(lines)) if lines[row].strip()][:2]
    if any(_IPYTHON_PROMPT.match(lines[row]) for row in rows):
        for row in range(start, len(lines)):
            lines[row] = _IPYTHON_PROMPT.sub("", lines[row], count=1)


def next_special(lines: list[str], row: int, last: int) -> Special | None:
    """Return the first place of IPython syntax in a statement that starts in `row`..`last`."""
    while row <= last:
        code = lines[row].lstrip(" \t\f")
        if not code or code[0] == "#":
            row += 1
            continue
        column = len(lines[row]) - len(code)
        logical = _logical_line(lines, row, column)
        asked = _help(lines, row, column, logical)
        if asked is not None:
            return asked
        if code[0] in ESCAPES:
            end = _continued(lines, row)
            return Special("escape", row, row, column, end, _assembled(lines, row, column, end))
        if logical.assigned is not None:
            at, start = logical.assigned
            end = _continued(lines, at)
            return Special("assign", row, at, start, end, _assembled(lines, at, start, end))
        if "get_ipython()." in code and logical.end == row and _CALL.search(code):
            return Special("call", row, row, column, row, code.rstrip())
        row = logical.end + 1
    return None


@dataclass(frozen=True, slots=True)
class _Logical:
    end: int
    assigned: tuple[int, int] | None
    question: bool


def _logical_line(lines: list[str], row: int, column: int) -> _Logical:
    """Lex one statement from `row`, `column` on to the row where it ends."""
    depth, quote, position = 0, "", column
    assigned: tuple[int, int] | None = None
    seen_assign = False
    while True:
        line = lines[row]
        text = line[:-1] if line.endswith("\r") else line
        question, comment = -1, False
        if quote:
            closed = _STRING_END[quote].match(text, position)
            if closed is None:
                if row + 1 >= len(lines) or (len(quote) == 1 and not text.endswith("\\")):
                    return _Logical(row, assigned, False)
                row, position = row + 1, 0
                continue
            quote, position = "", closed.end()
        while match := _POINT.search(text, position):
            token, position = match.group(), match.end()
            if token[0] in "'\"":
                closed = _STRING_END[token].match(text, position)
                if closed is not None:
                    position = closed.end()
                elif len(token) == 3 or text.endswith("\\"):
                    quote = token
                    break
            elif token == "#":
                comment = True
                break
            elif token in "([{":
                depth += 1
            elif token in ")]}":
                depth = max(0, depth - 1)
            elif token == "?":
                question = match.start()
            elif depth == 0 and not seen_assign:
                seen_assign = True
                assigned = _assigned_special(lines, row, position)
        goes_on = quote or depth or (text.endswith("\\") and not comment)
        if not goes_on or row + 1 >= len(lines):
            return _Logical(row, assigned, question >= 0 and question == len(text.rstrip()) - 1)
        row, position = row + 1, 0


def _assigned_special(lines: list[str], row: int, position: int) -> tuple[int, int] | None:
    """Return where the `%` or `!` right after an `=` stands, or None."""
    while lines[row][position:].strip() == "\\" and row + 1 < len(lines):
        row, position = row + 1, 0
    match = _ASSIGNED.match(lines[row], position)
    if match is None:
        return None
    return row, match.start("magic") if match.group("magic") else match.start("shell")


def _help(lines: list[str], row: int, column: int, logical: _Logical) -> Special | None:
    if not logical.question:
        return None
    content = "\n".join(lines[row : logical.end + 1])[column:].rstrip()
    match = _HELP.search(content)
    if match is None:
        return None
    return Special("help", row, row, column, logical.end, match.group())


def _continued(lines: list[str], row: int) -> int:
    """Return the last row of a line that backslashes continue."""
    while lines[row].rstrip("\r").endswith("\\") and row + 1 < len(lines):
        row += 1
    return row


def _assembled(lines: list[str], row: int, column: int, end: int) -> str:
    parts = [lines[row][column:], *lines[row + 1 : end + 1]]
    return " ".join([part.rstrip()[:-1] for part in parts[:-1]] + [parts[-1].rstrip()])
