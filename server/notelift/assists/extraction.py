"""The plan of an extraction: the module, what it keeps and why, and the notebook rewritten around it."""

from __future__ import annotations

import ast
import keyword
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from notelift.assists.function.bindings import bindings_of
from notelift.assists.function.lasting import ending_names, kept_alive, uses_weak_references
from notelift.assists.function.managers import bound_under, suppressing_names
from notelift.assists.model import Refused
from notelift.cells.code import read_cell
from notelift.edits.change import NotebookChange
from notelift.edits.from_pieces import change_of
from notelift.edits.rewrite import call_source, changes_folder, check_free, import_source, rewritten_cells
from notelift.export.imports import imported
from notelift.export.model import ExtractError, Module, Options
from notelift.export.module import build_module
from notelift.export.naming import fresh, module_name
from notelift.flow.analysis import Analysis
from notelift.flow.graph import Dataflow, Site, Statement
from notelift.notebook.model import Notebook
from notelift.queries.moved import Move, MoveError, plan_move, why_it_stays
from notelift.queries.reasons import Reason, explain
from notelift.queries.reordered import check_order
from notelift.queries.slice import Slice
from notelift.queries.slicing import slice_analysis
from notelift.queries.targets import Target, TargetError

_DEFINING = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_ABSOLUTE = re.compile(r"/|[A-Za-z]:[\\/]|\\\\")


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user chose: names, where not those taken from the target, and the folder of the module.

    `folder` is absolute or starts at the notebook's folder, "" is that folder.
    """

    module: str | None = None
    function: str | None = None
    folder: str = ""


@dataclass(frozen=True, eq=False)
class Extraction:
    """What an extraction of `targets` comes to: the slice, and the module that is made of it."""

    notebook: Notebook
    analysis: Analysis
    targets: tuple[Target, ...]
    choices: Choices
    kept: Slice
    module: Module

    @property
    def path(self) -> str:
        """Where the module goes, absolute or from the notebook's folder."""
        return path_of(self.choices.folder, self.module.module)

    @cached_property
    def reasons(self) -> tuple[tuple[Reason, ...], ...]:
        """Why each statement of the slice is kept."""
        return explain(self.kept, self.targets)

    @cached_property
    def _move(self) -> tuple[Move | None, str]:
        dataflow = self.analysis.dataflow
        if unread := why_unread(self.analysis):
            return None, unread
        try:
            move = plan_move(dataflow, self.kept, self.targets)
            check_order(dataflow, self.kept, move, self.analysis.library)
            check_free(dataflow, self.module.function)
            import_path(self.notebook, dataflow, self.choices.folder)
            self._check_bound(move)
            self._check_lasting()
        except (MoveError, Refused) as error:
            return None, str(error)
        return move, ""

    def _check_bound(self, move: Move) -> None:
        """Raise Refused where a target may not be bound, as after a loop over nothing.

        The module's function fails then. Where the notebook reads the name after the call, it fails too.
        """
        kept = [each.statement for each in self.kept.statements]
        nodes = [node for each in kept for node in nodes_of(each)]
        suppressed = bound_under(nodes, suppressing_names(_nodes(self.analysis.dataflow)))
        surely = bindings_of(nodes).surely.difference(suppressed)
        later = [each for each in self.analysis.dataflow.statements() if each.site > move.call]
        read = {needs.name for each in later for needs in each.reads if needs.kind == "name"}
        for target in self.targets:
            if target.kind == "name" and target.value not in surely | read:
                raise Refused(f"`{target.value}` may be bound by nothing, as after a loop over nothing")

    def _check_lasting(self) -> None:
        """Raise Refused where something of the slice would end with the module's function, and does things.

        In the notebook it is there as long as its variable is.
        """
        notebook = _nodes(self.analysis.dataflow)
        weak = uses_weak_references(notebook)
        kept = [each.statement for each in self.kept.statements]
        kept = [each for each in kept if not _only_defines(nodes_of(each))]
        nodes = [node for each in kept for node in nodes_of(each)]
        lasting = set(bindings_of(nodes).binds if weak else kept_alive(nodes, ending_names(notebook)))
        lasting -= {target.value for target in self.targets if target.kind == "name"}
        for statement in kept:
            for name in sorted(lasting.intersection(statement.binds)):
                raise Refused(
                    f"what cell {statement.cell}, line {statement.line} makes for `{name}` would end with the"
                    f" call, where the notebook keeps it: extract `{name}` as well"
                )

    @property
    def refusal(self) -> str:
        """Why the notebook cannot be rewritten around the module, in a clause; "" where it can."""
        return self._move[1]

    @property
    def leaves(self) -> tuple[Statement, ...]:
        """The statements that the rewritten notebook leaves out; none where it cannot be rewritten."""
        move = self._move[0]
        removed = move.removed if move else ()
        return tuple(self.analysis.dataflow.statement(site) for site in sorted(removed))

    @property
    def import_source(self) -> str:
        """The code that imports the function in the notebook. Raises Refused."""
        path = import_path(self.notebook, self.analysis.dataflow, self.choices.folder)
        return import_source(self.module.module, [self.module.function], path)

    def rewriting(self, changes_cells: bool) -> NotebookChange:
        """Return the change that imports and calls the module in the notebook, in place of what moved.

        Where cells cannot come and go, the import stands above the call, and a cell that loses all its
        statements has a comment instead. Raises Refused where the notebook cannot be rewritten.
        """
        move, refusal = self._move
        if move is None:
            raise Refused(f"The module can be written, but not the notebook rewritten: {refusal}")
        pieces = rewritten_cells(
            self.notebook,
            self.analysis.dataflow,
            move,
            self.import_source,
            call_source(self.module.function, self.targets),
            apart=changes_cells,
        )
        return change_of(self.notebook, pieces, None if changes_cells else f"# Moved to {self.path}")


def plan_extraction(
    notebook: Notebook, analysis: Analysis, targets: Sequence[Target], choices: Choices
) -> Extraction:
    """Return the plan of an extraction from a notebook's analysed timeline.

    Names that are not chosen are new in the notebook. Raises Refused where there is no module that gives the
    values.
    """
    targets = tuple(targets)
    check_name(choices.module, "module")
    check_name(choices.function, "function")
    try:
        kept = slice_analysis(analysis, targets)
    except TargetError as error:
        raise Refused(_sentence(str(error))) from error
    if kept.unbound:
        raise Refused(_unbound(kept))
    module = choices.module or _free_module_name(targets, analysis)
    options = Options(module, choices.function)
    built = _built(notebook, targets, kept, options)
    bound = {name for statement in analysis.dataflow.statements() for name in statement.binds}
    if choices.function is None and built.function in bound:
        options = replace(options, function=fresh(built.function, bound))
        built = _built(notebook, targets, kept, options)
    return Extraction(notebook, analysis, targets, choices, kept, built)


def why_no_module(analysis: Analysis, targets: Sequence[Target]) -> str:
    """Return why there is no module of the targets, as far as it is told at once; "" where it may be one."""
    if any(target.kind == "name" and target.cell is not None for target in targets):
        # What a name is earlier takes a second analysis.
        return ""
    try:
        kept = slice_analysis(analysis, targets)
    except TargetError as error:
        return _sentence(str(error))
    return _unbound(kept) if kept.unbound else ""


def why_not_rewritten(analysis: Analysis, targets: Sequence[Target]) -> str:
    """Return why the notebook cannot be rewritten around the targets' module, as far as it is told at once.

    "" where it may be. All of the targets are names.
    """
    if unread := why_unread(analysis):
        return unread
    dataflow = analysis.dataflow
    places = [_made_at(dataflow, target) for target in targets]
    calls = [place for place in places if place is not None]
    if len(calls) < len(places):
        return ""
    stays = why_it_stays(dataflow, max(calls), {target.value for target in targets})
    return _sentence(stays)


def _made_at(dataflow: Dataflow, target: Target) -> Site | None:
    """The last statement that a target's value needs, where no second analysis is needed to tell."""
    if target.cell is None:
        value = dataflow.values.get(target.value)
        return max((read.source for read in value.reads), default=None) if value else None
    for flow in dataflow.runs:
        if flow.run.cell == target.cell:
            until = [each for each in flow.statements if target.line is None or each.line <= target.line]
            return until[-1].site if until and target.value in until[-1].binds else None
    return None


def why_unread(analysis: Analysis) -> str:
    """Return which cell cannot be read, so that nobody knows what it needs; "" where all can."""
    for flow in analysis.dataflow.runs:
        if flow.error:
            return f"cell {flow.run.cell} does not parse ({flow.error}): correct it first"
    return ""


def _unbound(kept: Slice) -> str:
    return _sentence(f"{kept.unbound[0]}: correct the notebook")


def _built(notebook: Notebook, targets: Sequence[Target], kept: Slice, options: Options) -> Module:
    try:
        return build_module(notebook, targets, kept, options)
    except ExtractError as error:
        raise Refused(_sentence(str(error))) from error


def import_path(notebook: Notebook, dataflow: Dataflow, folder: str) -> str:
    """Return where the notebook finds a module in `folder`; "" in its own folder, where Python looks anyway.

    Raises Refused where the notebook changes its working directory, and no absolute path is known.
    """
    if not changes_folder(dataflow) or _is_absolute(folder):
        return folder
    if not _is_absolute(notebook.path):
        raise Refused("it changes its working directory, so the module's folder must be absolute")
    home = re.split(r"[\\/][^\\/]*$", notebook.path)[0] or "/"
    return f"{home}/{folder}" if folder else home


def check_name(name: str | None, what: str) -> None:
    """Raise Refused for a name that a module or function of that kind cannot have."""
    if name is None:
        return
    if not name.isidentifier() or keyword.iskeyword(name):
        raise Refused(f"`{name}` cannot be the name of a {what}: choose another")
    if what == "module" and name in sys.stdlib_module_names:
        raise Refused(f"`{name}` is a module of Python's own library: choose another name for the module")


def _free_module_name(targets: Sequence[Target], analysis: Analysis) -> str:
    """A name for the module that hides no other, as far as they are known."""
    name = module_name(targets)
    known = {name} if analysis.library.knows(name) else set()
    return fresh(name, imported_packages(analysis.dataflow) | known)


def path_of(folder: str, module: str) -> str:
    """Return the path of a module in a folder, "" for the notebook's."""
    return f"{folder.rstrip('/')}/{module}.py" if folder else f"{module}.py"


def _is_absolute(path: str) -> bool:
    return bool(_ABSOLUTE.match(path))


def imported_packages(dataflow: Dataflow) -> frozenset[str]:
    """Return the packages that the notebook imports anywhere: a module beside it must not hide them."""
    found: set[str] = set()
    for statement in dataflow.statements():
        if "import" not in statement.source:
            continue
        for top in nodes_of(statement):
            for node in ast.walk(top):
                if isinstance(node, ast.stmt):
                    found.update(alias.module.partition(".")[0] for alias in imported(node))
    return frozenset(found - {""})


def _only_defines(nodes: Sequence[ast.stmt]) -> bool:
    """Whether statements are imports and definitions alone."""
    return all(isinstance(node, _DEFINING) for node in nodes)


def _nodes(dataflow: Dataflow) -> list[ast.stmt]:
    return [node for statement in dataflow.statements() for node in nodes_of(statement)]


def nodes_of(statement: Statement) -> list[ast.stmt]:
    """Return the syntax of a statement."""
    return [each.node for each in read_cell(statement.source).statements]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
