"""A generated module added to one that exists: its imports to the imports, its code behind the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from notelift.export.imports import Alias, imported, render_imports
from notelift.export.names import names_of
from notelift.export.naming import is_builtin


class MergeError(Exception):
    """Two modules that cannot be one; the message is a clause that says why."""


def merge_modules(existing: str, new: str, module: str) -> str:
    """Return `existing` with the definitions of the generated module `new`, and the imports that these need.

    What exists stays as it is. The new module's docstring and its block that runs it from the shell are left
    out, and code that is there already is not repeated; nor is what `new` imports from `module`, the one that
    it is added to. Raises MergeError where a name means two things.
    """
    old = _read(existing)
    have = _bindings(old.body)
    added = [part for part in _parts(new) if not _is_aside(part) and not _is_of_itself(part, module, have)]
    needed = [part for part in added if not _is_there(part, have)]
    _check_names(needed, have)
    aliases = _missing_imports(needed, added, have)
    code = "".join(f"\n\n{_text(new, part)}\n" for part in needed if not imported(part.node))
    if not code and not aliases:
        return existing
    return _joined(existing, old, render_imports(aliases), code)


@dataclass(frozen=True, slots=True)
class _Part:
    """A statement of the new module and its lines, comments above it included."""

    node: ast.stmt
    first: int
    last: int


def _read(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError) as error:
        raise MergeError(f"it does not parse: {error}") from error


def _parts(source: str) -> Iterator[_Part]:
    lines = source.split("\n")
    end = 0
    for node in _read(source).body:
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(each.lineno for each in decorators)])
        while first - 2 >= end and lines[first - 2].lstrip().startswith("#"):
            first -= 1
        end = node.end_lineno or node.lineno
        yield _Part(node, first, end)


def _text(source: str, part: _Part) -> str:
    return "\n".join(source.split("\n")[part.first - 1 : part.last])


def _is_aside(part: _Part) -> bool:
    """Whether it is the docstring, or the block that runs the module from the shell."""
    node = part.node
    return (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) or isinstance(node, ast.If)


def _is_of_itself(part: _Part, module: str, have: dict[str, list[ast.stmt]]) -> bool:
    """Whether it imports what the module has from the module. Raises MergeError for other such imports."""
    aliases = [alias for alias in imported(part.node) if alias.module == module]
    if any(not alias.attribute or alias.asname or alias.attribute not in have for alias in aliases):
        raise MergeError(f"the new code has `{ast.unparse(part.node)}`, which would import the module itself")
    return bool(aliases)


def _bindings(body: Sequence[ast.stmt]) -> dict[str, list[ast.stmt]]:
    """What binds each name at the module's level; blocks that run it from the shell aside."""
    found: dict[str, list[ast.stmt]] = {}
    for node in body:
        if not _runs_main(node):
            for name in names_of(node).all_binds:
                found.setdefault(name, []).append(node)
    return found


def _runs_main(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "__name__" in names_of(node).direct


def _is_there(part: _Part, have: dict[str, list[ast.stmt]]) -> bool:
    """Whether the module has the same code already, under the same names."""
    binds = names_of(part.node).all_binds
    return bool(binds) and all(
        len(have.get(name, ())) == 1 and ast.dump(have[name][0]) == ast.dump(part.node) for name in binds
    )


def _check_names(needed: Sequence[_Part], have: dict[str, list[ast.stmt]]) -> None:
    """Raise MergeError where a name that the new code binds, or takes from Python, is another's there."""
    for part in needed:
        names = names_of(part.node)
        for name in sorted(names.all_binds):
            if name in have and not _imports_alike(part.node, have[name], name):
                raise MergeError(f"it has another `{name}` already")
        for name in sorted(names.reads & have.keys()):
            if is_builtin(name):
                raise MergeError(f"its `{name}` is not Python's, which the new code uses")


def _imports_alike(node: ast.stmt, others: Sequence[ast.stmt], name: str) -> bool:
    values = {alias.value for each in (node, *others) for alias in imported(each) if alias.bound == name}
    return len(values) == 1 and all(imported(each) for each in others)


def _missing_imports(
    needed: Sequence[_Part], added: Sequence[_Part], have: dict[str, list[ast.stmt]]
) -> list[Alias]:
    """The imports that the new code reads and the module has not; submodules are others of their package."""
    used = {name for part in needed if not imported(part.node) for name in names_of(part.node).reads}
    known = {alias.code for nodes in have.values() for node in nodes for alias in imported(node)}
    aliases = [alias for part in added for alias in imported(part.node)]
    if any(alias.is_star or alias.module == "__future__" for alias in aliases if alias.code not in known):
        raise MergeError("the new code has an import that changes the code which is there")
    return [alias for alias in aliases if alias.bound in used and alias.code not in known]


def _joined(existing: str, old: ast.Module, imports: str, code: str) -> str:
    """The text with imports behind those that open it, and code at its end, before the block that runs it."""
    lines = existing.rstrip("\n").split("\n") if existing.strip() else []
    opening = _opening(old.body)
    start = (opening[-1].end_lineno or 0) if opening else _comments(lines)
    last = old.body[-1] if old.body else None
    end = last.lineno - 1 if last is not None and _runs_main(last) else len(lines)
    head, body, tail = lines[:start], lines[start:end], lines[end:]
    if imports:
        if head and not (opening and imported(opening[-1])):
            head.append("")
        head += imports.split("\n")
        if body and body[0].strip():
            head += ["", ""]
    if code:
        body = "\n".join(body).rstrip("\n").split("\n") if any(body) else []
        gap = ["", ""] if head or body else []
        body = [*body, *gap, *code.strip("\n").split("\n"), *(["", ""] if tail else [])]
    return "\n".join([*head, *body, *tail]) + "\n"


def _opening(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """The docstring and the imports that open the module."""
    found: list[ast.stmt] = []
    for number, node in enumerate(body):
        docstring = number == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not docstring and not imported(node):
            break
        found.append(node)
    return found


def _comments(lines: Sequence[str]) -> int:
    """How many lines of comments open the file: what says how it is run and read, and its licence."""
    return next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
