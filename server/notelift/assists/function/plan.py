"""The plan of a function from selected statements, and whether the notebook does the same with it."""

from __future__ import annotations

import ast
from dataclasses import replace

from notelift.assists.function.asides import asides_of, run_of
from notelift.assists.function.bindings import bindings_of
from notelift.assists.function.by_text import words_of
from notelift.assists.function.checks import check_extracted, read_by_calls
from notelift.assists.function.eager import is_silent
from notelift.assists.function.interface import interface_of
from notelift.assists.function.naming import name_of_function
from notelift.assists.function.refusals import syntax_refusal
from notelift.assists.function.selection import Selected, Step, place_of
from notelift.assists.function.surroundings import surroundings
from notelift.assists.function.text import Extract, change_of
from notelift.assists.model import Refused
from notelift.cells.code import magic_of
from notelift.edits.change import NotebookChange
from notelift.edits.checking import check_change
from notelift.queries.hidden import Kernel

_LEADING = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def extracted(kernel: Kernel, selected: Selected, start: int, wanted: str = "") -> NotebookChange:
    """Return the change that makes a function of the selected statements.

    `start` is the line from which on comments belong to them, `wanted` a name that it returns in any case.
    Raises Refused where they cannot be a function.
    """
    extract = plan_extract(kernel, core_of(selected), start, wanted)
    change = change_of(extract)
    if reason := check_change(change, kernel):
        raise Refused(f"As a function it would be wrong: {reason}")
    # A call whose result is returned is taken to change less than one whose result is only displayed.
    check_extracted(kernel, extract, change_of(replace(extract, displays=False)))
    return change


def core_of(selected: Selected) -> Selected:
    """Return the selection without imports, definitions and magics at its start, and magics at its end.

    They stay where they are, as the docstring of a function does. Raises Refused where nothing else is
    selected.
    """
    step = selected.path[-1]
    if not selected.is_top:
        return _without_docstring(selected, step)
    start, end = step.start, step.end
    while start < end and (isinstance(step.block[start], _LEADING) or _is_magic(step.block[start])):
        start += 1
    while start < end and _is_magic(step.block[end - 1]):
        end -= 1
    if start == end:
        raise Refused(
            f"The selection in cell {selected.cell.index} has only imports, definitions and magics: select"
            " statements that compute"
        )
    return selected.narrowed(start, end)


def _without_docstring(selected: Selected, step: Step) -> Selected:
    first = step.block[step.start]
    owner = step.entries[-1][0]
    if step.start or owner is not selected.function or not isinstance(first, ast.Expr):
        return selected
    if not isinstance(first.value, ast.Constant) or not isinstance(first.value.value, str):
        return selected
    if step.end == 1:
        raise Refused(
            f"Only the docstring of a function in cell {selected.cell.index} is selected: select more"
        )
    return selected.narrowed(1, step.end)


def _is_magic(node: ast.stmt) -> bool:
    return isinstance(node, (ast.Expr, ast.Assign)) and magic_of(node.value) is not None


def plan_extract(kernel: Kernel, selected: Selected, start: int, wanted: str = "") -> Extract:
    """Return what becomes a function, and how. Raises Refused where nothing can."""
    if refusal := syntax_refusal(selected):
        raise Refused(refusal)
    cells = kernel.session.notebook.cells
    if selected.function is not None and any("numba" in cell.source for cell in cells):
        raise Refused(
            f"Numba may compile `{selected.function.name}` of cell {selected.cell.index}, and would not know"
            " the new function: select statements outside functions"
        )
    displays = _displays(kernel, selected)
    settings = [cell.source for cell in cells if "ast_node_interactivity" in cell.source]
    if settings and _may_display(selected, any("last_expr_or_assign" in each for each in settings)):
        raise Refused(
            f"The notebook sets `ast_node_interactivity`, and it is not known what cell {selected.cell.index}"
            " displays: select less"
        )
    last = selected.statements[-1]
    if displays and isinstance(last, ast.Expr) and isinstance(last.value, (ast.GeneratorExp, ast.Lambda)):
        raise Refused(
            f"Cell {selected.cell.index} displays a function or generator, which shows where it was made:"
            " select less"
        )
    aside = asides_of(kernel, selected)
    step = selected.path[-1]
    body = [step.block[number] for number in range(step.start, step.end) if number not in aside]
    inner, around = bindings_of(body), surroundings(cells, selected)
    where = f"Cell {selected.cell.index}"
    try:
        interface = interface_of(body, inner, around, wanted, not displays)
    except Refused as error:
        text = str(error)
        raise Refused(f"{where}: {text[:1].lower()}{text[1:]}") from error
    if displays and interface.returns:
        if len(body) == 1:
            raise Refused(
                f"{where}: the only statement binds a name and is displayed, which a call cannot: select more"
            )
        return plan_extract(kernel, selected.narrowed(step.start, step.end - 1), start, wanted)
    if name := read_by_calls(kernel, selected, aside, inner.binds, around):
        raise Refused(
            f"{where}: the selection binds `{name}` and calls a function that reads it from the notebook's"
            " variables: pass it to that function, or select less"
        )
    name = name_of_function(
        interface, body, displays, frozenset().union(*(words_of(c.source) for c in cells))
    )
    return Extract(selected, aside, name, interface, displays, start)


def _may_display(selected: Selected, assigned: bool) -> bool:
    """Whether a cell that displays all its expressions, or what is assigned last, may display some of it."""
    last = selected.statements[-1]
    return selected.is_top and (
        (assigned and selected.ends_cell and isinstance(last, (ast.Assign, ast.AugAssign, ast.AnnAssign)))
        or any(isinstance(each, ast.Expr) and not is_silent(each.value) for each in selected.statements)
    )


def _displays(kernel: Kernel, selected: Selected) -> bool:
    """Whether the cell displays the value of the last selected statement."""
    last = selected.statements[-1]
    if not selected.ends_cell or not isinstance(last, ast.Expr) or is_silent(last.value):
        return False
    flow = run_of(kernel, selected.cell.index)
    if flow is not None and ("show", "output") not in flow.statements[-1].world:
        return False
    lines = selected.cell.source.split("\n")
    _, (line, column) = place_of(last, lines)
    rest = [lines[line - 1][column:], *lines[line:]]
    return not any(text.lstrip().startswith(";") for text in rest)
