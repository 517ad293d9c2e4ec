"""The text of the module's definitions and of its function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from notelift.edits.indentation import indent
from notelift.export.layout import Layout
from notelift.export.model import Parameter
from notelift.export.pieces import Piece
from notelift.export.scoping import Scoping

_INDENT = "    "


def top_text(piece: Piece) -> str:
    """Return a piece with its comments, as it stands at the module's level."""
    beside = f"  {piece.beside}" if piece.beside else ""
    return "\n".join([*piece.above, piece.code + beside])


def definition_text(piece: Piece) -> str:
    """Return a function or class with its comments."""
    return top_text(piece)


def named_tuple(name: str, labels: Sequence[str], annotations: Sequence[str], doc: str) -> str:
    """Return the class of several values."""
    lines = [f"class {name}(NamedTuple):", f'{_INDENT}"""{doc}"""', ""]
    for label, annotation in zip(labels, annotations, strict=True):
        lines.append(f"{_INDENT}{label}: {annotation or 'Any'}")
    return "\n".join(lines)


def function_text(
    name: str,
    layout: Layout,
    scoping: Scoping,
    parameters: Sequence[Parameter],
    returned: str,
    doc: str,
    answer: str,
) -> str:
    """Return the function: signature, docstring, body, and the value that it returns."""
    arrow = f" -> {returned}" if returned else ""
    lines = [*_signature(name, layout, parameters, arrow), f'{_INDENT}"""{doc}"""']
    if scoping.globals:
        lines.append(f"{_INDENT}global {', '.join(scoping.globals)}")
    lines += [f"{_INDENT}{each} = builtins.{each}" for each in scoping.builtins]
    for each in layout.parameters:
        if each.mutable:
            value = indent(each.mutable, _INDENT * 2, each.piece.string_lines).lstrip()
            lines.append(f"{_INDENT}if {each.parameter.name} is None:")
            lines.append(f"{_INDENT * 2}{each.parameter.name} = {value}")
    lines += _statements(scoping.body)
    if answer:
        lines += ["", f"{_INDENT}return {answer}"]
    return "\n".join(lines)


def _signature(name: str, layout: Layout, parameters: Sequence[Parameter], arrow: str) -> Iterator[str]:
    if not parameters:
        yield f"def {name}(){arrow}:"
        return
    pieces = {each.parameter.name: each.piece for each in layout.parameters}
    yield f"def {name}("
    for number, parameter in enumerate(parameters, 1):
        piece = pieces.get(parameter.name)
        yield from (_INDENT + line for line in (piece.above if piece else ()))
        beside = f"  {piece.beside}" if piece and piece.beside else ""
        comma = "," if number < len(parameters) else ""
        yield f"{_INDENT}{parameter.name}: {parameter.annotation} = {parameter.default}{comma}{beside}"
    yield f"){arrow}:"


def _statements(body: Sequence[Piece]) -> Iterator[str]:
    for number, piece in enumerate(body):
        if piece.starts and number:
            yield ""
        yield from (_INDENT + line for line in piece.above)
        beside = f"  {piece.beside}" if piece.beside else ""
        yield indent(piece.code, _INDENT, piece.string_lines) + beside
