"""The notebook's variables where they stand in a cell's text, and the calls; from the syntax tree."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeVar

from notelift.cells.code import memoised_by_cell, read_cell
from notelift.cells.places import CellText, Region
from notelift.cells.scopes import FunctionNode, Scope, parameters_of, scope_of
from notelift.notebook.magics import PLACEHOLDER

Access = Literal["read", "write", "change", "delete"]

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_TOKEN = re.compile(
    r"(?P<text>\"(?:\\.|[^\"\\])*\"?|'(?:\\.|[^'\\])*'?)|(?P<comment>#.*)|(?P<name>[^\W\d]\w*)"
)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A variable of the notebook where it is named.

    `change`: an item or attribute of it is set or deleted. `region` is that of the name alone. `statement`
    counts from 0 in the cell; None where the cell does not parse and the name was found in its text. `inside`
    is the name of the top-level function or class in which it is read when that is called, "" where it is
    read as the statement runs.
    """

    name: str
    access: Access
    region: Region
    statement: int | None
    inside: str = ""


@dataclass(frozen=True, slots=True)
class Callee:
    """What is called: `region` is the last name of it (`fit` in `model.fit(X)`), `text` all of it.

    `inside` is as that of an Occurrence.
    """

    node: ast.Call
    text: str
    region: Region
    statement: int
    inside: str = ""


@dataclass(frozen=True, slots=True)
class CellNames:
    """All that is named in a cell, in the order of its text."""

    occurrences: tuple[Occurrence, ...]
    callees: tuple[Callee, ...]


_T = TypeVar("_T", Occurrence, Callee)


@memoised_by_cell
def names_in(source: str) -> CellNames:
    """Return what is named in a cell; nothing where it does not parse."""
    walk = _Walk(source)
    for index, statement in enumerate(read_cell(source).statements):
        walk.statement(index, statement.node)
    return CellNames(
        tuple(sorted(walk.occurrences, key=lambda each: each.region)),
        tuple(sorted(walk.callees, key=lambda each: each.region)),
    )


def name_at(source: str, line: int, column: int) -> Occurrence | None:
    """Return the variable that is named at a place of a cell, or right before it.

    Where the cell does not parse any name in its text may be one.
    """
    if not read_cell(source).error:
        return _touched(names_in(source).occurrences, line, column)
    lines = source.split("\n")
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    for match in _TOKEN.finditer(text):
        name = match["name"]
        if name and match.start() <= column <= match.end():
            attribute = text[: match.start()].rstrip().endswith(".")
            if attribute or keyword.iskeyword(name):
                return None
            return Occurrence(name, "read", Region(line, match.start(), line, match.end()), None)
    return None


def callee_at(source: str, line: int, column: int) -> Callee | None:
    """Return what is called by the name at a place of a cell, None where nothing is."""
    return _touched(names_in(source).callees, line, column)


def _touched(found: Iterable[_T], line: int, column: int) -> _T | None:
    """The last that has the place: the one that starts there rather than the one that ends there."""
    here = [each for each in found if each.region.has(line, column)]
    return here[-1] if here else None


class _Walk:
    """Walks statements with the functions around, whose own variables are no variables of the notebook."""

    def __init__(self, source: str) -> None:
        self.text = CellText(source)
        self.occurrences: list[Occurrence] = []
        self.callees: list[Callee] = []
        self._statement = 0
        self._owner = ""
        self._changed: set[ast.expr] = set()
        self._waiting: list[tuple[ast.AST, tuple[_Own, ...]]] = []

    def statement(self, index: int, node: ast.stmt) -> None:
        """Note all names in a statement; without recursion, for any depth."""
        self._statement = index
        self._owner = ""
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            self._owner = node.name
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            self._owner = next((each.id for each in node.targets if isinstance(each, ast.Name)), "")
        self._waiting.append((node, ()))
        while self._waiting:
            self._visit(*self._waiting.pop())

    def _access(self, node: ast.Name) -> Access:
        if isinstance(node.ctx, ast.Store):
            return "write"
        if isinstance(node.ctx, ast.Del):
            return "delete"
        return "change" if node in self._changed else "read"

    def _later(self, nodes: Iterable[ast.AST], scopes: tuple[_Own, ...]) -> None:
        self._waiting += [(node, scopes) for node in nodes]

    def _visit(self, node: ast.AST, scopes: tuple[_Own, ...]) -> None:
        if isinstance(node, ast.Name):
            self._note(node.id, self._access(node), self.text.region(node), scopes)
        elif isinstance(node, _FUNCTIONS):
            self._function(node, scopes)
        elif isinstance(node, ast.ClassDef):
            self._class(node, scopes)
        elif isinstance(node, _COMPREHENSIONS):
            targets = {part.id for each in node.generators for part in _names(each.target)}
            self._later(ast.iter_child_nodes(node), (*scopes, _Own(frozenset(targets))))
        else:
            if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
                self._changed.add(_base(node))
            self._note_bindings(node, scopes)
            if isinstance(node, ast.Call):
                self._call(node, scopes)
            self._later(ast.iter_child_nodes(node), scopes)

    def _function(self, node: FunctionNode, scopes: tuple[_Own, ...]) -> None:
        arguments = node.args
        self._later([*arguments.defaults, *(each for each in arguments.kw_defaults if each)], scopes)
        body: list[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else list(node.body)
        if not isinstance(node, ast.Lambda):
            self._definition(node, scopes)
            annotations = [each.annotation for each in parameters_of(arguments)]
            self._later([*node.decorator_list, *filter(None, [node.returns, *annotations])], scopes)
        own = _Own.of(scope_of(node))
        visible = tuple(scope for scope in scopes if not scope.is_class)
        self._later(body, (*visible, own))

    def _class(self, node: ast.ClassDef, scopes: tuple[_Own, ...]) -> None:
        self._definition(node, scopes)
        self._later([*node.decorator_list, *node.bases, *(each.value for each in node.keywords)], scopes)
        bound = {part.id for child in node.body for part in _names(child) if isinstance(part.ctx, ast.Store)}
        bound |= {each.name for each in node.body if isinstance(each, (*_FUNCTIONS[:2], ast.ClassDef))}
        self._later(node.body, (*scopes, _Own(frozenset(bound), is_class=True)))

    def _definition(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, scopes: tuple[_Own, ...]
    ) -> None:
        place = self.text.name_of_definition(node)
        if place is not None:
            self._note(node.name, "write", place, scopes)

    def _note_bindings(self, node: ast.AST, scopes: tuple[_Own, ...]) -> None:
        """Names that are bound by parts of the tree that are no Name."""
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                self._alias(alias, isinstance(node, ast.Import), scopes)
        elif isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            self._at_end(node.name, self.text.region(node), scopes)
        elif isinstance(node, ast.ExceptHandler) and node.name and node.type is not None:
            region = self.text.region(node.type)
            line = self.text.lines[region.end_line - 1]
            match = re.compile(rf"[\s)]*as\s+(?={re.escape(node.name)}\b)").match(line, region.end_column)
            if match is not None:
                end = match.end() + len(node.name)
                place = Region(region.end_line, match.end(), region.end_line, end)
                self._note(node.name, "write", place, scopes)

    def _alias(self, alias: ast.alias, is_import: bool, scopes: tuple[_Own, ...]) -> None:
        region = self.text.region(alias)
        if alias.asname:
            self._at_end(alias.asname, region, scopes)
        elif alias.name != "*":
            name = alias.name.partition(".")[0] if is_import else alias.name
            end = region.column + len(name)
            self._note(name, "write", Region(region.line, region.column, region.line, end), scopes)

    def _at_end(self, name: str, region: Region, scopes: tuple[_Own, ...]) -> None:
        start = region.end_column - len(name)
        self._note(name, "write", Region(region.end_line, start, *region[2:]), scopes)

    def _call(self, node: ast.Call, scopes: tuple[_Own, ...]) -> None:
        func = node.func
        region = self.text.region(func)
        if isinstance(func, ast.Attribute):
            region = Region(region.end_line, region.end_column - len(func.attr), *region[2:])
        elif not isinstance(func, ast.Name) or func.id == PLACEHOLDER:
            return
        text = " ".join(self.text.text(self.text.region(func)).split())
        self.callees.append(Callee(node, text, region, self._statement, self._inside(scopes)))

    def _note(self, name: str, access: Access, region: Region, scopes: tuple[_Own, ...]) -> None:
        if name != PLACEHOLDER and _is_global(name, scopes):
            found = Occurrence(name, access, region, self._statement, self._inside(scopes))
            self.occurrences.append(found)

    def _inside(self, scopes: tuple[_Own, ...]) -> str:
        return self._owner if any(scope.is_function for scope in scopes) else ""


@dataclass(frozen=True, slots=True)
class _Own:
    """The names that a scope has of its own, and those that it declares to be the notebook's."""

    names: frozenset[str]
    outside: frozenset[str] = frozenset()
    is_class: bool = False
    is_function: bool = False

    @staticmethod
    def of(scope: Scope) -> _Own:
        return _Own(scope.locals, scope.global_stores, is_function=True)


def _is_global(name: str, scopes: tuple[_Own, ...]) -> bool:
    for scope in reversed(scopes):
        if name in scope.names:
            return False
        if name in scope.outside:
            return True
    return True


def _base(node: ast.expr) -> ast.expr:
    """The expression whose item or attribute, or an item of whose, is meant."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node


def _names(node: ast.AST) -> Iterator[ast.Name]:
    """The names in a node, those in functions and classes within it left out."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.Name):
            yield part
        elif not isinstance(part, (*_FUNCTIONS, ast.ClassDef)):
            waiting += ast.iter_child_nodes(part)
