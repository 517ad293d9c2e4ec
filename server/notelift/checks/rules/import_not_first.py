"""An import stands behind code that already works.

Imports at the top tell what the notebook needs, and fail before an hour of computing. Cells of imports,
magics, settings and definitions may come in any number before the work starts; an import in a cell after
that is reported, once for each cell. Imports in functions, `if` and `try` are not. Off by default.

Instead of

    df = pd.read_csv("sales.csv")
    # in a later cell
    import seaborn as sns

move the import to the first cell.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from notelift.cells.code import CellStatement, read_cell
from notelift.checks.context import Context
from notelift.checks.model import Fix, Problem, Related, Rule

_WORK = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For, ast.While, ast.With)


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each cell with imports that follows the first cell of work."""
    # What imports and code share a cell with is judged by the cells after it.
    first_work = next((cell.index for cell, _ in context.in_cells(_working)), None)
    if first_work is None:
        return
    for cell, found in context.in_cells(_imports):
        imports = [
            each for each in found if context.is_shown(RULE, context.statement_place(each, cell.index))
        ]
        if imports and first_work < cell.index:
            modules = tuple(dict.fromkeys(_module(each.node) for each in imports))
            verb = "is" if len(modules) == 1 else "are"
            yield Problem(
                context.statement_place(imports[0], cell.index),
                f"{_listed(modules)} {verb} imported after {context.label(first_work)} has started to work",
                modules,
                tuple(
                    Related(context.statement_place(each, cell.index), "is late too") for each in imports[1:]
                ),
                Fix("Move imports to the first code cell."),
            )


def _imports(source: str) -> Iterator[list[CellStatement]]:
    """The imports of a cell that has any."""
    found = [
        each for each in read_cell(source).statements if isinstance(each.node, (ast.Import, ast.ImportFrom))
    ]
    if found:
        yield found


def _working(source: str) -> Iterator[bool]:
    if any(_works(each.node) for each in read_cell(source).statements):
        yield True


def _works(node: ast.stmt) -> bool:
    """Whether a statement computes something; `DATA = "x.csv"` is a setting."""
    if not isinstance(node, _WORK):
        return False
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(target, (ast.Attribute, ast.Subscript)):
            return False
        return any(isinstance(part, (ast.Call, ast.BinOp)) for part in ast.walk(node.value))
    return True


def _module(node: ast.stmt) -> str:
    if isinstance(node, ast.ImportFrom):
        return "." * node.level + (node.module or "")
    assert isinstance(node, ast.Import)
    return node.names[0].name


def _listed(modules: tuple[str, ...]) -> str:
    return ", ".join(f"`{module}`" for module in modules)


RULE = Rule("NL302", "import-not-first", "warning", check, default=False)
