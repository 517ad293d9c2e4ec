"""The text of an open document, and the changes that clients make to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from notelift.lsp.convert import Columns

_LINE_END = re.compile(r"\r\n|\n|\r")


class Malformed(ValueError):
    """A message that is not as the protocol says; the text says how."""


@dataclass(slots=True)
class Document:
    r"""A text document as the client has it. Lines end with `\n`, `\r\n` or `\r`, and nothing else."""

    uri: str
    language: str
    version: int
    text: str

    @staticmethod
    def of(item: Any) -> Document:
        """Return the document of a TextDocumentItem. Raises Malformed."""
        if not isinstance(item, Mapping) or not isinstance(item.get("uri"), str):
            raise Malformed("a document without a URI was opened")
        text, version = item.get("text"), item.get("version")
        if not isinstance(text, str):
            raise Malformed(f"{item['uri']} was opened without a text")
        language = item.get("languageId")
        return Document(
            item["uri"],
            language if isinstance(language, str) else "",
            version if isinstance(version, int) else 0,
            text,
        )

    @property
    def line_end(self) -> str:
        r"""What ends its first line, `\n` where it has only one: an edit is to have the same."""
        found = _LINE_END.search(self.text)
        return found.group() if found else "\n"

    @property
    def source(self) -> str:
        r"""The text with `\n` for each end of a line, as the analysis reads it."""
        if "\r" not in self.text:
            return self.text
        return self.text.replace("\r\n", "\n").replace("\r", "\n")

    def change(self, changes: Iterable[Any], columns: Columns) -> None:
        """Make changes of the text, one after the other.

        A place behind the end is the end. Raises Malformed where a change is none; those before it are made.
        """
        for change in changes:
            if not isinstance(change, Mapping) or not isinstance(change.get("text"), str):
                raise Malformed(f"a change of {self.uri} has no text")
            place = change.get("range")
            if place is None:
                self.text = change["text"]
            else:
                start, end = self._offsets(place, columns)
                self.text = self.text[:start] + change["text"] + self.text[end:]

    def _offsets(self, place: Any, columns: Columns) -> tuple[int, int]:
        try:
            ends = [(place[end]["line"], place[end]["character"]) for end in ("start", "end")]
        except (KeyError, TypeError) as error:
            raise Malformed(f"a change of {self.uri} is in no range: {place!r}") from error
        if not all(isinstance(number, int) for end in ends for number in end):
            raise Malformed(f"a change of {self.uri} is in no range: {place!r}")
        first, last = sorted(self._offset(line, units, columns) for line, units in ends)
        return first, last

    def _offset(self, line: int, units: int, columns: Columns) -> int:
        if line < 0:
            return 0
        start = self._start_of(line)
        if start is None:
            return len(self.text)
        end = _LINE_END.search(self.text, start)
        return start + columns.to_characters(self.text[start : end.start() if end else None], units)

    def _start_of(self, line: int) -> int | None:
        """Where a line starts; None where there is none."""
        if self.text.count("\r") == self.text.count("\r\n"):
            # Nearly always, and much faster than to look for three ends.
            before = self.text.split("\n", line)
            return len(self.text) - len(before[-1]) if len(before) > line else None
        starts = chain([0], (match.end() for match in _LINE_END.finditer(self.text)))
        return next(islice(starts, line, None), None)
