"""What the function returns for each target."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from notelift.export.definitions import is_definition
from notelift.export.imports import Alias, aliases_of
from notelift.export.model import ExtractError
from notelift.export.naming import fresh, snake_case
from notelift.export.pieces import Piece
from notelift.flow.graph import Site
from notelift.queries.targets import Target

_PLOT = re.compile(
    r"\b(?:plt|pyplot|sns|seaborn|pylab)\.|\.(?:plot|hist|boxplot|scatter|imshow|bar|barh|pie)\b|\bset_(?:x|y)?(?:label|title)"
)
_IMMUTABLE = frozenset({"bool", "bytes", "complex", "float", "int", "range", "str"})
_SHOW = re.compile(r"(?:\w+\.)?show\(\)\s*;?$")


@dataclass(frozen=True, slots=True)
class Result:
    """The value of one target: the label of its field, and the code of the value in the function.

    `names` are the names that the code reads. `path` is the path for a file's target, whose code may become
    a parameter. `nothing` means that the function has no value for it: what the cell shows is printed.
    """

    label: str
    code: str
    names: tuple[str, ...] = ()
    path: str = ""
    nothing: bool = False


def results_of(
    targets: Sequence[Target], types: Sequence[str], pieces: Sequence[Piece], taken: set[str]
) -> tuple[list[Result], list[Piece], list[Alias]]:
    """Return the results, the pieces with what captures them, and the imports which that needs.

    `types` are the qualified types of the targets' values, "" where they are unknown.
    """
    changed = list(pieces)
    results: list[Result] = []
    imports: list[Alias] = []
    labels: set[str] = set()
    for target, type_ in zip(targets, types, strict=True):
        if target.kind == "output":
            result = _output(target, changed, taken, imports)
        elif target.kind == "file":
            result = Result(
                snake_case(target.value.rsplit("/", 1)[-1]), repr(target.value), path=target.value
            )
        else:
            result = _name(target, type_, changed, taken, imports, alone=len(targets) == 1)
            if sum(other.value == target.value for other in targets) == 1:
                # Nothing has to tell it from the same name at another place.
                result = replace(result, label=target.value)
        label = fresh(result.label.lstrip("_") or "value", labels)
        labels.add(label)
        results.append(Result(label, result.code, result.names, result.path, result.nothing))
    return results, changed, imports


def _name(
    target: Target, type_: str, pieces: list[Piece], taken: set[str], imports: list[Alias], alone: bool
) -> Result:
    """The value of a name: at the end, or kept aside where statements after its place may change it."""
    name = target.value
    label = name if target.cell is None else f"{name}_at_{target.cell}"
    if alone or target.cell is None:
        return Result(label, name, (name,))
    place = _last_position(target, pieces)
    later = pieces[place + 1 :]
    rebound = any(name in piece.names.all_binds for piece in later)
    mutated = type_ not in _IMMUTABLE and _may_change(name, pieces, place)
    if not rebound and not mutated:
        return Result(label, name, (name,))
    kept = fresh(f"{name}_at_{target.cell}", taken)
    taken.add(kept)
    code = f"{kept} = {_copier(taken, imports)}.deepcopy({name})" if mutated else f"{kept} = {name}"
    pieces.insert(place + 1, pieces[place].bare().with_code(code))
    return Result(label, kept, (kept,))


def _may_change(name: str, pieces: Sequence[Piece], place: int) -> bool:
    """Whether a statement after the piece at `place` may change, through any name, what `name` holds there.

    It may when both come from one statement that makes an object, in the end.
    """
    origins = {piece.statement.site: piece for piece in pieces}
    binders = {piece.statement.site for piece in pieces[: place + 1] if name in piece.names.all_binds}
    roots = _ancestors(binders, origins)
    for piece in pieces[place + 1 :]:
        changes = piece.statement.changes
        if any(change[0] == name for change in changes):
            return True
        if changes and roots & _ancestors({piece.statement.site}, origins):
            return True
    return False


def _ancestors(sites: set[Site], origins: Mapping[Site, Piece]) -> set[Site]:
    """The sites and all that they come from by names and objects, without imports and definitions."""
    found: set[Site] = set()
    pending = list(sites)
    while pending:
        site = pending.pop()
        piece = origins.get(site)
        if site in found or piece is None or aliases_of(piece) or is_definition(piece):
            continue
        found.add(site)
        pending += [read.source for read in piece.statement.reads if read.kind in ("name", "object")]
    return found


def _copier(taken: set[str], imports: list[Alias]) -> str:
    """The name of the module `copy`, which is imported."""
    for alias in imports:
        if alias.module == "copy":
            return alias.bound
    bound = fresh("copy", taken)
    taken.add(bound)
    imports.append(Alias("copy", "", "" if bound == "copy" else bound))
    return bound


def _last_position(target: Target, pieces: Sequence[Piece]) -> int:
    """The last piece that runs before the target's place."""
    cell, line = target.cell or 0, target.line
    inside = [
        position
        for position, piece in enumerate(pieces)
        if piece.statement.cell == cell and (line is None or piece.statement.line <= line)
    ]
    before = [position for position, piece in enumerate(pieces) if piece.statement.cell < cell]
    if not inside and not before:
        raise ExtractError(f"{target}: nothing that is kept runs before that place")
    return max(inside or before)


def _output(target: Target, pieces: list[Piece], taken: set[str], imports: list[Alias]) -> Result:
    """What a cell shows: the value of its last expression, its figure, or what it prints."""
    inside = [position for position, piece in enumerate(pieces) if piece.statement.cell == target.cell]
    if not inside:
        raise ExtractError(f"{target}: the cell shows nothing that a module could return")
    last = pieces[inside[-1]]
    label = f"cell_{target.cell}"
    if _plots(last) or (not isinstance(last.node, ast.Expr) and any(_plots(pieces[at]) for at in inside)):
        return _figure(label, pieces, inside, taken, imports)
    shown = _shown(last)
    if shown is None:
        return Result(label, "None", nothing=True)
    name = fresh(label, taken)
    taken.add(name)
    pieces[inside[-1]] = last.with_code(f"{name} = {shown}")
    return Result(label, name, (name,))


def _shown(piece: Piece) -> str | None:
    """The code of the value that the piece shows, None for what is printed and for a statement."""
    node = piece.node
    if not isinstance(node, ast.Expr):
        return None
    value = node.value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        if value.func.id == "print":
            return None
        if value.func.id == "display" and len(value.args) == 1 and not value.keywords:
            value = value.args[0]
    start, end = piece.places.span(value)
    return f"({piece.code[start:end]})" if "\n" in piece.code[start:end] else piece.code[start:end]


def _plots(piece: Piece) -> bool:
    if any(resource == "pyplot" for _, resource in piece.statement.world):
        return True
    return isinstance(piece.node, ast.Expr) and _PLOT.search(piece.code) is not None


def _figure(
    label: str, pieces: list[Piece], inside: list[int], taken: set[str], imports: list[Alias]
) -> Result:
    """Keep the current figure before it is shown, or at the end of the cell."""
    pyplot = next(
        (
            alias.bound
            for piece in pieces
            for alias in aliases_of(piece)
            if alias.value == "matplotlib.pyplot"
        ),
        "",
    )
    if not pyplot:
        pyplot = fresh("plt", taken)
        imports.append(Alias("matplotlib.pyplot", "", pyplot))
    figure = fresh("figure", taken)
    taken.update((figure, pyplot))
    shows = [at for at in inside if _SHOW.fullmatch(pieces[at].code.strip())]
    made = pieces[inside[-1]].bare().with_code(f"{figure} = {pyplot}.gcf()")
    if any(_plots(piece) for piece in pieces[: inside[0]]):
        # In a notebook the figures of a cell are over when the next one runs.
        pieces.insert(inside[0], made.with_code(f"{pyplot}.close('all')"))
        inside, shows = [at + 1 for at in inside], [at + 1 for at in shows]
    if shows:
        pieces[shows[-1]] = made
        for at in reversed(shows[:-1]):
            del pieces[at]
    else:
        pieces.insert(inside[-1] + 1, made)
    return Result(label, figure, (figure, pyplot))
