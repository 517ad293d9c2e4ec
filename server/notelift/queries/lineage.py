"""What a value comes from and goes to: a graph of statements and files on one dataflow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from notelift.flow.graph import Dataflow, Dependency, Site, Statement, Value

Role = Literal["from", "value", "to"]

# What passes on the world's state is needed by a value, but a value does not go there.
_CARRIES_VALUES = frozenset({"name", "object", "file", "output"})
_WRITES = frozenset({"write", "append"})


@dataclass(frozen=True, slots=True)
class Step:
    """A statement before the value (`from`), one that makes or changes it (`value`), or after it (`to`)."""

    statement: Statement
    role: Role


@dataclass(frozen=True, slots=True)
class Flow:
    """An edge: `reader` reads what `source` made or changed."""

    source: Site
    reader: Site
    needs: Dependency


@dataclass(frozen=True, slots=True)
class FileFlow:
    """A file that a statement reads or writes."""

    site: Site
    path: str
    direction: Literal["read", "write"]


@dataclass(frozen=True, slots=True)
class Lineage:
    """The lineage of the value `name`, or of all values when it is None; in the order of the timeline.

    `values` are the values that it is about: the one, or all that names hold at the end.
    """

    name: str | None
    type: str
    steps: tuple[Step, ...]
    flows: tuple[Flow, ...]
    files: tuple[FileFlow, ...]
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """A line of the overview: the statements that bind, change and read a name."""

    name: str
    type: str
    made: tuple[Statement, ...]
    changed: tuple[Statement, ...]
    read: tuple[Statement, ...]


class UnknownName(Exception):
    """No value has that name at the end of the timeline; `known` are those that do."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(name)
        self.name = name
        self.known = tuple(known)


def lineage(dataflow: Dataflow, name: str | None = None) -> Lineage:
    """Return what the last value of `name` comes from and goes to, or the whole graph without a name.

    Raises UnknownName when nothing is bound to that name at the end.
    """
    if name is None:
        return _whole(dataflow)
    value = dataflow.values.get(name)
    if value is None:
        raise UnknownName(name, dataflow.values)
    return value_lineage(dataflow, value)


def value_lineage(dataflow: Dataflow, value: Value) -> Lineage:
    """Return what a value, at whichever place it is held, comes from and goes to."""
    name = value.name
    read = {needs.source for needs in value.reads}
    makers = {site for site in read if _makes(dataflow.statement(site), name)} or read
    sources = _closure(read, _sources(dataflow)) - makers
    readers = _closure(_first_readers(dataflow, makers, name), _readers(dataflow)) - makers
    roles: dict[Site, Role] = dict.fromkeys(readers, "to")
    roles.update(dict.fromkeys(sources, "from"))
    roles.update(dict.fromkeys(makers, "value"))
    return _graph(dataflow, (value,), roles, name, value.type)


def overview(dataflow: Dataflow) -> tuple[Origin, ...]:
    """Return who makes, changes and reads each name that is bound at the end, by first appearance."""
    readers: dict[tuple[str, Site], list[Statement]] = defaultdict(list)
    for statement in dataflow.statements():
        for needs in statement.reads:
            if needs.kind in ("name", "object"):
                readers[needs.name, needs.source].append(statement)
    origins = [_origin(dataflow, name, readers) for name in dataflow.values]
    return tuple(sorted(origins, key=lambda origin: (_first(origin), origin.name)))


def _origin(dataflow: Dataflow, name: str, readers: Mapping[tuple[str, Site], list[Statement]]) -> Origin:
    value = dataflow.values[name]
    sites = sorted({needs.source for needs in value.reads})
    statements = [dataflow.statement(site) for site in sites]
    made = tuple(statement for statement in statements if name in statement.binds)
    changed = tuple(each for each in statements if each not in made and _makes(each, name))
    read = {each.site: each for site in sites for each in readers[name, site]}
    for site in sites:
        read.pop(site, None)
    return Origin(name, value.type, made, changed, tuple(read[site] for site in sorted(read)))


def _makes(statement: Statement, name: str) -> bool:
    """Whether the statement binds the name or changes what it holds, rather than makes a part of it."""
    return name in statement.binds or bool(statement.changes)


def _first(origin: Origin) -> Site:
    return min((statement.site for statement in origin.made + origin.changed), default=Site(-1, -1))


def _whole(dataflow: Dataflow) -> Lineage:
    roles: dict[Site, Role] = {statement.site: "value" for statement in dataflow.statements()}
    return _graph(dataflow, tuple(dataflow.values.values()), roles)


def _graph(
    dataflow: Dataflow,
    values: tuple[Value, ...],
    roles: Mapping[Site, Role],
    name: str | None = None,
    type_name: str = "",
) -> Lineage:
    steps = tuple(Step(dataflow.statement(site), roles[site]) for site in sorted(roles))
    flows = tuple(
        Flow(needs.source, step.statement.site, needs)
        for step in steps
        for needs in sorted(set(step.statement.reads))
        if needs.source in roles
    )
    files = [flow for step in steps for flow in _files(step.statement)]
    written = {flow.path for flow in files if flow.direction == "write"}
    # An import may read a module that the notebook writes; the others are not data.
    data = tuple(
        flow for flow in files if flow.path in written or not _imports(dataflow.statement(flow.site))
    )
    return Lineage(name, type_name, steps, flows, tuple(dict.fromkeys(data)), values)


def _files(statement: Statement) -> Iterable[FileFlow]:
    for effect, resource in statement.world:
        kind, _, path = resource.partition(":")
        if kind == "file":
            yield FileFlow(statement.site, path, "write" if effect in _WRITES else "read")


def _imports(statement: Statement) -> bool:
    return statement.source.split(None, 1)[0] in ("import", "from")


def _sources(dataflow: Dataflow) -> Mapping[Site, set[Site]]:
    return {each.site: {needs.source for needs in each.reads} for each in dataflow.statements()}


def _readers(dataflow: Dataflow) -> Mapping[Site, set[Site]]:
    readers: dict[Site, set[Site]] = defaultdict(set)
    for statement in dataflow.statements():
        for needs in statement.reads:
            if needs.kind in _CARRIES_VALUES:
                readers[needs.source].add(statement.site)
    return readers


def _first_readers(dataflow: Dataflow, makers: set[Site], name: str) -> set[Site]:
    """The statements that read this value, of all that their makers make."""
    return {
        statement.site
        for statement in dataflow.statements()
        for needs in statement.reads
        if needs.source in makers
        and (needs.name == name or needs.kind == "file")
        and statement.site not in makers
    }


def _closure(start: set[Site], neighbours: Mapping[Site, set[Site]]) -> set[Site]:
    seen = set(start)
    waiting = list(start)
    while waiting:
        for site in neighbours.get(waiting.pop(), ()):
            if site not in seen:
                seen.add(site)
                waiting.append(site)
    return seen
