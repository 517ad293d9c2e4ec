"""Writes changed cells into the JSON text of a notebook, laid out as the rest of it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from notelift.notebook.sources.span import Added, CellSpan, Kept, Piece


def rewritten(text: str, array: int, places: Sequence[CellSpan], pieces: Sequence[Piece]) -> str:
    """Return the text with these cells; `array` is where the list of cells starts, `places` the cells."""
    style = _Style(text, places)
    written = [
        (piece.index if isinstance(piece, Kept) else None, style.piece(piece, number))
        for number, piece in enumerate(pieces)
    ]
    if not places and not pieces:
        return text
    if places:
        head, tail = text[: places[0].start], text[places[-1].end :]
    else:
        head, tail = text[: array + 1] + style.opening, style.closing + text[text.index("]", array) :]
    result = [head]
    before: int | None = None
    for number, (index, cell) in enumerate(written):
        if number:
            follows = before is not None and index == before + 1
            result.append(
                text[places[index - 1].end : places[index].start]
                if follows and index is not None
                else style.separator
            )
        result.append(cell)
        before = index
    return "".join(result) + tail


class _Style:
    """How a file is laid out, so that new text looks like the rest."""

    def __init__(self, text: str, places: Sequence[CellSpan]) -> None:
        self._text = text
        self._places = places
        document = json.loads(text)
        self._old = document.get("nbformat") == 3
        minor = document.get("nbformat_minor")
        self._ids = not self._old and isinstance(minor, int) and minor >= 5
        self._taken = {
            entry.get("id") for entry in document.get("cells", []) if isinstance(entry.get("id"), str)
        }
        self._ascii = text.isascii() and "\\u" in text
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._indented = "\n" in text[: places[0].start] if places else "\n" in text.strip()
        self._cell_indent = places[0].indent if places else "  "
        inner = places[0].source_indent if places else "   "
        self._step = inner[len(self._cell_indent) :] or " "
        self.separator = f",{self._newline}{self._cell_indent}" if self._indented else ", "
        self.opening = self._newline + self._cell_indent if self._indented else ""
        self.closing = self._newline + self._cell_indent[1:] if self._indented else ""

    def piece(self, piece: Piece, number: int) -> str:
        """Return the text of one cell."""
        if isinstance(piece, Added):
            return self._added(piece, number)
        place = self._places[piece.index]
        if piece.source is None:
            return self._text[place.start : place.end]
        return (
            self._text[place.start : place.source_start]
            + self._changed(place, piece.source)
            + self._text[place.source_end : place.end]
        )

    def _changed(self, place: CellSpan, source: str) -> str:
        if json.loads(self._text[place.start : place.end]).get("cell_type") == "heading":
            source = re.sub(r"\A#+ ", "", source)
        if self._text[place.source_start] == '"':
            return self._dumps(source)
        indent = place.source_indent
        if not indent and "\n" not in self._text[place.source_start : place.source_end]:
            return self._dumps(_lines(source))
        return self._dumps_indented(_lines(source), indent)

    def _added(self, cell: Added, number: int) -> str:
        value: dict[str, object] = {"cell_type": cell.kind}
        if self._old and cell.kind == "code":
            value |= {"collapsed": False, "input": _lines(cell.source), "language": "python", "metadata": {}}
            value |= {"outputs": []}
        else:
            if cell.kind == "code":
                value["execution_count"] = None
            if self._ids:
                value["id"] = self._free_id(number)
            value["metadata"] = {}
            if cell.kind == "code":
                value["outputs"] = []
            value["source"] = _lines(cell.source)
        return self._dumps_indented(value, self._cell_indent) if self._indented else self._dumps(value)

    def _free_id(self, number: int) -> str:
        identifier = f"notelift-{number}"
        while identifier in self._taken:
            identifier += "-new"
        self._taken.add(identifier)
        return identifier

    def _dumps(self, value: object) -> str:
        return _encodable(json.dumps(value, ensure_ascii=self._ascii))

    def _dumps_indented(self, value: object, indent: str) -> str:
        text = json.dumps(value, ensure_ascii=self._ascii, indent=self._step)
        return _encodable(text).replace("\n", self._newline + indent)


def _encodable(text: str) -> str:
    """Return JSON text with half surrogates escaped, which have no UTF-8."""
    return re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match.group()):04x}", text)


def _lines(source: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", source)
