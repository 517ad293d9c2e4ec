"""What a rule may ask of one notebook; each answer is computed once, when the first rule asks."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from notelift.cells.code import CellCode, CellStatement, read_cell
from notelift.checks.facts import CallFact, CellFacts, facts_of
from notelift.checks.model import Place, Rule
from notelift.checks.suppression import is_ignored
from notelift.effects.library import Library
from notelift.effects.spec import Spec
from notelift.flow.analysis import Analysis, analyse
from notelift.flow.graph import Dataflow, Site, Statement
from notelift.notebook.magics import translate
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.session import Session
from notelift.notebook.timelines import written_timeline
from notelift.queries.hidden import Kernel


class Call(NamedTuple):
    """A call of the written notebook: the cell, the statement's site, and what is called where it is known.

    `qualname` is resolved through the notebook's imports, "" where it is unknown.
    """

    cell: Cell
    site: Site
    fact: CallFact
    qualname: str


@dataclass(frozen=True)
class Context:
    """One notebook. `session` tells the kernel's runs where they are known, else saved counts do."""

    notebook: Notebook
    library: Library
    session: Session | None = None

    @classmethod
    def of(cls, kernel: Kernel) -> Context:
        """The context of a notebook that is analysed already."""
        context = cls(kernel.session.notebook, kernel.library, kernel.session)
        vars(context).update(written=kernel.written, kernel=kernel)
        return context

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The Python code cells."""
        return tuple(cell for cell in self.notebook.cells if cell.is_python)

    @cached_property
    def written(self) -> Analysis:
        """The analysis of what *Restart & Run All* does; the n-th run is that of the n-th of `cells`."""
        return analyse(written_timeline(self.notebook), self.library)

    @cached_property
    def kernel(self) -> Kernel:
        """What the kernel did, and how it differs from a restart."""
        return Kernel(self.session or Session.from_counts(self.notebook), self.written, self.library)

    @property
    def flow(self) -> Dataflow:
        """The dataflow of the written timeline."""
        return self.written.dataflow

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
        lines = cell.source.split("\n")
        shifts = translate(cell.source).shifts
        end_line = min(node.end_lineno or node.lineno, len(lines))
        start = _column(lines, node.lineno, node.col_offset, shifts)
        end = _column(lines, end_line, node.end_col_offset or 0, shifts)
        return Place(cell.index, node.lineno, start, end_line, end)

    def is_shown(self, rule: Rule, place: Place) -> bool:
        """Whether no comment ignores the rule at a place; rules that gather places leave the others out."""
        return not is_ignored(rule, place, self.notebook.cells[place.cell].source)

    def line_place(self, cell: Cell, line: int, end_line: int = 0) -> Place:
        """The place of whole lines, without their indentation."""
        lines = cell.source.split("\n")
        first, last = lines[line - 1], lines[(end_line or line) - 1].rstrip()
        return Place(cell.index, line, len(first) - len(first.lstrip()), end_line or line, len(last))

    def loaded_names(self) -> frozenset[str]:
        """The names that some cell reads."""
        return frozenset().union(*(self.facts(cell).loaded for cell in self.cells))

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """All calls of the written notebook in document order."""
        return tuple(
            Call(cell, Site(run, fact.statement), fact, self.resolve(fact.dotted, run, fact.statement))
            for run, cell in enumerate(self.cells)
            for fact in self.facts(cell).calls
        )

    @cached_property
    def _imports(self) -> Mapping[str, list[tuple[int, int, str]]]:
        found: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for run, cell in enumerate(self.cells):
            for fact in self.facts(cell).imports:
                found[fact.name].append((run, fact.statement, fact.qualname))
        return found

    @cached_property
    def _stored(self) -> frozenset[str]:
        return frozenset().union(*(self.facts(cell).stored for cell in self.cells))

    def bound_names(self) -> frozenset[str]:
        """The names that some cell binds, in any scope, star imports aside."""
        return self._stored.union(self._imports)

    def is_rebound(self, name: str) -> bool:
        """Whether anything but an import binds the name, in any scope of any cell."""
        return name in self._stored

    def resolve(self, dotted: str, run: int, statement: int) -> str:
        """The qualified name that a dotted name means at a statement, "" where that is not certain."""
        head, dot, rest = dotted.partition(".")
        if not head or head in self._stored:
            return ""
        imports = self._imports.get(head)
        if imports is None:
            return dotted
        before = [qualname for r, s, qualname in imports if (r, s) <= (run, statement)]
        return (before[-1] if before else imports[0][2]) + dot + rest

    def spec(self, call: Call) -> Spec | None:
        """What is known of the function or class that is called."""
        return self.library.find(call.qualname) if call.qualname else None

    def statement(self, site: Site) -> Statement:
        """The statement at a site of the written timeline."""
        return self.flow.statement(site)

    def statement_place(self, statement: Statement | CellStatement, cell: int) -> Place:
        """The place of a whole statement."""
        return Place(cell, statement.line, statement.column, statement.end_line, statement.end_column)

    def written_statements(self) -> Iterator[tuple[Cell, int, CellStatement]]:
        """Each top-level statement with its cell and its run in the written timeline."""
        for run, cell in enumerate(self.cells):
            for statement in self.code(cell).statements:
                yield cell, run, statement


def _column(lines: list[str], line: int, offset: int, shifts: tuple[int, ...]) -> int:
    """The column in the cell of an offset in UTF-8 bytes in its translation."""
    text = lines[line - 1]
    shift = shifts[line - 1] if shifts else 0
    rest = text[shift:]
    inside = offset if rest.isascii() else len(rest.encode()[:offset].decode(errors="ignore"))
    return min(shift + inside, len(text))
