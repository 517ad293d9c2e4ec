"""A name that nothing binds, spelled as the one that was meant."""

from __future__ import annotations

import ast
import builtins
import difflib
import re
import sys
from collections.abc import Iterator

from notelift.assists.fixing import KIND, checked, data_of, found, of_rules
from notelift.assists.missing_imports import missing_import
from notelift.assists.model import Ask, Assist, Data, Offer, Refused
from notelift.assists.texts import in_place_of
from notelift.checks.context import Context
from notelift.checks.model import Finding
from notelift.edits.change import NotebookChange, TextEdit

RULES = ("fails-on-restart",)
_WORD = re.compile(r"[^\W\d_]+|\d+")
_SHORTEST = 4
# How alike words are of which one is taken to be meant for the other: one letter in five may differ.
_ALIKE = 0.8


def offers(ask: Ask) -> Iterator[Offer]:
    """Yield the name that was meant for each finding, where one that is bound is spelled alike."""
    for finding in of_rules(ask, RULES):
        meant = _meant(ask, finding)
        if meant:
            title = f"Change `{finding.names[0]}` to `{meant}`"
            yield Offer(title, KIND, data_of(finding), fixes=(finding,))


def build(ask: Ask, data: Data) -> NotebookChange:
    """Return the edits of all places of the name. Raises Refused."""
    finding = found(ask, data)
    meant = _meant(ask, finding)
    if not meant:
        raise Refused(f"no name that is bound is spelled like `{finding.names[0]}`: correct it by hand")
    edits = tuple(_edits(ask.context, finding.names[0], meant))
    return checked(ask, NotebookChange(edits), finding)


def _meant(ask: Ask, finding: Finding) -> str:
    """The name that is bound above and spelled alike, "" where there is none."""
    context = ask.context
    name = finding.names[0]
    read = next((each for each in context.unbound_reads() if each.name == name), None)
    if read is None or read.later is not None or context.is_rebound(name):
        return ""
    if missing_import(context, finding, ask.changes_cells) or not any(_edits(context, name, name)):
        return ""
    bound = {
        each
        for statement in context.flow.statements()
        if statement.site < read.statement.site
        for each in statement.binds
    }
    known = bound | {each for each in dir(builtins) if not each.startswith("_")}
    alike = [each for each in sorted(known) if _is_misspelled(name, each)]
    return max(alike, key=lambda each: _likeness(name, each), default="")


def _is_misspelled(name: str, meant: str) -> bool:
    """Whether one word of the name is another with a slip: `X_train` is no `y_train`, and `df1` no `df2`."""
    words, others = _WORD.findall(name), _WORD.findall(meant)
    if len(words) != len(others):
        return False
    differing = [pair for pair in zip(words, others, strict=True) if pair[0] != pair[1]]
    if len(differing) != 1:
        return False
    word, other = differing[0]
    is_word = min(len(word), len(other)) >= _SHORTEST and word.isalpha() and other.isalpha()
    return is_word and word[0] == other[0] and _likeness(word, other) >= _ALIKE


def _likeness(name: str, other: str) -> float:
    return difflib.SequenceMatcher(None, name, other, autojunk=False).ratio()


def _edits(context: Context, name: str, meant: str) -> Iterator[TextEdit]:
    for cell in context.cells:
        if name not in cell.source:
            continue
        for statement in context.code(cell).statements:
            for node in _names(statement.node):
                if node.id == name:
                    yield in_place_of(cell, context.place(cell, node), meant)


def _names(root: ast.AST) -> Iterator[ast.Name]:
    """The names in a statement; without those in f-strings where their places are not known."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name):
            yield node
        elif not isinstance(node, ast.JoinedStr) or sys.version_info >= (3, 12):
            waiting += ast.iter_child_nodes(node)


ASSIST = Assist("correct-name", (KIND,), offers, build)
