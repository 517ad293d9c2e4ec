"""Python scripts with `# %%` cells (py:percent of Jupytext), VS Code's `#%%`, nbconvert's `# In[3]:`."""

from __future__ import annotations

import json
import re
from bisect import bisect
from collections.abc import Sequence
from functools import partial

from notelift.notebook.model import CellKind, Notebook
from notelift.notebook.sources.commenting import (
    CAREFUL,
    JUPYTEXT,
    Style,
    comment_magics,
    commented,
    has_bare_magics,
    has_commented_magics,
    uncomment_magics,
    uncommented,
)
from notelift.notebook.sources.ipynb import unique_ids
from notelift.notebook.sources.lines import bare, long_strings, split_lines, trimmed
from notelift.notebook.sources.script import (
    Part,
    Script,
    cells_of,
    parts_of,
    rewritten,
    spans_of,
    with_kept_lines,
)
from notelift.notebook.sources.span import Added, CellSpan, Piece

_MARK = re.compile(
    r"[ \t]*#[ \t]*%%+(?P<rest>[ \t].*)?$|# ?In ?\[(?P<count>[0-9 ]*)\]:?[ \t]*$|# <codecell>$"
)
_KIND = re.compile(r"\[(markdown|md|raw)\]")
_TAGS = re.compile(r"(?:\btags=|\"tags\":\s*)(\[[^\]]*\])")
_LANGUAGE = re.compile(r"\blanguage=\"([\w+#-]+)\"")
_ARGUMENTS = re.compile(r"\bmagic_args=\"((?:[^\"\\]|\\.)*)\"")
_ID = re.compile(r"\bid=\"([^\"]+)\"")
_MARKS = re.compile(
    r"^(?:[ \t]*#[ \t]*%%+(?:[ \t].*)?|# ?In ?\[[0-9 ]*\]:?[ \t]*|# <codecell>)\r*$", re.MULTILINE
)
_HEADER = re.compile(r"# ---[^\S\n]*\n(?:#.*\n)*?# ---[^\S\n]*(?:\n|\Z)")
_KERNEL_LANGUAGE = re.compile(r"^#\s+language:\s*([\w+#-]+)\s*$", re.MULTILINE)
_DOCSTRING = re.compile(r"\s*(?:[rR]?)(\"\"\"|''')(.*)\1\s*\Z", re.DOTALL)


def cut(text: str, before: Script | None = None) -> Script:
    """Return the cells of a script; one without any mark is one cell.

    Cells with the same lines as some of `before`, the script of an earlier text, are the same objects.
    """
    header = _header_end(text)
    starts = _marks(text, header)
    style = JUPYTEXT if header else CAREFUL if starts else None
    first = starts[0] if starts else len(text)
    if not starts or _has_code(text[header:first]):
        starts.insert(0, header)
    match = _KERNEL_LANGUAGE.search(text, 0, header)
    known = before.parts if before is not None and before.style is style else ()
    return Script(
        text[: starts[0]],
        parts_of(text, starts, partial(_part, style=style), known),
        match.group(1).lower() if match else "python",
        style,
    )


def read(text: str, name: str) -> Notebook:
    """Read a script; one without any mark is one cell."""
    script = cut(text)
    return Notebook(name, "percent", script.language, unique_ids(cells_of(script)))


def spans(text: str) -> tuple[CellSpan, ...]:
    """Return the place of every cell in the script."""
    return spans_of(cut(text))


def rewrite(text: str, pieces: Sequence[Piece]) -> str:
    """Return the script with these cells in this order; what is kept stays equal to the byte."""
    script, lines = cut(text), split_lines(text)
    written_style = style = script.style
    if style is CAREFUL and has_bare_magics(lines) and not has_commented_magics(lines, style):
        written_style = None

    def changed(index: int, source: str) -> str:
        part = script.parts[index]
        written = _written(source, part.kind, part.magic, written_style)
        written = with_kept_lines(part.raw, part.source, source, written)
        # A cell that was empty has no line to put the source into.
        return written + ("\n" if part.source_start == part.source_end and written else "")

    def added(cell: Added, first: bool) -> str:
        mark = "# %%" if cell.kind == "code" else f"# %% [{cell.kind}]"
        return f"{mark}\n{_written(cell.source, cell.kind, '', written_style)}\n\n"

    def unmarked(index: int) -> str:
        return "" if _mark_of(split_lines(script.parts[index].text)) else "# %%\n"

    return rewritten(text, spans_of(script), pieces, changed, added, unmarked)


def _header_end(text: str) -> int:
    """Return the offset behind Jupytext's header, or 0."""
    match = _HEADER.match(text)
    return match.end() if match else 0


def _marks(text: str, start: int) -> list[int]:
    """The offsets at which marks stand from an offset on; what is within a string is none."""
    found = [match.start() for match in _MARKS.finditer(text, start)]
    if not found or not (strings := long_strings(text)):
        return found
    opens, ends = [first for first, _ in strings], [0, *(end for _, end in strings)]
    # The end of the last string that opens before a mark, 0 where none does.
    return [mark for mark in found if ends[bisect(opens, mark)] <= mark]


def _has_code(text: str) -> bool:
    return any(line.strip() and not line.startswith("#") for line in split_lines(text))


def _mark_of(lines: Sequence[str]) -> re.Match[str] | None:
    return _MARK.match(bare(lines[0])) if lines else None


def _part(text: str, style: Style | None) -> Part:
    """Return a cell from its lines."""
    lines = split_lines(text)
    match = _mark_of(lines)
    top = 0 if match is None else 1
    start, end = trimmed(lines, top, len(lines))
    if match is None:
        source = _source([bare(line) for line in lines[start:end]], "code", "", style)
        return Part(text, source, start, end)
    if start == end:
        start = end = top
    rest = match.group("rest") or ""
    kind_match = _KIND.search(rest)
    kind: CellKind = "code"
    if kind_match:
        kind = "raw" if kind_match.group(1) == "raw" else "markdown"
    # A mark that names a language stands for the first line of a cell magic.
    magic = _magic_line(rest) if kind == "code" else ""
    start = 0 if magic else start
    count, identifier = (match.group("count") or "").strip(), _ID.search(rest)
    return Part(
        text,
        _source([bare(line) for line in lines[start:end]], kind, magic, style),
        start,
        end,
        kind,
        execution_count=int(count) if count else None,
        tags=_tags(rest),
        id=identifier.group(1) if identifier else "",
        magic=magic,
    )


def _magic_line(rest: str) -> str:
    """Return the cell magic that a mark's `language` and `magic_args` stand for."""
    language = _LANGUAGE.search(rest)
    if language is None or language.group(1) == "python":
        return ""
    arguments = _ARGUMENTS.search(rest)
    return f"%%{language.group(1)}" + (" " + re.sub(r"\\(.)", r"\1", arguments.group(1)) if arguments else "")


def _tags(rest: str) -> tuple[str, ...]:
    match = _TAGS.search(rest)
    if match is None:
        return ()
    try:
        values = json.loads(match.group(1))
    except ValueError:
        return ()
    return tuple(value for value in values if isinstance(value, str))


def _source(lines: list[str], kind: CellKind, magic: str, style: Style | None) -> str:
    if magic:
        return "\n".join([magic, *uncommented(lines[1:])])
    if kind == "code":
        return "\n".join(lines if style is None else uncomment_magics(lines, style))
    text = "\n".join(lines)
    if not all(line.startswith("#") or not line for line in lines):
        quoted = _DOCSTRING.match(text)
        return quoted.group(2).strip("\n") if quoted else text
    return "\n".join(uncommented(lines))


def _written(source: str, kind: CellKind, magic: str, style: Style | None) -> str:
    """Return the lines of a source; with those of its mark where the mark is a magic."""
    if kind != "code":
        return commented(source)
    if magic:
        first, _, body = source.partition("\n")
        if first.startswith("%%"):
            name, _, arguments = first[2:].strip().partition(" ")
            escaped = re.sub(r'(["\\])', r"\\\1", arguments)
            mark = f'# %% language="{name}"' + (f' magic_args="{escaped}"' if arguments else "")
            return f"{mark}\n{commented(body)}" if body else mark
        return "# %%\n" + _written(source, kind, "", style)
    return source if style is None else comment_magics(source, style)
