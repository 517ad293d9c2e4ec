"""A name that hides one of Python or of an import gets another, wherever it means the hiding value."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

from notelift.assists.fixing import KIND, checked, data_of, found, of_rules
from notelift.assists.model import Ask, Assist, Data, Offer, Refused
from notelift.assists.texts import in_place_of
from notelift.cells.code import CellStatement
from notelift.checks.context import Context
from notelift.checks.model import Finding
from notelift.edits.change import NotebookChange, TextEdit
from notelift.notebook.model import Cell

RULES = ("shadowed-name",)
_SCOPES = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)
_BY_HAND = "rename it by hand"


class _Unclear(Exception):
    """What a name means somewhere is not clear; the message is the reason."""


class _Use(NamedTuple):
    """A name in the text; `hides` says that it is the value that hides the other."""

    cell: Cell
    node: ast.Name
    hides: bool


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield the other name for each finding."""
    for finding in of_rules(ask, RULES):
        context = ask.context
        name = finding.names[0]
        title = f"Rename this `{name}` to `{_other(context, name)}`"
        try:
            _uses(context, name, finding)
        except _Unclear as reason:
            yield Offer(title, KIND, data_of(finding), str(reason), (finding,))
        else:
            yield Offer(title, KIND, data_of(finding), fixes=(finding,), preferred=True)


def build(ask: Ask, data: Data) -> NotebookChange:
    """Return the edits of all places. Raises Refused where it is not clear what the name means in one."""
    finding = found(ask, data)
    context = ask.context
    name = finding.names[0]
    try:
        uses = _uses(context, name, finding)
    except _Unclear as reason:
        raise Refused(str(reason)) from reason
    edits = tuple(_edit(context, use, _other(context, name)) for use in uses if use.hides)
    return checked(ask, NotebookChange(edits), finding)


def _edit(context: Context, use: _Use, name: str) -> TextEdit:
    return in_place_of(use.cell, context.place(use.cell, use.node), name)


def _other(context: Context, name: str) -> str:
    """A name that nothing in the notebook has."""
    facts = [context.facts(cell) for cell in context.cells]
    taken = {name for each in facts for name in (*each.loaded, *each.stored)}
    taken.update(fact.name for each in facts for fact in each.imports)
    candidate = f"{name}_"
    number = 1
    while candidate in taken:
        number += 1
        candidate = f"{name}_{number}"
    return candidate


def _uses(context: Context, name: str, finding: Finding) -> list[_Use]:
    """All places of the name from the first that binds it on. Raises _Unclear."""
    if any(("alter", "opaque") in statement.world for statement in context.flow.statements()):
        raise _Unclear(f"some code of this notebook cannot be read, and may use `{name}`: {_BY_HAND}")
    uses: list[_Use] = []
    for cell, statement in _statements(context):
        where = f"{context.label(cell.index)}, line {statement.line}"
        if (cell.index, statement.end_line) < (finding.cell, finding.line):
            _check_scopes(statement.node, name, where)
            continue
        found_here = list(_in_statement(cell, statement, name, where))
        if not uses and found_here:
            found_here = list(_first(statement.node, found_here, where))
        uses += found_here
    _check_magics(context, name)
    return uses


def _statements(context: Context) -> Iterator[tuple[Cell, CellStatement]]:
    for cell in context.cells:
        for statement in context.code(cell).statements:
            yield cell, statement


def _in_statement(cell: Cell, statement: CellStatement, name: str, where: str) -> Iterator[_Use]:
    _check_scopes(statement.node, name, where)
    for node in ast.walk(statement.node):
        if isinstance(node, ast.Name) and node.id == name:
            if isinstance(node.ctx, ast.Del):
                raise _Unclear(f"{where} deletes `{name}`, which brings the other one back: {_BY_HAND}")
            yield _Use(cell, node, True)
        elif isinstance(node, (ast.Import, ast.ImportFrom)) and _imports(node, name):
            raise _Unclear(f"{where} imports `{name}` again: {_BY_HAND}")
        elif isinstance(node, ast.JoinedStr) and sys.version_info < (3, 12) and _has(node, name):
            # The places of names in such texts are not known there.
            raise _Unclear(f"{where} has `{name}` in an f-string: {_BY_HAND}")


def _first(node: ast.stmt, uses: list[_Use], where: str) -> Iterator[_Use]:
    """The places in the statement that binds it first: what it reads is the other value still."""
    if not isinstance(node, (ast.Assign, ast.AnnAssign)):
        if any(isinstance(use.node.ctx, ast.Load) for use in uses):
            raise _Unclear(f"what the name means in {where} depends on how often that has run: {_BY_HAND}")
        yield from uses
        return
    for use in uses:
        yield use._replace(hides=isinstance(use.node.ctx, ast.Store))


def _check_scopes(node: ast.stmt, name: str, where: str) -> None:
    """Raise _Unclear where a function, a class or a comprehension has the name."""
    for part in ast.walk(node):
        if isinstance(part, _SCOPES) and (
            _has(part, name) or getattr(part, "name", "") == name or _is_parameter(part, name)
        ):
            raise _Unclear(f"{where} has `{name}` in a function, a class or a comprehension: {_BY_HAND}")


def _is_parameter(node: ast.AST, name: str) -> bool:
    return any(isinstance(part, ast.arg) and part.arg == name for part in ast.walk(node))


def _has(node: ast.AST, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))


def _imports(node: ast.Import | ast.ImportFrom, name: str) -> bool:
    return any((alias.asname or alias.name.partition(".")[0]) == name for alias in node.names)


def _check_magics(context: Context, name: str) -> None:
    word = re.compile(rf"\b{re.escape(name)}\b")
    for cell in context.cells:
        for magic in context.code(cell).magics:
            if word.search(magic.arguments) or (magic.python_body and word.search(magic.body)):
                raise _Unclear(f"{context.label(cell.index)} has `{name}` in a magic: {_BY_HAND}")


ASSIST = Assist("rename-shadow", (KIND,), offers, build)
