"""Cells that give another result when they run a second time."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from notelift.cells.code import read_cell
from notelift.flow.analysis import Analysis, analyse
from notelift.flow.graph import Dataflow, Dependency, RunFlow, Statement
from notelift.flow.provenance import Provenance, numbers
from notelift.queries.divergence import filtered

# Draws, output and plots are other ones each time, and nobody minds.
_COUNTED = frozenset({"name", "object", "file"})
_GENERATORS = frozenset({"numpy.random.Generator", "numpy.random.RandomState", "random.Random"})
# Methods that, called again on what they gave or changed, leave it as it is.
_SETTLED = frozenset(
    {
        "add",
        "astype",
        "clear",
        "clip",
        "discard",
        "drop_duplicates",
        "dropna",
        "fillna",
        "fit",
        "fit_predict",
        "fit_transform",
        "grid",
        "legend",
        "lower",
        "rename",
        "round",
        "seed",
        "setdefault",
        "sort",
        "sort_index",
        "sort_values",
        "strip",
        "title",
        "upper",
    }
)


@dataclass(frozen=True, slots=True)
class Drift:
    """A cell that reads what its own run before has set: the statement's line, and the name that it reads."""

    cell: int
    line: int
    name: str


def drifting_cells(written: Analysis) -> tuple[Drift, ...]:
    """Return the cells whose second run, right after the first, surely gives something else."""
    timeline = tuple(flow.run for flow in written.dataflow.runs)
    drifts = []
    for index, flow in enumerate(written.dataflow.runs):
        if _binds_what_it_reads(flow):
            again = replace(flow.run, occurrence=1)
            twice = analyse((*timeline[: index + 1], again), written.library, written)
            if _reads_its_earlier_run(twice):
                counted = filtered(twice.dataflow, _counts)
                drifts.append(_drift(counted, numbers(counted), index + 1))
    return tuple(drift for drift in drifts if drift is not None)


def _reads_its_earlier_run(twice: Analysis) -> bool:
    """Whether the last run surely reads what the one before has set; cheaper to tell than what it gives."""
    first, again = (twice.records[key] for key in twice.order[-2:])
    set_before = {fact.token for fact in first.facts}
    return any(
        must and kind in _COUNTED and token in set_before
        for fact in again.facts
        for (token, kind, _), (must, _) in fact.edges.items()
    )


def _drift(twice: Dataflow, provenance: Provenance, index: int) -> Drift | None:
    """The first statement of a second run that builds on what the first run did, where that matters."""
    flow, first = twice.runs[index], twice.runs[index - 1]
    for again, before in zip(flow.statements, first.statements, strict=True):
        if provenance.of_statement(again.site) == provenance.of_statement(before.site) or _is_settled(again):
            continue
        for needs in again.reads:
            if needs.source.run == index - 1 and not _is_settled(twice.statement(needs.source)):
                name = _named(needs, again, twice)
                value = twice.values.get(_root(name))
                if name and (value is None or value.type not in _GENERATORS):
                    return Drift(flow.run.cell, again.line, name)
    return None


def _named(needs: Dependency, statement: Statement, dataflow: Dataflow) -> str:
    """A name that the reader of the notebook knows for what is read; "" where there is none."""
    changed = [name for name, _, must in statement.changes if must]
    known = (name for name in (needs.name, *changed, *statement.binds) if _root(name) in dataflow.values)
    return needs.name if needs.kind == "file" else next(known, "")


def _is_settled(statement: Statement) -> bool:
    """Whether the statement, done twice, is as done once: a call, or a store that does not read its place."""
    code = read_cell(statement.source).statements
    node = code[0].node if len(code) == 1 else None
    if isinstance(node, ast.Assign) and not any(isinstance(target, ast.Name) for target in node.targets):
        stored = {part.id for target in node.targets for part in _names(target)}
        return stored.isdisjoint(part.id for part in _names(node.value))
    value = node.value if isinstance(node, (ast.Expr, ast.Assign, ast.AnnAssign)) else None
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return False
    return value.func.attr in _SETTLED or value.func.attr.startswith("set_")


def _counts(needs: Dependency) -> bool:
    return needs.must and needs.kind in _COUNTED


def _binds_what_it_reads(flow: RunFlow) -> bool:
    """Whether a cell reads from before, and sets or changes, a thing of one name."""
    read = {
        _root(needs.name)
        for statement in flow.statements
        for needs in statement.reads
        if needs.source.run != _run_of(flow) and _counts(needs)
    }
    return any(
        not read.isdisjoint(_set_by(statement)) and not _is_settled(statement)
        for statement in flow.statements
    )


def _set_by(statement: Statement) -> set[str]:
    """The names that a statement binds or surely changes, and the files that it writes."""
    changed = {_root(name) for name, _, must in statement.changes if must}
    files = {resource for effect, resource in statement.world if effect in ("write", "append")}
    return changed | files | set(statement.binds)


def _run_of(flow: RunFlow) -> int:
    return flow.statements[0].site.run


def _root(name: str) -> str:
    return name if name.startswith("file:") else name.partition("[")[0].partition(".")[0]


def _names(node: ast.expr) -> list[ast.Name]:
    return [part for part in ast.walk(node) if isinstance(part, ast.Name)]
