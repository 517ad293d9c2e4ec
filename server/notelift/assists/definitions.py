"""Functions and classes that move to a module with all that they need, or why they cannot."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from notelift.assists.function.bindings import bindings_of_one
from notelift.assists.model import Refused
from notelift.cells.code import read_cell
from notelift.export.body import top_text
from notelift.export.formatting import format_code
from notelift.export.imports import Alias, agree, aliases_of, imported, render_imports
from notelift.export.layout import names_used
from notelift.export.model import ExtractError
from notelift.export.names import Names, names_of
from notelift.export.naming import is_builtin
from notelift.export.notebook_names import DISPLAY, as_module_code
from notelift.export.pieces import Piece, pieces_of
from notelift.flow.analysis import Analysis
from notelift.flow.graph import Site, Statement
from notelift.notebook.model import Notebook
from notelift.queries.move_parts import place_of
from notelift.queries.reasons import root_of
from notelift.queries.slice import Slice, SlicedStatement

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_STATE = frozenset({"world", "file", "output", "opaque"})
# What reads or writes variables of the notebook by name.
_NAMESPACES = frozenset({"__file__", "__name__", "eval", "exec", "globals"})


@dataclass(frozen=True, eq=False)
class Definitions:
    """The statements that move: the chosen definitions, others and constants that they read, and imports.

    `moved` are left out of the notebook; `imports` are copied, for the notebook may need them too.
    """

    notebook: Notebook
    analysis: Analysis
    chosen: tuple[Statement, ...]
    moved: tuple[Statement, ...]
    imports: tuple[Statement, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names that the notebook imports: those chosen, and what it still reads of the others."""
        sites = {each.site for each in self.moved}
        read: set[str] = set()
        for statement in self.analysis.dataflow.statements():
            if statement.site not in sites:
                names = _names(self.analysis, statement)
                read |= names.reads
        chosen = {name for each in self.chosen for name in each.binds}
        return tuple(name for each in self.moved for name in each.binds if name in chosen or name in read)

    def module(self) -> str:
        """Return the text of the module. Raises Refused where the code does not work in one."""
        statements = sorted((*self.moved, *self.imports), key=lambda each: each.site)
        kept = Slice(tuple(SlicedStatement(each, True, ()) for each in statements), len(statements))
        try:
            pieces = as_module_code(pieces_of(self.notebook, kept))
            used = names_used(pieces)
            imports = [alias for piece in pieces for alias in aliases_of(piece)]
            aliases = [alias for alias in imports if alias.bound in used or alias.is_future]
            if DISPLAY in used - {name for piece in pieces for name in piece.names.all_binds}:
                aliases.append(Alias("IPython.display", DISPLAY))
            name = re.split(r"[\\/]", self.notebook.path)[-1]
            title = f'"""Definitions of the notebook {name}.\n\nLifted out of the notebook by Notelift.\n"""'
            code = "".join(_code(pieces))
            return format_code(f"{title}\n\n{render_imports(aliases)}\n{code}\n")
        except ExtractError as error:
            raise Refused(str(error)) from error


def plan_definitions(notebook: Notebook, analysis: Analysis, chosen: Sequence[Statement]) -> Definitions:
    """Return what moves when the chosen definitions do. Raises Refused where they cannot, and says why."""
    return _Plan(notebook, analysis, tuple(chosen)).definitions()


def is_definition(analysis: Analysis, statement: Statement) -> bool:
    """Whether the statement is a `def` or a `class`."""
    return isinstance(_node(analysis, statement), _DEFINITIONS)


class _Plan:
    def __init__(self, notebook: Notebook, analysis: Analysis, chosen: tuple[Statement, ...]) -> None:
        self._notebook = notebook
        self._analysis = analysis
        self._chosen = chosen
        self._statements = tuple(analysis.dataflow.statements())
        self._moved: dict[Site, Statement] = {}
        self._imports: dict[Site, Statement] = {}

    @cached_property
    def _binders(self) -> Mapping[str, list[Statement]]:
        found: dict[str, list[Statement]] = {}
        for statement in self._statements:
            for name in statement.binds:
                found.setdefault(name, []).append(statement)
        return found

    def definitions(self) -> Definitions:
        self._check_notebook()
        pending = [(each, each.binds[0], "") for each in self._chosen]
        while pending:
            statement, name, reader = pending.pop()
            if statement.site in self._moved:
                continue
            self._moved[statement.site] = statement
            self._check_changes(statement, name, reader)
            self._check(statement, name)
            pending += ((each, needed, name) for each, needed in self._needs(statement, name))
        self._check_order()
        moved = tuple(self._moved[site] for site in sorted(self._moved))
        imports = tuple(self._imports[site] for site in sorted(self._imports))
        return Definitions(self._notebook, self._analysis, self._chosen, moved, imports)

    def _check_notebook(self) -> None:
        for flow in self._analysis.dataflow.runs:
            if flow.error:
                raise Refused(f"Cell {flow.run.cell} does not parse ({flow.error}): correct it first")
        for each in self._statements:
            if ("alter", "opaque") in each.world:
                raise Refused(f"{_place(each)} runs code that may set any name: move the definitions by hand")

    def _check(self, statement: Statement, name: str) -> None:
        """Raise Refused where a definition or constant is not the same wherever and whenever it is made."""
        others = [each for each in self._binders[name] if each.site != statement.site]
        if others:
            raise Refused(f"`{name}` is set again in {place_of(others[0])}: give the two different names")
        if is_builtin(name):
            raise Refused(f"`{name}` has the name of one of Python's own: give it another")
        state = any(read.kind in _STATE and read.name != "future" for read in statement.reads)
        if statement.world or statement.changes or state:
            raise Refused(f"{_place(statement)} does more than define `{name}`: it must stay in the notebook")
        names = _names(self._analysis, statement)
        if names.outer_binds:
            bound = min(names.outer_binds)
            raise Refused(f"`{name}` sets `{bound}` of the notebook: return the value instead")
        reached = names.reads & _NAMESPACES - self._binders.keys()
        if reached:
            raise Refused(f"`{name}` uses `{min(reached)}`, which is another in a module")

    def _check_changes(self, statement: Statement, name: str, reader: str) -> None:
        """Raise Refused where the notebook changes what a name holds; `reader` is what needs the constant."""
        defines = isinstance(_node(self._analysis, statement), _DEFINITIONS)
        for each in self._statements:
            if each.site == statement.site or name not in each.source:
                continue
            if defines and _patches(_node(self._analysis, each), name):
                raise Refused(f"{_place(each)} changes `{name}`: put that into its definition")
            if not defines and any(root_of(changed) == name for changed, _, _ in each.changes):
                raise Refused(
                    f"`{reader}` reads `{name}`, which {place_of(each)} changes: make it a parameter"
                )

    def _needs(self, statement: Statement, name: str) -> Iterator[tuple[Statement, str]]:
        """What else moves for a statement; imports are noted."""
        for dependency in statement.reads:
            if dependency.name == "future":
                self._imports[dependency.source] = self._analysis.dataflow.statement(dependency.source)
        for read in sorted(_names(self._analysis, statement).reads - {name}):
            binders = self._binders.get(read, [])
            nodes = [_node(self._analysis, each) for each in binders]
            if not binders:
                self._check_unbound(statement, name, read)
            elif all(imported(node) for node in nodes):
                self._import(name, read, binders)
            elif "parameters" in self._notebook.cells[binders[0].cell].tags:
                raise Refused(
                    f"`{name}` reads `{read}`, a parameter of the notebook: pass it to the function"
                )
            elif len(binders) == 1 and (isinstance(nodes[0], _DEFINITIONS) or self._is_constant(nodes[0])):
                yield binders[0], read
            else:
                raise Refused(
                    f"`{name}` reads `{read}`, which {place_of(binders[-1])} sets: make it a parameter"
                )

    def _check_unbound(self, statement: Statement, name: str, read: str) -> None:
        if is_builtin(read) or read == DISPLAY:
            return
        # A class body reads what it has bound itself, as `@size.setter` does.
        own = _names(self._analysis, statement).class_reads
        if read in own and read not in bindings_of_one(_node(self._analysis, statement)).mentions:
            return
        star = next((each for each in self._statements if "import *" in each.source), None)
        where = f" but perhaps `{star.source}`" if star else ""
        raise Refused(f"`{name}` reads `{read}`, which nothing binds{where}: import it")

    def _import(self, name: str, read: str, binders: Sequence[Statement]) -> None:
        aliases = [
            alias
            for each in binders
            for alias in imported(_node(self._analysis, each))
            if alias.bound == read
        ]
        held = next((each for each in binders if each.reads), None)
        if not agree(aliases) or held is not None:
            place = place_of(held or binders[-1])
            raise Refused(f"`{name}` reads `{read}`, whose import in {place} depends on what ran before")
        self._imports[binders[0].site] = binders[0]

    def _is_constant(self, node: ast.stmt) -> bool:
        """Whether it gives one name a value that is written out, or made of names that are."""
        if isinstance(node, ast.AnnAssign):
            plain = isinstance(node.target, ast.Name) and node.value is not None
        else:
            plain = (
                isinstance(node, ast.Assign)
                and len(node.targets) == 1
                and isinstance(node.targets[0], ast.Name)
            )
        value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
        return plain and value is not None and all(self._is_plain(part) for part in ast.walk(value))

    def _is_plain(self, part: ast.AST) -> bool:
        """Whether a part of an expression does nothing: calls only of what is known to be pure."""
        if isinstance(part, ast.Call):
            spec = self._analysis.library.find(self._qualified(part.func))
            return spec is not None and not spec.effects
        return not isinstance(part, (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom))

    def _qualified(self, callee: ast.expr) -> str:
        parts: list[str] = []
        while isinstance(callee, ast.Attribute):
            parts.insert(0, callee.attr)
            callee = callee.value
        if not isinstance(callee, ast.Name):
            return ""
        for binder in self._binders.get(callee.id, ()):
            for alias in imported(_node(self._analysis, binder)):
                if alias.bound == callee.id:
                    return ".".join([alias.value, *parts])
        return ".".join([callee.id, *parts])

    def _check_order(self) -> None:
        """Raise Refused where the module would be imported before something that it imports is."""
        first = min(self._moved)
        late = next((each for site, each in self._imports.items() if site > first), None)
        if late is not None:
            raise Refused(
                f"{_place(late)} imports what the module needs, after it: move that import up first"
            )


def _code(pieces: Sequence[Piece]) -> Iterator[str]:
    """The code without the imports; constants that follow each other stay together."""
    after = "import"
    for piece in pieces:
        if not aliases_of(piece):
            defines = isinstance(piece.node, _DEFINITIONS)
            gap = "\n\n" if defines or after == "definition" else "\n" if after == "import" else ""
            yield f"{gap}{top_text(piece)}\n"
            after = "definition" if defines else "constant"


def _patches(node: ast.stmt, name: str) -> bool:
    """Whether a statement sets or deletes an attribute of what a name means."""
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and not isinstance(part.ctx, ast.Load):
            patched: ast.expr = part.value
        elif isinstance(part, ast.Call) and ast.unparse(part.func) in ("setattr", "delattr") and part.args:
            patched = part.args[0]
        else:
            continue
        if isinstance(patched, ast.Name) and patched.id == name:
            return True
    return False


def _node(analysis: Analysis, statement: Statement) -> ast.stmt:
    source = analysis.dataflow.runs[statement.site.run].run.source
    return read_cell(source).statements[statement.site.statement].node


def _names(analysis: Analysis, statement: Statement) -> Names:
    return names_of(_node(analysis, statement))


def _place(statement: Statement) -> str:
    return f"Cell {statement.cell}, line {statement.line}"
