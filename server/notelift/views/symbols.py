"""The outline of a cell: the variables, functions and classes that it binds."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Literal

from notelift.cells.code import CellStatement, memoised_by_cell, read_cell
from notelift.cells.places import CellText, Region
from notelift.views.names import names_in

SymbolKind = Literal["variable", "constant", "function", "class", "method"]

_IMPORTS = (ast.Import, ast.ImportFrom)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name that a cell binds: `region` is its statement, `selection` the name itself."""

    name: str
    kind: SymbolKind
    region: Region
    selection: Region
    children: tuple[Symbol, ...] = ()


@memoised_by_cell
def symbols(source: str) -> tuple[Symbol, ...]:
    """Return the names that the statements of a cell bind, each where it is bound first; no imports."""
    statements = read_cell(source).statements
    text = CellText(source)
    found: dict[str, Symbol] = {}
    for each in names_in(source).occurrences:
        if each.access != "write" or each.inside or each.name in found or each.statement is None:
            continue
        statement = statements[each.statement]
        if not isinstance(statement.node, _IMPORTS):
            found[each.name] = _symbol(each.name, each.region, statement, text)
    return tuple(found.values())


def _symbol(name: str, selection: Region, statement: CellStatement, text: CellText) -> Symbol:
    node = statement.node
    region = Region(statement.line, statement.column, statement.end_line, statement.end_column)
    if isinstance(node, ast.ClassDef) and node.name == name:
        return Symbol(name, "class", region, selection, _methods(node, text))
    if isinstance(node, _FUNCTIONS) and node.name == name:
        return Symbol(name, "function", region, selection)
    return Symbol(name, "constant" if name.isupper() else "variable", region, selection)


def _methods(node: ast.ClassDef, text: CellText) -> tuple[Symbol, ...]:
    found = []
    for each in node.body:
        if isinstance(each, _FUNCTIONS):
            region = text.region(each)
            selection = text.name_of_definition(each) or region
            found.append(Symbol(each.name, "method", region, selection))
    return tuple(found)
