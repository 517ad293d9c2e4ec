"""Whether the notebook does the same once statements are a function: what the dataflow tells."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterator, Mapping, Sequence

from notelift.assists.function.asides import run_of
from notelift.assists.function.bindings import bindings_of_one
from notelift.assists.function.refusals import own_parts
from notelift.assists.function.selection import Selected
from notelift.assists.function.surroundings import Surroundings, statements_before
from notelift.assists.function.text import Extract
from notelift.assists.model import Refused
from notelift.edits.applying import apply
from notelift.edits.change import NotebookChange
from notelift.edits.checking import analysed, check_flow
from notelift.flow.graph import Dataflow, Dependency, Site, Statement
from notelift.queries.hidden import Kernel

_BUILTINS = frozenset(dir(builtins))
_DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
_KINDS = frozenset({"name", "object", "world", "file"})


def read_by_calls(
    kernel: Kernel, selected: Selected, aside: Collection[int], binds: frozenset[str], around: Surroundings
) -> str:
    """Return a name that the selection binds and functions that it calls may read from the globals, or ""."""
    hidden = sorted(binds & around.captured_before)
    if not hidden:
        return ""
    step = selected.path[-1]
    inside = [number for number in range(step.start, step.end) if number not in aside]
    nodes = [step.block[number] for number in inside]
    if selected.function is not None:
        return hidden[0] if any(isinstance(part, ast.Call) for part, _ in own_parts(nodes)) else ""
    flow = run_of(kernel, selected.cell.index)
    if selected.is_top and flow is not None:
        statements = [flow.statements[number] for number in inside]
        if name := next(_seen_reads(statements, nodes, hidden), ""):
            return name
    earlier = statements_before(kernel.session.notebook.cells, selected)
    for name in hidden:
        readers = _readers(name, earlier)
        for node in nodes:
            found = bindings_of_one(node)
            exact = selected.is_top and name not in found.mentions and not _has_parts(node)
            if not exact and found.mentions & readers:
                return name
    return ""


def _seen_reads(
    statements: Sequence[Statement], nodes: Sequence[ast.stmt], hidden: Collection[str]
) -> Iterator[str]:
    """The names that statements read from each other though they do not mention them."""
    sites = {statement.site for statement in statements}
    for statement, node in zip(statements, nodes, strict=True):
        mentions = bindings_of_one(node).mentions
        for read in statement.reads:
            if (
                read.source in sites
                and read.kind == "name"
                and read.name in hidden
                and read.name not in mentions
            ):
                yield read.name


def _has_parts(node: ast.stmt) -> bool:
    """Whether a statement may bind a name and then call something."""
    return hasattr(node, "body") or any(isinstance(part, ast.NamedExpr) for part in ast.walk(node))


def _readers(name: str, earlier: Sequence[ast.stmt]) -> frozenset[str]:
    """The names through which functions may be reached that read the global `name`."""
    found: set[str] = set()
    size = -1
    while size != len(found):
        size = len(found)
        for node in earlier:
            names = bindings_of_one(node)
            if name in names.deferred or names.mentions & found:
                found |= names.binds
                if not isinstance(node, _DEFINING) and _may_store(node):
                    found |= names.mentions - _BUILTINS
    return frozenset(found - {name})


def _may_store(node: ast.stmt) -> bool:
    """Whether a statement may put an object into another."""
    return not isinstance(node, ast.Assign) or not all(isinstance(each, ast.Name) for each in node.targets)


def check_extracted(kernel: Kernel, extract: Extract, change: NotebookChange) -> None:
    """Raise Refused where the changed notebook makes its values of something else."""
    applied = apply(change, kernel.session.notebook)
    before, after = kernel.written.dataflow, analysed(applied, kernel).dataflow
    moved = dict(_moved(before, extract))
    calls = _calls(after, extract)
    if reason := check_flow(before, after, moved, calls):
        raise Refused(f"As a function it would be wrong: {reason}")
    if reason := _check_inputs(before, after, moved, calls):
        raise Refused(f"As a function it would be wrong: {reason}")


def _moved(before: Dataflow, extract: Extract) -> Iterator[tuple[Site, Site]]:
    """Where each statement is afterwards."""
    selected = extract.selected
    top = selected.path[0]
    for run, flow in enumerate(before.runs):
        for number in range(len(flow.statements)):
            place = number
            if flow.run.cell == selected.cell.index:
                place = _place(number, top.start, top.end, extract)
            yield Site(run, number), Site(run, place)


def _calls(after: Dataflow, extract: Extract) -> list[Site]:
    """The statement that calls the function, or that holds the call."""
    selected = extract.selected
    number = _place(selected.path[0].start, selected.path[0].start, selected.path[0].end, extract)
    if selected.is_top:
        number = selected.path[0].start + len(extract.aside) + 1
    return [Site(run, number) for run, flow in enumerate(after.runs) if flow.run.cell == selected.cell.index]


def _place(number: int, start: int, end: int, extract: Extract) -> int:
    if number < start:
        return number
    if not extract.selected.is_top:
        return number + 1
    aside = extract.aside
    if number in aside:
        return start + aside.index(number)
    call = start + len(aside) + 1
    return call if number < end else call + 1 + number - end


def _check_inputs(
    before: Dataflow, after: Dataflow, moved: Mapping[Site, Site], calls: Collection[Site]
) -> str:
    """What a call no longer reads that the statements read, in words; "" where there is nothing."""
    places = set(moved.values())
    for call in calls:
        sites = [site for site, place in moved.items() if place == call]
        was = {
            (moved[read.source], _kind(read)): read
            for site in sites
            for read in before.statement(site).reads
            if read.source not in sites and read.kind in _KINDS
        }
        now = {(read.source, _kind(read)) for read in after.statement(call).reads if read.source in places}
        for edge in sorted(was.keys() - now):
            read = was[edge]
            return f"it would not read `{read.name}` as cell {before.statement(read.source).cell} leaves it"
    return ""


def _kind(read: Dependency) -> str:
    return "value" if read.kind in ("name", "object") else read.kind
