"""What a call that no spec knows does, said in the settings: nothing, or a change of an argument."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from notelift.assists.fixing import KIND
from notelift.assists.model import Ask, Assist, Data, Offer, Refused
from notelift.assists.settings import FILE_NAME, TABLE, changed
from notelift.checks.context import Context
from notelift.checks.facts import CallFact
from notelift.checks.model import Place
from notelift.edits.change import NotebookChange
from notelift.edits.toml import with_entry
from notelift.effects.parse import parse_spec
from notelift.flow.graph import Site
from notelift.notebook.model import Cell

_DEFAULT = "nothing is known of "


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield what can be said of the unknown call at the caret, where what is assumed of it matters."""
    if not ask.is_caret:
        return
    context = ask.context
    call = _call_at(context, ask)
    if call is None or not _rests_on_default(context, call):
        return
    name = call.qualname
    yield Offer(
        f"Declare that `{name}` changes nothing ({FILE_NAME})", KIND, {"name": name, "clauses": "pure"}
    )
    for subject, shown in _arguments(call.fact.node):
        title = f"Declare that `{name}` changes its argument `{shown}` ({FILE_NAME})"
        yield Offer(title, KIND, {"name": name, "clauses": f"changes {subject}"})


def build(ask: Ask, data: Data) -> NotebookChange:
    """Return the entry in the settings. Raises Refused where they cannot be edited."""
    name, clauses = str(data["name"]), str(data["clauses"])
    if name in ask.config.effects:
        raise Refused(f"the settings say already what {name} does: change the entry there")
    parse_spec(name, clauses, FILE_NAME)
    edit = changed(ask, lambda text: with_entry(text, (*TABLE, "effects"), name, clauses))
    return NotebookChange(files=(edit,))


class _Call(NamedTuple):
    """A call, and the qualified name of what it calls."""

    site: Site
    fact: CallFact
    qualname: str


def _call_at(context: Context, ask: Ask) -> _Call | None:
    """The innermost call at the caret of something that is imported, and that no spec knows."""
    cell = ask.kernel.session.notebook.cells[ask.cell]
    if not cell.is_python:
        return None
    run = next(index for index, each in enumerate(context.cells) if each.index == cell.index)
    inside = [fact for fact in context.facts(cell).calls if _holds(context, cell, fact, ask)]
    if not inside:
        return None
    fact = inside[-1]
    site = Site(run, fact.statement)
    if not fact.dotted or not _is_imported(context, fact.dotted.partition(".")[0]):
        return None
    name = context.resolve(fact.dotted, run, fact.statement)
    if not name.isascii() or name.startswith(".") or "." not in name or context.library.find(name):
        return None
    return _Call(site, fact, name)


def _holds(context: Context, cell: Cell, fact: CallFact, ask: Ask) -> bool:
    place: Place = context.place(cell, fact.node)
    caret = (ask.line, ask.column)
    return (place.line, place.column) <= caret <= (place.end_line, place.end_column)


def _is_imported(context: Context, name: str) -> bool:
    return any(fact.name == name for cell in context.cells for fact in context.facts(cell).imports)


def _rests_on_default(context: Context, call: _Call) -> bool:
    """Whether the dataflow has it that the call may change something, because nothing is known of it."""
    # A function does it in the statements that call it.
    statements = context.flow.statements() if call.fact.deferred else (context.statement(call.site),)
    tail = call.fact.dotted.rpartition(".")[2] + "()"
    state = ("alter", f"state:{call.qualname.partition('.')[0]}")
    return any(
        state in statement.world
        or any(why.startswith(_DEFAULT) and why.endswith(tail) for _, why, _ in statement.changes)
        for statement in statements
    )


def _arguments(node: ast.Call) -> Iterator[tuple[str, str]]:
    """The arguments that a call may change: those that are values with a name."""
    if any(isinstance(each, ast.Starred) for each in node.args):
        return
    for position, argument in enumerate(node.args):
        if isinstance(argument, (ast.Name, ast.Attribute, ast.Subscript)):
            yield str(position), ast.unparse(argument)
    for keyword in node.keywords:
        if keyword.arg and isinstance(keyword.value, (ast.Name, ast.Attribute, ast.Subscript)):
            yield keyword.arg, ast.unparse(keyword.value)


ASSIST = Assist("declare-effect", (KIND,), offers, build)
