"""Move functions and classes to a module, with all that they need, and import them in the notebook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from notelift.assists.definitions import is_definition, plan_definitions
from notelift.assists.extraction import check_name, import_path, path_of
from notelift.assists.model import Ask, Assist, Data, Offer, Refused
from notelift.assists.modules import checked, module_file, text
from notelift.assists.places import run_at, selected
from notelift.edits.change import NotebookChange
from notelift.edits.from_pieces import change_of
from notelift.edits.rewrite import import_source, rewritten_cells
from notelift.flow.graph import Statement
from notelift.queries.moved import Move

KIND = "refactor.extract.module.notelift"
_MODULE = "helpers"
_NAMED = 3


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield the definitions that are pointed at, and all of the cell where there are more."""
    flow = run_at(ask)
    if flow is None:
        return
    here = [each for each in selected(ask, flow) if is_definition(ask.kernel.written, each)]
    of_cell = [each for each in flow.statements if is_definition(ask.kernel.written, each)]
    if here:
        yield _offer(ask, f"Move {_named(here)} to a module...", here)
    if len(of_cell) > len(here):
        yield _offer(ask, "Move all definitions of this cell to a module...", of_cell)


def _named(definitions: Sequence[Statement]) -> str:
    names = [f"`{each.binds[0]}`" for each in definitions]
    if len(names) > _NAMED:
        return f"{len(names)} definitions"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _offer(ask: Ask, title: str, definitions: Sequence[Statement]) -> Offer:
    data: Data = {"cell": ask.cell, "statements": " ".join(str(each.site.statement) for each in definitions)}
    refused = ask.no_modules
    try:
        plan_definitions(ask.kernel.session.notebook, ask.kernel.written, definitions)
    except Refused as error:
        refused = refused or str(error)
    return Offer(title, KIND, data, refused)


def build(ask: Ask, data: Data) -> NotebookChange:
    """Return the module as a file, and the notebook that imports from it. Raises Refused.

    The data may have `module` (`helpers` without it) and `folder`, and `append` for a module that exists.
    """
    notebook, analysis = ask.kernel.session.notebook, ask.kernel.written
    plan = plan_definitions(notebook, analysis, _chosen(ask, data))
    module, folder = text(data, "module") or _MODULE, text(data, "folder") or ""
    check_name(module, "module")
    written = module_file(ask, data, folder, module, plan.module())
    imported = import_source(module, plan.names, import_path(notebook, analysis.dataflow, folder))
    sites = frozenset(each.site for each in plan.moved)
    pieces = rewritten_cells(notebook, analysis.dataflow, Move(sites, min(sites)), "", imported)
    emptied = None if ask.changes_cells else f"# Moved to {path_of(folder, module)}"
    return checked(ask, replace(change_of(notebook, pieces, emptied), files=(written,)))


def _chosen(ask: Ask, data: Data) -> list[Statement]:
    """The definitions that the data name. Raises Refused where they are not there."""
    flow = next(
        (each for each in ask.kernel.written.dataflow.runs if each.run.cell == data.get("cell")), None
    )
    numbers = [int(each) for each in (text(data, "statements") or "").split() if each.isdigit()]
    if flow is None or not numbers or max(numbers) >= len(flow.statements):
        raise Refused("The data name no definition of the notebook")
    chosen = [flow.statements[number] for number in numbers]
    if not all(is_definition(ask.kernel.written, each) for each in chosen):
        raise Refused("The data name no definition of the notebook")
    return chosen


ASSIST = Assist("move-definitions", (KIND,), offers, build)
