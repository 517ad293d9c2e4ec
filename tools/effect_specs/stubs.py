"""Classes and functions of a package read off its stub files (.pyi) and modules, without importing it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class StubMember:
    """A method, property or function: name, positional parameters, text of the return annotation."""

    name: str
    parameters: tuple[str, ...]
    returns: str
    is_property: bool = False


@dataclass(frozen=True)
class StubClass:
    """A class of a stub file: qualified name, names of its bases as written, own public members."""

    name: str
    bases: tuple[str, ...]
    members: tuple[StubMember, ...] = field(default=())


def modules(package: Path) -> Iterator[tuple[str, ast.Module]]:
    """Yields (module name without private parts, syntax tree) for each stub of a package."""
    for path in sorted(package.rglob("*.pyi")):
        parts = [package.name, *path.relative_to(package).with_suffix("").parts]
        public = [part for part in parts if not part.startswith("_")]
        # What a private module of the package itself defines has no public name.
        if len(public) > 1 or parts[-1] == "__init__":
            yield ".".join(public), ast.parse(path.read_text(encoding="utf-8"))


def function_member(node: ast.FunctionDef) -> StubMember:
    """Returns what a function definition declares."""
    names = [argument.arg for argument in [*node.args.posonlyargs, *node.args.args]]
    decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
    is_property = bool(decorators & {"property", "cached_property", "functools.cached_property"})
    shown = ast.unparse(node.returns) if node.returns is not None else ""
    return StubMember(node.name, tuple(n for n in names if n not in ("self", "cls")), shown, is_property)


def functions(body: list[ast.stmt]) -> Iterator[StubMember]:
    """Yields the public functions of a body, the first of overloads only; setters are left out."""
    seen: set[str] = set()
    for node in body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.name not in seen:
            seen.add(node.name)
            yield function_member(node)


def attributes(body: list[ast.stmt]) -> Iterator[StubMember]:
    """Yields the public annotated attributes of a class body."""
    for node in body:
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        if not node.target.id.startswith("_"):
            yield StubMember(node.target.id, (), ast.unparse(node.annotation), is_property=True)


def classes(module: str, tree: ast.Module) -> Iterator[StubClass]:
    """Yields the classes that a module's stub defines at top level."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            members = (*functions(node.body), *attributes(node.body))
            yield StubClass(f"{module}.{node.name}", tuple(map(ast.unparse, node.bases)), members)
