"""Literals inside calls that configure the result: paths that are read, seeds, sizes and rates."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from notelift.edits.replacements import Replacement
from notelift.export.literals import literal_annotation
from notelift.export.model import Parameter
from notelift.export.naming import fresh, is_builtin, snake_case
from notelift.export.pieces import Piece

_READERS = re.compile(r"read_(?!sql|clipboard|gbq)\w+")
_FILE_READERS = frozenset(
    {"load", "loadtxt", "genfromtxt", "fromfile", "imread", "loadmat", "open", "load_model", "load_workbook"}
)
_SPARK_READERS = frozenset({"csv", "json", "parquet", "orc", "text", "load"})
_PATH_KEYWORDS = frozenset({"filepath_or_buffer", "path", "filename", "fname", "file", "io", "path_or_buf"})
_SEEDERS = frozenset(
    {"seed", "manual_seed", "set_seed", "set_random_seed", "default_rng", "RandomState", "manual_seed_all"}
)
_SETTINGS = frozenset(
    {
        "random_state",
        "seed",
        "test_size",
        "train_size",
        "learning_rate",
        "epochs",
        "batch_size",
        "n_estimators",
        "n_clusters",
        "n_components",
        "n_neighbors",
        "n_splits",
        "max_iter",
    }
)
_QUICK = re.compile(
    "|".join(
        [r"read_|\.read\.|load|open\(|imread|genfromtxt|fromfile|seed|RandomState|default_rng", *_SETTINGS]
    )
)
_CLOSED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.JoinedStr)


@dataclass(frozen=True, slots=True)
class _Found:
    """A literal in the piece at `position`, and the name that a parameter for it would have."""

    position: int
    name: str
    value: ast.expr
    is_path: bool


def lift_literals(
    body: Sequence[Piece], taken: Collection[str], paths: Collection[str]
) -> tuple[list[Parameter], list[Piece]]:
    """Return the parameters for literals in the calls of the body, and the body with their names instead.

    A setting becomes a parameter when its name is free and it has one value throughout. A path becomes one
    when nothing else in the body has the same text. `paths` are lifted wherever they stand.
    """
    found = [each for position, piece in enumerate(body) for each in _literals(position, piece, paths)]
    groups: dict[tuple[str, str], list[_Found]] = defaultdict(list)
    for each in found:
        groups[each.name, ast.dump(each.value)].append(each)
    values: dict[str, int] = defaultdict(int)
    for name, _ in groups:
        values[name] += 1
    used = set(taken)
    parameters: list[Parameter] = []
    edits: dict[int, list[Replacement]] = defaultdict(list)
    for (name, _), members in groups.items():
        first = members[0]
        if first.is_path:
            if not _stands_alone(first.value, members, body):
                continue
            name = fresh(name, used)
        elif values[name] > 1 or name in used or is_builtin(name):
            continue
        if any(_has_variable(body[member.position].code, name) for member in members):
            continue
        used.add(name)
        start, end = body[first.position].places.span(first.value)
        default = body[first.position].code[start:end]
        parameters.append(Parameter(name, default, literal_annotation(first.value)))
        for member in members:
            span = body[member.position].places.span(member.value)
            edits[member.position].append(Replacement(*span, name))
    return parameters, [piece.changed(edits.get(position, [])) for position, piece in enumerate(body)]


def _literals(position: int, piece: Piece, paths: Collection[str]) -> Iterator[_Found]:
    if not _QUICK.search(piece.code) and not any(path in piece.code for path in paths):
        return
    pending: list[ast.AST] = [piece.node]
    seen: set[ast.AST] = set()
    while pending:
        node = pending.pop()
        if isinstance(node, _CLOSED):
            continue
        if isinstance(node, ast.Call):
            for name, value, is_path in _of_call(node):
                if value not in seen and literal_annotation(value):
                    seen.add(value)
                    yield _Found(position, name, value, is_path)
        if isinstance(node, ast.Constant) and node.value in paths and node not in seen:
            seen.add(node)
            yield _Found(position, _path_name(node.value), node, True)
        pending.extend(reversed(list(ast.iter_child_nodes(node))))


def _of_call(call: ast.Call) -> Iterator[tuple[str, ast.expr, bool]]:
    callee = call.func
    name = (
        callee.attr
        if isinstance(callee, ast.Attribute)
        else callee.id
        if isinstance(callee, ast.Name)
        else ""
    )
    first = call.args[0] if call.args else None
    if name in _SEEDERS and isinstance(first, ast.Constant) and type(first.value) is int:
        yield "seed", first, False
    path = first or next((each.value for each in call.keywords if each.arg in _PATH_KEYWORDS), None)
    if isinstance(path, ast.Constant) and isinstance(path.value, str) and _reads(call, name, path.value):
        yield _path_name(path.value), path, True
    for keyword in call.keywords:
        if keyword.arg in _SETTINGS and not isinstance(keyword.value, ast.Tuple):
            yield keyword.arg, keyword.value, False


def _reads(call: ast.Call, name: str, path: str) -> bool:
    """Whether the call reads the file that `path` names."""
    if not path.strip():
        return False
    if name == "open":
        mode = call.args[1] if len(call.args) > 1 else None
        mode = mode or next((each.value for each in call.keywords if each.arg == "mode"), None)
        return mode is None or (isinstance(mode, ast.Constant) and str(mode.value).startswith("r"))
    if _READERS.fullmatch(name):
        return True
    if name in _FILE_READERS:
        return "." in path or "/" in path
    callee = call.func
    return (
        name in _SPARK_READERS
        and isinstance(callee, ast.Attribute)
        and isinstance(callee.value, ast.Attribute)
        and callee.value.attr == "read"
    )


def _path_name(path: object) -> str:
    text = str(path)
    stem = re.split(r"[\\/]", text.rstrip("\\/"))[-1].split("?")[0]
    stem = snake_case(stem.rsplit(".", 1)[0] if "." in stem[1:] else stem)
    kind = "url" if "://" in text else "path"
    if not stem or stem == kind:
        return kind
    return f"{kind}_{stem}" if stem[0].isdigit() else f"{stem[:40]}_{kind}"


def _has_variable(code: str, name: str) -> bool:
    """Whether a variable of that name, perhaps of a comprehension, may stand in the code."""
    return re.search(rf"(?<![.\w]){name}\b(?!\s*=[^=])", code) is not None


def _stands_alone(value: ast.expr, members: list[_Found], body: Sequence[Piece]) -> bool:
    """Whether the path's text stands nowhere else in the body, where a change of it would be missed."""
    assert isinstance(value, ast.Constant)
    text = str(value.value)
    return sum(piece.code.count(text) for piece in body) == len(members)
