"""Differences between the kernel and a restart, in a sentence each."""

from __future__ import annotations

from collections.abc import Sequence

from notelift.queries.causes import Cause
from notelift.queries.divergence import CellDifference, VariableDifference
from notelift.queries.reasons import resource_in_words


def cell_label(cell: int, order: int | None) -> str:
    """Return what the user sees of a cell: `[7]`, or `cell 3` where no count is known."""
    if order is not None:
        return f"[{order}]" if cell < 0 else f"[{order}] (cell {cell})"
    return "a deleted cell" if cell < 0 else f"cell {cell}"


def explain_cause(cause: Cause) -> str:
    """Return the sentence that says where the kernel parted from a restart."""
    name = thing(cause.name)
    source = cell_label(cause.cell, cause.order)
    reader = _reader(cause)
    maker = f"the cell that sets {name}, {source}"
    if cause.kind == "never_run":
        return f"{source}, which sets {name}, was never run in this kernel{_before(reader)}"
    if cause.kind == "failed":
        return f"{source}, which sets {name}, failed before it came to line {cause.line}"
    if cause.kind == "edited":
        return f"{source}, which sets {name}, was edited after it ran"
    if cause.kind == "deleted":
        return (
            f"{name} was set by {source}, a cell that was deleted"
            if cause.order
            else f"{name} was set by {source}"
        )
    if cause.kind == "repeated":
        return f"{source} ran again and built on the {name} that it had changed before"
    if cause.kind == "later_run":
        return f"{source}, which sets {name}, ran after {reader}, which reads it"
    if cause.reader_cell == cause.cell:
        return f"{source} ran out of order with cells that {name} depends on"
    if reader:
        return f"{reader} read {name} as {source} left it, which after a restart it does not"
    return f"{maker}, ran in another order than the document has"


def _reader(cause: Cause) -> str:
    return "" if cause.reader_cell is None else cell_label(cause.reader_cell, cause.reader_order)


def _before(reader: str) -> str:
    return f", and {reader} reads it" if reader else ""


def thing(name: str) -> str:
    """Return what is read in words: a variable in backquotes, or a resource such as the random numbers."""
    if name in ("", "…"):
        return "what is read"
    return resource_in_words(name)


def explain_variable(difference: VariableDifference) -> str:
    """Return why a variable has its state, in a sentence; "" where it is the same."""
    if difference.state == "same":
        return ""
    reason = explain_cause(difference.cause) if difference.cause else "its statements ran otherwise"
    if difference.state == "unknown":
        return f"code that cannot be read may have set it: {reason}"
    return reason


def explain_cell(difference: CellDifference) -> str:
    """Return why a cell has its state, in a sentence; "" where it is fresh."""
    if difference.state == "outdated":
        if difference.cause is None:
            return "what it reads was different when it ran"
        return explain_cause(difference.cause)
    return {
        "fresh": "",
        "edited": "its code is not the code that ran",
        "never_run": "it was not run in this kernel",
        "failed": "its last run failed",
    }[difference.state]


def cells_of(difference: VariableDifference) -> tuple[int, ...]:
    """Return the cells that make the difference: the one at fault, and the one that read it too early."""
    cause = difference.cause
    if cause is None:
        return ()
    cells = (cause.cell, cause.reader_cell)
    return tuple(sorted({cell for cell in cells if cell is not None and cell >= 0}))


def list_in_words(parts: Sequence[str]) -> str:
    """Return `a, b and c`, of at least one part."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
