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

from notelift.checks.calls import Call
from notelift.checks.context import Context
from notelift.checks.model import Fix, Problem, Rule
from notelift.flow.graph import RunFlow, Statement

_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_HARMLESS = frozenset({"read", "draw", "list"})
_GIVES = frozenset({"reads-file", "lists-dir", "draws", "uses"})


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each cell that nothing needs."""
    if any(context.in_runs(_opaque)):
        return
    for run in context.in_runs(_inside):
        index = run.statements[0].site.run
        cell = context.cell(index)
        needed = any(reader != index for reader in context.readers(index))
        if needed or "parameters" in cell.tags or not _is_idle(context, run, index):
            continue
        names = tuple(dict.fromkeys(name for statement in run.statements for name in statement.binds))
        listed = ", ".join(f"`{name}`" for name in names[:3]) + (", ..." if len(names) > 3 else "")
        yield Problem(
            context.line_place(cell, run.statements[0].line),
            f"{context.label(cell.index)} makes {listed}, and nothing uses it",
            names,
            fix=Fix("Delete the cell, or use what it makes."),
        )


def _opaque(run: RunFlow) -> Iterator[bool]:
    if any(("alter", "opaque") in statement.world for statement in run.statements):
        yield True


def _inside(run: RunFlow) -> Iterator[RunFlow]:
    """The run, where it has no effect that is seen outside of its cell."""
    if run.statements and all(map(_is_inside, run.statements)):
        yield run


def _is_idle(context: Context, run: RunFlow, index: int) -> bool:
    nodes = [statement.node for statement in context.code(context.cell(index)).statements]
    if not all(isinstance(node, (ast.Assign, ast.AnnAssign, *_DEFINITIONS)) for node in nodes):
        return False
    if all(isinstance(node, _DEFINITIONS) for node in nodes) or context.code(context.cell(index)).magics:
        return False
    if any(_may_be_read(context, name, index) for statement in run.statements for name in statement.binds):
        return False
    return all(_is_known(context, call) for call in context.calls_in(index))


def _may_be_read(context: Context, name: str, index: int) -> bool:
    """Whether a function that is not called here, or is called by a library, may read the name."""
    reading, storing = set(context.loaded[name]), set(context.names.stored[name])
    return not reading <= {index} and storing <= {index}


def _is_known(context: Context, call: Call) -> bool:
    """Whether it is known that a call does nothing but give its result."""
    spec = context.spec(call)
    func = call.fact.node.func
    if spec is None and isinstance(func, ast.Attribute):
        spec = context.library.agreed(func.attr)
    return spec is not None and all(effect.verb in _GIVES for effect in spec.effects)


def _is_inside(statement: Statement) -> bool:
    if any(effect not in _HARMLESS for effect, _ in statement.world):
        return False
    return not statement.changes or all(needs.source.run == statement.site.run for needs in statement.reads)


RULE = Rule("NL301", "unused-cell", "warning", check, default=False)
