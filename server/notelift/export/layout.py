"""Where each piece goes: imports, definitions, constants, parameters, or the function's body."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from notelift.export.definitions import defined_name, is_definition, is_inert, liftable
from notelift.export.imports import Alias, agree, aliases_of
from notelift.export.literals import container_annotation, literal_annotation
from notelift.export.model import ExtractError, Parameter
from notelift.export.naming import is_builtin
from notelift.export.pieces import Piece


@dataclass(frozen=True, slots=True)
class ParameterPiece:
    """A parameter that an assignment of the notebook became; `mutable` defaults are made in the body."""

    parameter: Parameter
    piece: Piece
    mutable: str = ""


@dataclass(slots=True)
class Layout:
    """The pieces by place. `top` pieces run at import, in order, before the definitions (star imports)."""

    imports: list[Alias] = field(default_factory=list)
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
        return frozenset(names)


def lay_out(
    pieces: Sequence[Piece], in_function: frozenset[str], not_parameters: frozenset[str], used: frozenset[str]
) -> Layout:
    """Place the pieces.

    Names of `in_function` are bound in the function's body whatever they are; those of `not_parameters` are
    not made parameters or constants. Imports that bind none of the `used` names are left out.
    """
    binders = _binders(pieces)
    fixed = _top_imports(pieces, binders, in_function)
    alone = {
        name: positions[0]
        for name, positions in binders.items()
        if len(positions) == 1 and name not in in_function and not is_builtin(name)
    }
    literals = {
        name: pieces[position]
        for name, position in alone.items()
        if name not in not_parameters and _is_literal(pieces[position], name)
    }
    constants = {
        name: piece for name, piece in literals.items() if not piece.tagged and not _is_container(piece)
    }
    candidates = _definition_candidates(pieces, binders, in_function)
    bound = frozenset(binders)
    top = {alias.bound for aliases in fixed.values() for alias in aliases}
    lifted = liftable(candidates, bound, {*top, *constants})
    needed = {name for each in lifted for name in candidates[each].names.reads} & set(constants)
    layout = Layout()
    done: set[str] = set()
    for position, piece in enumerate(pieces):
        name = _assigned(piece)
        if aliases := aliases_of(piece):
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
            layout.body.append(piece)
    return layout


def _binders(pieces: Sequence[Piece]) -> dict[str, list[int]]:
    """The pieces that bind each name, now or when functions are called."""
    found: dict[str, list[int]] = defaultdict(list)
    for position, piece in enumerate(pieces):
        for name in piece.names.all_binds:
            found[name].append(position)
    found.pop("*", None)
    return found


def _top_imports(
    pieces: Sequence[Piece], binders: dict[str, list[int]], in_function: frozenset[str]
) -> dict[int, tuple[Alias, ...]]:
    """The imports, by the position of their statement, that may stand at the top."""
    by_name: dict[str, list[Alias]] = defaultdict(list)
    free: dict[int, tuple[Alias, ...]] = {}
    path_changed = False
    for position, piece in enumerate(pieces):
        aliases = aliases_of(piece)
        if not aliases:
            path_changed = path_changed or "sys.path" in piece.code
            continue
        free[position] = aliases
        held = bool(piece.statement.reads) or (path_changed and not _is_settled(aliases, free, position))
        if held:
            free[position] = tuple(alias for alias in aliases if alias.module == "__future__")
            for alias in aliases:
                if alias.is_star:
                    raise ExtractError(
                        f"cell {piece.statement.cell}, line {piece.statement.line}: `{alias.code}` depends on"
                        " code that runs before it and cannot stand in a function: import the names instead"
                    )
        for alias in aliases:
            by_name[alias.bound].append(alias)
    result = {}
    for position, aliases in free.items():
        result[position] = tuple(
            alias
            for alias in aliases
            if alias.is_star
            or (
                alias.bound not in in_function
                and agree(by_name[alias.bound])
                and all(other in free and free[other] for other in binders[alias.bound])
            )
        )
    return result


def _is_settled(aliases: tuple[Alias, ...], earlier: dict[int, tuple[Alias, ...]], position: int) -> bool:
    """Whether a change of `sys.path` cannot matter: standard modules, and packages imported before it."""
    import sys

    known = {alias.module.split(".")[0] for at, each in earlier.items() if at < position for alias in each}
    known |= sys.stdlib_module_names
    return all(alias.module.split(".")[0] in known for alias in aliases)


def _definition_candidates(
    pieces: Sequence[Piece], binders: dict[str, list[int]], in_function: frozenset[str]
) -> dict[str, Piece]:
    """Definitions whose name nothing else binds (an equal copy of the definition is no other)."""
    found: dict[str, Piece] = {}
    for piece in pieces:
        if not is_definition(piece) or defined_name(piece) in in_function or not is_inert(piece):
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
    if _assigned(piece) != name or name.startswith("__"):
        return False
    value = _value(piece)
    return bool(literal_annotation(value)) or (piece.tagged and bool(container_annotation(value)))


def _parameter(name: str, piece: Piece) -> ParameterPiece:
    value = _value(piece)
    start, end = piece.places.span(value)
    source = piece.code[start:end]
    if isinstance(value, ast.Tuple) and not source.startswith("("):
        source = f"({source})"
    annotation = literal_annotation(value)
    if annotation:
        return ParameterPiece(Parameter(name, source, annotation), piece)
    annotation = f"{container_annotation(value)} | None"
    return ParameterPiece(Parameter(name, "None", annotation), piece, source)


def names_used(pieces: Iterable[Piece]) -> frozenset[str]:
    """Return the names that the pieces read."""
    used: set[str] = set()
    for piece in pieces:
        used |= piece.names.reads
    return frozenset(used)
