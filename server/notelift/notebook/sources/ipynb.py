"""Jupyter's own format, nbformat 3 and 4, read with plain `json`: nbformat costs 100 ms to import."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from json.decoder import JSONDecoder, scanstring  # type: ignore[attr-defined]
from typing import Any

from notelift.notebook.model import Cell, CellKind, Notebook, NotebookError
from notelift.notebook.sources.span import CellSpan, Piece

_KINDS: Mapping[str, CellKind] = {
    "code": "code",
    "markdown": "markdown",
    "heading": "markdown",
    "html": "markdown",
}
_PYTHON = frozenset(
    {"python", "python2", "python3", "ipython", "ipython2", "ipython3", "pyspark", "pyspark3"}
)
_SPACE = re.compile(r"[ \t\r\n]*")


def read(text: str, name: str) -> Notebook:
    """Read a notebook from JSON text; raises NotebookError with one line on what is wrong."""
    document = _document(text, name)
    metadata = _mapping(document.get("metadata"))
    entries = _entries(document, name)
    language = _language(metadata, entries)
    cells = tuple(_cell(index, entry, language, name) for index, entry in enumerate(entries))
    return Notebook(name, "ipynb", language, unique_ids(cells))


def unique_ids(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return the cells with ids that differ: `cell-N` where there is none, a suffix on repeats."""
    taken = {cell.id for cell in cells if cell.id}
    seen: set[str] = set()
    result: list[Cell] = []
    for cell in cells:
        wanted = cell.id or f"cell-{cell.index}"
        identifier, number = wanted, 2
        while identifier in seen or (identifier in taken and identifier != cell.id):
            identifier, number = f"{wanted}-{number}", number + 1
        seen.add(identifier)
        result.append(cell if identifier == cell.id else _with_id(cell, identifier))
    return tuple(result)


def _with_id(cell: Cell, identifier: str) -> Cell:
    return replace(cell, id=identifier)


def _document(text: str, name: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        if re.search(r"^(<<<<<<<|>>>>>>>) ", text, re.MULTILINE):
            raise NotebookError(
                f"{name}: not JSON at {place}: it holds a merge conflict; resolve it first."
            ) from error
        problem = error.msg.removesuffix(" at")
        raise NotebookError(
            f"{name}: not JSON ({problem} at {place}); save the notebook again in Jupyter."
        ) from error
    except (RecursionError, ValueError) as error:
        raise NotebookError(
            f"{name}: its JSON cannot be read ({type(error).__name__}); save the notebook again in Jupyter."
        ) from error
    if not isinstance(document, dict):
        raise NotebookError(
            f"{name}: JSON, but no notebook: it holds {_described(document)}; pass an .ipynb file."
        )
    return document


def _entries(document: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the cells' JSON objects after checking the format's version."""
    version = document.get("nbformat")
    if "cells" not in document and "worksheets" not in document and version not in (1, 2):
        raise NotebookError(f"{name}: JSON, but no notebook: it has no cells; pass an .ipynb file.")
    if not isinstance(version, int) or isinstance(version, bool):
        raise NotebookError(f"{name}: JSON with cells, but without a number `nbformat`; save it in Jupyter.")
    if version < 3:
        raise NotebookError(
            f"{name}: nbformat {version} is too old; "
            "convert it with `jupyter nbconvert --to notebook --nbformat 4`."
        )
    if version > 4:
        raise NotebookError(
            f"{name}: nbformat {version} is newer than 4, the last one known; save it as nbformat 4."
        )
    if version == 3 and "worksheets" in document:
        sheets = _checked_list(document["worksheets"], "worksheets", name)
        groups = [
            _checked_list(_mapping(sheet).get("cells", []), f"the cells of worksheet {number}", name)
            for number, sheet in enumerate(sheets)
        ]
        entries = [entry for group in groups for entry in group]
    else:
        entries = _checked_list(document.get("cells"), "cells", name)
    for index, entry in enumerate(entries):
        if not isinstance(entry, dict):
            raise NotebookError(
                f"{name}: cell {index} is {_described(entry)} and no object; save it again in Jupyter."
            )
    return entries


def _checked_list(value: object, what: str, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise NotebookError(
            f"{name}: `{what}` is {_described(value)} and no list; save the notebook again in Jupyter."
        )
    return value


def _described(value: object) -> str:
    kinds = {dict: "an object", list: "a list", str: "a string", bool: "a truth value", type(None): "null"}
    return kinds.get(type(value), "a number")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _language(metadata: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> str:
    candidates: list[object] = [
        _mapping(metadata.get("language_info")).get("name"),
        _mapping(metadata.get("kernelspec")).get("language"),
        _mapping(metadata.get("kernelspec")).get("name"),
        *(entry.get("language") for entry in entries if entry.get("cell_type") == "code"),
    ]
    named = [candidate for candidate in candidates if isinstance(candidate, str) and candidate]
    return _normalised(named[0]) if named else "python"


def _normalised(language: str) -> str:
    lowered = language.strip().lower()
    return "python" if lowered in _PYTHON else lowered


def _cell(index: int, entry: Mapping[str, Any], language: str, name: str) -> Cell:
    kind_name = entry.get("cell_type")
    if not isinstance(kind_name, str):
        raise NotebookError(f"{name}: cell {index} has no `cell_type`; save the notebook again in Jupyter.")
    kind = _KINDS.get(kind_name, "raw")
    source = _source(index, entry, name)
    if kind_name == "heading":
        level = entry.get("level")
        source = "#" * (level if isinstance(level, int) else 1) + " " + source
    metadata = _mapping(entry.get("metadata"))
    count = entry.get("execution_count", entry.get("prompt_number"))
    identifier = entry.get("id")
    tags = metadata.get("tags")
    return Cell(
        index=index,
        id=identifier if isinstance(identifier, str) else "",
        kind=kind,
        source=source,
        language=_cell_language(entry, metadata, language) if kind == "code" else language,
        execution_count=count if isinstance(count, int) and not isinstance(count, bool) else None,
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        failed=_shows_error(entry.get("outputs")),
    )


def _shows_error(outputs: object) -> bool:
    """Whether a saved output is the traceback of an error."""
    if not isinstance(outputs, list):
        return False
    return any(_mapping(output).get("output_type") in ("error", "pyerr") for output in outputs)


def _cell_language(entry: Mapping[str, Any], metadata: Mapping[str, Any], language: str) -> str:
    own = _mapping(metadata.get("vscode")).get("languageId") or entry.get("language")
    return _normalised(own) if isinstance(own, str) and own else language


def _source(index: int, entry: Mapping[str, Any], name: str) -> str:
    value = entry.get("source", entry.get("input", ""))
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    raise NotebookError(
        f"{name}: the source of cell {index} is neither a string nor a list of strings; "
        "save the notebook again in Jupyter."
    )


# Places in the text ---------------------------------------------------------------------


def spans(text: str) -> tuple[CellSpan, ...]:
    """Return the place of every cell in the text of a notebook that `read` accepts."""
    return tuple(
        _cell_span(text, index, start, end)
        for index, (start, end) in enumerate(
            element for array in _cell_arrays(text) for element in _elements(text, array)
        )
    )


def _cell_arrays(text: str) -> list[int]:
    top = _members(text, _skip(text, 0))
    if "worksheets" not in top:
        return [top["cells"][1]]
    sheets = _elements(text, top["worksheets"][1])
    members = [_members(text, start) for start, _ in sheets]
    return [sheet["cells"][1] for sheet in members if "cells" in sheet]


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


_DECODER = JSONDecoder(strict=False)


def _members(text: str, position: int) -> dict[str, tuple[int, int, int]]:
    """Return, for each key of the object at `position`, where key and value start and the value ends."""
    members: dict[str, tuple[int, int, int]] = {}
    position = _skip(text, position + 1)
    while text[position] != "}":
        at = position
        key, position = scanstring(text, at + 1, False)
        start = _skip(text, _skip(text, position) + 1)
        _, end = _DECODER.raw_decode(text, start)
        members[key] = (at, start, end)
        position = _after_comma(text, end)
    return members


def _elements(text: str, position: int) -> Iterator[tuple[int, int]]:
    position = _skip(text, position + 1)
    while text[position] != "]":
        _, end = _DECODER.raw_decode(text, position)
        yield position, end
        position = _after_comma(text, end)


def _after_comma(text: str, position: int) -> int:
    position = _skip(text, position)
    return _skip(text, position + 1) if text[position] == "," else position


def _cell_span(text: str, index: int, start: int, end: int) -> CellSpan:
    members = _members(text, start)
    key, source_start, source_end = members.get("source") or members.get("input") or (end, end, end)
    return CellSpan(
        index, start, end, source_start, source_end, _indent_at(text, start), _indent_at(text, key)
    )


def _indent_at(text: str, position: int) -> str:
    before = text[text.rfind("\n", 0, position) + 1 : position]
    return before if before.strip(" \t") == "" else ""


def rewrite(text: str, pieces: Sequence[Piece]) -> str:
    """Return the notebook with these cells in this order; what is kept stays equal to the byte.

    Raises NotebookError for nbformat 3 with several worksheets.
    """
    from notelift.notebook.sources.ipynb_writing import rewritten

    arrays = _cell_arrays(text)
    if len(arrays) != 1:
        raise NotebookError(
            "a notebook of several worksheets cannot be changed; save it as nbformat 4 first."
        )
    return rewritten(text, arrays[0], spans(text), pieces)
