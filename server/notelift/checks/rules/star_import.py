"""A star import binds names that nobody sees.

Where a name comes from cannot be told from the notebook, a new version of the library may bring new names,
and they replace names that the notebook has bound before.

Instead of

    from math import *

write

    from math import pi, sqrt
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from notelift.cells.code import read_cell
from notelift.checks.context import Context
from notelift.checks.facts import facts_of
from notelift.checks.model import Edit, Fix, Problem, Rule
from notelift.notebook.model import Cell

_BUILTINS = frozenset(dir(builtins))


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each star import."""
    for cell, (node, module) in context.in_cells(_star_imports):
        yield _problem(context, cell, node, module)
    for cell, line in context.in_cells(_pylab_lines):
        yield Problem(
            context.line_place(cell, line),
            "`%pylab` binds all names of numpy and matplotlib.pyplot",
            fix=Fix("Import numpy as np and matplotlib.pyplot as plt."),
        )


def _star_imports(source: str) -> Iterator[tuple[ast.ImportFrom, str]]:
    """The star imports of a cell, and their modules."""
    for fact in facts_of(source).imports:
        if fact.name == "*" and isinstance(fact.node, ast.ImportFrom):
            yield fact.node, fact.qualname.rpartition(".")[0]


def _pylab_lines(source: str) -> Iterator[int]:
    for magic in read_cell(source).magics:
        if magic.name == "pylab" and "--no-import-all" not in magic.arguments:
            yield magic.line


def _problem(context: Context, cell: Cell, node: ast.ImportFrom, module: str) -> Problem:
    place = context.place(cell, node)
    known = set(context.library.names(module))
    used = tuple(
        sorted(name for name in known & context.loaded.places.keys() if not context.is_rebound(name))
    )
    unknown = context.loaded.places.keys() - _known_of_stars(context) - context.bound_names - _BUILTINS
    message = f"`from {module} import *` binds names that cannot be seen here"
    if not used or unknown:
        # Some of the names that are read may come from here too.
        return Problem(place, message, fix=Fix("Import the names that are used, or the module."))
    if len(used) > 8:
        return Problem(place, message, used, fix=Fix(f"Use `import {module}` and `{module}.{used[0]}`."))
    text = f"from {module} import {', '.join(used)}"
    return Problem(place, message, used, fix=Fix(f"Write `{text}`.", (Edit(place, text),)))


def _known_of_stars(context: Context) -> frozenset[str]:
    """The names that some star import is known to bind."""
    modules = {module for _, (_, module) in context.in_cells(_star_imports)}
    return frozenset().union(*(context.library.names(module) for module in modules))


RULE = Rule("NL206", "star-import", "warning", check)
