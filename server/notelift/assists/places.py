"""What stands where a user points: statements, and names of the notebook."""

from __future__ import annotations

import re
from collections.abc import Sequence

from notelift.assists.model import Ask
from notelift.cells.code import read_cell
from notelift.export.names import names_of
from notelift.flow.graph import Dataflow, RunFlow, Statement
from notelift.queries.targets import Target

_NAME = re.compile(r"[^\W\d]\w*")
_DEFINES = re.compile(r"(?:from|import|def|class|async\s+def)\b|@")


def run_at(ask: Ask) -> RunFlow | None:
    """Return what the written notebook does in the cell; None for text, and where it does not parse."""
    for flow in ask.kernel.written.dataflow.runs:
        if flow.run.cell == ask.cell:
            return None if flow.error else flow
    return None


def selected(ask: Ask, flow: RunFlow) -> tuple[Statement, ...]:
    """Return the statements that the selection touches, or in which the caret stands."""
    start, end = (ask.line, ask.column), (ask.end_line, ask.end_column)
    return tuple(
        each
        for each in flow.statements
        if (each.line, each.column) <= end
        and start <= (each.end_line, each.end_column)
        and (ask.is_caret or (start < (each.end_line, each.end_column) and (each.line, each.column) < end))
    )


def name_at(ask: Ask, statement: Statement) -> str:
    """Return the variable of the notebook whose name is at the caret, or is all that is selected; else ""."""
    if ask.line != ask.end_line:
        return ""
    text = ask.kernel.session.notebook.cells[ask.cell].source.split("\n")[ask.line - 1]
    for match in _NAME.finditer(text):
        if match.start() <= ask.column and ask.end_column <= match.end():
            attribute = text[: match.start()].rstrip().endswith(".")
            name = match.group()
            return name if not attribute and name in _names(ask, statement) else ""
    return ""


def _names(ask: Ask, statement: Statement) -> frozenset[str]:
    """The variables that a statement reads or binds, its own functions' variables left out."""
    code = read_cell(ask.kernel.session.notebook.cells[ask.cell].source)
    node = code.statements[statement.site.statement].node
    names = names_of(node)
    return names.reads | names.all_binds


def defines(statement: Statement) -> bool:
    """Whether the statement imports or defines, and computes no value."""
    return bool(_DEFINES.match(statement.source))


def is_data(dataflow: Dataflow, name: str, statement: Statement) -> bool:
    """Whether a name at a statement holds a computed value: no module, function or class of the notebook."""
    if name in statement.binds:
        return not defines(statement)
    binders = [read.source for read in statement.reads if (read.kind, read.name) == ("name", name)]
    return bool(binders) and not all(defines(dataflow.statement(site)) for site in binders)


def target_here(dataflow: Dataflow, name: str, statement: Statement) -> Target:
    """Return the target for a name as it is after a statement; without a place where it stays that."""
    value = dataflow.values.get(name)
    if value is not None and all(read.source <= statement.site for read in value.reads):
        return Target("name", name)
    return Target("name", name, statement.cell, statement.end_line)


def bound_by(statements: Sequence[Statement]) -> tuple[str, ...]:
    """Return the names that the statements bind to computed values, in their order."""
    found = [name for each in statements if not defines(each) for name in each.binds]
    return tuple(dict.fromkeys(found))
