"""What a rule may ask of one notebook. What it asks of each cell or run is kept for the next revision.

A keystroke changes one cell, so a rule does not walk over the notebook. It has a function that says what it
looks for in one cell (`in_cells`), call (`in_calls`) or run (`in_runs`), and goes over what that finds. The
function reads nothing but what it is given: its answer stays as long as that is the same.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, cached_property
from typing import Any, TypeVar

from notelift.cells.code import CellCode, CellStatement, memoised_by_cell, read_cell
from notelift.cells.places import CellText
from notelift.checks.asking import Asked, Look, compared
from notelift.checks.calls import Call, Called, Calls, CellCalls
from notelift.checks.facts import CellFacts, facts_of
from notelift.checks.kept import Answers, Index, Kept, Row
from notelift.checks.model import Finding, Place, Rule
from notelift.checks.names import Names
from notelift.checks.suppression import is_ignored
from notelift.effects.library import Library
from notelift.effects.spec import Spec
from notelift.flow.analysis import Analysis
from notelift.flow.graph import Dataflow, RunFlow, Site, Statement
from notelift.notebook.model import Cell, Notebook, Run
from notelift.queries.hidden import Kernel, RootCause
from notelift.queries.idempotence import Drift, drifting_cells
from notelift.queries.unbound import UnboundRead, by_name, unbound_names

_T = TypeVar("_T")


class Context:
    """A notebook and its kernel, as one revision has them.

    `previous` is the context of the revision before: what has not changed since is not asked again.
    """

    def __init__(self, kernel: Kernel, previous: Context | None = None) -> None:
        self._kernel = kernel
        known = previous if previous is not None and _is_of_same(previous._kernel, kernel) else None
        self._answers: Answers = Answers(known._answers if known else None)
        self.asked = Asked()
        self._notebook = self._answers.row("notebook", kernel.session.notebook.cells)

    @classmethod
    def of(cls, kernel: Kernel, previous: Context | None = None) -> Context:
        """Return the context of a kernel."""
        return cls(kernel, previous)

    def findings(self, rule: Rule, find: Callable[[], Iterable[Finding]]) -> tuple[Finding, ...]:
        """Return what a rule finds: what it found before where all that it asked has the same answer."""
        before: Asked | None = self._answers.before(rule)
        if before is None or not self._holds(before):
            asked = self.asked = Asked()
            before = replace(asked, findings=tuple(find()))
        # What is asked from here on is no question of this rule.
        self.asked = Asked()
        self._answers.note(rule, before)
        return before.findings

    @property
    def path(self) -> str:
        """The notebook, for messages."""
        return self._kernel.session.notebook.path

    @property
    def kernel(self) -> Kernel:
        """The kernel; a rule that asks for it runs in each revision."""
        self.asked.anything = True
        return self._kernel

    @property
    def notebook(self) -> Notebook:
        """The notebook as it is written; a rule that asks for it runs in each revision."""
        return self.kernel.session.notebook

    @property
    def flow(self) -> Dataflow:
        """The dataflow of the written timeline; a rule that asks for it runs in each revision."""
        return self.written.dataflow

    @property
    def written(self) -> Analysis:
        """The analysis of what *Restart & Run All* does; a rule that asks for it runs in each revision."""
        return self.kernel.written

    @property
    def cells(self) -> Sequence[Cell]:
        """The Python code cells; a rule that asks for them runs in each revision."""
        self.asked.anything = True
        return self._cells

    @property
    def library(self) -> Library:
        """What is known of libraries."""
        return self._kernel.library

    def in_cells(self, look: Callable[[str], Iterable[_T]]) -> Iterator[tuple[Cell, _T]]:
        """Yield what is found in the texts of cells, with the cell."""
        kept = self._looked(look, Context._in_cells)
        for place in kept.found:
            cell = self.cell(place)
            for found in kept.answers[place]:
                yield cell, found

    def in_calls(self, look: Callable[[Called], _T | None]) -> Iterator[tuple[Call, _T]]:
        """Yield the calls of which something is found, and what it is: not None, and not False."""
        kept = self._looked(look, Context._in_calls)
        for place in kept.found:
            for called, found in kept.answers[place]:
                yield self._call(place, called), found

    def in_runs(self, look: Callable[[RunFlow], Iterable[_T]]) -> Iterator[_T]:
        """Yield what is found in the runs of the written timeline."""
        kept = self._looked(look, Context._in_runs)
        for place in kept.found:
            yield from kept.answers[place]

    @compared
    def calls_in(self, run: int) -> tuple[Call, ...]:
        """Return the calls of a run of the written timeline."""
        return tuple(self._call(run, called) for called in self._calls.row.items[run])

    def cell(self, run: int) -> Cell:
        """Return the cell of a run of the written timeline."""
        cell = self._cells[run]
        self.asked.cells.add(cell.index)
        return cell

    def cell_at(self, index: int) -> Cell:
        """Return the cell that stands at an index of the notebook."""
        self.asked.cells.add(index)
        return self._kernel.session.notebook.cells[index]

    def run(self, place: int) -> RunFlow:
        """Return a run of the written timeline."""
        self.asked.runs.add(place)
        return self._runs.items[place]

    @compared
    def readers(self, run: int) -> Sequence[int]:
        """Return the runs of the written timeline that need something of a run, itself among them."""
        return self._answers.index("readers", self._runs, _needed)[run]

    @compared
    def unbound_reads(self) -> tuple[UnboundRead, ...]:
        """Return the names that are surely not bound where the written timeline reads them."""
        return self._unbound_reads

    @cached_property
    def _unbound_reads(self) -> tuple[UnboundRead, ...]:
        binders = self._answers.index("binders", self._runs, _bound)
        runs = self._runs.items
        return by_name(self.in_runs(unbound_names), lambda name: (runs[place] for place in binders[name]))

    @compared
    def drifting_cells(self) -> tuple[Drift, ...]:
        """Return the cells whose second run gives something else than the first."""
        return drifting_cells(self._kernel.written)

    @compared
    def root_causes(self) -> tuple[RootCause, ...]:
        """Return what went otherwise in the kernel than on a restart."""
        return self._kernel.root_causes

    @compared
    def last_definition(self, name: str) -> tuple[Statement, Run] | None:
        """Return the last statement that bound a name in this kernel, with its run, where it did."""
        row = self._ran
        places = self._answers.index("ran binders", row, _bound)[name]
        if not places:
            return None
        flow = row.items[places[-1]]
        return next(each for each in reversed(flow.statements) if name in each.binds), flow.run

    def code(self, cell: Cell) -> CellCode:
        """The statements of a cell."""
        return read_cell(cell.source)

    def facts(self, cell: Cell) -> CellFacts:
        """The calls, strings and imports of a cell."""
        return facts_of(cell.source)

    def label(self, cell: int) -> str:
        """What the user sees of a cell: `[7]` where it ran, else `cell 3`."""
        count = self.cell_at(cell).execution_count
        return f"cell {cell}" if count is None else f"[{count}]"

    def place(self, cell: Cell, node: ast.expr | ast.stmt) -> Place:
        """The place of a part of a cell's syntax tree."""
        return Place(cell.index, *_text(cell.source).region(node))

    def is_shown(self, rule: Rule, place: Place) -> bool:
        """Whether no comment ignores the rule at a place; rules that gather places leave the others out."""
        return not is_ignored(rule, place, self.cell_at(place.cell).source)

    def line_place(self, cell: Cell, line: int, end_line: int = 0) -> Place:
        """The place of whole lines, without their indentation."""
        lines = _text(cell.source).lines
        first, last = lines[line - 1], lines[(end_line or line) - 1].rstrip()
        return Place(cell.index, line, len(first) - len(first.lstrip()), end_line or line, len(last))

    @cached_property
    def _names(self) -> Names:
        return Names(self._answers, self._sources)

    @property
    def names(self) -> Names:
        """The names that cells bind; a rule that asks for them runs in each revision."""
        self.asked.anything = True
        return self._names

    @property
    def loaded(self) -> Index[str, str]:
        """The places of cells that read a name, by the name; one that asks for it runs in each revision."""
        self.asked.anything = True
        return self._answers.index("loaded", self._sources, _loaded)

    @property
    def bound_names(self) -> frozenset[str]:
        """The names that some cell binds, in any scope; a rule that asks for them runs in each revision."""
        return frozenset({*self.names.stored.places, *self.names.imported.places})

    @compared
    def is_rebound(self, name: str) -> bool:
        """Whether anything but an import binds the name, in any scope of any cell."""
        return name in self._names.stored

    @compared
    def resolve(self, dotted: str, run: int, statement: int) -> str:
        """The qualified name that a dotted name means at a statement, "" where that is not certain."""
        return self._names.resolve(dotted, run, statement)

    def spec(self, call: Call) -> Spec | None:
        """What is known of the function or class that is called."""
        return self.library.find(call.qualname) if call.qualname else None

    def statement(self, site: Site) -> Statement:
        """The statement at a site of the written timeline."""
        return self.run(site.run).statements[site.statement]

    def statement_place(self, statement: Statement | CellStatement, cell: int) -> Place:
        """The place of a whole statement."""
        return Place(cell, statement.line, statement.column, statement.end_line, statement.end_column)

    def _looked(self, look: Look, way: Callable[[Context, Look], Kept[Any, Any]]) -> Kept[Any, Any]:
        self.asked.looks[look] = way
        return way(self, look)

    def _in_cells(self, look: Callable[[str], Iterable[Any]]) -> Kept[Any, Any]:
        return self._answers.kept(look, self._sources, _remembered(look))

    def _in_calls(self, look: Callable[[Called], Any]) -> Kept[Any, Any]:
        return self._answers.kept(look, self._calls.row, _in_each(look))

    def _in_runs(self, look: Callable[[RunFlow], Iterable[Any]]) -> Kept[Any, Any]:
        return self._answers.kept(look, self._runs, _listed(look))

    def _holds(self, asked: Asked) -> bool:
        """Whether all that was asked of the revision before has the same answers in this one."""
        return (
            not asked.anything
            and _is_clear(asked.cells, self._changed_cells)
            # A rule that looks at no run does without the analysis.
            and (not asked.runs or _is_clear(asked.runs, self._changed_runs))
            and all(self._is_steady(look, way) for look, way in asked.looks.items())
            and all(method(self, *args) == answer for (method, args), answer in asked.answers.items())
        )

    def _is_steady(self, look: Look, way: Callable[[Context, Look], Kept[Any, Any]]) -> bool:
        before, now = self._answers.before(look), way(self, look)
        return now is before or (now.is_steady and now.row.base is before.row.mark)

    @cached_property
    def _changed_cells(self) -> Sequence[int] | None:
        """The cells of the notebook that are not as before, None where that may be any."""
        return self._notebook.changed_since(self._answers.before("notebook"))

    @cached_property
    def _changed_runs(self) -> Sequence[int] | None:
        """The runs of the written timeline that are not as before, None where that may be any."""
        return self._runs.changed_since(self._answers.before("runs"))

    def _call(self, run: int, called: Called) -> Call:
        return Call(self.cell(run), Site(run, called.fact.statement), called.fact, called.qualname)

    @cached_property
    def _sources(self) -> Row[str]:
        places, cells = self._kernel.timelines.places, self._cells
        before: Row[str] | None = self._answers.before("sources")
        changed = self._changed_cells
        self._answers.note("places", places)
        if before is None or changed is None or self._answers.before("places") is not places:
            return self._answers.row("sources", [cell.source for cell in cells])
        sources = list(before.items)
        among = [places[index] for index in changed if index in places]
        for place in among:
            sources[place] = cells[place].source
        return self._answers.row("sources", sources, among)

    @cached_property
    def _cells(self) -> Sequence[Cell]:
        return self._kernel.timelines.cells

    @cached_property
    def _runs(self) -> Row[RunFlow]:
        return self._flows("runs", self._kernel.written.dataflow)

    @cached_property
    def _ran(self) -> Row[RunFlow]:
        return self._flows("ran", self._kernel.ran.dataflow)

    def _flows(self, key: str, dataflow: Dataflow) -> Row[RunFlow]:
        before: Row[RunFlow] | None = self._answers.before(key)
        among = dataflow.others if before is not None and before.items is dataflow.before else None
        return self._answers.row(key, dataflow.runs, among)

    @cached_property
    def _calls(self) -> Calls:
        return Calls(self._answers, self._names, self.library)


def _is_clear(looked_at: set[int], changed: Sequence[int] | None) -> bool:
    return changed is not None and looked_at.isdisjoint(changed)


def _is_of_same(before: Kernel, kernel: Kernel) -> bool:
    """Whether two kernels are of the same file, with the same knowledge of libraries."""
    path = kernel.session.notebook.path
    return before.library is kernel.library and before.session.notebook.path == path


_text = memoised_by_cell(CellText)


@cache
def _remembered(look: Callable[[str], Iterable[_T]]) -> Callable[[str], tuple[_T, ...]]:
    """The function with a list of what it finds, once for each text."""
    return memoised_by_cell(_listed(look))


def _listed(look: Callable[[Any], Iterable[_T]]) -> Callable[[Any], tuple[_T, ...]]:
    return lambda item: tuple(look(item))


def _in_each(look: Callable[[Called], _T | None]) -> Callable[[CellCalls], tuple[tuple[Called, _T], ...]]:
    def found(calls: CellCalls) -> tuple[tuple[Called, _T], ...]:
        answers = [(called, look(called)) for called in calls]
        return tuple(
            (called, answer) for called, answer in answers if answer is not None and answer is not False
        )

    return found


def _loaded(source: str) -> frozenset[str]:
    return facts_of(source).loaded


def _bound(flow: RunFlow) -> frozenset[str]:
    return frozenset(name for statement in flow.statements for name in statement.binds)


def _needed(flow: RunFlow) -> frozenset[int]:
    return flow.sources
