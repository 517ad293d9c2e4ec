"""Status, lineage and slices as JSON: what docs/json.md and docs/protocol.md describe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypedDict

from notelift.flow.graph import Site, Value
from notelift.queries.divergence import CellState, VariableState
from notelift.queries.lineage import Lineage, Role
from notelift.queries.reasons import Reason, explain
from notelift.queries.slice import Slice, SlicedStatement
from notelift.queries.status import Status
from notelift.queries.targets import Target
from notelift.queries.wording import cells_of, explain_cell, explain_variable
from notelift.views.types import shown_type

Certainty = Literal["must", "may"]


class VariableJson(TypedDict):
    """How a variable of the kernel compares with a restart."""

    name: str
    state: VariableState
    cells: list[int]
    reason: str


class CellJson(TypedDict):
    """How a cell compares with a restart."""

    cell: int
    state: CellState
    reason: str


class StatusJson(TypedDict):
    """How far a kernel is from a restart."""

    variables: list[VariableJson]
    cells: list[CellJson]
    runs: list[int]
    notes: list[str]


class StatementJson(TypedDict):
    """A statement and its place."""

    cell: int
    line: int
    end_line: int
    source: str


class ReasonJson(TypedDict):
    """Why a statement is in a slice."""

    kind: str
    name: str
    cell: int | None
    line: int | None
    text: str


class KeptJson(StatementJson):
    """A statement of a slice."""

    certainty: Certainty
    reasons: list[ReasonJson]


class SliceJson(TypedDict):
    """A slice."""

    statements: list[KeptJson]
    kept: int
    total: int


class ChangeJson(TypedDict):
    """A value that a statement changes in place, and why."""

    name: str
    certainty: Certainty
    why: str


class StepJson(StatementJson):
    """A statement of a lineage; `id` is what flows and files name it by."""

    id: int
    role: Role | None
    binds: list[str]
    changes: list[ChangeJson]


# `from` is no name that a class could have.
FlowJson = TypedDict(
    "FlowJson",
    {"from": int, "to": int, "kind": str, "name": str, "certainty": Certainty, "why": str},
)


class FileJson(TypedDict):
    """A file that a statement of a lineage reads or writes."""

    statement: int
    path: str
    direction: Literal["read", "write"]


class MakerJson(TypedDict):
    """A statement that binds a name, or changes what it holds."""

    statement: int
    certainty: Certainty


class ValueJson(TypedDict):
    """A value of a lineage."""

    name: str
    type: str | None
    made_by: list[MakerJson]


class LineageJson(TypedDict):
    """A lineage."""

    name: str | None
    type: str | None
    statements: list[StepJson]
    flows: list[FlowJson]
    files: list[FileJson]
    values: list[ValueJson]


def status_json(status: Status) -> StatusJson:
    """Return the answer to how far a kernel is from a restart."""
    return {
        "variables": [
            {
                "name": each.name,
                "state": each.state,
                "cells": list(cells_of(each)),
                "reason": explain_variable(each),
            }
            for each in status.difference.variables
        ],
        "cells": [
            {"cell": each.cell, "state": each.state, "reason": explain_cell(each)}
            for each in status.difference.cells
        ],
        "runs": list(status.runs),
        "notes": list(status.notes),
    }


def slice_json(answer: Slice, targets: tuple[Target, ...]) -> SliceJson:
    """Return the slice of targets."""
    return {
        "statements": [
            _kept(kept, reasons)
            for kept, reasons in zip(answer.statements, explain(answer, targets), strict=True)
        ],
        "kept": len(answer.statements),
        "total": answer.total,
    }


def _kept(kept: SlicedStatement, reasons: tuple[Reason, ...]) -> KeptJson:
    statement = kept.statement
    return {
        "cell": statement.cell,
        "line": statement.line,
        "end_line": statement.end_line,
        "source": statement.source,
        "certainty": "must" if kept.certain else "may",
        "reasons": [
            {
                "kind": reason.kind,
                "name": reason.name,
                "cell": reason.cell,
                "line": reason.line,
                "text": reason.text,
            }
            for reason in reasons
        ],
    }


def lineage_json(lineage: Lineage) -> LineageJson:
    """Return the lineage of a value, or of the notebook."""
    identifiers = {step.statement.site: number for number, step in enumerate(lineage.steps)}
    return {
        "name": lineage.name,
        "type": shown_type(lineage.type) or None,
        "statements": [
            {
                "id": identifiers[step.statement.site],
                "role": step.role if lineage.name is not None else None,
                "cell": step.statement.cell,
                "line": step.statement.line,
                "end_line": step.statement.end_line,
                "source": step.statement.source,
                "binds": list(step.statement.binds),
                "changes": [
                    {"name": name, "certainty": "must" if must else "may", "why": why}
                    for name, why, must in step.statement.changes
                ],
            }
            for step in lineage.steps
        ],
        "flows": [
            {
                "from": identifiers[flow.source],
                "to": identifiers[flow.reader],
                "kind": flow.needs.kind,
                "name": flow.needs.name,
                "certainty": "must" if flow.needs.must else "may",
                "why": flow.needs.why,
            }
            for flow in lineage.flows
        ],
        "files": [
            {"statement": identifiers[file.site], "path": file.path, "direction": file.direction}
            for file in lineage.files
        ],
        "values": [_value(value, identifiers) for value in lineage.values],
    }


def _value(value: Value, identifiers: Mapping[Site, int]) -> ValueJson:
    makers: dict[int, bool] = {}
    for needs in value.reads:
        number = identifiers[needs.source]
        makers[number] = makers.get(number, False) or needs.must
    return {
        "name": value.name,
        "type": shown_type(value.type) or None,
        "made_by": [
            {"statement": number, "certainty": "must" if must else "may"}
            for number, must in sorted(makers.items())
        ],
    }
