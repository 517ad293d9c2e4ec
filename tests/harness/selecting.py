"""Random places in a notebook, and what the assists make of them."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from notelift.assists.model import Ask, Offer, Refused
from notelift.assists.registry import entries_of, load_assist
from notelift.cells.code import read_cell
from notelift.checks.context import Context
from notelift.config import Config
from notelift.edits.change import NotebookChange
from notelift.effects.library import Library
from notelift.flow.analysis import analyse
from notelift.notebook.model import Notebook
from notelift.notebook.session import Session
from notelift.queries.hidden import Kernel

Place = tuple[int, int, int, int, int]


@dataclass(frozen=True)
class Answer:
    """An offer at a place, and the change that it makes, or why it makes none."""

    place: Place
    offer: Offer
    change: NotebookChange | None
    refused: str = ""


def kernel_of(notebook: Notebook, library: Library) -> Kernel:
    """Return the notebook analysed as it is written."""
    session = Session(notebook)
    return Kernel(session, analyse(session.written, library), library)


def place_in(notebook: Notebook, draw: random.Random) -> Place:
    """Return a random place: a caret in a name, or whole statements that follow each other in a cell."""
    cells = [cell for cell in notebook.cells if cell.is_python and read_cell(cell.source).statements]
    cell = draw.choice(cells)
    statements = read_cell(cell.source).statements
    first = draw.randrange(len(statements))
    statement = statements[first]
    names = [node for node in ast.walk(statement.node) if isinstance(node, ast.Name)]
    lines = cell.source.split("\n")
    if names and draw.random() < 0.5:
        name = draw.choice(names)
        column = min(name.col_offset, len(lines[name.lineno - 1]))
        return cell.index, name.lineno, column, name.lineno, column
    last = statements[draw.randrange(first, min(len(statements), first + 4))]
    return cell.index, statement.line, statement.column, last.end_line, last.end_column


def answers(
    kernel: Kernel, place: Place, kinds: Sequence[str], changes_cells: bool, data: dict[str, str]
) -> Iterator[Answer]:
    """Yield what the assists of these kinds offer at a place; `data` is added to what the offers carry."""
    ask = Ask(Context.of(kernel), Config(), *place, changes_cells=changes_cells)
    for entry in entries_of(kinds):
        assist = load_assist(entry.name)
        for offer in assist.offers(ask):
            if offer.refused:
                yield Answer(place, offer, None, offer.refused)
                continue
            try:
                built = assist.build(ask, {**offer.data, **data})
            except Refused as error:
                yield Answer(place, offer, None, str(error))
                continue
            assert isinstance(built, NotebookChange)
            yield Answer(place, offer, built)
