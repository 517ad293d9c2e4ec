"""What keeps the notebook's globals right as variables of a function."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from notelift.cells.sql import tables_in
from notelift.edits.replacements import Replacement
from notelift.export.definitions import defined_name, is_definition
from notelift.export.naming import is_builtin
from notelift.export.pieces import Piece

_NESTED = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)
_DEFINITE = (
    ast.Assign,
    ast.AnnAssign,
    ast.AugAssign,
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
)
_NAMESPACE = frozenset({"exec", "eval", "globals"})
_OF_FRAME = frozenset({"locals", "vars", "dir"})
_PROCESSES = re.compile(r"\b(?:multiprocessing|multiprocess|ProcessPoolExecutor|pickle|joblib|dill|shelve)\b")
_SQL_OVER_FRAMES = re.compile(r"\b(?:duckdb|polars|sqldf)\b")
_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Scoping:
    """The function's `global` names, the builtins that it must bind first, and its body with `nonlocal`."""

    globals: tuple[str, ...]
    builtins: tuple[str, ...]
    body: tuple[Piece, ...]


def namespace_use(pieces: Iterable[Piece], bound: frozenset[str]) -> str:
    """Return a builtin that reaches names by their text (`exec`, `globals`...), "" if there is none."""
    for piece in pieces:
        for name in sorted((_NAMESPACE & piece.names.reads) | (_OF_FRAME & piece.names.direct)):
            if name not in bound and (name not in ("vars", "dir") or any(_frame_calls(piece, name))):
                return name
    return ""


def with_module_namespace(piece: Piece) -> Piece:
    """Return the piece with `locals()`, `vars()`, `dir()` and `exec()` of the notebook as the module's."""
    texts = {"locals": "globals()", "vars": "globals()", "dir": "sorted(globals())"}
    places = piece.places
    edits = [
        Replacement(*places.span(call), texts[name])
        for name in sorted(_OF_FRAME & piece.names.direct)
        for call in _frame_calls(piece, name)
    ]
    if "exec" in piece.names.direct:
        for call in _top_calls(piece, "exec"):
            if len(call.args) == 1 and not call.keywords:
                end = places.span(call.args[0])[1]
                edits.append(Replacement(end, end, ", globals()"))
    return piece.changed(edits)


def _frame_calls(piece: Piece, name: str) -> list[ast.Call]:
    """Calls of `name` without arguments outside functions."""
    return [call for call in _top_calls(piece, name) if not call.args and not call.keywords]


def _top_calls(piece: Piece, name: str) -> list[ast.Call]:
    """Calls of `name` outside functions."""
    found: list[ast.Call] = []
    pending: list[ast.AST] = [piece.node]
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            found.append(node)
        pending.extend(ast.iter_child_nodes(node))
    return found


def module_only_names(pieces: Sequence[Piece], bound: frozenset[str]) -> frozenset[str]:
    """Return the names that some code finds only among the module's globals.

    Class bodies that bind a name which they read; texts of `DataFrame.query`, formulas and SQL in nested
    scopes, where the names in the text are in no closure.
    """
    found: set[str] = set()
    sql = any(_SQL_OVER_FRAMES.search(piece.code) for piece in pieces)
    for piece in pieces:
        found |= piece.names.class_reads
        if ("@" in piece.code or "~" in piece.code) and ("'" in piece.code or '"' in piece.code):
            found |= _names_in_nested_texts(piece.node)
        if sql:
            found |= {name for text in _nested_texts(piece.node) for name in tables_in(text)}
    return frozenset(found & bound)


def _names_in_nested_texts(node: ast.AST) -> set[str]:
    found: set[str] = set()
    for text in _nested_texts(node):
        if "@" in text or "~" in text:
            found.update(_WORD.findall(text))
    return found


def _nested_texts(node: ast.AST) -> Iterator[str]:
    pending = [(node, False)]
    while pending:
        part, nested = pending.pop()
        nested = nested or isinstance(part, _NESTED)
        text = part.value if nested and isinstance(part, ast.Constant) else None
        if isinstance(text, str):
            yield text
        pending.extend((child, nested) for child in ast.iter_child_nodes(part))


def sends_functions(pieces: Iterable[Piece]) -> bool:
    """Whether some code pickles values or starts processes: functions are then found by their global name."""
    return any(_PROCESSES.search(piece.code) for piece in pieces)


def scope_body(
    body: Sequence[Piece], forced: frozenset[str], star: bool, parameters: frozenset[str], pickled: bool
) -> Scoping:
    """Return what the function's body needs, given the names that must be globals.

    `pickled` functions and classes must be globals too; a `star` import may bind any name.
    """
    local = frozenset(name for piece in body for name in piece.names.binds)
    outside = set(local & forced)
    if pickled:
        outside |= {defined_name(piece) for piece in body if is_definition(piece)}
    # A builtin shows again where the notebook's own name is deleted, but not in a function.
    outside |= {name for piece in body for name in _deleted(piece) if is_builtin(name)}
    early = {
        name
        for name in local - outside - parameters
        if (star or is_builtin(name)) and _read_before_bound(name, body)
    }
    builtins = {name for name in early if is_builtin(name) and not star}
    outside |= early - builtins
    inside = (local | parameters) - outside
    changed = tuple(_with_nonlocal(piece, inside) for piece in body)
    return Scoping(tuple(sorted(outside)), tuple(sorted(builtins)), changed)


def _deleted(piece: Piece) -> set[str]:
    """The names that the piece deletes outside functions."""
    if "del" not in piece.code:
        return set()
    return {
        part.id
        for part in ast.walk(piece.node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Del) and part.id in piece.names.binds
    }


def _read_before_bound(name: str, body: Sequence[Piece]) -> bool:
    """Whether `name` may be read while the function has not bound it yet."""
    for piece in body:
        binds = name in piece.names.binds
        if binds and isinstance(piece.node, _DEFINITE) and name not in piece.names.direct:
            return False
        if name in piece.names.reads:
            return True
    return False


def _with_nonlocal(piece: Piece, inside: frozenset[str]) -> Piece:
    """The piece with `global x` of functions as `nonlocal x`, and without `global` at the top."""
    if "global" not in piece.code:
        return piece
    places = piece.places
    edits: list[Replacement] = []
    pending: list[tuple[ast.AST, bool]] = [(piece.node, False)]
    while pending:
        node, nested = pending.pop()
        if isinstance(node, ast.Global):
            ours = [name for name in node.names if name in inside or not nested]
            theirs = [name for name in node.names if name not in ours]
            parts = [f"nonlocal {', '.join(ours)}"] if ours and nested else []
            parts += [f"global {', '.join(theirs)}"] if theirs else []
            edits.append(Replacement(*places.span(node), "; ".join(parts) or "pass"))
        inner = nested or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        pending.extend((child, inner) for child in ast.iter_child_nodes(node))
    return piece.changed(edits)
