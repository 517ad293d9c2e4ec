"""Imports that may stand at the top of the module, and what must run before those that may not wait."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence

from notelift.export.imports import Alias, agree, aliases_of
from notelift.export.model import ExtractError
from notelift.export.pieces import Piece
from notelift.flow.graph import Site

Binders = Mapping[str, Sequence[int]]


def binders_of(pieces: Sequence[Piece]) -> dict[str, list[int]]:
    """Return the positions of the pieces that bind each name, now or when functions are called."""
    found: dict[str, list[int]] = defaultdict(list)
    for position, piece in enumerate(pieces):
        for name in piece.names.all_binds:
            found[name].append(position)
    found.pop("*", None)
    return found


def top_imports(
    pieces: Sequence[Piece], binders: Binders
) -> tuple[dict[int, tuple[Alias, ...]], frozenset[int]]:
    """Return the imports that may stand at the top, by position, and the positions of the prelude.

    An import may when only equal imports bind its name and it depends on nothing. A star import that depends
    on code before it (a change of `sys.path`, a file that is made) cannot stand in a function: with that code
    it makes the prelude. Raises ExtractError when that code binds what other code binds as well.
    """
    by_name: dict[str, list[Alias]] = defaultdict(list)
    free: dict[int, tuple[Alias, ...]] = {}
    held_stars: list[int] = []
    path_changes: list[int] = []
    for position, piece in enumerate(pieces):
        aliases = aliases_of(piece)
        if "sys.path" in piece.code and not aliases:
            path_changes.append(position)
        if not aliases:
            continue
        held = bool(piece.statement.reads) or (bool(path_changes) and not _is_settled(aliases, free))
        if held and any(alias.is_star for alias in aliases):
            held_stars.append(position)
        free[position] = tuple(alias for alias in aliases if not held or alias.is_future)
        for alias in aliases:
            by_name[alias.bound].append(alias)
    top = {
        position: tuple(
            alias
            for alias in aliases
            if alias.is_star
            or (agree(by_name[alias.bound]) and all(free.get(other) for other in binders[alias.bound]))
        )
        for position, aliases in free.items()
    }
    return top, _prelude(pieces, binders, top, held_stars, path_changes)


def _is_settled(aliases: tuple[Alias, ...], earlier: Mapping[int, tuple[Alias, ...]]) -> bool:
    """Whether a change of `sys.path` cannot matter: standard modules, and packages imported before it."""
    known = {alias.module.split(".")[0] for each in earlier.values() for alias in each}
    known |= sys.stdlib_module_names
    return all(alias.module.split(".")[0] in known for alias in aliases)


def _prelude(
    pieces: Sequence[Piece],
    binders: Binders,
    top: Mapping[int, tuple[Alias, ...]],
    stars: Sequence[int],
    path_changes: Sequence[int],
) -> frozenset[int]:
    """The star imports that are held, and all that they need but the imports at the top."""
    places: dict[Site, list[int]] = defaultdict(list)
    for position, piece in enumerate(pieces):
        places[piece.statement.site].append(position)
    found: set[int] = set()
    pending = list(stars)
    while pending:
        position = pending.pop()
        if position in found or (
            top.get(position) and len(top[position]) == len(aliases_of(pieces[position]))
        ):
            continue
        found.add(position)
        piece = pieces[position]
        needed = [at for read in piece.statement.reads for at in places.get(read.source, ())]
        needed += [at for name in piece.names.reads for at in binders.get(name, ())]
        if position in stars:
            needed += path_changes
        pending += [at for at in needed if at < position]
    for position in found:
        for name in pieces[position].names.all_binds:
            if not found.issuperset(binders.get(name, ())):
                star = pieces[stars[0]]
                raise ExtractError(
                    f"cell {star.statement.cell}, line {star.statement.line}: `{star.code}` depends on"
                    f" `{name}`, which is bound again later: import the names instead"
                )
    return frozenset(found)
