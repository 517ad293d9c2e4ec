"""Names that only a notebook has: displayed values, `get_ipython`, `display`, and `__name__`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import TypeGuard

from notelift.edits.replacements import Replacement
from notelift.export.model import ExtractError
from notelift.export.pieces import Piece
from notelift.flow.graph import Site

_DISPLAYED = re.compile(r"_{1,3}|_\d+|_i{1,3}|_i\d+|Out|In|_oh|_ih|_dh")
_NUMBER = re.compile(r"_(\d+)")
_OWN_SCOPE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_AWAITS = (ast.Await, ast.AsyncFor, ast.AsyncWith)
DISPLAY = "display"


def as_module_code(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces without what only a notebook has. Raises ExtractError where a module has none."""
    bound = frozenset(name for piece in pieces for name in piece.names.all_binds)
    pieces = _displayed_values(pieces, bound)
    bound = frozenset(name for piece in pieces for name in piece.names.all_binds)
    result = []
    for piece in pieces:
        _refuse(piece, bound)
        if "__name__" in piece.names.reads - bound:
            result += _as_main(piece)
        else:
            result.append(piece)
    return result


def _refuse(piece: Piece, bound: frozenset[str]) -> None:
    at = f"cell {piece.statement.cell}, line {piece.statement.line}"
    missing = piece.names.reads - bound
    if "get_ipython" in missing:
        raise ExtractError(f"{at}: `get_ipython()` exists only in a notebook: take it out of the code")
    if "__file__" in missing:
        raise ExtractError(
            f"{at}: `__file__` is not defined in a notebook, but is in a module: name the folder"
        )
    if shown := sorted(name for name in missing if _DISPLAYED.fullmatch(name)):
        raise ExtractError(
            f"{at}: `{shown[0]}` is what the notebook displayed before: give that value a name"
        )
    if "__main__" in piece.code and re.search(r"\b(?:import\s+__main__|from\s+__main__\s)", piece.code):
        raise ExtractError(
            f"{at}: the notebook's own module `__main__` is imported: use the names themselves"
        )


def awaits(piece: Piece) -> bool:
    """Whether the piece awaits something outside functions, as only a notebook's cells can."""
    return ("await" in piece.code or "async" in piece.code) and any(
        isinstance(part, _AWAITS) or (isinstance(part, ast.comprehension) and part.is_async)
        for part in _at_top(piece.node)
    )


def _at_top(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a statement that run in the notebook's own scope."""
    pending = [node]
    while pending:
        part = pending.pop()
        if not isinstance(part, _OWN_SCOPE):
            yield part
            pending.extend(ast.iter_child_nodes(part))


def _as_main(piece: Piece) -> list[Piece]:
    """The piece with "__main__" for `__name__`, which it is in a notebook."""
    node = piece.node
    if isinstance(node, ast.If) and not node.orelse and _tests_main(node.test):
        return _unwrapped(piece, node)
    places = piece.places
    kept = {id(part) for part in _kept_names(node)}
    edits = [
        Replacement(*places.span(part), '"__main__"')
        for part in ast.walk(node)
        if _is_name(part) and id(part) not in kept
    ]
    return [piece.changed(edits)]


def identity_warnings(pieces: Sequence[Piece]) -> list[str]:
    """Return a sentence for each statement whose code reads what differs in a module: names of modules."""
    bound = frozenset(name for piece in pieces for name in piece.names.all_binds)
    defines = any(isinstance(piece.node, (*_OWN_SCOPE, ast.ClassDef)) for piece in pieces)
    found = []
    for piece in pieces:
        at = f"cell {piece.statement.cell}, line {piece.statement.line}"
        if "__name__" in piece.names.reads - bound:
            found.append(f"{at}: `__name__` is the name of the module here, `__main__` in the notebook")
        if defines and "__module__" in piece.code and _reads_module(piece.node):
            found.append(
                f"{at}: `__module__` of the notebook's classes is the module's name here, `__main__` there"
            )
    return found


def _kept_names(node: ast.AST) -> Iterator[ast.AST]:
    """The reads of `__name__` that stay: of a logger, and in f-strings, where a literal may not stand."""
    for part in ast.walk(node):
        if isinstance(part, ast.JoinedStr):
            yield from ast.walk(part)
        elif isinstance(part, ast.Call) and _called(part) == "getLogger":
            yield from part.args


def _called(call: ast.Call) -> str:
    callee = call.func
    return getattr(callee, "attr", "") or getattr(callee, "id", "")


def _is_name(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and node.id == "__name__"


def _reads_module(node: ast.AST) -> bool:
    return any(isinstance(part, ast.Attribute) and part.attr == "__module__" for part in ast.walk(node))


def _tests_main(test: ast.expr) -> bool:
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq):
        return False
    sides = [test.left, test.comparators[0]]
    names = [side.id for side in sides if isinstance(side, ast.Name)]
    texts = [side.value for side in sides if isinstance(side, ast.Constant)]
    return names == ["__name__"] and texts == ["__main__"]


def _unwrapped(piece: Piece, node: ast.If) -> list[Piece]:
    """The statements of `if __name__ == "__main__":`, each as a piece of its own."""
    from notelift.edits.indentation import dedent, string_lines

    places = piece.places
    result = []
    for number, child in enumerate(node.body):
        decorators: list[ast.expr] = getattr(child, "decorator_list", [])
        start, end = places.span(child)
        line = child.lineno
        if decorators:
            line = decorators[0].lineno
            start = places.offset(line, child.col_offset)
        text = dedent(
            piece.code[start:end], child.col_offset, string_lines(piece.code[start:end], child, line)
        )
        made = piece.with_code(text)
        result.append(made if number == 0 else made.bare())
    return result


def _displayed_values(pieces: Sequence[Piece], bound: frozenset[str]) -> list[Piece]:
    """Name the displayed values that other statements read as `_`, `_n` or `Out[n]`."""
    names: dict[Site, list[str]] = {}
    result = []
    for piece in pieces:
        edits: list[Replacement] = []
        for read in piece.statement.reads:
            if read.kind != "output" or read.name in bound:
                continue
            name = read.name
            if found := _NUMBER.fullmatch(name):
                _check_certain(piece, name, found.group(1))
                edits += _out_reads(piece, int(found.group(1)), name)
            if name.isidentifier() and name not in names.setdefault(read.source, []):
                names[read.source].append(name)
        result.append(piece.changed(list(dict.fromkeys(edits))))
    return [_named(piece, names.get(piece.statement.site, [])) for piece in result]


def _check_certain(piece: Piece, name: str, number: str) -> None:
    """Raise ExtractError when several displayed values may be the one of that number."""
    sources = {read.source for read in piece.statement.reads if (read.kind, read.name) == ("output", name)}
    if len(sources) > 1:
        raise ExtractError(
            f"cell {piece.statement.cell}, line {piece.statement.line}: no saved count tells which value"
            f" `Out[{number}]` is: give that value a name"
        )


def _named(piece: Piece, names: list[str]) -> Piece:
    if not names or not isinstance(piece.node, ast.Expr):
        return piece
    return piece.with_code(f"{' = '.join(names)} = {piece.code}")


def _out_reads(piece: Piece, number: int, name: str) -> list[Replacement]:
    places = piece.places
    return [
        Replacement(*places.span(part), name)
        for part in ast.walk(piece.node)
        if isinstance(part, ast.Subscript)
        and isinstance(part.value, ast.Name)
        and part.value.id == "Out"
        and isinstance(part.slice, ast.Constant)
        and part.slice.value == number
    ]
