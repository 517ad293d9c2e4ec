"""What a name holds at a place of the written notebook: what made it, changed it and reads it."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from notelift.cells.code import read_cell
from notelift.flow.graph import Dataflow, Dependency, Site, Statement, Value
from notelift.flow.names import UNBOUND
from notelift.flow.observing import Observation, observe
from notelift.queries.hidden import Kernel
from notelift.queries.reasons import root_of
from notelift.views.names import Occurrence, name_at

_BLOCKS = (ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try, ast.Match)
_VALUES = ("name", "object", "opaque")


@dataclass(frozen=True, slots=True)
class Change:
    """A statement that changes a value in place; `must` is False where it only may."""

    statement: Statement
    must: bool


@dataclass(frozen=True)
class History:
    """A value of the written notebook, as it is at a place.

    `at` is the statement there, None where that is the end of the notebook; the value is as it is `after`
    that statement, or as it was before it.
    """

    dataflow: Dataflow
    name: str
    value: Value
    at: Site | None
    after: bool

    @cached_property
    def made(self) -> tuple[Statement, ...]:
        """The statements that bound the name to it; several where it depends which did.

        Where none is known to, those that bind names which cannot be read from the code.
        """
        kind = "name" if self.is_certain else "opaque"
        bound = {read.source for read in self.value.reads if (read.kind, read.name) == (kind, self.name)}
        statements = [self.dataflow.statement(site) for site in sorted(bound)]
        return tuple(each for each in statements if self.name in each.binds) or tuple(statements)

    @property
    def is_certain(self) -> bool:
        """Whether its makers surely bound the name, which code that cannot be read only may have done."""
        return any(read.kind == "name" for read in self.value.reads)

    @cached_property
    def changed(self) -> tuple[Change, ...]:
        """The statements that have changed it in place since it was bound, up to there."""
        return self._changes(self.value.reads)

    @cached_property
    def changed_later(self) -> tuple[Change, ...]:
        """The statements that change it in place after that."""
        found: dict[Site, bool] = {}
        known = {each.statement.site for each in self.changed}
        reads: list[Dependency] = []
        for statement in self._users:
            reads += [read for read in statement.reads if root_of(read.name) == self.name]
            musts = [must for name, _, must in statement.changes if root_of(name) == self.name]
            if musts:
                found[statement.site] = any(musts)
        end = self.dataflow.values.get(self.name)
        if end is not None and self._is_of(end.reads):
            reads += end.reads
        for change in self._changes(reads):
            site = change.statement.site
            found[site] = found.get(site, False) or change.must
        later = [site for site in sorted(found) if self._is_later(site) and site not in known]
        return tuple(Change(self.dataflow.statement(site), found[site]) for site in later)

    @cached_property
    def readers(self) -> tuple[Statement, ...]:
        """The other statements that read it under this name, at any time."""
        own = {each.statement.site for each in (*self.changed, *self.changed_later)}
        return tuple(each for each in self._users if each.site not in own)

    @cached_property
    def is_last(self) -> bool:
        """Whether the name holds this value at the end of the notebook, perhaps changed since."""
        end = self.dataflow.values.get(self.name)
        return end is not None and self._is_of(end.reads)

    @cached_property
    def steps(self) -> tuple[Statement, ...]:
        """All statements that it comes from, other than those that made or changed it; the nearest first."""
        own = {each.site for each in self.made} | {each.statement.site for each in self.changed}
        waiting = deque(sorted(own, reverse=True))
        waiting.extend(sorted({read.source for read in self.value.reads} - own, reverse=True))
        seen = set(waiting)
        found = []
        while waiting:
            statement = self.dataflow.statement(waiting.popleft())
            if statement.site not in own:
                found.append(statement)
            for site in sorted({read.source for read in statement.reads} - seen, reverse=True):
                seen.add(site)
                waiting.append(site)
        return tuple(found)

    @cached_property
    def _users(self) -> tuple[Statement, ...]:
        """The statements other than its makers that read what those bound to the name."""
        makers = {each.site for each in self.made}
        return tuple(each for each in readers_of(self.dataflow, makers, self.name) if each.site not in makers)

    def _changes(self, reads: Iterable[Dependency]) -> tuple[Change, ...]:
        """The statements, of those that are read, that change in place what was bound before them.

        One reads what the last has left, so that they are followed from each to the one before it.
        """
        first = min((each.site for each in self.made), default=Site(-1, -1))
        found: dict[Site, bool] = {}
        waiting = [(read, frozenset((self.name,)), True) for read in reads]
        while waiting:
            read, names, sure = waiting.pop()
            statement = self.dataflow.statement(read.source)
            own = read.kind == "object" and root_of(read.name) in names
            if not (own and statement.changes and read.source > first):
                continue
            must = sure and read.must
            if read.source in found and found[read.source] >= must:
                continue
            found[read.source] = must
            changed = frozenset(root_of(name) for name, _, _ in statement.changes)
            names = frozenset((self.name,)) if self.name in changed else changed
            waiting += [(each, names, must) for each in statement.reads]
        return tuple(Change(self.dataflow.statement(site), found[site]) for site in sorted(found))

    def _is_of(self, reads: Sequence[Dependency]) -> bool:
        """Whether these reads are of what its makers bound."""
        makers = {each.site for each in self.made}
        return any((read.kind, read.name) == ("name", self.name) and read.source in makers for read in reads)

    def _is_later(self, site: Site) -> bool:
        return self.at is not None and (site > self.at or (site == self.at and not self.after))


@dataclass(frozen=True, slots=True)
class Look:
    """What is seen where a variable is named: its history, and the statement's surroundings where known.

    `caller` is a statement that calls the function in which the name is read, where it is read in one.
    `unbound` is the statement that reads the name where nothing can have bound it.
    """

    history: History | None
    observation: Observation | None = None
    caller: Statement | None = None
    unbound: Statement | None = None


def look(kernel: Kernel, cell: int, occurrence: Occurrence) -> Look:
    """Return what is seen of a variable where it is named in a cell; no history where nothing binds it."""
    dataflow = kernel.written.dataflow
    site = site_of(kernel, cell, occurrence.region.line, occurrence.statement)
    if site is None:
        return Look(_at_end(dataflow, occurrence.name))
    if occurrence.inside:
        return _look_inside(kernel, site, occurrence)
    after = (
        occurrence.access == "write" or occurrence.statement is None or _binds_first(kernel, site, occurrence)
    )
    return _look_at(kernel, site, occurrence.name, after)


def _look_at(kernel: Kernel, site: Site, name: str, after: bool, called: bool = False) -> Look:
    """What is seen of a name before or after a statement, which is the caller where the name is `called`."""
    dataflow = kernel.written.dataflow
    statement, observation = dataflow.statement(site), observe(kernel.written, site)
    caller = statement if called else None
    value = observation.after(name) if after else observation.before(name)
    if value is None and f"`{name}` {UNBOUND}" in statement.notes:
        return Look(None, observation, caller, statement)
    if value is None and (reads := _reads_of(statement, name)):
        # A star import or code that cannot be read binds names that no state has.
        value = Value(name, reads)
    if value is not None:
        return Look(History(dataflow, name, value, site, after), observation, caller)
    return Look(_at_end(dataflow, name), observation, caller)


def variable_at(kernel: Kernel, cell: int, source: str, line: int, column: int) -> Occurrence | None:
    """Return the variable that is named at a place of a code cell, whose text is `source`."""
    return name_at(source, line, column) if kernel.session.notebook.cells[cell].is_python else None


def site_of(kernel: Kernel, cell: int, line: int, statement: int | None) -> Site | None:
    """Return the site of a cell's statement; where that is not known, of the last that starts up to `line`.

    That may be one of a cell before. None where the analysed notebook has no such statement.
    """
    dataflow = kernel.written.dataflow
    places = dataflow.places.get(kernel.session.notebook.cells[cell].id)
    if not places:
        return None
    statements = dataflow.runs[places[-1]].statements
    if statement is None:
        before = [each.site for each in statements if each.line <= line]
        earlier = (flow for flow in reversed(dataflow.runs[: places[-1]]) if flow.statements)
        if not before:
            before = [each.site for flow in islice(earlier, 1) for each in flow.statements]
        return before[-1] if before else None
    return statements[statement].site if statement < len(statements) else None


def readers_of(dataflow: Dataflow, sources: Collection[Site], name: str) -> Iterator[Statement]:
    """Yield the statements that read the name as one of `sources` bound it, in order."""
    runs = {site.run for site in sources}
    for flow in dataflow.runs:
        if runs.isdisjoint(flow.sources):
            continue
        for statement in flow.statements:
            if any(
                read.kind == "name" and read.name == name and read.source in sources
                for read in statement.reads
            ):
                yield statement


def _reads_of(statement: Statement, name: str) -> tuple[Dependency, ...]:
    """What the statement reads of the variable."""
    return tuple(read for read in statement.reads if read.kind in _VALUES and root_of(read.name) == name)


def _look_inside(kernel: Kernel, site: Site, occurrence: Occurrence) -> Look:
    """A name in a function is read when that is called."""
    dataflow, name = kernel.written.dataflow, occurrence.name
    for caller in readers_of(dataflow, {site}, occurrence.inside):
        if _reads_of(caller, name) or name in caller.binds:
            return _look_at(kernel, caller.site, name, occurrence.access == "write", called=True)
    return Look(_at_end(dataflow, name))


def _at_end(dataflow: Dataflow, name: str) -> History | None:
    value = dataflow.values.get(name)
    return None if value is None else History(dataflow, name, value, None, True)


def _binds_first(kernel: Kernel, site: Site, occurrence: Occurrence) -> bool:
    """Whether a block binds the name that it reads, as a loop does its variable."""
    statement = kernel.written.dataflow.statement(site)
    if occurrence.name not in statement.binds:
        return False
    code = read_cell(kernel.session.notebook.cells[statement.cell].source).statements
    return isinstance(code[site.statement].node, _BLOCKS)
