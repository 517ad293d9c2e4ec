"""Whether code that moves into a call would see what the code that stays does before the call."""

from __future__ import annotations

from notelift.effects.library import Library
from notelift.flow.analysis import analyse
from notelift.flow.graph import Dataflow, Dependency
from notelift.notebook.model import Run
from notelift.queries.move_parts import place_of
from notelift.queries.moved import Move, MoveError
from notelift.queries.slice import Slice

# The function has names of its own, and what a notebook displays is not its.
_SEPARATE = frozenset({"name", "output"})


def check_order(dataflow: Dataflow, kept: Slice, move: Move, library: Library) -> None:
    """Raise MoveError when the call would see state that it does not see in the notebook.

    In the notebook a statement that stays may stand behind one that moves, and changes the state of a library
    or of Python that the latter reads as it was before. The order after the move is analysed: a dependency
    of what moves on what stays is new, for a slice is closed.
    """
    moving = [each.statement for each in kept.statements]
    staying = [
        statement
        for statement in dataflow.statements()
        if statement.site < move.call and statement.site not in move.removed
    ]
    if not moving or not any(statement.world or statement.changes for statement in staying):
        return
    runs = tuple(
        Run(statement.cell, f"{number}", statement.source)
        for number, statement in enumerate([*staying, *moving])
    )
    sites = {statement.site for statement in moving}
    reordered = analyse(runs, library).dataflow
    for number, statement in enumerate(moving):
        for read in _reads(reordered, len(staying) + number):
            if read.kind in _SEPARATE or read.name.startswith("random:") or read.source.run >= len(staying):
                continue
            source = staying[read.source.run]
            if source.site not in sites or source.site > statement.site:
                raise MoveError(
                    f"{place_of(source)} changes `{read.name}` before the call, which"
                    f" {place_of(statement)} needs as it was before"
                )


def _reads(dataflow: Dataflow, run: int) -> tuple[Dependency, ...]:
    statements = dataflow.runs[run].statements
    return tuple(read for statement in statements for read in statement.reads)
