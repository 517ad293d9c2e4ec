"""What keeps statements from being a function, as their syntax alone tells."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from notelift.assists.function.by_text import namespace_use
from notelift.assists.function.selection import Selected, first_line, place_of
from notelift.cells.code import magic_of, read_cell
from notelift.notebook.magics import translate

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_AWAITS = (ast.Await, ast.AsyncFor, ast.AsyncWith)
_REST_OF_LINE = re.compile(r"[ \t]*;?[ \t]*(#.*)?\r?$")
_HARMLESS = frozenset(
    {
        "cache",
        "classmethod",
        "contextmanager",
        "lru_cache",
        "overload",
        "property",
        "setter",
        "staticmethod",
        "wraps",
    }
)


def syntax_refusal(selected: Selected) -> str:
    """Return why the selected statements cannot be a function, in a sentence; "" where syntax allows it."""
    return _place_refusal(selected) or _line_refusal(selected) or _code_refusal(selected)


def _place_refusal(selected: Selected) -> str:
    cell = selected.cell.index
    if "raises-exception" in selected.cell.tags:
        return f"Cell {cell} is to raise an error: what it binds until then would be lost"
    owners = selected.owners
    if owners and isinstance(owners[-1], ast.ClassDef):
        return f"The statements of a class body in cell {cell} bind attributes: select those of a method"
    for owner in owners:
        if isinstance(owner, _FUNCTIONS):
            strange = [each for each in owner.decorator_list if _decorator_name(each) not in _HARMLESS]
            if strange:
                return (
                    f"`{owner.name}` of cell {cell} has the decorator `{ast.unparse(strange[0])}`, which may"
                    " read its code: select statements of an undecorated function"
                )
    return ""


def _decorator_name(node: ast.expr) -> str:
    callee = node.func if isinstance(node, ast.Call) else node
    return callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")


def _line_refusal(selected: Selected) -> str:
    lines = selected.cell.source.split("\n")
    statements = selected.statements
    for node in statements if read_cell(selected.cell.source).magics else ():
        for part in ast.walk(node):
            if (magic := magic_of(part)) is not None:
                sign = "" if magic.kind in ("shell", "help") else "%"
                return (
                    f"Cell {selected.cell.index}, line {magic.line} is the magic `{sign}{magic.name}`, which"
                    " does not work in a function as it does outside: leave it out of the selection"
                )
    start, _ = place_of(statements[0], lines)
    _, end = place_of(statements[-1], lines)
    shifts = translate(selected.cell.source).shifts
    if any(shifts[start[0] - 1 : end[0]]):
        return (
            f"The lines of cell {selected.cell.index} have prompts, `%time` or an indentation that only"
            " IPython takes away: take it away first"
        )
    for line in range(start[0], end[0] + 1):
        if len(lines[line - 1].rstrip("\r").splitlines()) > 1:
            return (
                f"Cell {selected.cell.index}, line {line} has a character that IPython takes for the end of a"
                " line, and could not read it indented: take it out"
            )
    shared = start[0] if lines[start[0] - 1][: start[1]].strip() else 0
    if not shared and not _REST_OF_LINE.match(lines[end[0] - 1][end[1] :]):
        shared = end[0]
    if shared:
        return (
            f"Cell {selected.cell.index}, line {shared} shares its line with other code: give each"
            " statement a line of its own"
        )
    return ""


def _code_refusal(selected: Selected) -> str:
    in_function = selected.function is not None
    in_class = any(isinstance(owner, ast.ClassDef) for owner in selected.owners)
    for part, in_loop in own_parts(selected.statements):
        what = _stray(part, in_loop) or _declaring(part) or (_of_class(part) if in_class else "")
        if what:
            line = getattr(part, "lineno", first_line(selected.statements[0]))
            return f"Cell {selected.cell.index}, line {line} {what}"
    for node in selected.statements:
        if used := namespace_use(node, now=True):
            return (
                f"Cell {selected.cell.index}, line {first_line(node)} uses `{used}`, which reaches variables"
                " by their text: leave it out of the selection"
            )
    if in_function and (names := _declared_outside(selected)):
        return (
            f"`{names[0]}` is no variable of the function in cell {selected.cell.index}, which declares it:"
            " leave what binds it out of the selection"
        )
    return ""


def own_parts(statements: Sequence[ast.stmt]) -> Iterator[tuple[ast.AST, bool]]:
    """Yield the parts of statements that no function within has, and whether a loop is around them.

    The loop is one of the statements themselves.
    """
    pending: list[tuple[ast.AST, bool]] = [(each, False) for each in reversed(statements)]
    while pending:
        part, in_loop = pending.pop()
        yield part, in_loop
        if isinstance(part, (*_FUNCTIONS, ast.Lambda)):
            continue
        children: list[tuple[ast.AST, bool]] = []
        for field, value in ast.iter_fields(part):
            inner = in_loop or (isinstance(part, _LOOPS) and field == "body")
            values = value if isinstance(value, list) else [value]
            children += [(each, inner) for each in values if isinstance(each, ast.AST)]
        pending.extend(reversed(children))


def _stray(part: ast.AST, in_loop: bool) -> str:
    match part:
        case ast.Return():
            return "returns from the function around it: leave it out of the selection"
        case ast.Yield() | ast.YieldFrom():
            return "yields from the function around it: leave it out of the selection"
        case ast.Break() | ast.Continue() if not in_loop:
            return "leaves a loop around the selection: select the whole loop, or less"
        case ast.comprehension(is_async=1):
            return "awaits: leave it out of the selection"
    if isinstance(part, _AWAITS):
        return "awaits: leave it out of the selection"
    return ""


def _declaring(part: ast.AST) -> str:
    match part:
        case ast.Global() | ast.Nonlocal():
            return f"declares `{part.names[0]}`: leave the declaration out of the selection"
        case ast.ImportFrom(module="__future__"):
            return "imports from `__future__`, which must stand on top: leave it out of the selection"
        case ast.ImportFrom() if part.names[0].name == "*":
            return "imports all names of a module, which a function cannot: leave it out of the selection"
        case ast.AnnAssign(value=None, target=ast.Name(id=name)):
            return f"declares `{name}` without a value: leave it out of the selection"
        case ast.Attribute(attr="ast_node_interactivity"):
            return "changes what cells display: leave it out of the selection"
    return ""


def _of_class(part: ast.AST) -> str:
    match part:
        case ast.Name(id="super" | "__class__"):
            return f"uses `{part.id}`, which works in a method alone: leave it out of the selection"
        case ast.Name(id=name) | ast.Attribute(attr=name) if name.startswith("__") and not name.endswith(
            "__"
        ):
            return f"uses `{name}`, which is private to the class: leave it out of the selection"
    return ""


def _declared_outside(selected: Selected) -> list[str]:
    """Names that the selection binds and the function around it declares global or nonlocal."""
    function = selected.function
    assert function is not None
    declared = {
        name
        for part, _ in own_parts(function.body)
        if isinstance(part, (ast.Global, ast.Nonlocal))
        for name in part.names
    }
    stored = {
        part.id
        for part, _ in own_parts(selected.statements)
        if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load)
    }
    return sorted(declared & stored)
