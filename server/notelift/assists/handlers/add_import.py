"""The import of a name that nothing has bound: as the notebook has it below, or as everybody writes it."""

from __future__ import annotations

from collections.abc import Iterator

from notelift.assists.fixing import KIND, checked, data_of, found, of_rules
from notelift.assists.missing_imports import import_change, missing_import
from notelift.assists.model import Ask, Assist, Data, Offer, Refused
from notelift.edits.change import NotebookChange

RULES = ("fails-on-restart",)


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield the import for each finding on a name that is one of a module, or of something in one."""
    for finding in of_rules(ask, RULES):
        context = ask.context
        missing = missing_import(context, finding, ask.changes_cells)
        if missing is None:
            continue
        title = f"Add `{missing.code}`"
        if missing.moves and missing.cell is not None:
            title = f"Move `{missing.code}` up from {context.label(missing.cell.index)}"
        yield Offer(title, KIND, data_of(finding), fixes=(finding,), preferred=True)


def build(ask: Ask, data: Data) -> NotebookChange:
    """Return the import in the first cell of imports, else where it is needed. Raises Refused."""
    finding = found(ask, data)
    context = ask.context
    missing = missing_import(context, finding, ask.changes_cells)
    if missing is None:
        raise Refused(f"it is not known what binds `{finding.names[0]}`: write the import yourself")
    return checked(ask, import_change(context, finding, missing), finding)


ASSIST = Assist("add-import", (KIND,), offers, build)
