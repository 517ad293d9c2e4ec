"""All that a value needs, gathered from several cells into consecutive statements of one."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from notelift.assists.function.bindings import bindings_of_one
from notelift.assists.function.eager import called_name, is_silent
from notelift.assists.function.refusals import syntax_refusal
from notelift.assists.function.selection import Selected, whole_cell
from notelift.assists.function.text import comments_above
from notelift.assists.model import Refused
from notelift.cells.code import CellStatement, magic_of, read_cell
from notelift.edits.checking import check_flow
from notelift.flow.analysis import analyse
from notelift.flow.graph import Dataflow, Dependency, Site, Statement
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.session import Session
from notelift.queries.hidden import Kernel
from notelift.queries.slicing import slice_analysis
from notelift.queries.targets import Target, TargetError

_DEFINING = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
# Methods that change an object and give None, so that a cell that ends with one displays nothing.
_CHANGING = frozenset({"append", "clear", "extend", "insert", "remove", "reverse", "seed", "sort", "update"})


@dataclass(frozen=True)
class Gathered:
    """The notebook in which the statements stand together, analysed, and where they are in it."""

    kernel: Kernel
    selected: Selected


def gather(kernel: Kernel, target: Target) -> Gathered:
    """Return the notebook with what the target needs in one place, and with the same values.

    What others need too stays where it is. Raises Refused where moving changes values or outputs.
    """
    dataflow = kernel.written.dataflow
    moving = _moving(kernel, target)
    call = max(moving)
    _check_outputs(dataflow, moving, call)
    notebook, moved = _gathered(kernel.session.notebook, dataflow, moving, call)
    session = Session(notebook)
    after = Kernel(session, analyse(session.written, kernel.library, kernel.written), kernel.library)
    if reason := check_flow(dataflow, after.written.dataflow, moved):
        raise Refused(f"What `{target.value}` needs cannot move together: {reason}")
    cell = notebook.cells[dataflow.runs[call.run].run.cell]
    end = moved[call].statement + 1
    return Gathered(after, whole_cell(cell).narrowed(end - len(moving), end))


def _moving(kernel: Kernel, target: Target) -> frozenset[Site]:
    """The statements that the target needs and nothing else does, but what reads its name."""
    try:
        kept = slice_analysis(kernel.written, [target])
    except TargetError as error:
        raise Refused(f"{error}") from error
    if kept.unbound:
        raise Refused(f"{kept.unbound[0]}: correct the notebook first")
    dataflow = kernel.written.dataflow
    needed = {each.statement.site for each in kept.statements}
    nodes = {site: _node(dataflow, site) for site in needed}
    moving = needed - _of_definitions(dataflow, nodes)
    if not moving:
        raise Refused(
            f"`{target.value}` needs nothing but imports and definitions, which stay where they are"
        )
    call = max(moving)
    waiting = [each for each in dataflow.statements() if each.site not in moving]
    while waiting:
        statement = waiting.pop()
        for read in statement.reads:
            if read.source in moving and not _is_served(statement, read, call, target.value):
                moving.discard(read.source)
                waiting.append(dataflow.statement(read.source))
    if call not in moving:
        raise Refused(f"Others need what makes `{target.value}` in the last place: extract the cell instead")
    return frozenset(moving)


def _is_served(statement: Statement, read: Dependency, call: Site, name: str) -> bool:
    """Whether what a statement that stays reads is there after the call."""
    if statement.site < call:
        return False
    if read.kind in ("world", "file") or read.source == call:
        return True
    root = read.name.partition("[")[0].partition(".")[0]
    return read.kind in ("name", "object") and root in ("", name)


def _of_definitions(dataflow: Dataflow, nodes: Mapping[Site, ast.stmt]) -> set[Site]:
    """Imports, definitions and magics, and what functions find among the notebook's variables."""
    found = {site for site, node in nodes.items() if isinstance(node, _DEFINING) or _has_magic(node)}
    names = {name for site in found for name in bindings_of_one(nodes[site]).deferred}
    waiting = [
        site for site, node in nodes.items() if site not in found and bindings_of_one(node).binds & names
    ]
    while waiting:
        site = waiting.pop()
        if site not in found:
            found.add(site)
            waiting += [read.source for read in dataflow.statement(site).reads if read.source in nodes]
    return found


def _has_magic(node: ast.stmt) -> bool:
    return any(magic_of(part) is not None for part in ast.walk(node))


def _node(dataflow: Dataflow, site: Site) -> ast.stmt:
    return _statement(dataflow, site).node


def _statement(dataflow: Dataflow, site: Site) -> CellStatement:
    return read_cell(dataflow.runs[site.run].run.source).statements[site.statement]


def _check_outputs(dataflow: Dataflow, moving: Collection[Site], call: Site) -> None:
    """Raise Refused where a cell would show something else, or in another place."""
    for run in sorted({site.run for site in moving} - {call.run}):
        flow = dataflow.runs[run]
        where = f"Cell {flow.run.cell}"
        if flow.run.source.lstrip().startswith("%%"):
            raise Refused(f"{where} has a cell magic, which is for all of its statements: take it away first")
        for statement in flow.statements:
            if statement.site in moving and _shows(statement, _node(dataflow, statement.site)):
                raise Refused(
                    f"{where}, line {statement.line} shows something, which would be shown elsewhere"
                )
        nodes = [each.node for each in read_cell(flow.run.source).statements]
        last = len(nodes) - 1
        staying = [number for number in range(len(nodes)) if Site(run, number) not in moving]
        shown = [last] if last not in staying else []
        if staying and staying[-1] != last:
            shown.append(staying[-1])
        for number in shown:
            if _displays(nodes[number]):
                line = flow.statements[number].line
                raise Refused(
                    f"{where} would display something else than line {line}: give that a cell of its own"
                )


def _shows(statement: Statement, node: ast.stmt) -> bool:
    """Whether a statement prints or draws; one that only changes an object ends a cell without a display."""
    if (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and called_name(node.value) in _CHANGING
    ):
        return any(resource == "pyplot" for _, resource in statement.world)
    return any(effect == "show" or resource == "pyplot" for effect, resource in statement.world)


def _displays(node: ast.stmt) -> bool:
    """Whether a statement at the end of a cell may display a value."""
    if not isinstance(node, ast.Expr):
        return False
    call = node.value
    if isinstance(call, ast.Call):
        in_place = any(
            each.arg == "inplace" and isinstance(each.value, ast.Constant) and each.value.value is True
            for each in call.keywords
        )
        return not in_place and called_name(call) not in _CHANGING and not is_silent(call)
    return True


def _gathered(
    notebook: Notebook, dataflow: Dataflow, moving: Collection[Site], call: Site
) -> tuple[Notebook, dict[Site, Site]]:
    """The notebook with the statements above the last of them, and where each statement is."""
    sources: dict[int, str] = {}
    chunks: list[str] = []
    for run in sorted({site.run for site in moving}):
        cell = notebook.cells[dataflow.runs[run].run.cell]
        numbers = sorted(site.statement for site in moving if site.run == run)
        text = _CellText(cell, numbers)
        chunks.append(text.taken())
        sources[cell.index] = text.left(text.first_line_of(call.statement) if run == call.run else 0, chunks)
    cells = tuple(
        replace(cell, source=sources[cell.index]) if cell.index in sources else cell
        for cell in notebook.cells
    )
    return replace(notebook, cells=cells), dict(_places(dataflow, moving, call))


def _places(dataflow: Dataflow, moving: Collection[Site], call: Site) -> Iterator[tuple[Site, Site]]:
    ordered = sorted(moving)
    for run, flow in enumerate(dataflow.runs):
        staying = [each.site for each in flow.statements if each.site not in moving]
        before = sum(1 for site in staying if site < call)
        for number, site in enumerate(staying):
            after = len(ordered) if run == call.run and site > call else 0
            yield site, Site(run, number + after)
        if run == call.run:
            for number, site in enumerate(ordered):
                yield site, Site(run, before + number)


class _CellText:
    """The lines of a cell, of which some statements are taken away."""

    def __init__(self, cell: Cell, numbers: Sequence[int]) -> None:
        self._lines = cell.source.split("\n")
        self._statements = read_cell(cell.source).statements
        self._numbers = numbers
        whole = whole_cell(cell)
        for number in numbers:
            if refusal := syntax_refusal(whole.narrowed(number, number + 1)):
                raise Refused(refusal)
        self._taken = [self._span(number) for number in numbers]

    def first_line_of(self, number: int) -> int:
        """The line, from 1, on which a statement or its comments start."""
        return self._span(number)[0]

    def taken(self) -> str:
        """The statements that go, with the comments above them; blank lines between them stay."""
        parts: list[str] = []
        end = 0
        for first, last in self._taken:
            between = self._lines[end : first - 1]
            gap = bool(parts) and not any(line.strip() for line in between) and len(between) > 0
            parts += ([""] if gap else []) + self._lines[first - 1 : last]
            end = last
        return "\n".join(parts)

    def left(self, place: int, chunks: Sequence[str]) -> str:
        """The rest of the cell, with the chunks at a line where one is given."""
        gone = {line for first, last in self._taken for line in range(first, last + 1)}
        result: list[str] = []
        skipping = False
        for line, text in enumerate(self._lines, 1):
            if line == place:
                result.append("\n\n".join(chunks))
            if line in gone:
                skipping = line != place and (not result or not result[-1].strip())
                if place and place <= line:
                    skipping = False
                continue
            if skipping and not text.strip():
                continue
            skipping = False
            result.append(text)
        return "\n".join(result)

    def _span(self, number: int) -> tuple[int, int]:
        statement = self._statements[number]
        floor = self._statements[number - 1].end_line + 1 if number else 1
        return comments_above(self._lines, statement.line, floor), statement.end_line
