"""What a cell makes is used nowhere.

The cell binds names that no other cell reads, changes nothing that exists outside of it, shows nothing and
writes no file: the notebook does the same without it. Cells of imports and definitions, and those tagged
`parameters`, are not reported. Off by default.

Instead of

    mean = df["price"].mean()  # never used again

delete the cell, or show the value.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from notelift.checks.context import Call, Context
from notelift.checks.model import Fix, Problem, Rule
from notelift.flow.graph import RunFlow, Statement

_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_HARMLESS = frozenset({"read", "draw", "list"})
_GIVES = frozenset({"reads-file", "lists-dir", "draws", "uses"})


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each cell that nothing needs."""
    flow = context.flow
    if any(("alter", "opaque") in statement.world for statement in flow.statements()):
        return
    needed = {
        needs.source.run
        for statement in flow.statements()
        for needs in statement.reads
        if needs.source.run != statement.site.run
    }
    for index, run in enumerate(flow.runs):
        cell = context.cells[index]
        if index in needed or "parameters" in cell.tags or not _is_idle(context, run, index):
            continue
        names = tuple(dict.fromkeys(name for statement in run.statements for name in statement.binds))
        listed = ", ".join(f"`{name}`" for name in names[:3]) + (", ..." if len(names) > 3 else "")
        yield Problem(
            context.line_place(cell, run.statements[0].line),
            f"{context.label(cell.index)} makes {listed}, and nothing uses it",
            names,
            fix=Fix("Delete the cell, or use what it makes."),
        )


def _is_idle(context: Context, run: RunFlow, index: int) -> bool:
    nodes = [statement.node for statement in context.code(context.cells[index]).statements]
    if not all(isinstance(node, (ast.Assign, ast.AnnAssign, *_DEFINITIONS)) for node in nodes):
        return False
    if all(isinstance(node, _DEFINITIONS) for node in nodes) or context.code(context.cells[index]).magics:
        return False
    if any(_may_be_read(context, name, index) for statement in run.statements for name in statement.binds):
        return False
    if not all(_is_known(context, call) for call in context.calls if call.site.run == index):
        return False
    return all(_is_inside(statement, index) for statement in run.statements)


def _may_be_read(context: Context, name: str, index: int) -> bool:
    """Whether a function that is not called here, or is called by a library, may read the name."""
    others = [context.facts(cell) for run, cell in enumerate(context.cells) if run != index]
    return any(name in facts.loaded for facts in others) and not any(name in facts.stored for facts in others)


def _is_known(context: Context, call: Call) -> bool:
    """Whether it is known that a call does nothing but give its result."""
    spec = context.spec(call)
    func = call.fact.node.func
    if spec is None and isinstance(func, ast.Attribute):
        spec = context.library.agreed(func.attr)
    return spec is not None and all(effect.verb in _GIVES for effect in spec.effects)


def _is_inside(statement: Statement, run: int) -> bool:
    """Whether a statement has no effect that is seen outside of its cell."""
    if any(effect not in _HARMLESS for effect, _ in statement.world):
        return False
    return not statement.changes or all(needs.source.run == run for needs in statement.reads)


RULE = Rule("NL301", "unused-cell", "warning", check, default=False)
