"""Whether a run reads values that were made of what has changed since."""

from __future__ import annotations

import ast
from collections.abc import Collection

from notelift.cells.code import read_cell
from notelift.effects.library import Library
from notelift.flow.analysis import Analysis, analyse
from notelift.flow.graph import Dataflow, Site, Statement
from notelift.notebook.model import Run, Timeline
from notelift.queries.reasons import root_of

_VALUES = frozenset({"name", "object", "world", "file"})


def stale_sources(timeline: Timeline, probe: Run, library: Library) -> tuple[Statement, ...]:
    """Return the statements that `probe`, run now, depends on and that would read other values now.

    A statement that builds on what it changes itself reads another value of that at any time: this does not
    count. The order of cells in the document does not either.
    """
    ran = analyse(timeline, library)
    probed = analyse((*timeline, probe), library, ran).dataflow
    wanted = _sources(probed, len(timeline))
    return tuple(
        statement
        for site in sorted(wanted)
        if _reads_otherwise(statement := ran.dataflow.statement(site), wanted[site], timeline, ran, library)
    )


def _sources(dataflow: Dataflow, run: int) -> dict[Site, set[str]]:
    """All that the statements of a run need of the runs before it, with the names for which they need it."""
    waiting = [needs for statement in dataflow.runs[run].statements for needs in statement.reads]
    found: dict[Site, set[str]] = {}
    while waiting:
        needs = waiting.pop()
        if needs.source.run >= run:
            continue
        if needs.source not in found:
            found[needs.source] = set()
            waiting += dataflow.statement(needs.source).reads
        found[needs.source].add(root_of(needs.name))
    return found


def _reads_otherwise(
    statement: Statement, wanted: Collection[str], timeline: Timeline, ran: Analysis, library: Library
) -> bool:
    """Whether the statement, run again now, reads what a later one has set."""
    nodes = read_cell(statement.source).statements
    node = nodes[0].node if len(nodes) == 1 else None
    source = _piece(node, wanted) or statement.source
    now = analyse((*timeline, Run(-1, f"again {statement.site}", source)), library, ran).dataflow
    own = {*statement.binds, *(root_of(name) for name, _, _ in statement.changes)}
    own |= {resource for effect, resource in statement.world if effect != "read"}
    before = {(needs.kind, needs.name, needs.source) for needs in statement.reads}
    again = any(
        needs.source > statement.site and (needs.kind, needs.name, needs.source) not in before
        for each in now.runs[-1].statements
        for needs in each.reads
        if needs.kind in _VALUES and needs.must and needs.name not in own and root_of(needs.name) not in own
    )
    return again or _parts_replaced(statement, node, wanted, ran.dataflow)


def _piece(node: ast.stmt | None, wanted: Collection[str]) -> str:
    """Of `a, b = x, y` the part that sets what is wanted, "" of any other statement."""
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return ""
    target, value = node.targets[0], node.value
    if not isinstance(target, ast.Tuple) or not isinstance(value, ast.Tuple):
        return ""
    if len(target.elts) != len(value.elts) or any(
        isinstance(e, ast.Starred) for e in (*target.elts, *value.elts)
    ):
        return ""
    return "\n".join(
        f"{ast.unparse(part)} = {ast.unparse(made)}"
        for part, made in zip(target.elts, value.elts, strict=True)
        if root_of(ast.unparse(part)) in wanted
    )


def _parts_replaced(
    statement: Statement, node: ast.stmt | None, wanted: Collection[str], dataflow: Dataflow
) -> bool:
    """Whether a block set a name that it reads for what is wanted, and that has been set anew."""
    if not isinstance(node, (ast.If, ast.With)):
        return False
    read = {
        part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)
    }
    inner = read & set(statement.binds) - set(wanted)
    return any(
        needs.source > statement.site
        for name in inner
        if name in dataflow.values
        for needs in dataflow.values[name].reads
        if needs.kind == "name"
    )
