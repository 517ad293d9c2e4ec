"""Databricks source notebooks: `# Databricks notebook source`, `# COMMAND ----------`, `# MAGIC`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from notelift.notebook.model import CellKind, Notebook
from notelift.notebook.sources.ipynb import unique_ids
from notelift.notebook.sources.lines import bare, split_lines, trimmed
from notelift.notebook.sources.script import Block, cells_of, rewritten, spans_of, with_kept_lines
from notelift.notebook.sources.span import Added, CellSpan, Piece

FIRST_LINE = "# Databricks notebook source"

_SEPARATOR = re.compile(r"# COMMAND -{4,}\s*$")
_TITLE = re.compile(r"# DBTITLE \d+,")
_MAGIC = re.compile(r"# MAGIC(?: |$)")
_LANGUAGE_LINE = re.compile(r"%(?P<name>md-sandbox|[A-Za-z]+)(?P<rest>[ \t].*)?$")
_LANGUAGES: Mapping[str, str] = {"sql": "sql", "scala": "scala", "r": "r", "sh": "shell", "fs": "fs"}
_MARKDOWN = frozenset({"md", "md-sandbox"})


def read(text: str, name: str) -> Notebook:
    """Read a Databricks source notebook."""
    lines = split_lines(text)
    return Notebook(name, "databricks", "python", unique_ids(cells_of(lines, _blocks(lines), _source)))


def spans(text: str) -> tuple[CellSpan, ...]:
    """Return the place of every cell in the file; a cell starts with the separator above it."""
    lines = split_lines(text)
    return spans_of(lines, _blocks(lines))


def rewrite(text: str, pieces: Sequence[Piece]) -> str:
    """Return the file with these cells in this order; what is kept stays equal to the byte."""
    lines = split_lines(text)
    blocks = _blocks(lines)

    def changed(index: int, source: str) -> str:
        block = blocks[index]
        raw = [bare(line) for line in lines[block.source_start : block.source_end]]
        written = with_kept_lines(raw, _source(raw, block), source, _rewritten_source(raw, block, source))
        return written + ("\n" if block.source_start == block.source_end and written else "")

    def added(cell: Added, first: bool) -> str:
        source = _as_magic(f"%md\n{cell.source}") if cell.kind == "markdown" else _written(cell.source)
        mark = "" if first and source.strip() else "# COMMAND ----------\n\n"
        return f"{mark}{source}\n\n"

    def unmarked(index: int) -> str:
        start = blocks[index].start
        marked = start < len(lines) and _SEPARATOR.match(lines[start])
        return "" if marked else "# COMMAND ----------\n\n"

    return rewritten(text, spans_of(lines, blocks), pieces, changed, added, unmarked)


def _blocks(lines: list[str]) -> list[Block]:
    starts = [1, *(row for row in range(1, len(lines)) if _SEPARATOR.match(lines[row]))]
    if len(starts) > 1 and not any(line.strip() for line in lines[1 : starts[1]]):
        del starts[0]
    blocks = []
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(lines)
        top = start + 1 if start < len(lines) and _SEPARATOR.match(lines[start]) else start
        blocks.append(_block(lines, start, end, top))
    return blocks


def _block(lines: list[str], start: int, end: int, top: int) -> Block:
    source_start, source_end = trimmed(lines, top, end)
    if source_start < source_end and _TITLE.match(lines[source_start]):
        source_start, source_end = trimmed(lines, source_start + 1, source_end)
    if source_start == source_end:
        source_start = source_end = top
    kind: CellKind = "code"
    language = "python"
    first = bare(lines[source_start]) if source_start < source_end else ""
    if _MAGIC.match(first) and (match := _LANGUAGE_LINE.match(_MAGIC.sub("", first))):
        if match.group("name") in _MARKDOWN:
            kind = "markdown"
        language = _LANGUAGES.get(match.group("name").lower(), "python")
    return Block(start, end, source_start, source_end, kind, language)


def _source(lines: list[str], block: Block) -> str:
    marked = bool(lines) and _MAGIC.match(lines[0]) is not None
    plain = [_MAGIC.sub("", line, count=1) for line in lines]
    match = _LANGUAGE_LINE.match(plain[0]) if marked else None
    if match is None:
        return "\n".join(plain)
    if block.kind == "code" and block.language == "python" and match.group("name") != "python":
        return "\n".join(plain)
    rest = (match.group("rest") or "").strip()
    return "\n".join(([rest] if rest else []) + plain[1:])


def _rewritten_source(raw: list[str], block: Block, source: str) -> str:
    """Return the lines of a new source, with the line that names the old one's language."""
    match = _LANGUAGE_LINE.match(_MAGIC.sub("", raw[0])) if raw and _MAGIC.match(raw[0]) else None
    if match and (block.kind != "code" or block.language != "python" or match.group("name") == "python"):
        sign = f"%{match.group('name')}"
        alone = not (match.group("rest") or "").strip()
        return _as_magic(f"{sign}\n{source}" if alone else f"{sign} {source}")
    return _written(source)


def _written(source: str) -> str:
    return "\n".join(f"# MAGIC {line}" if line.startswith("%") else line for line in source.split("\n"))


def _as_magic(source: str) -> str:
    return "\n".join(f"# MAGIC {line}".rstrip() for line in source.split("\n"))
