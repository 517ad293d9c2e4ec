"""Databricks source notebooks: `# Databricks notebook source`, `# COMMAND ----------`, `# MAGIC`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from notelift.notebook.model import CellKind, Notebook
from notelift.notebook.sources.ipynb import unique_ids
from notelift.notebook.sources.lines import bare, split_lines, trimmed
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

FIRST_LINE = "# Databricks notebook source"

_SEPARATORS = re.compile(r"^# COMMAND -{4,}[^\S\n]*$", re.MULTILINE)
_TITLE = re.compile(r"# DBTITLE \d+,")
_MAGIC = re.compile(r"# MAGIC(?: |$)")
_LANGUAGE_LINE = re.compile(r"%(?P<name>md-sandbox|[A-Za-z]+)(?P<rest>[ \t].*)?$")
_LANGUAGES: Mapping[str, str] = {"sql": "sql", "scala": "scala", "r": "r", "sh": "shell", "fs": "fs"}
_MARKDOWN = frozenset({"md", "md-sandbox"})


def cut(text: str, before: Script | None = None) -> Script:
    """Return the cells of a Databricks source; a cell starts with the separator above it.

    Cells with the same lines as some of `before`, the script of an earlier text, are the same objects.
    """
    top = text.find("\n") + 1 or len(text)
    starts = [top, *(match.start() for match in _SEPARATORS.finditer(text, top) if match.start() > top)]
    if len(starts) > 1 and not text[top : starts[1]].strip():
        del starts[0]
    known = before.parts if before is not None else ()
    return Script(text[: starts[0]], parts_of(text, starts, _part, known))


def read(text: str, name: str) -> Notebook:
    """Read a Databricks source notebook."""
    return Notebook(name, "databricks", "python", unique_ids(cells_of(cut(text))))


def spans(text: str) -> tuple[CellSpan, ...]:
    """Return the place of every cell in the file; a cell starts with the separator above it."""
    return spans_of(cut(text))


def rewrite(text: str, pieces: Sequence[Piece]) -> str:
    """Return the file with these cells in this order; what is kept stays equal to the byte."""
    script = cut(text)

    def changed(index: int, source: str) -> str:
        part = script.parts[index]
        written = with_kept_lines(part.raw, part.source, source, _rewritten_source(part, source))
        return written + ("\n" if part.source_start == part.source_end and written else "")

    def added(cell: Added, first: bool) -> str:
        source = _as_magic(f"%md\n{cell.source}") if cell.kind == "markdown" else _written(cell.source)
        mark = "" if first and source.strip() else "# COMMAND ----------\n\n"
        return f"{mark}{source}\n\n"

    def unmarked(index: int) -> str:
        return "" if _SEPARATORS.match(script.parts[index].text) else "# COMMAND ----------\n\n"

    return rewritten(text, spans_of(script), pieces, changed, added, unmarked)


def _part(text: str) -> Part:
    """Return a cell from its lines."""
    lines = split_lines(text)
    top = 1 if _SEPARATORS.match(text) else 0
    start, end = trimmed(lines, top, len(lines))
    if start < end and _TITLE.match(lines[start]):
        start, end = trimmed(lines, start + 1, end)
    if start == end:
        start = end = top
    kind: CellKind = "code"
    language = "python"
    raw = [bare(line) for line in lines[start:end]]
    if raw and _MAGIC.match(raw[0]) and (match := _LANGUAGE_LINE.match(_MAGIC.sub("", raw[0]))):
        if match.group("name") in _MARKDOWN:
            kind = "markdown"
        language = _LANGUAGES.get(match.group("name").lower(), "python")
    return Part(text, _source(raw, kind, language), start, end, kind, language)


def _source(lines: list[str], kind: CellKind, language: str) -> str:
    marked = bool(lines) and _MAGIC.match(lines[0]) is not None
    plain = [_MAGIC.sub("", line, count=1) for line in lines]
    match = _LANGUAGE_LINE.match(plain[0]) if marked else None
    if match is None:
        return "\n".join(plain)
    if kind == "code" and language == "python" and match.group("name") != "python":
        return "\n".join(plain)
    rest = (match.group("rest") or "").strip()
    return "\n".join(([rest] if rest else []) + plain[1:])


def _rewritten_source(part: Part, source: str) -> str:
    """Return the lines of a new source, with the line that names the old one's language."""
    raw = part.raw
    match = _LANGUAGE_LINE.match(_MAGIC.sub("", raw[0])) if raw and _MAGIC.match(raw[0]) else None
    if match and (part.kind != "code" or part.language != "python" or match.group("name") == "python"):
        sign = f"%{match.group('name')}"
        alone = not (match.group("rest") or "").strip()
        return _as_magic(f"{sign}\n{source}" if alone else f"{sign} {source}")
    return _written(source)


def _written(source: str) -> str:
    return "\n".join(f"# MAGIC {line}" if line.startswith("%") else line for line in source.split("\n"))


def _as_magic(source: str) -> str:
    return "\n".join(f"# MAGIC {line}".rstrip() for line in source.split("\n"))
