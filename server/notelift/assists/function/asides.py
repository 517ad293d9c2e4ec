"""Imports and definitions among selected statements, which come above the function instead of into it."""

from __future__ import annotations

import ast

from notelift.assists.function.bindings import bindings_of, bindings_of_one
from notelift.assists.function.selection import Selected, first_line, place_of
from notelift.flow.graph import RunFlow, Statement
from notelift.queries.hidden import Kernel

_IMPORTS = (ast.Import, ast.ImportFrom)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_STATE = frozenset({"world", "file", "output", "opaque"})


def run_of(kernel: Kernel, cell: int) -> RunFlow | None:
    """Return what the written notebook does in a cell."""
    return next((flow for flow in kernel.written.dataflow.runs if flow.run.cell == cell), None)


def asides_of(kernel: Kernel, selected: Selected) -> tuple[int, ...]:
    """Return the imports and definitions, by their places in the block, that can stand above the others.

    Those can that nothing selected above them has to do with. Statements within a block stay in it.
    """
    if not selected.is_top:
        return ()
    step = selected.path[0]
    flow = run_of(kernel, selected.cell.index)
    found: tuple[int, ...] = ()
    for number in range(step.start, step.end):
        candidate = isinstance(step.block[number], (*_IMPORTS, *_DEFINITIONS))
        if candidate and _has_own_lines(selected, number) and _may_come_first(selected, number, found, flow):
            found = (*found, number)
    return found


def _may_come_first(selected: Selected, number: int, aside: tuple[int, ...], flow: RunFlow | None) -> bool:
    step = selected.path[0]
    node = step.block[number]
    own = bindings_of_one(node)
    above = bindings_of([step.block[each] for each in range(step.start, number) if each not in aside])
    if own.binds & (above.mentions | above.binds):
        return False
    moved = {each for each in range(step.start, number) if each not in aside}
    if isinstance(node, _IMPORTS):
        # What a module is, and does when it is loaded, may depend on the path, the folder, options...
        return not moved or (flow is not None and all(_only_shows(flow.statements[each]) for each in moved))
    others = [
        step.block[each] for each in range(step.start, step.end) if each not in aside and each != number
    ]
    if own.mentions & bindings_of(others).binds or own.deferred_binds & bindings_of(others).binds:
        return False
    statement = flow.statements[number] if flow is not None else None
    if statement is None or statement.world or any(read.kind in _STATE for read in statement.reads):
        return False
    run = statement.site.run
    return not any(read.source.run == run and read.source.statement in moved for read in statement.reads)


def _only_shows(statement: Statement) -> bool:
    """Whether a statement leaves the world as it is, but for what it prints or draws by chance."""
    return all(effect == "show" or resource.startswith("random:") for effect, resource in statement.world)


def _has_own_lines(selected: Selected, number: int) -> bool:
    lines = selected.cell.source.split("\n")
    block = selected.path[0].block
    start, end = place_of(block[number], lines)
    after = first_line(block[number + 1]) if number + 1 < len(block) else len(lines) + 1
    before = place_of(block[number - 1], lines)[1][0] if number else 0
    return before < start[0] and end[0] < after
