"""A cell moves to where it has to run: what sets a value above its reader, a reader behind what it reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from notelift.assists.fixing import KIND, after, checked, data_of, found, of_rules
from notelift.assists.missing_imports import missing_import
from notelift.assists.model import Ask, Assist, Data, Offer, Refused
from notelift.assists.moves import move, unexpected, why_not
from notelift.checks.context import Context
from notelift.checks.hidden_state import roots
from notelift.checks.model import Finding
from notelift.edits.change import NotebookChange
from notelift.queries.reasons import root_of
from notelift.queries.wording import list_in_words, thing

RULES = ("fails-on-restart", "out-of-order", "reads-later-write")
_NO_CLIENT = "this editor cannot move cells for an action: move it by hand"


class _Move(NamedTuple):
    """A cell that goes before another index, and the names that are read otherwise by it."""

    title: str
    cell: int
    before: int
    expected: tuple[str, ...]
    readers: tuple[int, ...] = ()


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield the moves that settle the findings, each once; where none can be, the first with the reason."""
    listed: dict[tuple[int, int], Offer] = {}
    for finding in sorted(of_rules(ask, RULES), key=lambda finding: RULES.index(finding.rule)):
        found = [(each, _refusal(ask, each)) for each in _moves(ask, finding)]
        possible = [(each, refused) for each, refused in found if not refused] or found[:1]
        for each, refused in possible:
            place = (each.cell, each.before)
            known = listed.get(place)
            if known is None or (known.refused and not refused):
                listed[place] = _offer(each, finding, refused)
            else:
                listed[place] = replace(known, fixes=(*known.fixes, finding))
    yield from listed.values()


def _offer(each: _Move, finding: Finding, refused: str) -> Offer:
    data = {**data_of(finding), "moved": each.cell, "before": each.before}
    return Offer(each.title, KIND, data, refused, (finding,), preferred=finding.rule == "fails-on-restart")


def build(ask: Ask, data: Data) -> NotebookChange:
    """Return the move. Raises Refused where it would not settle the finding, or change something else."""
    finding = found(ask, data)
    for each in _moves(ask, finding):
        if (each.cell, each.before) == (data["moved"], data["before"]):
            change = move(ask.kernel, each.cell, each.before)
            refused = _refusal(ask, each)
            if refused:
                raise Refused(refused)
            if other := unexpected(ask.kernel, after(ask.kernel, change), each.cell, each.expected):
                raise Refused(f"the move would change more than it is to: {other}")
            return checked(ask, change, finding)
    raise Refused("the notebook has changed: ask for the fixes again")


def _refusal(ask: Ask, each: _Move) -> str:
    if not ask.changes_cells:
        return _NO_CLIENT
    return why_not(ask.context, each.cell, each.before, each.expected, each.readers)


def _moves(ask: Ask, finding: Finding) -> Iterator[_Move]:
    context = ask.context
    if finding.rule == "fails-on-restart":
        yield from _binder_up(ask, context, finding)
    elif finding.rule == "out-of-order":
        yield from _as_it_ran(context, finding)
    else:
        yield from _behind_the_writer(context, finding)


def _binder_up(ask: Ask, context: Context, finding: Finding) -> Iterator[_Move]:
    lacking = [read for read in context.unbound_reads() if read.later is not None]
    read = next((read for read in lacking if read.name == finding.names[0]), None)
    if read is None or read.later is None or read.later.cell <= finding.cell:
        return
    cell = read.later.cell
    if missing_import(context, finding, ask.changes_cells) is not None:
        # The import alone moves: see add_import.
        return
    names = tuple(each.name for each in lacking if each.later is not None and each.later.cell == cell)
    bound = list_in_words([f"`{name}`" for name in names])
    here, there = context.label(cell), context.label(finding.cell)
    yield _Move(f"Move {here}, which binds {bound}, above {there}", cell, finding.cell, names)


def _as_it_ran(context: Context, finding: Finding) -> Iterator[_Move]:
    """The moves that put the cell at fault and its reader into the order in which they ran."""
    for root in roots(context, "out-of-order"):
        source = root.cause.cell
        if not root.readers or root.readers[0].cell != finding.cell or source in (finding.cell, -1):
            continue
        readers = sorted(reader.cell for reader in root.readers)
        here, what = context.label(source), root.cause.name
        names = (what, root_of(what))
        if source > finding.cell:
            title = f"Move {here}, which sets {thing(what)}, above {context.label(readers[0])}"
            yield _Move(title, source, readers[0], names)
        else:
            title = f"Move {here}, which sets {thing(what)}, below {context.label(readers[-1])}"
            spared = tuple(readers) if _is_bound_before(context, root_of(what), readers[0], source) else ()
            yield _Move(title, source, readers[-1] + 1, names, spared)


def _is_bound_before(context: Context, name: str, cell: int, other: int) -> bool:
    """Whether a cell above binds the name, without an `other` one; what is no name needs no binding."""
    return not name.isidentifier() or any(
        name in statement.binds and statement.cell < cell and statement.cell != other
        for statement in context.flow.statements()
    )


def _behind_the_writer(context: Context, finding: Finding) -> Iterator[_Move]:
    writer, reader = finding.related[0].place, finding.cell
    if writer.cell == reader:
        return
    path = finding.related[0].message.split("`")[1]
    here, there = context.label(reader), context.label(writer.cell)
    yield _Move(f"Move {here} below {there}, which writes `{path}`", reader, writer.cell + 1, (path,))
    yield _Move(f"Move {there}, which writes `{path}`, above {here}", writer.cell, reader, (path,))


ASSIST = Assist("move-cell", (KIND,), offers, build)
