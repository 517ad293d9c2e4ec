"""Runs that are made a second time."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from notelift.flow.analysis import Analysis
from notelift.flow.magic_effects import Interpreter
from notelift.flow.records import RunRecord, displayed
from notelift.flow.runs import interpret_run
from notelift.flow.values import NOTHING


def runs_again(analysis: Analysis, places: Sequence[int]) -> Iterator[tuple[RunRecord, dict[Hashable, Any]]]:
    """Yield, for ascending places of the timeline, the run there made a second time right after the first.

    With it comes the state after the first run, to be read until the next is asked for. What the second run
    reads that the first did not becomes an entry that the first's record rests on.
    """
    machine = Interpreter(analysis.library)
    done, start = 0, analysis.checkpoint
    if start is not None and places and start.place <= places[0]:
        done, machine.state = start.place, dict(start.state)
    state = machine.state
    for place in places:
        for key in analysis.order[done : place + 1]:
            state.update(analysis.records[key].writes)
        done = place + 1
        first = analysis.record(place)
        before: dict[Hashable, Any] = {}
        machine.first_values = before
        machine.displayed = partial(displayed, [analysis.record(each) for each in range(place + 1)])
        run = replace(first.run, occurrence=first.run.occurrence + 1)
        again = interpret_run(machine, run, analysis.next_base, None)
        for entry, value in before.items():
            if value is NOTHING:
                del state[entry]
            else:
                state[entry] = value
        for entry, value in again.reads.items():
            if entry not in first.writes:
                first.reads.setdefault(entry, value)
        analysis.concerned.add(first)
        yield again, state
