"""A name of Python or of an import is bound to something else.

After `list = [1, 2]` no cell can call `list`, those above included when they run again, and the error names
neither. The rule looks at builtins that people call and at imported modules that the notebook binds again
at the top level. There is one finding for each name. Off by default.

Instead of

    max = prices.max()

write

    highest = prices.max()
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence

from notelift.checks.context import Context
from notelift.checks.model import Fix, Place, Problem, Related, Rule
from notelift.notebook.model import Cell

_UNCALLED = frozenset({"copyright", "credits", "exit", "quit", "license", "help", "_"})
_BUILTINS = (
    frozenset(name for name in dir(builtins) if name.islower() and not name.startswith("_")) - _UNCALLED
)


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each name that is bound over."""
    found: dict[str, list[Place]] = {}
    modules: set[str] = set()
    imported = context.names.imported.places
    runs = {run for name in imported for run in imported[name]}
    runs.update(run for name in _BUILTINS.union(imported) for run in context.names.stored[name])
    for cell in [context.cells[run] for run in sorted(runs)]:
        for statement in context.code(cell).statements:
            node = statement.node
            if isinstance(node, ast.Import):
                modules |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
                continue
            for name, place in _bound(context, cell, node):
                if (name in _BUILTINS or name in modules) and context.is_shown(RULE, place):
                    found.setdefault(name, []).append(place)
    for name, places in found.items():
        yield _problem(name, places, name in modules)


def _bound(context: Context, cell: Cell, node: ast.stmt) -> Iterator[tuple[str, Place]]:
    """The names that a statement binds at the top level."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        line = context.line_place(cell, node.lineno)
        yield node.name, line
        return
    waiting: list[ast.AST] = [node]
    while waiting:
        part = waiting.pop(0)
        if isinstance(
            part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.comprehension)
        ):
            continue
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id, context.place(cell, part)
        waiting += ast.iter_child_nodes(part)


def _problem(name: str, places: Sequence[Place], is_module: bool) -> Problem:
    what = f"the module imported as `{name}`" if is_module else f"Python's `{name}`"
    return Problem(
        places[0],
        f"`{name}` hides {what} in every cell that runs after it",
        (name,),
        tuple(Related(place, f"binds `{name}` again") for place in places[1:]),
        Fix("Take another name."),
    )


RULE = Rule("NL303", "shadowed-name", "warning", check, default=False)
