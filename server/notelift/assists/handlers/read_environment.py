"""A secret that the notebook reads from the environment instead of having it in its text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from notelift.assists.fixing import KIND, checked, data_of, found, of_rules
from notelift.assists.model import Ask, Assist, Data, Offer, Refused
from notelift.assists.texts import in_place_of, with_import
from notelift.checks.context import Context
from notelift.checks.model import Finding, Place
from notelift.edits.change import NotebookChange, TextEdit
from notelift.notebook.model import Cell

RULES = ("secret-in-source",)
_FALLBACK = "SECRET"


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield the variable of the environment for each secret that is a text of its own."""
    for finding in of_rules(ask, RULES):
        context = ask.context
        code = _code(context, finding)
        if code:
            yield Offer(f"Read it with `{code[0]}`", KIND, data_of(finding), fixes=(finding,), preferred=True)


def build(ask: Ask, data: Data) -> NotebookChange:
    """Return the text that goes, and the import where it is needed. Raises Refused."""
    finding = found(ask, data)
    context = ask.context
    code = _code(context, finding)
    if code is None:
        raise Refused("the text is not there any more: ask for the fixes again")
    cell = context.notebook.cells[finding.cell]
    expression, is_bound = code
    edits: tuple[TextEdit, ...] = (in_place_of(cell, finding, expression),)
    if not is_bound:
        edits = (with_import(context.cells, cell, "import os"), *edits)
    return checked(ask, NotebookChange(edits), finding)


def _code(context: Context, finding: Finding) -> tuple[str, bool] | None:
    """The expression in the place of the secret, and whether all that it names is bound there."""
    cell = context.notebook.cells[finding.cell]
    place = Place(finding.cell, finding.line, finding.column, finding.end_line, finding.end_column)
    facts = [fact for fact in context.facts(cell).strings if context.place(cell, fact.node) == place]
    if not facts or context.is_rebound("os"):
        return None
    statement = facts[0].statement
    name = _variable(context.code(cell).statements[statement].node, facts[0].node)
    run = next(index for index, each in enumerate(context.cells) if each.index == cell.index)
    return f'os.environ["{name}"]', _has_os(context, run, statement, cell)


def _has_os(context: Context, run: int, statement: int, cell: Cell) -> bool:
    return any(
        fact.name == "os"
        and fact.qualname == "os"
        and not fact.deferred
        and (index, fact.statement) < (run, statement)
        for index, each in enumerate(context.cells[: run + 1])
        for fact in context.facts(each).imports
    )


def _variable(root: ast.AST, secret: ast.Constant) -> str:
    """The name of the variable: after what the text is given to."""
    for node in ast.walk(root):
        named: list[tuple[str, ast.AST | None]] = []
        if isinstance(node, ast.Assign):
            named = [(_target(node.targets[0]), node.value)]
        elif isinstance(node, ast.AnnAssign):
            named = [(_target(node.target), node.value)]
        elif isinstance(node, ast.Call):
            named = [(each.arg or "", each.value) for each in node.keywords]
        elif isinstance(node, ast.Dict):
            named = [(_text(key), value) for key, value in zip(node.keys, node.values, strict=True)]
        for name, value in named:
            if value is secret and name:
                return _upper(name) or _FALLBACK
    return _FALLBACK


def _target(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    return _text(node.slice) if isinstance(node, ast.Subscript) else ""


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _upper(name: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"\W+", "_", words, flags=re.ASCII).strip("_").upper()


ASSIST = Assist("read-environment", (KIND,), offers, build)
