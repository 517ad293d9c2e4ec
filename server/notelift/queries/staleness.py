"""Whether a run reads values that were made of what has changed since."""

from __future__ import annotations

from notelift.effects.library import Library
from notelift.flow.analysis import Analysis, analyse
from notelift.flow.graph import Dataflow, Site, Statement
from notelift.notebook.model import Run, Timeline
from notelift.queries.reasons import root_of

_VALUES = frozenset({"name", "object"})


def stale_sources(timeline: Timeline, probe: Run, library: Library) -> tuple[Statement, ...]:
    """Return the statements that `probe`, run now, depends on and that would read other values now.

    A statement that builds on what it changes itself reads another value of that at any time: this does not
    count. The order of cells in the document does not either.
    """
    ran = analyse(timeline, library)
    probed = analyse((*timeline, probe), library, ran).dataflow
    sites = _sources(probed, len(timeline))
    return tuple(
        statement
        for site in sorted(sites)
        if _reads_otherwise(statement := ran.dataflow.statement(site), timeline, ran, library)
    )


def _sources(dataflow: Dataflow, run: int) -> set[Site]:
    """All that the statements of a run need of the runs before it."""
    waiting = [needs.source for statement in dataflow.runs[run].statements for needs in statement.reads]
    found: set[Site] = set()
    while waiting:
        site = waiting.pop()
        if site not in found:
            found.add(site)
            waiting += [needs.source for needs in dataflow.statement(site).reads]
    return {site for site in found if site.run < run}


def _reads_otherwise(statement: Statement, timeline: Timeline, ran: Analysis, library: Library) -> bool:
    """Whether the statement, run again now, reads what a later one has set."""
    again = Run(-1, f"again {statement.site}", statement.source)
    now = analyse((*timeline, again), library, ran).dataflow.runs[-1].statements
    own = {*statement.binds, *(root_of(name) for name, _, _ in statement.changes)}
    before = {(needs.kind, needs.name, needs.source) for needs in statement.reads}
    return any(
        needs.source > statement.site and (needs.kind, needs.name, needs.source) not in before
        for each in now
        for needs in each.reads
        if needs.kind in _VALUES and needs.must and root_of(needs.name) not in own
    )
