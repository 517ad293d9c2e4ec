"""Print statements of Python 2, written as calls."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from notelift.assists.fixing import KIND, data_of, found, of_rules
from notelift.assists.model import Ask, Assist, Data, Offer, Refused
from notelift.cells.code import read_cell
from notelift.edits.change import NotebookChange, TextEdit
from notelift.notebook.model import Cell

RULES = ("syntax-error",)
_PRINT = re.compile(r"(?P<head>(?:^|.*[:;])\s*)print(?P<blank>[ \t]+)(?P<what>[^#]*?)(?P<tail>\s*)$")


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield the calls for each cell that parses with them."""
    for finding in of_rules(ask, RULES):
        if _edits(ask.kernel.session.notebook.cells[finding.cell]):
            title = "Write the print statements as calls: `print(...)`"
            yield Offer(title, KIND, data_of(finding), fixes=(finding,), preferred=True)


def build(ask: Ask, data: Data) -> NotebookChange:
    """Return the edits of all print statements of the cell. Raises Refused."""
    finding = found(ask, data)
    edits = _edits(ask.kernel.session.notebook.cells[finding.cell])
    if not edits:
        raise Refused(f"cell {finding.cell} has more that is not Python than print statements")
    # That it parses is all that can be asked: nothing was known of the cell before.
    return NotebookChange(tuple(edits))


def _edits(cell: Cell) -> list[TextEdit]:
    """The edits with which the cell parses; none where they do not suffice."""
    lines = cell.source.split("\n")
    edits = []
    for number, line in enumerate(lines, 1):
        match = _PRINT.match(line)
        call = _call(match.group("what")) if match else ""
        if match and call:
            start, end = len(match.group("head")), match.start("tail")
            edits.append(TextEdit(cell.id, number, start, number, end, call))
            lines[number - 1] = match.group("head") + call + match.group("tail")
    return [] if read_cell("\n".join(lines)).error else edits


def _call(what: str) -> str:
    """The call that prints what a print statement does; "" where it is none, or a call already."""
    if what.startswith(">>"):
        return ""
    stays = what.endswith(",")
    inside = what[:-1].rstrip() if stays else what
    call = f"print({inside}{', ' * bool(inside)}end=' ')" if stays else f"print({inside})"
    try:
        node = ast.parse(call, mode="eval").body
    except (SyntaxError, ValueError):
        return ""
    given = node.args if isinstance(node, ast.Call) else []
    # `print (a, b)` is valid, and stands beside statements that are not.
    is_call = what.startswith("(") and what.endswith(")") and len(given) == 1
    return "" if is_call else call


ASSIST = Assist("print-function", (KIND,), offers, build)
