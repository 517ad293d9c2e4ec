"""What an analysis of a timeline has found, and all that the next one goes on from."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from notelift.effects.library import Library
from notelift.flow.building import Builder, Built, Change, Values, differing
from notelift.flow.concerned import Concerned
from notelift.flow.end import End
from notelift.flow.graph import Dataflow, Dependency
from notelift.flow.machine import Edge
from notelift.flow.paths import show_path
from notelift.flow.provenance import Keep, Provenance, numbers
from notelift.flow.records import RunKey, RunRecord
from notelift.flow.values import NO_TOKENS, Token
from notelift.notebook.model import Timeline


@dataclass
class Analysis:
    """An analysed timeline. `analysed` counts the runs that were interpreted, the others were taken over.

    `records` are in the order of the timeline. `checkpoint` is the state before a run, `built` and `numbered`
    are what is known of the dataflow and of its provenance, `concerned` are the runs, by the bases of their
    tokens, that an entry of the state concerns, as of that `generation`; all are for the next analysis to go
    on from.
    """

    library: Library
    records: dict[RunKey, RunRecord]
    order: list[RunKey]
    state: dict[Hashable, Any]
    analysed: int
    next_base: Token
    names: Mapping[str, None] = field(default_factory=dict)
    timeline: Timeline = ()
    checkpoint: Checkpoint | None = None
    built: Built = field(default_factory=Built)
    numbered: Mapping[Keep | None, Provenance] = field(default_factory=dict)
    change: Change = field(default_factory=Change)
    concerned: Concerned = field(default_factory=Concerned)
    generation: int = 0
    found: dict[str, Any] = field(default_factory=dict)
    """What queries keep of the analysis for themselves, each under a key of its own."""

    @cached_property
    def dataflow(self) -> Dataflow:
        """The dataflow of the timeline."""
        before = self.built.flows
        built = self.built = self.builder.built(self.built)
        return Dataflow(
            built.flows,
            Values(self.names, self._end.value, built, self.change),
            self._files(),
            before,
            differing(built.flows, before),
            built.needed,
        )

    def provenance(self, keep: Keep | None = None) -> Provenance:
        """The provenance over all dependencies, or over those that `keep` is true of."""
        found = self.numbered.get(keep)
        if found is None or found.dataflow is not self.dataflow:
            found = numbers(self.dataflow, keep, found)
            self.numbered = {**self.numbered, keep: found}
        return found

    def record(self, place: int) -> RunRecord:
        """The record of the run at a place of the timeline."""
        return self.records[self.order[place]]

    def _files(self) -> dict[str, tuple[Dependency, ...]]:
        files = {}
        for path in self.state.get(("known", "files"), ()):
            writers = self.state.get(("world", ("file", path)), NO_TOKENS)
            edges = {(writer, "file", show_path(path)): (True, "") for writer in writers}
            files[show_path(path)] = self.dependencies(edges)
        return files

    def reading_file(self, path: Any) -> dict[Edge, tuple[bool, str]]:
        """The edges of a statement at the end that reads a file."""
        return self._end.reading_file(path)

    def dependencies(self, edges: Mapping[Edge, tuple[bool, str]]) -> tuple[Dependency, ...]:
        """The edges as dependencies on places of the timeline, sorted."""
        return self.builder.dependencies(edges)

    @cached_property
    def builder(self) -> Builder:
        """What builds flows of the runs."""
        return Builder(self.order, list(self.records.values()), self.places)

    @cached_property
    def places(self) -> Mapping[Token, int]:
        """The places of the runs by the bases of their tokens."""
        return {record.base: place for place, record in enumerate(self.records.values())}

    @cached_property
    def _end(self) -> End:
        return End(self.library, self.state, self.builder)


class Checkpoint(NamedTuple):
    """The state before the run at a place of the timeline."""

    place: int
    state: dict[Hashable, Any]


class Cancelled(Exception):
    """An analysis that was cancelled; `analysis` is of the runs up to there, to go on from."""

    def __init__(self, analysis: Analysis) -> None:
        super().__init__("the analysis was cancelled")
        self.analysis = analysis
