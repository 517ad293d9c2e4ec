"""What the kernel holds of a variable, and what is wrong with a cell, in the words of `notelift status`."""

from __future__ import annotations

from notelift.queries.causes import Cause
from notelift.queries.divergence import CellDifference
from notelift.queries.hidden import Kernel
from notelift.queries.reasons import root_of
from notelift.queries.wording import explain_cell, explain_variable, thing

SAME = "The kernel holds what a restart gives"

_VARIABLES = {
    "differs": "The kernel holds another value than a restart gives",
    "missing_on_restart": "Only in the kernel, missing on restart",
    "missing_in_kernel": "Missing in the kernel",
    "unknown": "Perhaps another value in the kernel than after a restart",
}
_CELLS = {
    "edited": "edited since it ran",
    "outdated": "outdated",
    "never_run": "never run",
    "failed": "last run failed",
}


def variable_sentence(kernel: Kernel, name: str) -> str:
    """Return how what the kernel holds of a variable compares with a restart, "" where no cell has run."""
    difference = kernel.difference.by_name.get(name) if kernel.session.runs else None
    if difference is None:
        return ""
    if difference.state == "same":
        return SAME
    return f"{_VARIABLES[difference.state]}: {explain_variable(difference)}"


def cell_sentence(kernel: Kernel, cell: int) -> str:
    """Return what is wrong with a cell, "" where it is fresh or no cell has run."""
    difference = cell_difference(kernel, cell)
    if difference is None or difference.state == "fresh":
        return ""
    reason = explain_cell(difference)
    if difference.state == "outdated":
        return f"This cell is outdated: {reason}"
    return f"This cell: {reason}"


def cell_difference(kernel: Kernel, cell: int) -> CellDifference | None:
    """Return how a cell compares with a restart; None where no cell has run, or this one has no code."""
    if not kernel.session.runs:
        return None
    return next((each for each in kernel.difference.cells if each.cell == cell), None)


def cell_words(kernel: Kernel, cell: int) -> str:
    """Return the state of a cell in a few words, "" where it is fresh or there is no need to say it.

    That a cell was never run is said where cells behind it were.
    """
    difference = cell_difference(kernel, cell)
    if difference is None or difference.state == "fresh":
        return ""
    if difference.state == "never_run":
        return _CELLS["never_run"] if any(run.cell > cell for run in kernel.timeline) else ""
    words = _CELLS[difference.state]
    if difference.state == "outdated" and difference.cause is not None:
        return f"{words}: {_cause_words(kernel, cell, difference.cause)}"
    return words


def _cause_words(kernel: Kernel, cell: int, cause: Cause) -> str:
    name = thing(cause.name).replace("`", "")
    root = root_of(cause.name)
    # A parameter or a function's own variable says nothing above a cell.
    inner = root.isidentifier() and thing(root).startswith("`") and root not in kernel.difference.by_name
    if inner:
        name = _set_at(kernel, cause) or "what it reads"
        inner = name == "what it reads"
    where = _run_label(cause.cell, cause.order)
    reader = cause.reader_cell
    if cause.kind == "order" and reader is not None and cause.cell > reader:
        if not inner:
            return f"{name} changed in {where}, which stands below"
        who = "" if reader == cell else f"{_run_label(reader, cause.reader_order)} "
        return f"{who}ran after {where}, which stands below"
    return {
        "edited": f"{where}, which sets {name}, was edited",
        "deleted": f"{name} came from {where}, which was deleted",
        "never_run": f"{where}, which sets {name}, was not run",
        "failed": f"{where}, which sets {name}, failed",
        "repeated": f"{name} changed again in {where}",
        "later_run": f"{name} changed in {where}",
        "order": f"{name} was as {where} left it",
    }[cause.kind]


def _set_at(kernel: Kernel, cause: Cause) -> str:
    """The one variable that is bound or changed where the cause is, "" where that is not one."""
    for dataflow in (kernel.ran.dataflow, kernel.written.dataflow):
        for flow in dataflow.runs:
            if flow.run.cell != cause.cell or cause.order not in (None, flow.run.order):
                continue
            for statement in flow.statements:
                if statement.line == cause.line:
                    found = {*statement.binds, *(root_of(name) for name, _, _ in statement.changes)}
                    return found.pop() if len(found) == 1 else ""
    return ""


def _run_label(cell: int, order: int | None) -> str:
    if order is not None:
        return f"[{order}]"
    return "a deleted cell" if cell < 0 else f"cell {cell}"
