"""Python scripts with `# %%` cells (py:percent of Jupytext), VS Code's `#%%`, nbconvert's `# In[3]:`."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

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
from notelift.notebook.sources.lines import bare, rows_within_strings, split_lines, trimmed
from notelift.notebook.sources.script import Block, cells_of, rewritten, spans_of, with_kept_lines
from notelift.notebook.sources.span import Added, CellSpan, Piece

_MARK = re.compile(
    r"[ \t]*#[ \t]*%%+(?P<rest>[ \t].*)?$|# ?In ?\[(?P<count>[0-9 ]*)\]:?[ \t]*$|# <codecell>$"
)
_KIND = re.compile(r"\[(markdown|md|raw)\]")
_TAGS = re.compile(r"(?:\btags=|\"tags\":\s*)(\[[^\]]*\])")
_LANGUAGE = re.compile(r"\blanguage=\"([\w+#-]+)\"")
_ARGUMENTS = re.compile(r"\bmagic_args=\"((?:[^\"\\]|\\.)*)\"")
_ID = re.compile(r"\bid=\"([^\"]+)\"")
_HEADER_END = re.compile(r"# ---\s*$")
_KERNEL_LANGUAGE = re.compile(r"^#\s+language:\s*([\w+#-]+)\s*$", re.MULTILINE)
_DOCSTRING = re.compile(r"\s*(?:[rR]?)(\"\"\"|''')(.*)\1\s*\Z", re.DOTALL)


def read(text: str, name: str) -> Notebook:
    """Read a script; one without any mark is one cell."""
    lines = split_lines(text)
    header = _header_end(lines)
    match = _KERNEL_LANGUAGE.search("".join(lines[:header]))
    blocks = _blocks(text, lines)
    style = _style(lines, blocks)
    cells = cells_of(lines, blocks, lambda source, block: _source(source, block, style))
    return Notebook(name, "percent", match.group(1).lower() if match else "python", unique_ids(cells))


def spans(text: str) -> tuple[CellSpan, ...]:
    """Return the place of every cell in the script."""
    lines = split_lines(text)
    return spans_of(lines, _blocks(text, lines))


def rewrite(text: str, pieces: Sequence[Piece]) -> str:
    """Return the script with these cells in this order; what is kept stays equal to the byte."""
    lines = split_lines(text)
    blocks = _blocks(text, lines)
    style = _style(lines, blocks)
    written_style = style
    if style is CAREFUL and has_bare_magics(lines) and not has_commented_magics(lines, style):
        written_style = None

    def changed(index: int, source: str) -> str:
        block = blocks[index]
        raw = [bare(line) for line in lines[block.source_start : block.source_end]]
        written = _written(source, block.kind, block.magic, written_style)
        written = with_kept_lines(raw, _source(raw, block, style), source, written)
        # A cell that was empty has no line to put the source into.
        return written + ("\n" if block.source_start == block.source_end and written else "")

    def added(cell: Added, first: bool) -> str:
        mark = "# %%" if cell.kind == "code" else f"# %% [{cell.kind}]"
        return f"{mark}\n{_written(cell.source, cell.kind, '', written_style)}\n\n"

    def unmarked(index: int) -> str:
        return "" if _MARK.match(bare(lines[blocks[index].start])) else "# %%\n"

    return rewritten(text, spans_of(lines, blocks), pieces, changed, added, unmarked)


def _style(lines: Sequence[str], blocks: Sequence[Block]) -> Style | None:
    """Return how magics stand in comments; None for a script that is not written as a notebook."""
    if _header_end(lines):
        return JUPYTEXT
    marked = any(_MARK.match(bare(lines[block.start])) for block in blocks if block.start < len(lines))
    return CAREFUL if marked else None


def _header_end(lines: Sequence[str]) -> int:
    """Return the row after Jupytext's header, or 0."""
    if not lines or not _HEADER_END.match(lines[0]):
        return 0
    for row in range(1, len(lines)):
        if _HEADER_END.match(lines[row]):
            return row + 1
        if not lines[row].startswith("#"):
            break
    return 0


def _blocks(text: str, lines: list[str]) -> list[Block]:
    inside = rows_within_strings(text)
    start = _header_end(lines)
    marks = [
        (row, match)
        for row in range(start, len(lines))
        if row not in inside and (match := _MARK.match(bare(lines[row])))
    ]
    first = marks[0][0] if marks else len(lines)
    blocks: list[Block] = []
    if any(line.strip() and not line.startswith("#") for line in lines[start:first]) or not marks:
        blocks.append(Block(start, first, *trimmed(lines, start, first)))
    for number, (row, match) in enumerate(marks):
        end = marks[number + 1][0] if number + 1 < len(marks) else len(lines)
        blocks.append(_block(lines, row, end, match))
    return blocks


def _block(lines: list[str], row: int, end: int, match: re.Match[str]) -> Block:
    rest = match.group("rest") or ""
    kind_match = _KIND.search(rest)
    kind: CellKind = "code"
    if kind_match:
        kind = "raw" if kind_match.group(1) == "raw" else "markdown"
    count = (match.group("count") or "").strip()
    identifier = _ID.search(rest)
    source_start, source_end = trimmed(lines, row + 1, end)
    if source_start == source_end:
        source_start = source_end = row + 1
    # A mark that names a language stands for the first line of a cell magic.
    magic = _magic_line(rest) if kind == "code" else ""
    return Block(
        row,
        end,
        row if magic else source_start,
        source_end,
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


def _source(lines: list[str], block: Block, style: Style | None) -> str:
    if block.magic:
        return "\n".join([block.magic, *uncommented(lines[1:])])
    if block.kind == "code":
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
