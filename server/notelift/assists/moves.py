"""Whether a cell may stand elsewhere: what it needs, and what others would read otherwise."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from notelift.checks.context import Context
from notelift.edits.change import MovedCell, NotebookChange
from notelift.flow.graph import Dataflow, Dependency, Site
from notelift.queries.hidden import Kernel
from notelift.queries.reasons import root_of
from notelift.queries.wording import thing

_NO_VALUE = frozenset({"output"})


def move(kernel: Kernel, cell: int, before: int) -> NotebookChange:
    """Return the change that puts a cell before another, to the end where `before` is behind the last."""
    cells = kernel.session.notebook.cells
    target = cells[before].id if before < len(cells) else None
    return NotebookChange(cells=(MovedCell(cells[cell].id, target),))


def why_not(
    context: Context, cell: int, before: int, expected: Collection[str], readers: Collection[int] = ()
) -> str:
    """Return why a cell cannot stand before another; "" where the dataflow as it is has nothing against it.

    `expected` are the names that others are to read otherwise: any cell above which it goes, and of those
    below which it goes the `readers`. Cheap: what else would change is told by `unexpected` once the changed
    notebook is analysed.
    """
    flow = context.flow
    passed = range(before, cell) if before < cell else range(cell + 1, before)
    runs = {run.run.cell: index for index, run in enumerate(flow.runs)}
    moving = runs[cell]
    between = {runs[each] for each in passed if each in runs}
    here = context.label(cell)
    if before < cell:
        for statement in flow.runs[moving].statements:
            for needs in statement.reads:
                if needs.source.run in between and not _is_expected(needs, expected):
                    maker = context.label(flow.statement(needs.source).cell)
                    return f"{here} needs {what_is_needed(needs)} of {maker}, so it cannot stand above that"
        return ""
    for run in sorted(between):
        for statement in flow.runs[run].statements:
            for needs in statement.reads:
                spared = expected if statement.cell in readers else ()
                if needs.source.run == moving and not _is_expected(needs, spared):
                    reader = context.label(statement.cell)
                    return (
                        f"{reader} needs {what_is_needed(needs)} of {here}, so {here} cannot stand below it"
                    )
    return ""


def unexpected(before: Kernel, after: Kernel, cell: int, expected: Collection[str]) -> str:
    """Return what is read from another statement after a cell has moved than before, in a sentence.

    What is read by one of the names `expected` may be; "" where nothing else is.
    """
    old, new = before.written.dataflow, after.written.dataflow
    places = {flow.run.cell_id: index for index, flow in enumerate(new.runs)}
    moved = {index: places[flow.run.cell_id] for index, flow in enumerate(old.runs)}
    for index, flow in enumerate(old.runs):
        for statement, now in zip(flow.statements, new.runs[moved[index]].statements, strict=True):
            if difference := _difference(statement.reads, now.reads, moved, expected):
                return f"cell {statement.cell}, line {statement.line} would read another {difference}"
    for name in sorted(_set_by(old, cell) & old.values.keys() & new.values.keys() - {*expected}):
        if _difference(old.values[name].reads, new.values[name].reads, moved, expected):
            return f"`{name}` would hold something else at the end"
    return ""


def _set_by(flow: Dataflow, cell: int) -> set[str]:
    """The names that a cell binds, and those whose values it changes."""
    statements = next(run.statements for run in flow.runs if run.run.cell == cell)
    changed = {root_of(name) for statement in statements for name, _, _ in statement.changes}
    return changed.union(*(statement.binds for statement in statements))


def _difference(
    old: tuple[Dependency, ...],
    new: tuple[Dependency, ...],
    moved: Mapping[int, int],
    expected: Collection[str],
) -> str:
    was = {
        (Site(moved[each.source.run], each.source.statement), _sort(each)): each
        for each in old
        if not _is_expected(each, expected)
    }
    now = {(each.source, _sort(each)): each for each in new if not _is_expected(each, expected)}
    for edge in sorted(was.keys() ^ now.keys()):
        return what_is_needed(was.get(edge) or now[edge])
    return ""


def _is_expected(needs: Dependency, expected: Collection[str]) -> bool:
    return needs.kind in _NO_VALUE or needs.name in expected or root_of(needs.name) in expected


def _sort(needs: Dependency) -> str:
    """The kind of an edge; one statement may bind what another changed."""
    return "value" if needs.kind in ("name", "object") else needs.kind


def what_is_needed(needs: Dependency) -> str:
    """Return what is read, in words: a name in backquotes, or a resource."""
    return "something" if needs.name in ("", "…") else thing(needs.name)
