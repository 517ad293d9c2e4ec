"""The analysis of a timeline: run by run, again only where what a run reads has changed."""

from __future__ import annotations

import gc
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from heapq import heappop, heappush
from itertools import takewhile
from typing import Any

from notelift.cells.code import CellCode, read_cell
from notelift.effects.library import Library
from notelift.flow.analysed import Analysis, Cancelled, Checkpoint
from notelift.flow.building import Change, differing
from notelift.flow.entries import bound_names, has_same_inputs, patched_names, run_keys
from notelift.flow.magic_effects import Interpreter
from notelift.flow.records import TOKENS_PER_RUN, RunKey, RunRecord, displayed
from notelift.flow.runs import Interrupted, interpret_code, interpret_run, tokens_of
from notelift.flow.values import NOTHING
from notelift.notebook.model import Run, Timeline

__all__ = ["Analysis", "Cancelled", "analyse", "analyse_prefix"]


def analyse(
    timeline: Timeline,
    library: Library,
    previous: Analysis | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Analysis:
    """Analyse a timeline; runs that `previous` knows with the same inputs are taken over.

    `cancelled` is asked before each statement to be interpreted; when it says so, Cancelled is raised.
    Nothing else is raised, whatever the cells hold.
    """
    if previous is None or previous.library is not library:
        previous = Analysis(library, {}, [], {}, 0, TOKENS_PER_RUN)
    collecting = gc.isenabled()
    # Nothing becomes garbage in cycles meanwhile, and collections would cost a fifth of the time.
    gc.disable()
    try:
        return _Walk(timeline, library, previous, cancelled).result()
    finally:
        if collecting:
            gc.enable()


class _Walk:
    """One walk along a timeline beside the walk of the analysis before.

    `stale` are the entries of the state that differ from what the analysis before had at the same place, with
    what it had: a run that reads none of them, and has the same source, need not be interpreted again.
    """

    def __init__(
        self, timeline: Timeline, library: Library, previous: Analysis, cancelled: Callable[[], bool] | None
    ) -> None:
        self.cancelled = cancelled
        self.timeline = timeline
        self.previous = previous
        self.machine = Interpreter(library)
        self.state = self.machine.state
        self.stale: dict[Hashable, Any] = {}
        self.records: dict[RunKey, RunRecord] = {}
        self.next_base = previous.next_base
        self.analysed = 0
        self.library = library
        self.checkpoint = previous.checkpoint
        self.reached: int | None = None
        self.concerned, self.generation = previous.concerned, previous.generation

    def result(self) -> Analysis:
        """Walk to the end."""
        others = self._others()
        if others is not None:
            return self._in_place(others)
        keys = run_keys(self.timeline)
        old, records = self.previous.order, self.previous.records
        position = self._take_over_head(keys)
        wanted = None if keys == old else set(keys)
        for key, run in zip(keys[position:], self.timeline[position:], strict=True):
            while (
                wanted is not None
                and position < len(old)
                and old[position] != key
                and (old[position] not in wanted or old[position] in self.records)
            ):
                self._pass_over(records[old[position]])
                position += 1
            if position < len(old) and old[position] == key:
                self._beside(key, run, records[key])
                position += 1
            else:
                self._alone(key, run)
        for key in old[position:]:
            self._pass_over(records[key])
        return self._analysis(keys, self.state, None)

    def _others(self) -> set[int] | None:
        """The places of the runs that are others than before; None where those are of other cells."""
        before = self.previous.timeline
        if len(before) != len(self.timeline) or not before:
            return None
        others = set(differing(self.timeline, before))
        same = all(self.timeline[place].cell_id == before[place].cell_id for place in others)
        return others if same else None

    def _in_place(self, others: set[int]) -> Analysis:
        """Walk to the end where the cells ran in the order of before, at the cost of the runs that change."""
        before, stale = self.previous, self.stale
        known_records = list(before.records.values())
        self.records, self.reached = dict(before.records), 0
        waiting = sorted(others)
        done = -1
        while waiting:
            place = heappop(waiting)
            if place == done:
                continue
            known, run, done = known_records[place], self.timeline[place], place
            if place not in others or known.is_of(run):
                if known.run is not run:
                    self.records[before.order[place]] = known.of(run)
                if self._is_untouched(known):
                    for entry in stale.keys() & known.writes.keys() if stale else ():
                        del stale[entry]
                    continue
            self._go_to(place, known_records)
            was_stale = set(stale)
            self._beside(before.order[place], run, known)
            self.reached = place + 1
            for later in self._concerned_behind(place, stale.keys() - was_stale):
                heappush(waiting, later)
        state = self.state
        if self.reached < len(known_records):
            state = dict(before.state)
            for entry in stale:
                if entry in self.state:
                    state[entry] = self.state[entry]
                else:
                    state.pop(entry, None)
        analysis = self._analysis(before.order, state, self.checkpoint)
        analysis.places = before.places
        return analysis

    def _concerned_behind(self, place: int, entries: Set[Hashable]) -> Iterator[int]:
        """The places behind one of the runs that may read or write entries."""
        if entries:
            places = self.previous.places
            self.generation = self.concerned.complete(self.records.values(), self.generation)
            for base in self.concerned.of(entries):
                later = places.get(base)
                if later is not None and later > place:
                    yield later

    def _go_to(self, place: int, known_records: Sequence[RunRecord]) -> None:
        """Bring the state to the place of a run, before which runs since the one reached are as they were."""
        if self.reached == 0 and self.checkpoint is not None and self.checkpoint.place == place:
            self.machine.state = self.state = dict(self.checkpoint.state)
        else:
            for known in known_records[self.reached : place]:
                self.state.update(known.writes)
            if self.reached == 0:
                self.checkpoint = Checkpoint(place, dict(self.state))
        self.reached = place

    def _analysis(
        self, keys: list[RunKey], state: dict[Hashable, Any], checkpoint: Checkpoint | None
    ) -> Analysis:
        """The analysis at the end of the walk; `stale` says how the state differs from the one before."""
        before, changed = self.previous, frozenset(self.stale)
        names = before.names
        if not before.order:
            names = bound_names(state)
        elif any(isinstance(entry, str) for entry in changed):
            names = patched_names(names, changed, state)
        return Analysis(
            self.library,
            self.records,
            keys,
            state,
            self.analysed,
            self.next_base,
            names,
            self.timeline,
            checkpoint,
            before.built.without(changed),
            before.numbered,
            Change(since=before.change.mark, entries=changed),
            self.concerned,
            self.generation,
            dict(before.found),
        )

    def _so_far(self) -> Analysis:
        """The analysis of the runs up to here."""
        before, keys = self.previous, list(self.records)
        if self.reached is not None:
            keys = keys[: self.reached]
        return Analysis(
            self.library,
            {key: self.records[key] for key in keys},
            keys,
            self.state,
            self.analysed,
            self.next_base,
            bound_names(self.state),
            self.timeline[: len(keys)],
            None,
            replace(before.built, values={}),
            before.numbered,
            concerned=self.concerned,
            generation=self.generation,
        )

    def _take_over_head(self, keys: list[RunKey]) -> int:
        """Take over the runs at the start that are as they were; return how many."""
        count = 0
        records, known_records, state = self.records, self.previous.records, self.state
        for key, old, run in zip(keys, self.previous.order, self.timeline, strict=False):
            known = known_records[old]
            if key != old or not known.is_of(run):
                break
            records[key] = known if known.run is run else known.of(run)
            state.update(known.writes)
            count += 1
        return count

    def _beside(self, key: RunKey, run: Run, known: RunRecord) -> None:
        """A run that the walk before made at this place too."""
        stale = self.stale
        if known.is_of(run) and self._is_untouched(known):
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
        if known is not None and known.is_of(run) and has_same_inputs(known, self.state):
            before = {entry: self.state.get(entry, NOTHING) for entry in known.writes}
            self._take_over(key, run, known)
        else:
            before = {}
            self._interpret(key, run, known, before)
        for entry, had in before.items():
            self._compare(entry, self.stale.get(entry, had))

    def _is_untouched(self, known: RunRecord) -> bool:
        """Whether nothing that a run reads is stale."""
        return self.stale.keys().isdisjoint(known.reads) and not (known.reads_all and self.stale)

    def _pass_over(self, known: RunRecord) -> None:
        """A run of the walk before that is not made here: what it wrote is missing now."""
        for entry, value in known.writes.items():
            self._compare(entry, value)

    def _compare(self, entry: Hashable, had: Any) -> None:
        now = self.state.get(entry, NOTHING)
        if now is had or now == had:
            self.stale.pop(entry, None)
        else:
            self.stale[entry] = had

    def _take_over(self, key: RunKey, run: Run, known: RunRecord) -> None:
        self.records[key] = known if known.run is run else known.of(run)
        self.state.update(known.writes)

    def _interpret(
        self, key: RunKey, run: Run, known: RunRecord | None, before: dict[Hashable, Any]
    ) -> RunRecord:
        """Interpret a run; `before` gets what the entries that it writes were."""
        if known is None:
            base, self.next_base = self.next_base, self.next_base + TOKENS_PER_RUN
        else:
            base = known.base
        self.machine.first_values = before
        self.machine.displayed = lambda: displayed(self._before(key))
        try:
            record = interpret_run(self.machine, run, base, known, self.cancelled)
        except Interrupted:
            self._take_back(before)
            raise Cancelled(self._so_far()) from None
        self.analysed += 1
        self.records[key] = record
        self.concerned.add(record)
        return record

    def _before(self, key: RunKey) -> Iterator[RunRecord]:
        return (record for _, record in takewhile(lambda item: item[0] != key, self.records.items()))

    def _take_back(self, before: Mapping[Hashable, Any]) -> None:
        """Take back what a run did to the state; `before` has what the entries that it wrote were."""
        for entry, value in before.items():
            if value is NOTHING:
                self.state.pop(entry, None)
            else:
                self.state[entry] = value


def analyse_prefix(
    timeline: Timeline, library: Library, cell: int, line: int | None, previous: Analysis | None = None
) -> Analysis:
    """The analysis up to the last run of `cell`, there up to the statement that ends at or holds `line`.

    What `previous` knows of the runs before is taken over.
    """
    last = max(index for index, run in enumerate(timeline) if run.cell == cell)
    head = analyse(timeline[:last], library, previous)
    run = timeline[last]
    code = read_cell(run.source)
    if line is not None:
        code = CellCode(tuple(s for s in code.statements if s.line <= line), code.magics, code.error)
    machine = Interpreter(library)
    machine.state = head.state
    machine.displayed = lambda: displayed(head.records.values())
    base = head.next_base
    key = (run.cell_id, sum(1 for earlier in timeline[:last] if earlier.cell_id == run.cell_id))
    record = interpret_code(machine, run, code, tokens_of(code, base, None), base)
    return Analysis(
        library,
        {**head.records, key: record},
        [*head.order, key],
        machine.state,
        last + 1,
        base + TOKENS_PER_RUN,
        bound_names(machine.state),
        timeline[: last + 1],
    )
