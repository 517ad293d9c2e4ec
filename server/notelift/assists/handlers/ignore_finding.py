"""A comment that a finding is meant to be so, or a rule that is off in the whole project."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from notelift.assists.fixing import KIND, data_of
from notelift.assists.model import Ask, Assist, Data, Offer, Refused
from notelift.assists.settings import FILE_NAME, TABLE, changed
from notelift.assists.texts import is_magic
from notelift.cells.code import read_cell
from notelift.checks.model import Finding, Place
from notelift.checks.registry import ALWAYS, load_rule
from notelift.checks.suppression import is_ignored
from notelift.edits.change import NotebookChange, TextEdit
from notelift.edits.toml import with_item
from notelift.notebook.model import Cell

_COMMENT = re.compile(r"(?P<head>#\s*notelift:\s*ignore\s*\[)(?P<rules>[^\]]*)\]")


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield the places in which each finding can be ignored: the line, the cell, the project."""
    listed: dict[str, Offer] = {}
    for finding in ask.findings:
        if finding.rule == ALWAYS:
            continue
        for offer in _places(ask, finding):
            known = listed.setdefault(offer.title, offer)
            if known is not offer:
                listed[offer.title] = replace(known, fixes=(*known.fixes, finding))
    yield from listed.values()


def _places(ask: Ask, finding: Finding) -> Iterator[Offer]:
    data = {**data_of(finding), "end_line": finding.end_line}
    cell = _cell(ask, finding.cell_id)
    for where in ("line", "cell"):
        if cell is not None and _edit(cell, finding.rule, where, finding.line, finding.end_line):
            title = f"Ignore `{finding.rule}` in this {where}"
            yield Offer(title, KIND, {**data, "where": where}, fixes=(finding,))
    title = f"Ignore `{finding.rule}` in this project ({FILE_NAME})"
    yield Offer(title, KIND, {**data, "where": "project"}, fixes=(finding,))


def build(ask: Ask, data: Data) -> NotebookChange:
    """Return the comment, or the entry in the settings. Raises Refused where there is no place for it."""
    rule, where = str(data["rule"]), str(data["where"])
    if where == "project":
        return NotebookChange(files=(changed(ask, lambda text: with_item(text, TABLE, "ignore", rule)),))
    cell = _cell(ask, str(data["cell"]))
    edit = _edit(cell, rule, where, _number(data["line"]), _number(data["end_line"])) if cell else None
    if edit is None:
        raise Refused("the cell has changed: ask for the fixes again")
    return NotebookChange((edit,))


def _number(value: str | int | bool | None) -> int:
    assert isinstance(value, int)
    return value


def _cell(ask: Ask, cell_id: str | int | bool | None) -> Cell | None:
    cells = ask.kernel.session.notebook.cells
    return next((cell for cell in cells if cell.id == cell_id and cell.is_python), None)


def _edit(cell: Cell, rule: str, where: str, line: int, end_line: int) -> TextEdit | None:
    """The edit by which the rule is ignored and nothing else changes, if there is one."""
    lines = dict.fromkeys((end_line, line))
    candidates = (
        [_at_end(cell, number, rule) for number in lines] if where == "line" else [_on_top(cell, rule)]
    )
    for edit in candidates:
        if edit is not None and _is_right(cell, edit, rule, where, line, end_line):
            return edit
    return None


def _on_top(cell: Cell, rule: str) -> TextEdit | None:
    first = cell.source.split("\n")[0]
    if is_magic(cell):
        return None
    if first.lstrip().startswith("#") and _COMMENT.search(first):
        return _merged(cell, 1, rule)
    blank = first[: len(first) - len(first.lstrip())]
    return TextEdit(cell.id, 1, 0, 1, 0, f"{blank}# notelift: ignore[{rule}]\n")


def _at_end(cell: Cell, line: int, rule: str) -> TextEdit | None:
    lines = cell.source.split("\n")
    if not 1 <= line <= len(lines):
        return None
    text = lines[line - 1]
    if _COMMENT.search(text):
        return _merged(cell, line, rule)
    end = len(text.rstrip())
    return TextEdit(cell.id, line, end, line, len(text), f"  # notelift: ignore[{rule}]")


def _merged(cell: Cell, line: int, rule: str) -> TextEdit:
    """One rule more in the comment that a line has."""
    matches = list(_COMMENT.finditer(cell.source.split("\n")[line - 1]))
    match = matches[-1]
    rules = match.group("rules").rstrip(" ,")
    text = f"{match.group('head')}{rules}{', ' if rules.strip() else ''}{rule}]"
    return TextEdit(cell.id, line, match.start(), line, match.end(), text)


def _is_right(cell: Cell, edit: TextEdit, rule: str, where: str, line: int, end_line: int) -> bool:
    lines = cell.source.split("\n")
    text = lines[edit.line - 1]
    lines[edit.line - 1] = text[: edit.column] + edit.text + text[edit.end_column :]
    source = "\n".join(lines)
    added = edit.text.count("\n")
    place = Place(cell.index, line + added, 0, end_line + added, 0)
    if not is_ignored(load_rule(rule), place, source):
        return False
    if where == "line" and is_ignored(load_rule(rule), Place(cell.index, -1, 0, -1, 0), source):
        # A comment that is the whole first line is for the cell.
        return False
    return _code(replace(cell, source=source)) == _code(cell)


def _code(cell: Cell) -> list[str] | str:
    code = read_cell(cell.source)
    return code.error or [ast.dump(each.node) for each in code.statements]


ASSIST = Assist("ignore-finding", (KIND,), offers, build)
