"""Python scripts with `# %%` cells (py:percent of Jupytext), VS Code's `#%%`, nbconvert's `# In[3]:`."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from notelift.notebook.model import CellKind, Notebook
from notelift.notebook.sources.ipynb import unique_ids
from notelift.notebook.sources.lines import bare, rows_within_strings, split_lines, trimmed
from notelift.notebook.sources.script import Block, cells_of, commented, rewritten, spans_of, uncommented
from notelift.notebook.sources.span import Added, CellSpan, Piece

_MARK = re.compile(r"#[ \t]*%%+(?P<rest>[ \t].*)?$|# ?In ?\[(?P<count>[0-9 ]*)\]:?[ \t]*$|# <codecell>$")
_KIND = re.compile(r"\[(markdown|md|raw)\]")
_TAGS = re.compile(r"(?:\btags=|\"tags\":\s*)(\[[^\]]*\])")
_LANGUAGE = re.compile(r"\blanguage=\"([\w+#-]+)\"")
_ID = re.compile(r"\bid=\"([^\"]+)\"")
_HEADER_END = re.compile(r"# ---\s*$")
_KERNEL_LANGUAGE = re.compile(r"^#\s+language:\s*([\w+#-]+)\s*$", re.MULTILINE)
# As Jupytext comments magics; a blank between sign and name is a sentence, not a magic.
_COMMENTED_MAGIC = re.compile(
    r"^(?P<indent>[ \t]*)# (?=%{1,2}[A-Za-z]\w+|![\w./~{$]|[A-Za-z_][\w, ]*= ?[%!][A-Za-z])"
)
_MAGIC = re.compile(r"[ \t]*(?:%{1,2}[A-Za-z]|!|[A-Za-z_][\w, ]*= ?[%!][A-Za-z])")
_DOCSTRING = re.compile(r"\s*(?:[rR]?)(\"\"\"|''')(.*)\1\s*\Z", re.DOTALL)


def read(text: str, name: str) -> Notebook:
    """Read a script; one without any mark is one cell."""
    lines = split_lines(text)
    header = _header_end(lines)
    match = _KERNEL_LANGUAGE.search("".join(lines[:header]))
    cells = cells_of(lines, _blocks(text, lines), _source)
    return Notebook(name, "percent", match.group(1).lower() if match else "python", unique_ids(cells))


def spans(text: str) -> tuple[CellSpan, ...]:
    """Return the place of every cell in the script."""
    lines = split_lines(text)
    return spans_of(lines, _blocks(text, lines))


def rewrite(text: str, pieces: Sequence[Piece]) -> str:
    """Return the script with these cells in this order; what is kept stays equal to the byte."""
    lines = split_lines(text)
    blocks = _blocks(text, lines)
    plain_magics = any(_MAGIC.match(line) for line in lines) and not any(
        _COMMENTED_MAGIC.match(line) for line in lines
    )

    def changed(index: int, source: str) -> str:
        block = blocks[index]
        written = _written(source, block.kind, block.language, plain_magics)
        # A cell that was empty has no line to put the source into.
        return written + ("\n" if block.source_start == block.source_end and written else "")

    def added(cell: Added, first: bool) -> str:
        mark = "# %%" if cell.kind == "code" else f"# %% [{cell.kind}]"
        return f"{mark}\n{_written(cell.source, cell.kind, 'python', plain_magics)}\n\n"

    def unmarked(index: int) -> str:
        return "" if _MARK.match(bare(lines[blocks[index].start])) else "# %%\n"

    return rewritten(text, spans_of(lines, blocks), pieces, changed, added, unmarked)


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
    language = _LANGUAGE.search(rest)
    identifier = _ID.search(rest)
    source_start, source_end = trimmed(lines, row + 1, end)
    if source_start == source_end:
        source_start = source_end = row + 1
    return Block(
        row,
        end,
        source_start,
        source_end,
        kind,
        language.group(1).lower() if language else "python",
        int(count) if count else None,
        _tags(rest),
        identifier.group(1) if identifier else "",
    )


def _tags(rest: str) -> tuple[str, ...]:
    match = _TAGS.search(rest)
    if match is None:
        return ()
    try:
        values = json.loads(match.group(1))
    except ValueError:
        return ()
    return tuple(value for value in values if isinstance(value, str))


def _source(lines: list[str], block: Block) -> str:
    if block.kind == "code" and block.language == "python":
        return _code(lines)
    text = "\n".join(lines)
    if not all(line.startswith("#") or not line for line in lines):
        quoted = _DOCSTRING.match(text)
        return quoted.group(2).strip("\n") if quoted else text
    return "\n".join(uncommented(lines))


def _code(lines: list[str]) -> str:
    # Under a cell magic of another language Jupytext comments the whole body.
    if lines and lines[0].startswith("# %%") and all(line.startswith("#") or not line for line in lines):
        return "\n".join(uncommented(lines))
    inside = rows_within_strings("\n".join(lines))
    return "\n".join(
        line if row in inside else _COMMENTED_MAGIC.sub(r"\g<indent>", line, count=1)
        for row, line in enumerate(lines)
    )


def _written(source: str, kind: CellKind, language: str, plain_magics: bool) -> str:
    if kind != "code" or language != "python":
        return commented(source)
    if plain_magics:
        return source
    lines = source.split("\n")
    if lines[0].startswith("%%") and not re.match(r"%%(?:time|timeit|capture|prun)\b", lines[0]):
        return commented(source)
    inside = rows_within_strings(source)
    return "\n".join(
        f"# {line}" if row not in inside and _MAGIC.match(line) else line for row, line in enumerate(lines)
    )
