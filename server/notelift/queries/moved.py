"""What a notebook can leave out once a module computes some of its values, and where the call goes."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from notelift.flow.graph import Dataflow, Dependency, Site, Statement
from notelift.queries.late import late_reads, may_hold_code
from notelift.queries.move_parts import (
    awaits,
    binders,
    deleted_names,
    effects_of,
    is_stream,
    place_of,
    spoken,
)
from notelift.queries.served import ROOT, Served, makes_object
from notelift.queries.slice import Slice
from notelift.queries.targets import Target

# Effects that leave a resource as it is.
_READING = frozenset({"read", "use", "list", "show"})
# Resources that may be set twice to the same: doing so changes nothing.
_REPEATABLE = re.compile(
    r"future$|options:|rcparams$|warnings$|environment$|locale$|logging$|syspath$|clock$"
)
# What tells of which module the code is. Elsewhere `__name__` is written out in a module.
_OF_MODULE = re.compile(r"\.__module__\b|\{__name__\b")
# Magics whose code a module does not run.
_TIMED = re.compile(r"[ \t]*%%?(?:timeit|memit)\b")
_END = Site(sys.maxsize, 0)
_NUMBERED = re.compile(r"Out\[|_\d|In\[|_i\d")
_INPUTS = re.compile(r"(?<![.\w])(?:In|_ih)\b")


class MoveError(Exception):
    """Code that cannot move without changing the notebook's other values; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Move:
    """The statements that go, and the one in whose place the call stands (it is one of them)."""

    removed: frozenset[Site]
    call: Site


def plan_move(dataflow: Dataflow, kept: Slice, targets: Sequence[Target]) -> Move:
    """Return what can be left out when the statements of `kept` are called as one function.

    The call stands in place of the last of them. A statement is left out only when no statement that stays
    reads what it makes, but for the targets' values after the call. Raises MoveError when the notebook's
    other values, or what it does to files, random streams and the like, could change.
    """
    return _Plan(dataflow, kept, targets).move()


def why_it_stays(dataflow: Dataflow, call: Site, names: Set[str]) -> str:
    """Return why `plan_move` would refuse the statement of the call, "" where it takes the plan to know.

    Only what reads the statement itself is looked at, so that it costs little in a long notebook.
    """
    served = Served(dataflow, frozenset(names), call)
    for run in dataflow.runs[call.run :]:
        for statement in run.statements:
            if any(read.source == call for read in statement.reads) and not all(
                served.is_there(statement.site, read, binders(statement.reads))
                for read in statement.reads
                if read.source == call
            ):
                return _stays(place_of(dataflow.statement(call)), place_of(statement))
    return ""


def _stays(call: str, reader: str) -> str:
    return f"{call} must stay, for {reader} needs it: extract what it needs as well"


class _Plan:
    def __init__(self, dataflow: Dataflow, kept: Slice, targets: Sequence[Target]) -> None:
        self._dataflow = dataflow
        self._statements = {statement.site: statement for statement in dataflow.statements()}
        self._slice = frozenset(each.statement.site for each in kept.statements)
        self._targets = [target for target in targets if target.kind == "name"]
        self._names = frozenset(target.value for target in self._targets)
        self._call = max(self._slice, default=Site(-1, -1))
        self._served = Served(dataflow, self._names, self._call)
        self._last_values = _last_values(dataflow, self._slice)
        _check_targets(dataflow, targets, self._slice)

    def move(self) -> Move:
        removed, reader = self._removable()
        if self._call not in removed:
            raise MoveError(_stays(self._place(self._call), reader))
        self._check_world(removed)
        self._check_aliases(removed)
        self._check_code(removed)
        self._check_moments()
        self._check_late_reads()
        return Move(removed, self._call)

    def _removable(self) -> tuple[frozenset[Site], str]:
        """The greatest set of statements of the slice that nothing which stays needs; who needs it."""
        removed = set(self._slice)
        reader = ""
        deletions = [(name, site) for site in removed for name in deleted_names(self._statements[site])]
        deleted = {name for name, _ in deletions}
        pending = [
            site
            for site, statement in self._statements.items()
            if site not in removed and self._may_need(statement, deleted)
        ]
        while pending:
            statement = self._statements[pending.pop()]
            needed = list(self._needed(statement, removed))
            # A name that is bound where it was deleted is one more name of the notebook.
            needed += [site for name, site in deletions if name in statement.binds and site > statement.site]
            for source in needed:
                if source not in removed:
                    continue
                removed.discard(source)
                pending.append(source)
                if source == self._call:
                    reader = self._place(statement.site)
        return frozenset(removed), reader

    def _may_need(self, statement: Statement, deleted: Set[str]) -> bool:
        """Whether a statement that stays can need any of the slice; most of a long notebook does not."""
        return (
            any(read.source in self._slice for read in statement.reads)
            or any(name in self._last_values or name in deleted for name in statement.binds)
            or bool(deleted_names(statement))
        )

    def _needed(self, statement: Statement, removed: set[Site]) -> Iterator[Site]:
        """What a statement needs of the removed: for itself, and for the last values of its names."""
        yield from self._unserved(statement.site, statement.reads, removed)
        for name in statement.binds:
            yield from self._unserved(_END, self._last_values.get(name, ()), removed)
        for name in deleted_names(statement):
            binders = [
                site for site in removed if name in self._statements[site].binds and site < statement.site
            ]
            if binders and not (name in self._names and statement.site > self._call):
                yield max(binders)

    def _unserved(self, reader: Site, reads: Sequence[Dependency], removed: set[Site]) -> Iterator[Site]:
        """Sources among the removed of what is read at a place, where the call does not stand in for them."""
        bindings = binders(reads)
        for read in reads:
            if read.source in removed and not self._served.is_there(reader, read, bindings):
                yield read.source

    def _place(self, site: Site) -> str:
        return place_of(self._statements[site])

    def _check_world(self, removed: frozenset[Site]) -> None:
        """Raise MoveError when the call would act on files, random streams... in another order, or twice."""
        moved = [self._statements[site] for site in sorted(self._slice)]
        staying = [statement for site, statement in self._statements.items() if site not in removed]
        for statement in staying:
            if any(resource == "opaque" for _, resource in statement.world):
                raise MoveError(
                    f"{self._place(statement.site)} may read any name: it cannot be told what may go"
                )
            if any(read.kind == "output" and _NUMBERED.match(read.name) for read in statement.reads) or (
                _INPUTS.search(statement.source) and "In" not in self._dataflow.values
            ):
                raise MoveError(
                    f"{self._place(statement.site)} counts cells by their number, which would change"
                )
        first: dict[str, Site] = {}
        changed: set[str] = set()
        for statement in moved:
            for effect, resource in effects_of(statement):
                first.setdefault(resource, statement.site)
                if effect not in _READING:
                    changed.add(resource)
                    self._check_repeated(statement, resource, removed)
        for statement in staying:
            for effect, resource in effects_of(statement):
                start = first.get(resource)
                if start is None or statement.site < start or statement.site == self._call:
                    continue
                if is_stream(resource):
                    self._check_stream(statement, resource, staying)
                    continue
                over = resource == "pyplot" and statement.site.run != self._call.run
                if over or statement.site in self._slice or statement.site > self._call:
                    continue
                if effect not in _READING or resource in changed:
                    raise MoveError(
                        f"{self._place(statement.site)} uses {spoken(resource)} between what would move"
                    )

    def _check_stream(self, statement: Statement, resource: str, staying: Sequence[Statement]) -> None:
        """Raise MoveError when a stream that is also drawn from before the call is drawn from after it.

        The call starts and draws anew; up to the next seed, what is drawn after it would be another part.
        """
        if statement.site > self._call:
            return
        for later in staying:
            effects = {effect for effect, touched in later.world if touched == resource}
            if later.site > self._call and effects:
                if effects == {"set"}:
                    return
                raise MoveError(
                    f"{self._place(later.site)} draws from {spoken(resource)} after the call, and"
                    f" {self._place(statement.site)} before it"
                )

    def _check_repeated(self, statement: Statement, resource: str, removed: frozenset[Site]) -> None:
        """Raise MoveError when what a statement does to the world would happen there and in the call."""
        if statement.site in removed or _REPEATABLE.match(resource) or is_stream(resource):
            return
        if resource.startswith("file:") and ("append", resource) not in statement.world:
            return
        if resource == "pyplot" and statement.site.run != self._call.run:
            return
        raise MoveError(
            f"{self._place(statement.site)} changes {spoken(resource)} and must stay, so that it would happen"
            " in the module again"
        )

    def _check_aliases(self, removed: frozenset[Site]) -> None:
        """Raise MoveError when an object that the call makes anew was one with an object that stays."""
        shared = {site for site in self._slice - removed if makes_object(self._statements[site])}
        if not shared:
            return
        self._check_stored(shared, removed)
        for place, reads in self._readers_after(removed):
            bindings = binders(reads)
            for read in reads:
                if read.kind != "object" or read.source in removed or read.source < self._call:
                    continue
                sides = self._changed_sides(self._statements[read.source], shared)
                if sides and sides != {self._served.is_new(read, bindings)}:
                    raise MoveError(
                        f"{place} sees a change of the same object under another name"
                        f" ({self._place(read.source)}): the extracted value would be a copy"
                    )

    def _check_stored(self, shared: set[Site], removed: frozenset[Site]) -> None:
        """Raise MoveError when the call would put an object in a library whose like the notebook keeps."""
        storing = {
            site: name
            for site in self._slice
            for effect, name in self._statements[site].world
            if effect == "alter" and any(read.source in shared for read in self._statements[site].reads)
        }
        for site, statement in self._statements.items():
            for read in statement.reads if site > self._call and site not in removed else ():
                if storing.get(read.source) == read.name:
                    raise MoveError(
                        f"{self._place(site)} uses `{read.name}`, in which {self._place(read.source)} puts an"
                        " object that the notebook keeps as well: the call would put a copy there"
                    )

    def _readers_after(self, removed: frozenset[Site]) -> Iterator[tuple[str, Sequence[Dependency]]]:
        """What is read after the call by the statements that stay, and by the end for the names they bind."""
        for site, statement in self._statements.items():
            if site in removed:
                continue
            if site > self._call:
                yield self._place(site), statement.reads
            for name in statement.binds:
                if name in self._dataflow.values:
                    yield f"`{name}`", self._dataflow.values[name].reads

    def _changed_sides(self, statement: Statement, shared: set[Site]) -> set[bool]:
        """Whether the objects that a statement changes are new (True) or old; nothing if none is shared."""
        bindings = binders(statement.reads)
        touched = any(read.source in shared for read in statement.reads) or self._names & bindings.keys()
        if not statement.changes or not touched:
            return set()
        roots = {match.group() for name, _, _ in statement.changes if (match := ROOT.match(name))}
        roots = {root for root in roots if not self._is_apart(root, statement.reads)}
        if not roots:
            return set()
        known = roots & (bindings.keys() | set(statement.binds))
        names = known or {
            name for name, sources in bindings.items() if any(map(self._served.is_data, sources))
        }
        return {name in statement.binds or self._served.is_name_new(name, bindings) for name in names}

    def _is_apart(self, root: str, reads: Sequence[Dependency]) -> bool:
        """Whether what has a name has nothing of the slice in it, so that it is no object of the call."""
        sources = [
            read.source for read in reads if (match := ROOT.match(read.name)) and match.group() == root
        ]
        return bool(sources) and self._slice.isdisjoint(sources)

    def _check_code(self, removed: frozenset[Site]) -> None:
        """Raise MoveError for code that does something else in a module than in the notebook."""
        for site in sorted(self._slice):
            source = self._statements[site].source
            if _OF_MODULE.search(source):
                raise MoveError(f"{self._place(site)} reads the name of its module, which would be another")
            if _TIMED.match(source):
                raise MoveError(f"{self._place(site)} times code, which a module does not run")
            if awaits(source):
                raise MoveError(
                    f"{self._place(site)} awaits: the module runs an event loop of its own, which the"
                    " notebook's does not let it"
                )
        for site in self._slice - removed:
            statement = self._statements[site]
            if re.match(r"(?:@[^\n]*\n)*class\b", statement.source):
                raise MoveError(
                    f"the class of {self._place(site)} must stay: the module's objects would be of another"
                )

    def _check_late_reads(self) -> None:
        """Raise MoveError when code that the call makes would go on reading its own variables."""
        values = self._dataflow.values
        code = {name for name in self._names if name not in values or may_hold_code(values[name].type)}
        statements = self._statements.values()
        for reader, name, source in late_reads(statements, self._slice, self._call, code):
            raise MoveError(
                f"{self._place(reader.site)} runs code that the module makes and reads `{name}`, which"
                f" {self._place(source)} binds anew: make it a parameter of that code"
            )

    def _check_moments(self) -> None:
        """Raise MoveError when a target's name has another value at the call than the target has.

        What is read after the call says so: the changes that it sees between the target's place and the call.
        """
        for target in self._targets:
            if target.cell is None:
                continue
            for name, read in self._reads_at_the_call():
                if name != target.value or not self._is_later(self._statements[read.source], target):
                    continue
                raise MoveError(
                    f"`{name}` is extracted as it is after cell {target.cell}, but {self._place(read.source)}"
                    " changes it before the call"
                )

    def _reads_at_the_call(self) -> Iterator[tuple[str, Dependency]]:
        """The names read after the call, with what they held there: bindings and changes before it."""
        later = [statement.reads for site, statement in self._statements.items() if site > self._call]
        for reads in [*later, *(value.reads for value in self._dataflow.values.values())]:
            for read in reads:
                match = ROOT.match(read.name)
                if match and read.kind in ("name", "object") and read.source <= self._call:
                    yield match.group(), read

    @staticmethod
    def _is_later(statement: Statement, target: Target) -> bool:
        """Whether a statement runs after the target's place."""
        place = (target.cell or 0, sys.maxsize if target.line is None else target.line)
        return (statement.cell, statement.line) > place


def _last_values(dataflow: Dataflow, kept: Set[Site]) -> dict[str, Sequence[Dependency]]:
    """What the last values of the names depend on, for the names that need any of the slice."""
    return {
        name: value.reads
        for name, value in dataflow.values.items()
        if any(read.source in kept for read in value.reads)
    }


def _check_targets(dataflow: Dataflow, targets: Sequence[Target], kept: frozenset[Site]) -> None:
    cells = [run.run.cell for run in dataflow.runs]
    if cells != sorted(set(cells)):
        raise MoveError("the notebook is rewritten only in the order in which it is written")
    names = [target.value for target in targets if target.kind == "name"]
    if len(names) != len(set(names)):
        raise MoveError("two moments of one value cannot both have its name")
    if any(target.kind == "output" for target in targets):
        raise MoveError("what a cell shows has no name that the notebook could bind to the call")
    if not kept:
        raise MoveError("there is nothing to move")
