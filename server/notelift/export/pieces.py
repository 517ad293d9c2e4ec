"""The kept statements as plain Python: magics translated, comments found, names known."""

from __future__ import annotations

import ast
import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from notelift.cells.code import CellStatement, read_cell
from notelift.edits.indentation import indent, string_lines
from notelift.edits.replacements import Places, Replacement, apply_replacements
from notelift.export.model import ExtractError
from notelift.export.names import Names, names_of
from notelift.flow.graph import Statement
from notelift.notebook.magics import PLACEHOLDER, Magic, translate
from notelift.notebook.model import Notebook
from notelift.queries.slice import Slice, SlicedStatement

_COMMENT_LINE = re.compile(r"[ \t]*#(?!%%)")
_REST_OF_LINE = re.compile(r"[ \t]*;?[ \t]*(#.*)?$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A statement of the module to be.

    `code` is its text; `line` and `column` say where that text starts in the positions of `node`. `above` are
    the comment lines directly above it, `beside` the comment on its last line. `starts` is True where the
    notebook has a new cell or a blank line before it.
    """

    code: str
    node: ast.stmt
    line: int
    column: int
    names: Names
    origin: SlicedStatement
    above: tuple[str, ...] = ()
    beside: str = ""
    starts: bool = False
    tagged: bool = False

    @property
    def statement(self) -> Statement:
        """The statement of the notebook."""
        return self.origin.statement

    @property
    def places(self) -> Places:
        """Where nodes stand in `code`."""
        return Places(self.code, self.line, self.column)

    @property
    def string_lines(self) -> frozenset[int]:
        """The lines of `code` that start inside a string."""
        return string_lines(self.code, self.node, self.line)

    def with_code(self, code: str) -> Piece:
        """Return the piece with other code, which is one statement, and the tree and names of that."""
        node = ast.parse(code).body[0]
        return replace(self, code=code, node=node, line=1, column=0, names=names_of(node))

    def changed(self, replacements: list[Replacement]) -> Piece:
        """Return the piece with replacements made in its code."""
        return self.with_code(apply_replacements(self.code, replacements)) if replacements else self

    def bare(self) -> Piece:
        """Return the piece without its comments and blank line."""
        return replace(self, above=(), beside="", starts=False)


def pieces_of(notebook: Notebook, kept: Slice) -> list[Piece]:
    """Return the pieces of a slice in its order. Raises ExtractError for a magic without plain Python."""
    bound = _Bound(notebook, kept)
    pieces: list[Piece] = []
    previous: SlicedStatement | None = None
    for sliced in kept.statements:
        pieces.extend(_pieces(notebook, sliced, previous, bound))
        previous = sliced
    return pieces


def left_out(notebook: Notebook, kept: Slice) -> list[str]:
    """Return a sentence for each kept magic that runs code which has no place in a module: `%timeit`.

    Raises ExtractError where the value certainly depends on how often such code ran.
    """
    found = []
    for each in kept.statements:
        statement = each.statement
        if "%" not in statement.source:
            continue
        source, located = _located(notebook.cells[statement.cell].source, statement)
        magics = translate(source).magics
        for _, number in _holders(located.node):
            magic = magics[number]
            if magic.python_body and magic.body and magic.plain == "":
                mark = "%%" if magic.kind == "cell" else "%"
                place = f"cell {statement.cell}, line {magic.line}"
                if each.certain:
                    raise ExtractError(
                        f"{place}: `{mark}{magic.name}` runs its code as often as it takes to measure it, and"
                        " the value depends on that: take the measurement out"
                    )
                found.append(
                    f"{place}: the code of `{mark}{magic.name}`, which may change what is needed, is left out"
                )
    return found


def _pieces(
    notebook: Notebook, sliced: SlicedStatement, previous: SlicedStatement | None, bound: _Bound
) -> Iterator[Piece]:
    statement = sliced.statement
    cell = notebook.cells[statement.cell]
    source, found = _located(cell.source, statement)
    code, column = _python(source, found)
    above, beside, gap = _comments(source, found)
    starts = gap or previous is None or previous.statement.cell != statement.cell
    if not starts and previous is not None and source == cell.source:
        between = _lines(source)[previous.statement.end_line : statement.line - 1]
        starts = not all(line.strip() for line in between)
    tagged = "parameters" in cell.tags
    if PLACEHOLDER not in code:
        names = names_of(found.node)
        yield Piece(code, found.node, found.line, column, names, sliced, above, beside, starts, tagged)
        return
    imports, plain = _plain(code, column, found, source, statement, bound)
    free = replace(sliced, statement=replace(statement, reads=()))
    for name in imports:
        text = f"import {name}"
        node = ast.parse(text).body[0]
        yield Piece(text, node, 1, 0, names_of(node), free)
    nodes = _parsed(plain, statement)
    for number, (text, node) in enumerate(nodes):
        last = number == len(nodes) - 1
        yield Piece(
            text,
            node,
            node.lineno,
            0,
            names_of(node),
            sliced,
            above if number == 0 else (),
            beside if last else "",
            starts and number == 0,
            tagged,
        )


class _Bound:
    """Whether a kept statement binds a name; the names are collected when first asked for."""

    def __init__(self, notebook: Notebook, kept: Slice) -> None:
        self._notebook = notebook
        self._kept = kept
        self._names: set[str] | None = None

    def __contains__(self, name: str) -> bool:
        if self._names is None:
            self._names = set()
            for each in self._kept.statements:
                statement = each.statement
                _, found = _located(self._notebook.cells[statement.cell].source, statement)
                self._names.update(statement.binds, names_of(found.node).all_binds)
        return name in self._names


def _located(source: str, statement: Statement) -> tuple[str, CellStatement]:
    """The text that holds the statement, the cell's or its own if the cell changed after it ran; and it."""
    statements = read_cell(source).statements
    number = statement.site.statement
    if number < len(statements) and statements[number].source == statement.source:
        return source, statements[number]
    return statement.source, read_cell(statement.source).statements[0]


def _python(source: str, found: CellStatement) -> tuple[str, int]:
    """The statement's text after the translation of magics, and the column in bytes where it starts."""
    python = translate(source).python
    if python == source:
        return found.source, found.node.col_offset
    lines = python.split("\n")[found.line - 1 : found.node.end_lineno]
    end = found.node.end_col_offset or 0
    lines[-1] = lines[-1].encode()[:end].decode(errors="ignore")
    before = lines[0].encode()[: found.node.col_offset].decode(errors="ignore")
    lines[0] = lines[0][len(before) :]
    return "\n".join(lines), found.node.col_offset


@lru_cache(maxsize=256)
def _lines(source: str) -> list[str]:
    return source.split("\n")


@lru_cache(maxsize=256)
def _ends(source: str) -> list[int]:
    """The last lines of a cell's statements, in order."""
    return [each.end_line for each in read_cell(source).statements]


def _comments(source: str, found: CellStatement) -> tuple[tuple[str, ...], str, bool]:
    """Comment lines above, comment beside, and whether a blank line is above these."""
    lines = _lines(source)
    first = found.line - 1
    ends = _ends(source)
    before = bisect.bisect_right(ends, first)
    floor = ends[before - 1] if before else 0
    above: list[str] = []
    row = first - 1
    if not lines[first][: found.column].strip():
        while row >= floor and _COMMENT_LINE.match(lines[row]):
            above.insert(0, lines[row].strip())
            row -= 1
    rest = _REST_OF_LINE.match(lines[found.end_line - 1][found.end_column :])
    beside = (rest.group(1) or "").rstrip() if rest else ""
    return tuple(above), beside, row >= 0 and not lines[row].strip()


def _parsed(text: str, statement: Statement) -> list[tuple[str, ast.stmt]]:
    """The statements of plain Python that replaces a magic, each with its text."""
    try:
        body = ast.parse(text).body
    except SyntaxError as error:
        raise ExtractError(
            f"cell {statement.cell}, line {statement.line}: the magic there has no plain Python ({error.msg})"
        ) from error
    lines = text.split("\n")
    result = []
    for node in body:
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(each.lineno for each in decorators)])
        result.append(("\n".join(lines[first - 1 : node.end_lineno]), node))
    return result


def _plain(
    code: str, column: int, found: CellStatement, source: str, statement: Statement, bound: _Bound
) -> tuple[list[str], str]:
    """The modules that the plain Python of the statement's magics needs, and the statement with it."""
    magics = translate(source).magics
    places = Places(code, found.line, column)
    edits: list[Replacement] = []
    imports: list[str] = []
    for holder, number in _holders(found.node):
        magic = magics[number]
        plain = magic.plain_given(lambda name: name in bound)
        if plain is None:
            raise ExtractError(f"cell {statement.cell}, line {magic.line}: {_refusal(magic)}")
        imports += magic.imports
        start, end = places.span(holder)
        margin = code[code.rfind("\n", 0, start) + 1 : start]
        nested = holder is not found.node
        text = plain or ("pass" if nested else "")
        if nested and not margin.strip():
            text = indent(text, margin).lstrip()
        edits.append(Replacement(start, end, text))
    return list(dict.fromkeys(imports)), apply_replacements(code, edits)


def _holders(node: ast.stmt) -> Iterator[tuple[ast.stmt, int]]:
    """The innermost statements that hold a magic's call, with the number of the magic."""
    children = [child for child in ast.walk(node) if isinstance(child, ast.stmt)]
    for child in children:
        for part in _own_expressions(child):
            for call in ast.walk(part):
                if _is_placeholder(call):
                    yield child, call.args[0].value  # type: ignore[attr-defined]


def _own_expressions(node: ast.stmt) -> Iterator[ast.expr]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child


def _is_placeholder(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == PLACEHOLDER


def _refusal(magic: Magic) -> str:
    return magic.refusal or f"{magic.name} has no plain Python"
