"""The text of the module's definitions and of its function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from notelift.edits.indentation import indent
from notelift.export.layout import Layout
from notelift.export.model import Parameter
from notelift.export.pieces import Piece
from notelift.export.scoping import Scoping

_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Loop:
    """How code that awaits runs: the name of the function that holds it, and that of the module `asyncio`."""

    function: str
    asyncio: str


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
    loop: Loop | None = None,
) -> str:
    """Return the function: signature, docstring, body, and the value that it returns.

    With a `loop` the body is a function within it that an event loop runs.
    """
    arrow = f" -> {returned}" if returned else ""
    lines = [*_signature(name, layout, parameters, arrow), f'{_INDENT}"""{doc}"""']
    lines += _defaults(layout)
    margin = _INDENT * 2 if loop else _INDENT
    if loop:
        lines += ["", f"{_INDENT}async def {loop.function}(){arrow}:"]
    if scoping.globals:
        lines.append(f"{margin}global {', '.join(scoping.globals)}")
    lines += [f"{margin}{each} = builtins.{each}" for each in scoping.builtins]
    lines += _statements(scoping.body, margin)
    if answer:
        lines += ["", f"{margin}return {answer}"]
    if loop:
        run = f"{loop.asyncio}.run({loop.function}())"
        lines += ["", f"{_INDENT}{run}" if returned == "None" else f"{_INDENT}return {run}"]
    return "\n".join(lines)


def _defaults(layout: Layout) -> Iterator[str]:
    """What makes the defaults that are made anew by each call."""
    for each in layout.parameters:
        if each.mutable:
            value = indent(each.mutable, _INDENT * 2, each.piece.string_lines).lstrip()
            yield f"{_INDENT}if {each.parameter.name} is None:"
            yield f"{_INDENT * 2}{each.parameter.name} = {value}"


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


def _statements(body: Sequence[Piece], margin: str) -> Iterator[str]:
    for number, piece in enumerate(body):
        if piece.starts and number:
            yield ""
        yield from (margin + line for line in piece.above)
        beside = f"  {piece.beside}" if piece.beside else ""
        yield indent(piece.code, margin, piece.string_lines) + beside
