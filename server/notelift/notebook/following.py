"""The timelines of a session, made from those of the one before: a keystroke costs one cell of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import is_not

from notelift.notebook.model import Cell, Run, Timeline
from notelift.notebook.session import Session

_Done = tuple[str, str]
"""The id of a cell and what ran; of a run that does nothing there is none."""


@dataclass(frozen=True, slots=True)
class _Written:
    cells: list[Cell]
    timeline: Timeline
    done: list[_Done | None]
    places: dict[int, int]
    """The places in the timeline of the cells by their indexes."""

    @staticmethod
    def of(session: Session) -> _Written:
        cells = [cell for cell in session.notebook.cells if cell.is_python]
        places = {cell.index: place for place, cell in enumerate(cells)}
        timeline = tuple([cell.run for cell in cells])
        return _Written(cells, timeline, [_done(run) for run in timeline], places)

    def after(self, changed: Sequence[Cell]) -> _Written:
        """With those cells, which stand where they stood."""
        cells, runs, done = self.cells.copy(), list(self.timeline), self.done.copy()
        for cell in changed:
            if cell.is_python:
                place = self.places[cell.index]
                cells[place], runs[place], done[place] = cell, cell.run, _done(cell.run)
        return _Written(cells, tuple(runs), done, self.places)


@dataclass(frozen=True, slots=True)
class _Ran:
    timeline: Timeline
    done: list[_Done]
    went_well: bool

    @staticmethod
    def of(session: Session) -> _Ran:
        timeline = session.ran
        done = [each for run in timeline if (each := _done(run)) is not None]
        return _Ran(timeline, done, all(run.success for run in timeline))


class Timelines:
    """Both timelines of a session, and what is asked of them at each keystroke."""

    def __init__(self, session: Session, written: _Written, ran: _Ran) -> None:
        self.session = session
        self._written = written
        self._ran = ran

    @staticmethod
    def of(session: Session, before: Timelines | None = None) -> Timelines:
        """Return the timelines of a session; what is as it was before is taken over."""
        if before is None:
            return Timelines(session, _Written.of(session), _Ran.of(session))
        if before.session is session:
            return before
        changed = _changed(session.notebook.cells, before.session.notebook.cells)
        if changed is None:
            return Timelines(session, _Written.of(session), _Ran.of(session))
        ran = before._ran if session.runs is before.session.runs else _Ran.of(session)
        return Timelines(session, before._written.after(changed) if changed else before._written, ran)

    @property
    def cells(self) -> Sequence[Cell]:
        """The Python code cells, in the order of the notebook."""
        return self._written.cells

    @property
    def places(self) -> Mapping[int, int]:
        """The places of the cells among those, by their indexes: the same object while they stand there."""
        return self._written.places

    @property
    def written(self) -> Timeline:
        """What *Restart & Run All* does now."""
        return self._written.timeline

    @property
    def ran(self) -> Timeline:
        """The runs as of the present kernel, as `Session.ran` has them."""
        return self._ran.timeline

    @property
    def went_well(self) -> bool:
        """Whether no run of the kernel failed."""
        return self._ran.went_well

    @property
    def in_order(self) -> bool:
        """Whether the kernel did what a restart does, as far as it went."""
        ran = self._ran.done
        return self.went_well and list(filter(None, self._written.done))[: len(ran)] == ran


def _changed(cells: Sequence[Cell], before: Sequence[Cell]) -> list[Cell] | None:
    """The cells that are others than before, None where more than their texts and counts may be."""
    if len(cells) != len(before):
        return None
    others = list(compress(range(len(cells)), map(is_not, cells, before)))
    for place in others:
        now, was = cells[place], before[place]
        if (now.id, now.index, now.is_python) != (was.id, was.index, was.is_python):
            return None
    return [cells[place] for place in others]


def _done(run: Run) -> _Done | None:
    return (run.cell_id, run.source) if run.source and not run.source.isspace() else None
