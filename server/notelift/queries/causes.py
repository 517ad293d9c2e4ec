"""Where two timelines part: the first statement that makes a value another on one than on the other."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from notelift.flow.codes import statement_codes
from notelift.flow.graph import Dependency, Site, Statement
from notelift.flow.provenance import Provenance
from notelift.notebook.model import Run

CauseKind = Literal["edited", "deleted", "never_run", "failed", "order", "repeated", "later_run"]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a value is another in the kernel than after a restart.

    `kind` is what happened to the statement at `cell` and `line` (of the written notebook, else as it ran):
    its cell was `edited` after it ran, was `deleted`, was `never_run`, or `failed`; it ran in another `order`
    against the statement that reads `name`; it ran again and built on what it had done (`repeated`), or after
    that reader (`later_run`). `order` is the count of its run. `reader_cell`, `reader_line` and
    `reader_order` say who reads it, None where that is the end. `must` is False where only a possible effect
    makes the difference.
    """

    kind: CauseKind
    name: str
    cell: int
    line: int
    order: int | None = None
    reader_cell: int | None = None
    reader_line: int | None = None
    reader_order: int | None = None
    must: bool = True


class Blame:
    """Finds causes on a written and a ran timeline."""

    def __init__(self, written: Provenance, ran: Provenance) -> None:
        self.written = written
        self.ran = ran
        self._known: dict[tuple[Site, Site], Cause | None] = {}

    def of_reads(
        self,
        ran: Sequence[Dependency],
        written: Sequence[Dependency],
        reader: Statement | None = None,
        reader_run: Run | None = None,
    ) -> Cause | None:
        """Return why these dependencies differ, or None where they do not."""
        extra, missing = self._differences(ran, written)
        for needs in extra:
            partner = self._partner(needs, missing)
            if partner is not None:
                cause = self.of_statements(needs.source, partner.source)
                if cause is not None:
                    return cause
        if missing:
            return self._missing(missing[0], extra, reader, reader_run)
        if extra:
            return self._extra(extra[0], reader, reader_run)
        return self._same_sources(ran, written, reader, reader_run)

    def of_statements(self, ran: Site, written: Site) -> Cause | None:
        """Return why two runs of one statement differ, or None where they do not."""
        key = (ran, written)
        if key not in self._known:
            self._known[key] = None
            reader = self.ran.dataflow.statement(ran)
            self._known[key] = self.of_reads(
                reader.reads,
                self.written.dataflow.statement(written).reads,
                reader,
                self.ran.dataflow.runs[ran.run].run,
            )
        return self._known[key]

    def _differences(
        self, ran: Sequence[Dependency], written: Sequence[Dependency]
    ) -> tuple[list[Dependency], list[Dependency]]:
        ran_keys = {_key(needs, self.ran) for needs in ran}
        written_keys = {_key(needs, self.written) for needs in written}
        if ran_keys == written_keys:
            return [], []
        extra = [needs for needs in ran if _key(needs, self.ran) not in written_keys]
        missing = [needs for needs in written if _key(needs, self.written) not in ran_keys]
        return sorted(extra, key=_certain_first), sorted(missing, key=_certain_first)

    def _partner(self, needs: Dependency, missing: Iterable[Dependency]) -> Dependency | None:
        """The same statement on the written timeline, where it is read for the same and differs."""
        code = code_of(self.ran, needs.source)
        for other in missing:
            if (other.kind, other.name) == (needs.kind, needs.name) and code == code_of(
                self.written, other.source
            ):
                return other
        return None

    def _missing(
        self, needs: Dependency, extra: list[Dependency], reader: Statement | None, reader_run: Run | None
    ) -> Cause:
        """What a restart would run, and the kernel did not before the reader."""
        statement = self.written.dataflow.statement(needs.source)
        runs = self._runs_of(self.written.dataflow.runs[needs.source.run].run.cell_id)
        if not runs:
            return _cause("never_run", needs, statement, None, reader, reader_run)
        here = self._runs_with(code_of(self.written, needs.source), runs)
        last = self.ran.dataflow.runs[runs[-1]].run
        if not here:
            kind: CauseKind = "edited" if last.success else "failed"
            return _cause(kind, needs, statement, last, reader, reader_run)
        if reader is not None and all(site > reader.site for site in here):
            return _cause("later_run", needs, statement, self._run(here[0]), reader, reader_run)
        if extra:
            return self._extra(extra[0], reader, reader_run)
        return _cause("order", needs, statement, self._run(here[-1]), reader, reader_run)

    def _extra(self, needs: Dependency, reader: Statement | None, reader_run: Run | None) -> Cause:
        """What the kernel ran before the reader, and a restart would not."""
        statement = self.ran.dataflow.statement(needs.source)
        run = self.ran.dataflow.runs[needs.source.run].run
        twin = self._written_twin(needs.source)
        if twin is None:
            kind: CauseKind = "deleted" if run.cell < 0 else "edited"
            return _cause(kind, needs, statement, run, reader, reader_run)
        if reader_run is not None and _is_earlier_run(run, reader_run):
            return _cause("repeated", needs, statement, run, reader, reader_run)
        deeper = self.of_statements(needs.source, twin)
        return deeper or _cause("order", needs, statement, run, reader, reader_run)

    def _same_sources(
        self,
        ran: Sequence[Dependency],
        written: Sequence[Dependency],
        reader: Statement | None,
        reader_run: Run | None,
    ) -> Cause | None:
        """The same statements, but not as often, or in another order."""
        if len(ran) == len(written):
            pairs = zip(sorted(ran, key=_by_site), sorted(written, key=_by_site), strict=True)
            moved = [needs for needs, other in pairs if _key(needs, self.ran) != _key(other, self.written)]
        else:
            moved = [needs for needs in ran if self.ran.dataflow.runs[needs.source.run].run.occurrence]
        if not moved:
            return None
        run = self.ran.dataflow.runs[moved[0].source.run].run
        kind: CauseKind = "repeated" if run.occurrence else "order"
        return _cause(kind, moved[0], self.ran.dataflow.statement(moved[0].source), run, reader, reader_run)

    def _written_twin(self, site: Site) -> Site | None:
        """The same statement of the same cell on the written timeline."""
        runs, run = self.written.dataflow.runs, self._run(site)
        index = bisect_left(runs, run.cell, key=lambda flow: flow.run.cell)
        if index == len(runs) or runs[index].run.cell_id != run.cell_id:
            return None
        codes = statement_codes(runs[index].run.source)
        code = code_of(self.ran, site)
        return Site(index, codes.index(code)) if code in codes else None

    def _runs_with(self, code: bytes, runs: Iterable[int]) -> list[Site]:
        """The statements with that code of some ran runs, in order."""
        return [
            Site(index, position)
            for index in runs
            for position in range(len(self.ran.dataflow.runs[index].statements))
            if code_of(self.ran, Site(index, position)) == code
        ]

    def _runs_of(self, cell_id: str) -> Sequence[int]:
        return self.ran.dataflow.places.get(cell_id, ())

    def _run(self, site: Site) -> Run:
        return self.ran.dataflow.runs[site.run].run


def code_of(provenance: Provenance, site: Site) -> bytes:
    """Return the hash of the code of a statement."""
    return statement_codes(provenance.dataflow.runs[site.run].run.source)[site.statement]


def _is_earlier_run(run: Run, reader: Run) -> bool:
    return run.cell_id == reader.cell_id and run.occurrence < reader.occurrence


def _key(needs: Dependency, provenance: Provenance) -> tuple[str, str, bytes]:
    return needs.kind, needs.name, provenance.number(needs.source)


def _certain_first(needs: Dependency) -> tuple[bool, Site]:
    return not needs.must, needs.source


def _by_site(needs: Dependency) -> tuple[str, str, Site]:
    return needs.kind, needs.name, needs.source


def _cause(
    kind: CauseKind,
    needs: Dependency,
    statement: Statement,
    run: Run | None,
    reader: Statement | None,
    reader_run: Run | None,
) -> Cause:
    return Cause(
        kind,
        needs.name,
        statement.cell,
        statement.line,
        run.order if run else None,
        reader.cell if reader else None,
        reader.line if reader else None,
        reader_run.order if reader_run else None,
        needs.must,
    )
