"""A path exists on one machine only.

A path that starts at the root of a file system, or in somebody's home folder, leads nowhere on another
machine. The rule looks at what is given to functions that read or write files, and at texts that are paths
in a home folder. Paths that every system has (`/tmp`, `/dev/null`, `/etc`) and those of hosted notebooks
(`/kaggle/input`, `/content`) are not reported. There is one finding for each folder.

Instead of

    df = pd.read_csv("/home/kim/project/data/sales.csv")

write

    df = pd.read_csv("data/sales.csv")
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from notelift.cells.code import read_cell
from notelift.checks.calls import Called
from notelift.checks.conditions import argument
from notelift.checks.context import Context
from notelift.checks.facts import CallFact, facts_of
from notelift.checks.model import Fix, Place, Problem, Related, Rule

_VERBS = frozenset({"reads-file", "writes-file", "appends-file", "opens", "lists-dir", "makes-dir"})
_HOME = re.compile(r"(?:/home/|/Users/|[A-Za-z]:[\\/]Users[\\/])[\w .-]+(?:[\\/][^\n]*)?")
_ROOTED = re.compile(r"(?:/(?![/*])|[A-Za-z]:[\\/]|\\\\\w|~/)[^\n<>|]*\w")
_WEB = frozenset({"route", "get", "post", "put", "delete", "patch", "request", "websocket"})
_EVERYWHERE = re.compile(
    r"/(?:tmp|dev|etc|proc|sys|usr|bin|var|opt|kaggle|content|dbfs|mnt|databricks)(?:/|\Z)"
)


def check(context: Context) -> Iterator[Problem]:
    """Yield a problem for each folder that is named by an absolute path."""
    by_folder: dict[str, list[tuple[Place, str]]] = {}
    for place, path in sorted(set(_paths(context))):
        if context.is_shown(RULE, place):
            by_folder.setdefault(_folder(path), []).append((place, path))
    for found in by_folder.values():
        place, path = found[0]
        yield Problem(
            place,
            f"`{path}` exists on the machine where this was written, and nowhere else",
            related=tuple(Related(other, f"`{text}` too") for other, text in found[1:]),
            fix=Fix("Write a path relative to the notebook, or make it a parameter."),
        )


def _paths(context: Context) -> Iterator[tuple[Place, str]]:
    for call, (node, path) in context.in_calls(_given):
        yield context.place(call.cell, node), path
    for cell, (text, path) in context.in_cells(_homes):
        yield context.place(cell, text), path
    for cell, (line, path) in context.in_cells(_changes_of_folder):
        yield context.line_place(cell, line), path


def _given(call: Called) -> tuple[ast.expr, str] | None:
    """The absolute path that a call is given for a file."""
    node = _file_argument(call)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_absolute(node.value):
        return node, node.value
    return None


def _homes(source: str) -> Iterator[tuple[ast.expr, str]]:
    """The texts of a cell that are paths in a home folder."""
    routes = _routes(facts_of(source).calls)
    for fact in facts_of(source).strings:
        if _HOME.fullmatch(fact.text) and id(fact.node) not in routes:
            yield fact.node, fact.text


def _changes_of_folder(source: str) -> Iterator[tuple[int, str]]:
    """The lines of a cell with `%cd` to an absolute path."""
    for magic in read_cell(source).magics:
        target = magic.arguments.strip().strip("'\"")
        if magic.name == "cd" and _is_absolute(target):
            yield magic.line, target


def _routes(calls: Iterable[CallFact]) -> set[int]:
    """The texts that are paths of a web server: what `app.route`, `client.get` and the like are given."""
    return {
        id(argument)
        for call in calls
        if isinstance(call.node.func, ast.Attribute) and call.node.func.attr in _WEB
        for argument in call.node.args
    }


def _is_absolute(path: str) -> bool:
    return _ROOTED.fullmatch(path) is not None and not _EVERYWHERE.match(path)


def _file_argument(call: Called) -> ast.expr | None:
    """What a call is given as the path of a file."""
    node, spec = call.fact.node, call.spec
    if spec is None:
        # A method of a table: the analysis knows that it writes, the path is its first argument.
        writes = isinstance(node.func, ast.Attribute) and node.func.attr.startswith(("to_", "save"))
        return node.args[0] if writes and node.args else None
    for effect in spec.effects:
        if effect.verb in _VERBS and effect.subject not in ("self", "*"):
            if not effect.subject.isdigit():
                return argument(node, spec, effect.subject)
            position = int(effect.subject)
            if position < len(node.args):
                return node.args[position]
            keyword = spec.parameters[position] if position < len(spec.parameters) else ""
            return argument(node, spec, keyword)
    return None


def _folder(path: str) -> str:
    """The first three parts of a path without its file name: what would be moved as a whole."""
    parts = re.split(r"[\\/]", path)
    return "/".join(parts[:-1][:4])


RULE = Rule("NL202", "absolute-path", "warning", check)
