"""Where each piece goes: imports, definitions, constants, parameters, or the function's body."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from notelift.export.definitions import defined_name, is_definition, is_inert, liftable
from notelift.export.hoisting import binders_of, top_imports
from notelift.export.imports import Alias, aliases_of
from notelift.export.literals import container_annotation, is_none, literal_annotation
from notelift.export.model import Parameter
from notelift.export.naming import is_builtin
from notelift.export.pieces import Piece
from notelift.flow.graph import Site


@dataclass(frozen=True, slots=True)
class ParameterPiece:
    """A parameter that an assignment of the notebook became; `mutable` defaults are made in the body."""

    parameter: Parameter
    piece: Piece
    mutable: str = ""


@dataclass(slots=True)
class Layout:
    """The pieces by place. `prelude` runs when the module is imported, after `imports`, in its order."""

    imports: list[Alias] = field(default_factory=list)
    prelude: list[Piece] = field(default_factory=list)
    constants: list[Piece] = field(default_factory=list)
    definitions: list[Piece] = field(default_factory=list)
    parameters: list[ParameterPiece] = field(default_factory=list)
    body: list[Piece] = field(default_factory=list)
    star: bool = False

    @property
    def top_names(self) -> frozenset[str]:
        """Names bound at the module's level."""
        names = {alias.bound for alias in self.imports}
        names.update(defined_name(piece) for piece in self.definitions)
        names.update(_assigned(piece) for piece in self.constants)
        names.update(name for piece in self.prelude for name in piece.names.all_binds)
        return frozenset(names)


def lay_out(pieces: Sequence[Piece], not_parameters: frozenset[str], used: frozenset[str]) -> Layout:
    """Place the pieces.

    Names of `not_parameters` are not made parameters or constants. Imports that bind none of the `used` names
    are left out. Raises ExtractError for a star import that cannot stand at the top.
    """
    binders = binders_of(pieces)
    fixed, prelude = top_imports(pieces, binders)
    top = {alias.bound for aliases in fixed.values() for alias in aliases}
    alone = {
        name: positions[0]
        for name, positions in binders.items()
        if len(positions) == 1
        and positions[0] not in prelude
        and name not in not_parameters
        and _is_free(name, positions[0], pieces)
    }
    literals = _literals(alone, pieces, frozenset(binders), top)
    constants = {
        name: piece for name, piece in literals.items() if not piece.tagged and not _is_container(piece)
    }
    candidates = _definition_candidates(pieces, binders, prelude)
    bound = frozenset(binders)
    top.update(name for position in prelude for name in pieces[position].names.all_binds)
    lifted = liftable(candidates, bound, {*top, *constants})
    needed = {name for each in lifted for name in candidates[each].names.reads} & set(constants)
    layout = Layout()
    done: set[str] = set()
    gap = False
    for position, piece in enumerate(pieces):
        name = _assigned(piece)
        gap = gap or piece.starts
        if position in prelude:
            layout.prelude.append(piece)
            layout.star = layout.star or any(alias.is_star for alias in aliases_of(piece))
        elif aliases := aliases_of(piece):
            _place_import(layout, piece, aliases, fixed.get(position, ()), used)
        elif is_definition(piece) and defined_name(piece) in lifted:
            if defined_name(piece) not in done:
                done.add(defined_name(piece))
                layout.definitions.append(candidates[defined_name(piece)])
        elif name in needed:
            layout.constants.append(piece)
        elif name in literals and (piece.tagged or name in constants):
            layout.parameters.append(_parameter(name, piece))
        else:
            layout.body.append(replace(piece, starts=gap))
            gap = False
    return layout


def _is_free(name: str, position: int, pieces: Sequence[Piece]) -> bool:
    """Whether nothing can mean a builtin by the name."""
    if not is_builtin(name):
        return True
    return pieces[position].tagged and not any(name in piece.names.reads for piece in pieces[: position + 1])


def _literals(
    alone: dict[str, int], pieces: Sequence[Piece], bound: frozenset[str], top: set[str]
) -> dict[str, Piece]:
    """The assignments, by name, that can be parameters; of tagged cells all that need nothing but these."""
    found: dict[str, Piece] = {}
    known = set(top)
    sites = {piece.statement.site for piece in pieces if aliases_of(piece)}
    for name, position in sorted(alone.items(), key=lambda item: item[1]):
        piece = pieces[position]
        others = piece.names.reads & bound - known
        if not _is_literal(piece, name) and not (piece.tagged and _is_computed(piece, name, others, sites)):
            continue
        found[name] = piece
        if piece.tagged and not _is_container(piece):
            known.add(name)
            sites.add(piece.statement.site)
    return found


def _definition_candidates(
    pieces: Sequence[Piece], binders: dict[str, list[int]], prelude: frozenset[int]
) -> dict[str, Piece]:
    """Definitions whose name nothing else binds (an equal copy of the definition is no other)."""
    found: dict[str, Piece] = {}
    for position, piece in enumerate(pieces):
        if position in prelude or not is_definition(piece) or not is_inert(piece):
            continue
        name = defined_name(piece)
        same = [pieces[position] for position in binders[name]]
        if all(is_definition(other) and other.code == piece.code for other in same):
            found.setdefault(name, piece)
    return found


def _place_import(
    layout: Layout, piece: Piece, aliases: tuple[Alias, ...], top: tuple[Alias, ...], used: frozenset[str]
) -> None:
    wanted = [alias for alias in aliases if _is_wanted(alias, used)]
    if not wanted and any(need.kind != "name" for _, need in piece.origin.needed_by):
        wanted = list(aliases)
    layout.imports += [alias for alias in wanted if alias in top]
    layout.star = layout.star or any(alias.is_star for alias in wanted)
    rest = [alias for alias in wanted if alias not in top]
    if len(rest) == len(aliases):
        layout.body.append(piece)
    elif rest:
        for alias in rest:
            layout.body.append(piece.with_code(alias.code))


def _is_wanted(alias: Alias, used: frozenset[str]) -> bool:
    return alias.is_star or alias.is_future or alias.bound in used


def _assigned(piece: Piece) -> str:
    """The name of an assignment of one value to one name, else ""."""
    node = piece.node
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    if isinstance(node, ast.AnnAssign) and node.value is not None and isinstance(node.target, ast.Name):
        return node.target.id
    return ""


def _value(piece: Piece) -> ast.expr:
    assert isinstance(piece.node, (ast.Assign, ast.AnnAssign)) and piece.node.value is not None
    return piece.node.value


def _is_container(piece: Piece) -> bool:
    return bool(container_annotation(_value(piece)))


def _is_literal(piece: Piece, name: str) -> bool:
    if _assigned(piece) != name or name.startswith("__") or not name.lstrip("_")[:1].isalpha():
        return False
    value = _value(piece)
    if literal_annotation(value):
        return True
    return piece.tagged and (is_none(value) or bool(container_annotation(value)))


def _is_computed(piece: Piece, name: str, others: Collection[str], known: Collection[Site]) -> bool:
    """Whether the value can be computed when the function starts: it needs no `others`, only the `known`."""
    return (
        _assigned(piece) == name
        and not others
        and not piece.statement.world
        and all(read.kind in ("name", "object") and read.source in known for read in piece.statement.reads)
    )


def _parameter(name: str, piece: Piece) -> ParameterPiece:
    value = _value(piece)
    start, end = piece.places.span(value)
    source = piece.code[start:end]
    if isinstance(value, ast.Tuple) and piece.places.span(value.elts[0])[0] == start:
        source = f"({source})"
    annotation = literal_annotation(value)
    if annotation:
        return ParameterPiece(Parameter(name, source, annotation), piece)
    if is_none(value):
        return ParameterPiece(Parameter(name, "None", "Any"), piece)
    kind = "str" if isinstance(value, ast.JoinedStr) else container_annotation(value)
    annotation = f"{kind} | None" if kind else "Any"
    return ParameterPiece(Parameter(name, "None", annotation), piece, source)


def names_used(pieces: Iterable[Piece]) -> frozenset[str]:
    """Return the names that the pieces read."""
    used: set[str] = set()
    for piece in pieces:
        used |= piece.names.reads
    return frozenset(used)
