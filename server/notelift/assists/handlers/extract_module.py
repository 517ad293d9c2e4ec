"""Extract a value to a module that computes it, and call that from the notebook."""

from __future__ import annotations

from collections.abc import Iterator

from notelift.assists.extraction import why_no_module, why_not_rewritten
from notelift.assists.model import Ask, Assist, Offer
from notelift.assists.modules import extraction_change
from notelift.assists.places import bound_by, is_data, name_at, run_at, selected, target_here
from notelift.flow.graph import Statement
from notelift.queries.targets import Target

KIND = "refactor.extract.module.notelift"
_SHOWN = 4


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield, for each value pointed at, the module with the notebook rewritten, and the module alone."""
    for targets in _targets(ask):
        named = " and ".join(f"`{target.value}`" for target in targets)
        here = " as it is here" if any(target.cell is not None for target in targets) else ""
        data = {"targets": " ".join(map(str, targets))}
        refused = ask.no_modules or why_no_module(ask.kernel.written, targets)
        title = f"Extract {named}{here} to a module"
        not_rewritten = refused or why_not_rewritten(ask.kernel.written, targets)
        yield Offer(f"{title}...", KIND, {**data, "rewrite": True}, not_rewritten)
        yield Offer(f"{title}, leave the notebook as it is...", KIND, {**data, "rewrite": False}, refused)


def _targets(ask: Ask) -> Iterator[tuple[Target, ...]]:
    flow = run_at(ask)
    if flow is None:
        return
    dataflow = ask.kernel.written.dataflow
    statements = selected(ask, flow)
    if len(statements) == 1 and (name := name_at(ask, statements[0])):
        if is_data(dataflow, name, statements[0]):
            target = target_here(dataflow, name, statements[0])
            yield (target,)
            yield from _bound_together(ask, target, statements[0])
        return
    names = bound_by(statements)
    if len(names) > _SHOWN:
        return
    found = [target_here(dataflow, name, statements[-1]) for name in names]
    yield from ((target,) for target in found)
    if len(found) > 1:
        yield tuple(found)


def _bound_together(ask: Ask, target: Target, statement: Statement) -> Iterator[tuple[Target, ...]]:
    """All that a statement binds, where one of them alone leaves it where it is: `fig` with `axes`."""
    names = bound_by([statement])
    if target.value in names and 1 < len(names) <= _SHOWN and why_not_rewritten(ask.kernel.written, [target]):
        yield tuple(target_here(ask.kernel.written.dataflow, name, statement) for name in names)


ASSIST = Assist("extract-module", (KIND,), offers, extraction_change)
