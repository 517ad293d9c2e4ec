"""What is bound before some statements of a notebook, and what is needed of them afterwards."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from notelift.assists.function.bindings import Walk, bindings_of, bindings_of_one
from notelift.assists.function.by_text import namespace_use, shown_magic, text_names, words_of
from notelift.assists.function.eager import is_certain_manager
from notelift.assists.function.expressions import Bindings
from notelift.assists.function.lasting import ending_names, uses_weak_references
from notelift.assists.function.managers import bound_under, is_suppressed, suppressing_names
from notelift.assists.function.selection import Selected, blocks_of
from notelift.cells.code import CellStatement, magic_of, read_cell
from notelift.cells.scopes import scope_of
from notelift.notebook.model import Cell

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The names around selected statements.

    `sure` are bound when a run comes to them, `maybe` may be. `needed` are read by what runs afterwards
    before it binds them; `left` are those that nothing binds again to the end of the notebook, empty in a
    function. `captured` are read by functions and classes around them, `captured_before` by those that are
    there when a run comes to the statements. `rebound` are bound by what may run
    after them, `by_functions` by functions that declare them global. `own` are the variables of the function
    that they stand in, None outside functions. `definitions` are bound by imports, `def` and `class` alone.
    `opaque` says where names are reached by their text, "" if nowhere, and `opaque_functions` whether
    functions do that which may be called meanwhile. `guarded` says that an error in the statements does not
    end the run. `unsure` may stay unbound by them, since they bind them where the notebook's own context
    managers suppress errors. `ending` are the notebook's own names for what makes objects that end when
    nothing refers to them any more, and `weak` says that it may look whether something does.
    """

    sure: frozenset[str]
    maybe: frozenset[str]
    needed: frozenset[str]
    left: frozenset[str]
    captured: frozenset[str]
    captured_before: frozenset[str]
    rebound: frozenset[str]
    by_functions: frozenset[str]
    own: frozenset[str] | None
    definitions: frozenset[str]
    star: bool
    opaque: str
    opaque_functions: bool
    guarded: bool
    unsure: frozenset[str]
    ending: frozenset[str]
    weak: bool


def surroundings(cells: Sequence[Cell], selected: Selected) -> Surroundings:
    """Return what is around the selected statements in a notebook that runs from top to bottom."""
    program = _Program(cells, selected)
    before, after = _Before(program), _After(program)
    inside = [*before.around, *after.around, *_branches(selected)]
    # What a function binds is nothing to the functions outside of it.
    earlier = [] if program.function else [each.node for each in [*program.earlier, *program.before]]
    ready = [*map(bindings_of_one, earlier), *(inside if len(selected.path) > 1 else before.around)]
    others = [bindings_of_one(each.node) for each in program.others()]
    around = [*inside] if program.function else [*others, *inside]
    by_functions = _union(each.deferred_binds for each in [*others, *inside])
    return Surroundings(
        frozenset(before.walk.bound or ())
        - (by_functions & _declared_global(program))
        - program.unsure_before,
        frozenset(before.maybe | (frozenset() if program.function else by_functions)),
        frozenset(after.needed),
        frozenset() if program.function is not None else frozenset(before.maybe) - after.killed,
        _union(each.deferred | each.class_reads for each in around),
        _union(each.deferred | each.class_reads for each in ready),
        frozenset(after.rebound) | before.in_loops | by_functions,
        by_functions,
        program.own,
        _definitions(program),
        before.star,
        *_opaque(program),
        any(_catches(program, node, field) for step in selected.path for node, field in step.entries),
        program.unsure,
        ending_names(program.nodes),
        uses_weak_references(program.nodes),
    )


def statements_before(cells: Sequence[Cell], selected: Selected) -> list[ast.stmt]:
    """Return the notebook's statements before the selection, and those around it as they stand."""
    program = _Program(cells, selected)
    holder = [] if selected.is_top else [each.node for each in program.holder]
    return [*(each.node for each in [*program.earlier, *program.before]), *holder]


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)


def _branches(selected: Selected) -> list[Bindings]:
    """The blocks of the statements around the selection that do not lead to it."""
    found = []
    for step, inner in zip(selected.path, selected.path[1:], strict=False):
        for _, block in blocks_of(step.block[step.start]):
            if block != inner.block:
                found.append(bindings_of(block))
    return found


class _Program:
    """The statements of the notebook before, around and after the selection."""

    def __init__(self, cells: Sequence[Cell], selected: Selected) -> None:
        python = [cell for cell in cells if cell.is_python]
        here = selected.cell.index
        self.selected = selected
        self.function = selected.function
        self.earlier = [
            each for cell in python if cell.index < here for each in read_cell(cell.source).statements
        ]
        self.later = [
            each for cell in python if cell.index > here for each in read_cell(cell.source).statements
        ]
        own = read_cell(selected.cell.source).statements
        top = selected.path[0]
        self.before = own[: top.start]
        self.holder = own[top.start : top.end]
        self.after = own[top.end :]
        self.broken = [cell for cell in python if cell.index > here and read_cell(cell.source).error]
        self.own = self._own()
        self.nodes = nodes = [each.node for each in [*self.others(), *self.holder]]
        self.suppressing = suppressing_names(nodes)
        holder = [each.node for each in self.holder]
        self.unsure = frozenset(bound_under(holder, self.suppressing))
        earlier = [each.node for each in [*self.earlier, *self.before]] + ([] if selected.is_top else holder)
        self.unsure_before = frozenset(bound_under(earlier, self.suppressing))
        self.unsure_after = frozenset(bound_under(nodes, self.suppressing))

    def others(self) -> list[CellStatement]:
        """All statements of the notebook but the selected, or the one that holds them."""
        return [*self.earlier, *self.before, *self.after, *self.later]

    def _own(self) -> frozenset[str] | None:
        functions = [each for each in self.selected.owners if isinstance(each, _FUNCTIONS)]
        if not functions:
            return None
        return frozenset().union(*(scope_of(each).locals for each in functions))


def _statements(cells: Iterable[Cell]) -> list[CellStatement]:
    return [each for cell in cells for each in read_cell(cell.source).statements]


class _Before:
    """What is bound on the way to the selection."""

    def __init__(self, program: _Program) -> None:
        self.walk = Walk()
        self.star = False
        self.around: list[Bindings] = []
        self.in_loops: frozenset[str] = frozenset()
        self.may_be: set[str] = set()
        for statement in [*program.earlier, *program.before]:
            self._run(statement.node)
        path = program.selected.path
        functions = [
            number
            for number, step in enumerate(path)
            if any(isinstance(node, _FUNCTIONS) for node, _ in step.entries)
        ]
        if functions:
            outer = program.own or frozenset()
            function = program.function
            assert function is not None
            scope = scope_of(function)
            self.walk = Walk((outer - scope.locals) | frozenset(scope.parameters))
            self.may_be = set(outer - scope.locals) | set(scope.parameters)
        for step in path[functions[-1] if functions else 1 :]:
            for node, field in step.entries:
                if isinstance(node, _LOOPS):
                    found = bindings_of((node,)).binds
                    self.may_be |= found
                    self.in_loops |= found if field == "body" else frozenset()
                if not isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
                    self.walk.enter(node, field)
                    self.may_be |= self.walk.result().binds
            siblings = step.block[: step.start]
            for each in siblings:
                self._run(each)
            self.around += [bindings_of_one(each) for each in siblings]
        self.may_be |= self.in_loops

    @property
    def maybe(self) -> frozenset[str]:
        """The names that may be bound."""
        return frozenset(self.may_be)

    def _run(self, node: ast.stmt) -> None:
        self.walk.run((node,))
        found = bindings_of_one(node)
        self.may_be |= found.binds - found.temporary
        if isinstance(node, ast.Delete):
            self.may_be -= found.deletes
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            self.star = True
        for part in _magics_in(node):
            if part.startswith("reset"):
                self.walk.bound = set()


class _After:
    """What runs after the selection, up to the end of the function or of the notebook."""

    def __init__(self, program: _Program) -> None:
        self._unsure = program.unsure_after
        self.needed: set[str] = set()
        self.killed: set[str] = set()
        self.rebound: set[str] = set()
        self.around: list[Bindings] = []
        inside = True
        for number in reversed(range(len(program.selected.path))):
            step = program.selected.path[number]
            if number == 0:
                break
            self._statements(step.block[step.end :])
            if any(isinstance(node, (*_FUNCTIONS, ast.ClassDef)) for node, _ in step.entries):
                inside = False
                break
            for node, field in reversed(step.entries):
                self._outward(node, field)
        if inside:
            self._statements([each.node for each in program.after])
            self._statements([each.node for each in program.later])
            for cell in program.broken:
                self.needed |= words_of(cell.source) - self.killed

    def _statements(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            found = bindings_of_one(statement)
            self.around.append(found)
            self._read(found)
            self.needed |= text_names(statement) - self.killed
            self.rebound |= found.binds
            if not _jumps(statement):
                self.killed |= found.surely - self._unsure
                self.killed -= found.deletes

    def _outward(self, node: ast.AST, field: str) -> None:
        """What may run when a block of `node` is done, or stops."""
        if isinstance(node, _LOOPS) and field == "body":
            self._maybe([node])
        elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            for other in ("handlers", "orelse", "finalbody"):
                self._maybe(getattr(node, other))

    def _maybe(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            block = node.body if isinstance(node, ast.ExceptHandler) else [node]
            found = bindings_of([each for each in block if isinstance(each, ast.stmt)])
            self._read(found)
            self.rebound |= found.binds
            for each in block:
                self.needed |= text_names(each) - self.killed

    def _read(self, found: Bindings) -> None:
        self.needed |= (frozenset(found.reads) | found.deferred | found.class_reads) - self.killed


def _catches(program: _Program, node: ast.AST, field: str) -> bool:
    """Whether the run may go on after an error in a block of `node`, or run code because of it."""
    if isinstance(node, (ast.With, ast.AsyncWith)):
        certain = all(is_certain_manager(item.context_expr) for item in node.items)
        return not certain or is_suppressed(node, program.suppressing)
    is_try = isinstance(node, ast.Try) or type(node).__name__ == "TryStar"
    return is_try and field != "finalbody"


def _jumps(statement: ast.stmt) -> bool:
    """Whether a run may leave the statement for another place of a loop around it."""
    return any(isinstance(part, (ast.Break, ast.Continue)) for part in ast.walk(statement))


def _magics_in(node: ast.stmt) -> list[str]:
    if not isinstance(node, (ast.Expr, ast.Assign)):
        return []
    return [magic.name for part in ast.walk(node) if (magic := magic_of(part)) is not None]


def _declared_global(program: _Program) -> frozenset[str]:
    """The names that functions declare global, which they may delete."""
    found: set[str] = set()
    for statement in [*program.others(), *program.holder]:
        for part in ast.walk(statement.node):
            if isinstance(part, ast.Global):
                found.update(part.names)
    return frozenset(found)


def _definitions(program: _Program) -> frozenset[str]:
    """The names that only imports, functions and classes bind."""
    defined: set[str] = set()
    others: set[str] = set()
    for statement in [*program.others(), *program.holder]:
        binds = bindings_of_one(statement.node).binds
        (defined if isinstance(statement.node, _DEFINING) else others).update(binds)
        for part in ast.walk(statement.node) if not isinstance(statement.node, _DEFINING) else ():
            if isinstance(part, (ast.Import, ast.ImportFrom)):
                defined.update((alias.asname or alias.name).split(".")[0] for alias in part.names)
    return frozenset(defined - others)


def _opaque(program: _Program) -> tuple[str, bool]:
    """Where names of the notebook are reached by their text, in a sentence, and whether functions do it."""
    for statement in [*program.earlier, *program.before]:
        if used := namespace_use(statement.node, now=False):
            return f"a function uses `{used}`, which reaches variables by their text", True
    for statement in [*program.holder, *program.after, *program.later]:
        if used := namespace_use(statement.node, now=True):
            return f"`{used}` reaches variables by their text", len(program.selected.path) > 1
        if used := shown_magic(statement.node):
            return f"`%{used}` lists the variables", False
    return "", False
