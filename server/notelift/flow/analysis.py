"""The analysis of a timeline: run by run, again only where what a run reads has changed."""

from __future__ import annotations

import ast
import gc
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from notelift.cells.code import CellCode, CellStatement, read_cell
from notelift.effects.library import Library
from notelift.flow.graph import Dataflow, Dependency, RunFlow, Site, Statement, Value
from notelift.flow.machine import Edge
from notelift.flow.magic_effects import Interpreter
from notelift.flow.paths import show_path
from notelift.flow.values import NO_TOKENS, NOTHING, Bound, Token, Val
from notelift.notebook.model import Run, Timeline

TOKENS_PER_RUN = 1 << 16

RunKey = tuple[str, int]


@dataclass(slots=True)
class StatementFacts:
    """What the interpreter found of one statement."""

    token: Token
    code: CellStatement
    edges: Mapping[Edge, tuple[bool, str]]
    binds: tuple[str, ...]
    changes: tuple[tuple[str, str, bool], ...]
    world: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


@dataclass(slots=True)
class RunRecord:
    """One run as analysed: its facts, and the entries of the state that it read and wrote."""

    run: Run
    base: Token
    code: CellCode
    facts: list[StatementFacts]
    reads: dict[Hashable, Any]
    writes: dict[Hashable, Any]


@dataclass
class Analysis:
    """An analysed timeline. `analysed` counts the runs that were interpreted, the others were taken over."""

    library: Library
    records: dict[RunKey, RunRecord]
    order: list[RunKey]
    state: dict[Hashable, Any]
    analysed: int
    next_base: Token
    _sites: dict[Token, Site] = field(default_factory=dict)

    @cached_property
    def sites(self) -> dict[Token, Site]:
        """Where each token's statement stands in the timeline."""
        found: dict[Token, Site] = {}
        for index, key in enumerate(self.order):
            for position, fact in enumerate(self.records[key].facts):
                found[fact.token] = Site(index, position)
        return found

    @cached_property
    def facts(self) -> dict[Token, StatementFacts]:
        """The facts of each statement."""
        return {fact.token: fact for key in self.order for fact in self.records[key].facts}

    @cached_property
    def dataflow(self) -> Dataflow:
        """The dataflow of the timeline."""
        runs = tuple(self._run_flow(self.records[key]) for key in self.order)
        values = {}
        for key, entry in self.state.items():
            if isinstance(key, str) and isinstance(entry, Bound) and entry.type != "deleted":
                values[key] = Value(key, self.dependencies(self.reading(key)), self._type_name(entry))
        files = {}
        known = self.state.get(("known", "files"), ())
        for path in known:
            writers = self.state.get(("world", ("file", path)), NO_TOKENS)
            edges = {(writer, "file", show_path(path)): (True, "") for writer in writers}
            files[show_path(path)] = self.dependencies(edges)
        return Dataflow(runs, values, files)

    def _type_name(self, entry: Bound) -> str:
        if entry.type:
            return entry.type
        types = {self.state[obj_id].type for obj_id in entry.objs if obj_id in self.state}
        return types.pop() if len(types) == 1 else ""

    def reading(self, name: str) -> dict[Edge, tuple[bool, str]]:
        """The edges of a statement at the end that reads the whole of what a name holds."""
        reader = _reader(self)
        reader.read(reader.load_name(name))
        return reader.edges

    def reading_file(self, path: Any) -> dict[Edge, tuple[bool, str]]:
        """The edges of a statement at the end that reads a file."""
        reader = _reader(self)
        reader.read_file(path)
        return reader.edges

    def dependencies(self, edges: Mapping[Edge, tuple[bool, str]]) -> tuple[Dependency, ...]:
        """The edges as dependencies on places of the timeline, sorted."""
        found = []
        for (token, kind, name), (must, why) in edges.items():
            site = self.sites.get(token)
            if site is not None:
                found.append(Dependency(site, kind, name, must, why or self._why(token, kind, name)))
        found.sort()
        return tuple(found)

    def _why(self, token: Token, kind: str, name: str) -> str:
        """What the source of an edge does to what is read."""
        fact = self.facts[token]
        if kind == "name" and name in fact.binds:
            return f"binds {name}"
        for changed, why, _ in fact.changes:
            if (
                changed == name
                or name.startswith(changed + "[")
                or changed.startswith((name + "[", name + "."))
            ):
                return why
        if kind == "object":
            return (
                fact.changes[0][1]
                if fact.changes
                else f"makes what {name} holds"
                if name
                else "makes what is read"
            )
        return kind

    def _run_flow(self, record: RunRecord) -> RunFlow:
        statements = tuple(self._statement(record, fact) for fact in record.facts)
        return RunFlow(record.run, statements, record.code.error)

    def _statement(self, record: RunRecord, fact: StatementFacts) -> Statement:
        code = fact.code
        return Statement(
            self.sites[fact.token],
            record.run.cell,
            code.line,
            code.end_line,
            code.column,
            code.end_column,
            code.source,
            self.dependencies(fact.edges),
            fact.binds,
            fact.changes,
            fact.world,
            fact.notes,
        )


def _reader(analysis: Analysis) -> Interpreter:
    reader = Interpreter(analysis.library)
    reader.begin_frames()
    reader.stdout_targets = []
    reader.state = dict(analysis.state)
    reader.begin_statement(-1, "", 1)
    return reader


def analyse(timeline: Timeline, library: Library, previous: Analysis | None = None) -> Analysis:
    """Analyse a timeline; runs that `previous` knows with the same inputs are taken over. Never raises."""
    if previous is None or previous.library is not library:
        previous = Analysis(library, {}, [], {}, 0, TOKENS_PER_RUN)
    collecting = gc.isenabled()
    # Nothing becomes garbage in cycles meanwhile, and collections would cost a fifth of the time.
    gc.disable()
    try:
        return _Walk(timeline, library, previous).result()
    finally:
        if collecting:
            gc.enable()


class _Walk:
    """One walk along a timeline beside the walk of the analysis before.

    `stale` are the entries of the state that differ from what the analysis before had at the same place, with
    what it had: a run that reads none of them, and has the same source, need not be interpreted again.
    """

    def __init__(self, timeline: Timeline, library: Library, previous: Analysis) -> None:
        self.timeline = timeline
        self.previous = previous
        self.machine = Interpreter(library)
        self.state = self.machine.state
        self.stale: dict[Hashable, Any] = {}
        self.records: dict[RunKey, RunRecord] = {}
        self.next_base = previous.next_base
        self.analysed = 0
        self.library = library

    def result(self) -> Analysis:
        """Walk to the end."""
        keys = _keys(self.timeline)
        wanted = set(keys)
        old, position = self.previous.order, 0
        for key, run in zip(keys, self.timeline, strict=True):
            while (
                position < len(old)
                and old[position] != key
                and (old[position] not in wanted or old[position] in self.records)
            ):
                self._pass_over(old[position])
                position += 1
            if position < len(old) and old[position] == key:
                position += 1
                self._beside(key, run)
            else:
                self._alone(key, run)
        return Analysis(self.library, self.records, keys, self.state, self.analysed, self.next_base)

    def _beside(self, key: RunKey, run: Run) -> None:
        """A run that the walk before made at this place too."""
        known = self.previous.records[key]
        stale = self.stale
        if known.run.source == run.source and stale.keys().isdisjoint(known.reads):
            self._take_over(key, run, known)
            if stale:
                for entry in stale.keys() & known.writes.keys():
                    del stale[entry]
            return
        before = {entry: self.state.get(entry, NOTHING) for entry in known.writes}
        record = self._interpret(key, run, known, before)
        for entry in before.keys() | record.writes.keys():
            had = stale.get(entry, before.get(entry, NOTHING))
            self._compare(entry, known.writes.get(entry, had))

    def _alone(self, key: RunKey, run: Run) -> None:
        """A run that is new, or was made elsewhere."""
        known = self.previous.records.get(key)
        if known is not None and known.run.source == run.source and _same_inputs(known, self.state):
            before = {entry: self.state.get(entry, NOTHING) for entry in known.writes}
            self._take_over(key, run, known)
        else:
            before = {}
            self._interpret(key, run, known, before)
        for entry, had in before.items():
            self._compare(entry, self.stale.get(entry, had))

    def _pass_over(self, key: RunKey) -> None:
        """A run of the walk before that is not made here: what it wrote is missing now."""
        for entry, value in self.previous.records[key].writes.items():
            self._compare(entry, value)

    def _compare(self, entry: Hashable, had: Any) -> None:
        now = self.state.get(entry, NOTHING)
        if now is had or now == had:
            self.stale.pop(entry, None)
        else:
            self.stale[entry] = had

    def _take_over(self, key: RunKey, run: Run, known: RunRecord) -> None:
        if known.run is not run:
            known = RunRecord(run, known.base, known.code, known.facts, known.reads, known.writes)
        self.records[key] = known
        self.state.update(known.writes)

    def _interpret(
        self, key: RunKey, run: Run, known: RunRecord | None, before: dict[Hashable, Any]
    ) -> RunRecord:
        """Interpret a run; `before` gets what the entries that it writes were."""
        self.analysed += 1
        if known is None:
            base, self.next_base = self.next_base, self.next_base + TOKENS_PER_RUN
        else:
            base = known.base
        self.machine.first_values = before
        record = _analyse_run(self.machine, run, base, known)
        self.records[key] = record
        return record


def _keys(timeline: Timeline) -> list[RunKey]:
    occurrences: dict[str, int] = {}
    found = []
    for run in timeline:
        occurrence = occurrences.get(run.cell_id, 0)
        occurrences[run.cell_id] = occurrence + 1
        found.append((run.cell_id, occurrence))
    return found


def analyse_prefix(timeline: Timeline, library: Library, cell: int, line: int | None) -> Analysis:
    """The analysis up to the last run of `cell`, there up to the statement that ends at or holds `line`."""
    last = max(index for index, run in enumerate(timeline) if run.cell == cell)
    analysis = analyse(timeline[:last], library)
    run = timeline[last]
    code = read_cell(run.source)
    if line is not None:
        code = CellCode(tuple(s for s in code.statements if s.line <= line), code.magics, code.error)
    machine = Interpreter(library)
    machine.state = analysis.state
    key = (run.cell_id, sum(1 for earlier in timeline[:last] if earlier.cell_id == run.cell_id))
    analysis.records[key] = _analyse_code(
        machine, run, code, _tokens(code, analysis.next_base, None), analysis.next_base
    )
    analysis.order.append(key)
    return analysis


def _same_inputs(record: RunRecord, state: dict[Hashable, Any]) -> bool:
    for key, value in record.reads.items():
        now = state.get(key, NOTHING)
        if now is not value and now != value:
            return False
    return True


def _analyse_run(machine: Interpreter, run: Run, base: Token, known: RunRecord | None) -> RunRecord:
    code = read_cell(run.source)
    record = _analyse_code(machine, run, code, _tokens(code, base, known), base)
    if known is not None:
        for key, value in record.writes.items():
            before = known.writes.get(key, NOTHING)
            if before is not value and before == value:
                record.writes[key] = machine.state[key] = before
    return record


def _analyse_code(
    machine: Interpreter, run: Run, code: CellCode, tokens: Sequence[Token], base: Token
) -> RunRecord:
    machine.base, machine.limit = base, base + TOKENS_PER_RUN
    machine.reads, machine.writes, machine.sure = {}, set(), set()
    machine.stdout_targets = []
    facts = [
        _analyse_statement(machine, token, statement, last=index == len(code.statements) - 1, run=run)
        for index, (token, statement) in enumerate(zip(tokens, code.statements, strict=True))
    ]
    if code.statements and ("world", "pyplot") in machine.state:
        machine.put(("world", "pyplot"), NO_TOKENS)
        machine.put(("current", "figure"), frozenset())
    writes = {key: machine.state.get(key, NOTHING) for key in machine.writes}
    return RunRecord(run, base, code, facts, machine.reads, writes)


def _analyse_statement(
    machine: Interpreter, token: Token, code: CellStatement, last: bool, run: Run
) -> StatementFacts:
    machine.begin_statement(token, code.source, code.node.lineno)
    machine.begin_frames()
    try:
        if last and isinstance(code.node, ast.Expr):
            _displayed(machine, code.node, run)
        else:
            machine.run_statement(code.node)
    except RecursionError:
        machine.journals, machine.loop_reads = [], []
        machine.opaque("the code is nested too deeply to be analysed")
    changes = tuple((name, why, must) for (name, why), must in machine.changes.items())
    return StatementFacts(
        token, code, machine.edges, tuple(machine.binds), changes, tuple(machine.world), tuple(machine.notes)
    )


def _displayed(machine: Interpreter, node: ast.Expr, run: Run) -> None:
    """The last expression of a cell is displayed, and is `_` afterwards."""
    machine.budget -= 1
    val = machine.eval(node.value, discarded=True)
    if not isinstance(node.value, ast.Constant) and not isinstance(node.value, ast.Call):
        machine.read(val)
    if val.const is None and val.type == "NoneType":
        return
    machine.world["show", "output"] = None
    _keep_output(machine, val, node, run)


def _keep_output(machine: Interpreter, val: Val, node: ast.Expr, run: Run) -> None:
    bound = machine.bound_of(val, node)._replace(writers=machine.me)
    for depth in (-3, -2):
        later = machine.state.get(("output", depth + 1), NOTHING)
        if later is not NOTHING:
            machine.put(("output", depth), later)
    machine.put(("output", -1), bound)
    machine.put(("output", run.order if run.order is not None else machine.base), bound)


def _tokens(code: CellCode, base: Token, known: RunRecord | None) -> list[Token]:
    """A token for each statement: those that stand before and after an edit keep theirs."""
    count = len(code.statements)
    if known is None or not known.facts:
        return list(range(base, base + count))
    old = [(fact.token, fact.code.source) for fact in known.facts]
    new = [statement.source for statement in code.statements]
    head = 0
    while head < min(len(old), count) and old[head][1] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), count) - head and old[-1 - tail][1] == new[-1 - tail]:
        tail += 1
    middle_old = [token for token, _ in old[head : len(old) - tail]]
    fresh = max(token for token, _ in old) + 1
    middle = [middle_old[i] if i < len(middle_old) else fresh + i for i in range(count - head - tail)]
    tail_tokens = [token for token, _ in old[len(old) - tail :]] if tail else []
    return [token for token, _ in old[:head]] + middle + tail_tokens
