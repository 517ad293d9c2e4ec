"""What a rule may ask of one notebook. What it asks of each cell or run is kept for the next revision.

A keystroke changes one cell, so a rule does not walk over the notebook. It has a function that says what it
looks for in one cell (`in_cells`), call (`in_calls`) or run (`in_runs`), and goes over what that finds. The
function reads nothing but what it is given: its answer stays as long as that is the same.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property
from typing import Any, TypeVar

from notelift.cells.code import CellCode, CellStatement, memoised_by_cell, read_cell
from notelift.cells.places import CellText
from notelift.checks.calls import Call, Called, Calls, CellCalls
from notelift.checks.facts import CellFacts, facts_of
from notelift.checks.kept import Answers, Index, Row
from notelift.checks.model import Place, Rule
from notelift.checks.names import Names
from notelift.checks.suppression import is_ignored
from notelift.effects.library import Library
from notelift.effects.spec import Spec
from notelift.flow.analysis import Analysis
from notelift.flow.graph import Dataflow, RunFlow, Site, Statement
from notelift.notebook.model import Cell, Notebook, Run
from notelift.queries.hidden import Kernel
from notelift.queries.unbound import UnboundRead, by_name, unbound_names

_T = TypeVar("_T")


class Context:
    """A notebook and its kernel, as one revision has them.

    `previous` is the context of the revision before: what has not changed since is not asked again.
    """

    def __init__(self, kernel: Kernel, previous: Context | None = None) -> None:
        self.kernel = kernel
        self._answers: Answers = Answers(previous._answers if previous else None)

    @classmethod
    def of(cls, kernel: Kernel, previous: Context | None = None) -> Context:
        """Return the context of a kernel."""
        return cls(kernel, previous)

    @property
    def notebook(self) -> Notebook:
        """The notebook as it is written."""
        return self.kernel.session.notebook

    @property
    def library(self) -> Library:
        """What is known of libraries."""
        return self.kernel.library

    @property
    def written(self) -> Analysis:
        """The analysis of what *Restart & Run All* does; the n-th run is that of the n-th of `cells`."""
        return self.kernel.written

    @property
    def flow(self) -> Dataflow:
        """The dataflow of the written timeline."""
        return self.written.dataflow

    @cached_property
    def cells(self) -> Sequence[Cell]:
        """The Python code cells."""
        return [cell for cell in self.notebook.cells if cell.is_python]

    def in_cells(self, look: Callable[[str], Iterable[_T]]) -> Iterator[tuple[Cell, _T]]:
        """Yield what is found in the texts of cells, with the cell."""
        kept = self._answers.kept(look, self._sources, _remembered(look))
        for place in kept.found:
            for found in kept.answers[place]:
                yield self.cells[place], found

    def in_calls(self, look: Callable[[Called], _T | None]) -> Iterator[tuple[Call, _T]]:
        """Yield the calls of which something is found, and what it is: not None, and not False."""
        kept = self._answers.kept(look, self._calls.row, _in_each(look))
        for place in kept.found:
            for called, found in kept.answers[place]:
                yield self._call(place, called), found

    def in_runs(self, look: Callable[[RunFlow], Iterable[_T]]) -> Iterator[_T]:
        """Yield what is found in the runs of the written timeline."""
        kept = self._answers.kept(look, self._runs, _listed(look))
        for place in kept.found:
            yield from kept.answers[place]

    def calls_in(self, run: int) -> Iterator[Call]:
        """Yield the calls of a run of the written timeline."""
        for called in self._calls.row.items[run]:
            yield self._call(run, called)

    def readers(self, run: int) -> Sequence[int]:
        """Return the runs of the written timeline that need something of a run, itself among them."""
        return self._answers.index("readers", self._runs, _needed)[run]

    @cached_property
    def unbound_reads(self) -> tuple[UnboundRead, ...]:
        """The names that are surely not bound where the written timeline reads them."""
        binders = self._answers.index("binders", self._runs, _bound)
        runs = self._runs.items
        return by_name(self.in_runs(unbound_names), lambda name: (runs[place] for place in binders[name]))

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
        count = self.notebook.cells[cell].execution_count
        return f"cell {cell}" if count is None else f"[{count}]"

    def place(self, cell: Cell, node: ast.expr | ast.stmt) -> Place:
        """The place of a part of a cell's syntax tree."""
        return Place(cell.index, *_text(cell.source).region(node))

    def is_shown(self, rule: Rule, place: Place) -> bool:
        """Whether no comment ignores the rule at a place; rules that gather places leave the others out."""
        return not is_ignored(rule, place, self.notebook.cells[place.cell].source)

    def line_place(self, cell: Cell, line: int, end_line: int = 0) -> Place:
        """The place of whole lines, without their indentation."""
        lines = _text(cell.source).lines
        first, last = lines[line - 1], lines[(end_line or line) - 1].rstrip()
        return Place(cell.index, line, len(first) - len(first.lstrip()), end_line or line, len(last))

    @cached_property
    def names(self) -> Names:
        """The names that cells bind."""
        return Names(self._answers, self._sources)

    @cached_property
    def loaded(self) -> Index[str, str]:
        """The places of the cells that read a name, by the name."""
        return self._answers.index("loaded", self._sources, _loaded)

    @cached_property
    def bound_names(self) -> frozenset[str]:
        """The names that some cell binds, in any scope, star imports aside."""
        return frozenset({*self.names.stored.places, *self.names.imported.places})

    def is_rebound(self, name: str) -> bool:
        """Whether anything but an import binds the name, in any scope of any cell."""
        return name in self.names.stored

    def resolve(self, dotted: str, run: int, statement: int) -> str:
        """The qualified name that a dotted name means at a statement, "" where that is not certain."""
        return self.names.resolve(dotted, run, statement)

    def spec(self, call: Call) -> Spec | None:
        """What is known of the function or class that is called."""
        return self.library.find(call.qualname) if call.qualname else None

    def statement(self, site: Site) -> Statement:
        """The statement at a site of the written timeline."""
        return self.flow.statement(site)

    def statement_place(self, statement: Statement | CellStatement, cell: int) -> Place:
        """The place of a whole statement."""
        return Place(cell, statement.line, statement.column, statement.end_line, statement.end_column)

    def _call(self, run: int, called: Called) -> Call:
        return Call(self.cells[run], Site(run, called.fact.statement), called.fact, called.qualname)

    @cached_property
    def _sources(self) -> Row[str]:
        return self._answers.row("sources", [cell.source for cell in self.cells])

    @cached_property
    def _runs(self) -> Row[RunFlow]:
        return self._answers.row("runs", self.flow.runs)

    @cached_property
    def _ran(self) -> Row[RunFlow]:
        return self._answers.row("ran", self.kernel.ran.dataflow.runs)

    @cached_property
    def _calls(self) -> Calls:
        return Calls(self._answers, self.names, self.library)


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
