"""Where runs that failed stopped: what stands behind that place did not happen."""

from __future__ import annotations

import ast
from dataclasses import replace

from notelift.cells.code import CellStatement, read_cell
from notelift.effects.library import Library
from notelift.flow.analysis import Analysis, analyse
from notelift.flow.names import UNBOUND
from notelift.flow.provenance import Provenance
from notelift.notebook.model import Timeline

# Statements that do one thing, or nothing when it fails.
_SIMPLE = (
    ast.Assign,
    ast.AnnAssign,
    ast.AugAssign,
    ast.Expr,
    ast.Import,
    ast.ImportFrom,
    ast.Assert,
    ast.Raise,
)
_HARMLESS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Pass, ast.Global, ast.Nonlocal)


def analyse_ran(
    timeline: Timeline, library: Library, written: Analysis, before: Analysis | None = None
) -> Analysis:
    """Return the analysis of what a kernel did, with each failed run cut where it can have failed.

    That is the first statement that reads a name which nothing binds before; else the first that has other
    inputs than on the written timeline, where the cell is taken to run; else the last that can fail at all.
    What a compound statement did before it failed may have happened, so it counts. `before` is what this
    returned earlier, to go on from.
    """
    runs = list(timeline)
    analysis = analyse(timeline, library, before or written)
    failed = [index for index, run in enumerate(runs) if not run.success]
    expected = _numbers_of(written.provenance()) if failed else frozenset()
    for index in failed:
        run = runs[index]
        statements = read_cell(run.source).statements
        stop = _stop(analysis, index, statements, expected)
        if stop < len(statements):
            runs[index] = replace(run, source=_source_before(run.source, statements[stop]))
            analysis = analyse(tuple(runs), library, analysis)
    return analysis


def _numbers_of(provenance: Provenance) -> frozenset[str]:
    return frozenset(provenance.of_statement(each.site) for each in provenance.dataflow.statements())


def _stop(
    analysis: Analysis, index: int, statements: tuple[CellStatement, ...], expected: frozenset[str]
) -> int:
    """How many statements of the run count."""
    flow = analysis.dataflow.runs[index].statements
    failing = next(
        (n for n, each in enumerate(flow) if any(note.endswith(UNBOUND) for note in each.notes)), None
    )
    if failing is None:
        failing = _first_other(analysis.provenance(), index, statements, expected)
    if failing is None:
        failing = next((n for n in reversed(range(len(flow))) if _can_fail(statements[n].node)), len(flow))
    if failing < len(flow) and not isinstance(statements[failing].node, _SIMPLE):
        return failing + 1
    return failing


def _first_other(
    provenance: Provenance, index: int, statements: tuple[CellStatement, ...], expected: frozenset[str]
) -> int | None:
    for statement in provenance.dataflow.runs[index].statements:
        number = statement.site.statement
        if _can_fail(statements[number].node) and provenance.of_statement(statement.site) not in expected:
            return number
    return None


def _can_fail(node: ast.stmt) -> bool:
    if isinstance(node, _HARMLESS):
        return False
    return not (isinstance(node, (ast.Assign, ast.Expr)) and isinstance(node.value, ast.Constant))


def _source_before(source: str, statement: CellStatement) -> str:
    """The text of a cell up to a statement."""
    lines = source.split("\n")
    kept = [*lines[: statement.line - 1], lines[statement.line - 1][: statement.column]]
    return "\n".join(kept).rstrip().rstrip(";")
