"""Reads type stubs (.pyi): what a module binds, with imports followed to where a name is defined."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

NEWEST = (3, 13)

Definition = ast.ClassDef | ast.AnnAssign | ast.Assign | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Module:
    """One stub: its definitions (several for a name with overloads), imported names, star imports.

    `exported` is its `__all__`; `again` are the names of `from x import y as y`, which a stub re-exports.
    """

    name: str
    is_package: bool
    definitions: dict[str, list[Definition]] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    exported: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """Where a name is defined; `nodes` is empty for a module."""

    module: Module
    name: str
    nodes: tuple[Definition, ...]


class Stubs:
    """The stubs below some folders."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self._roots = roots
        self._modules: dict[str, Module | None] = {}

    def module(self, name: str) -> Module | None:
        """The stub of a module, None if there is none."""
        if name not in self._modules:
            self._modules[name] = self._read(name)
        return self._modules[name]

    def find(self, module: Module, name: str, depth: int = 0) -> Found | None:
        """The definition of a name as `module` sees it, None when no stub has it."""
        if name in module.definitions:
            return Found(module, name, tuple(module.definitions[name]))
        if depth > 8:
            return None
        if name in module.imports:
            source, original = module.imports[name]
            target = self.module(source)
            if target is not None and original:
                found = self.find(target, original, depth + 1)
                if found is not None:
                    return found
            whole = self.module(f"{source}.{original}" if original else source)
            return Found(whole, "", ()) if whole else None
        for source in module.stars:
            target = self.module(source)
            found = self.find(target, name, depth + 1) if target else None
            if found is not None:
                return found
        return None

    def public(self, module: Module) -> Iterator[str]:
        """The names that a module offers, in the order of the stub."""
        seen: set[str] = set()
        names = [*module.exported, *module.definitions, *module.again]
        for source in module.stars:
            target = self.module(source)
            names += list(self.public(target)) if target else []
        for name in names:
            if not name.startswith("_") and name not in seen:
                seen.add(name)
                yield name

    def _read(self, name: str) -> Module | None:
        top, _, inner = name.partition(".")
        for root in self._roots:
            folders = [root / folder / inner.replace(".", "/") for folder in (top, f"{top}-stubs")]
            for path in (*(f / "__init__.pyi" for f in folders), *(f.with_suffix(".pyi") for f in folders)):
                if path.is_file():
                    module = Module(name, path.name == "__init__.pyi")
                    _bind(module, ast.parse(path.read_text(encoding="utf-8")).body)
                    return module
        return None


def _bind(module: Module, body: Sequence[ast.stmt]) -> None:
    block: set[str] = set()
    for statement in flatten(body):
        if isinstance(statement, ast.ImportFrom):
            _bind_from(module, statement)
        elif isinstance(statement, ast.Import):
            for alias in statement.names:
                bound = alias.asname or alias.name.partition(".")[0]
                module.imports.setdefault(bound, (alias.name if alias.asname else bound, ""))
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            module.definitions.setdefault(statement.name, []).append(statement)
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            block.add(statement.target.id)
            module.definitions.setdefault(statement.target.id, []).append(statement)
        elif isinstance(statement, ast.Assign | ast.AugAssign):
            _bind_assignment(module, statement)


def _bind_from(module: Module, statement: ast.ImportFrom) -> None:
    source = statement.module or ""
    if statement.level:
        parts = module.name.split(".")
        drop = statement.level - (1 if module.is_package else 0)
        base = ".".join(parts[: len(parts) - drop] if drop else parts)
        source = f"{base}.{source}" if source else base
    for alias in statement.names:
        if alias.name == "*":
            module.stars.append(source)
        else:
            module.imports.setdefault(alias.asname or alias.name, (source, alias.name))
            if alias.asname == alias.name:
                module.again.append(alias.name)


def _bind_assignment(module: Module, statement: ast.Assign | ast.AugAssign) -> None:
    target = statement.target if isinstance(statement, ast.AugAssign) else statement.targets[0]
    if not isinstance(target, ast.Name):
        return
    if target.id == "__all__" and isinstance(statement.value, ast.List | ast.Tuple):
        module.exported += [e.value for e in statement.value.elts if isinstance(e, ast.Constant)]  # type: ignore[misc]
    elif isinstance(statement, ast.Assign):
        module.definitions.setdefault(target.id, []).append(statement)


def flatten(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that hold on the newest Python on Linux, then those of the other branches."""
    for statement in body:
        if not isinstance(statement, ast.If):
            yield statement
            continue
        holds = _holds(statement.test)
        if holds is None:
            continue
        if _is_newer(statement.test):
            yield from flatten(statement.orelse)
            continue
        first, second = (statement.body, statement.orelse) if holds else (statement.orelse, statement.body)
        yield from flatten(first)
        names = {_name(s) for s in flatten(first)}
        if not _is_platform(statement.test):
            yield from (s for s in flatten(second) if _name(s) not in names)


def _name(statement: ast.stmt) -> str:
    return getattr(statement, "name", "") or ast.dump(statement)


def _is_newer(test: ast.expr) -> bool:
    """Whether the test asks for a Python after the newest supported one."""
    if not isinstance(test, ast.Compare) or "version_info" not in ast.unparse(test):
        return False
    return isinstance(test.ops[0], ast.GtE) and bool(ast.literal_eval(test.comparators[0]) > NEWEST)


def _is_platform(test: ast.expr) -> bool:
    return "version_info" not in ast.unparse(test)


def _holds(test: ast.expr) -> bool | None:
    text = ast.unparse(test)
    if isinstance(test, ast.BoolOp):
        parts = [_holds(value) for value in test.values]
        return all(parts) if isinstance(test.op, ast.And) else any(parts)
    if isinstance(test, ast.Compare) and "version_info" in text:
        version = ast.literal_eval(test.comparators[0])
        return bool(version <= NEWEST) == isinstance(test.ops[0], ast.GtE)
    if "platform" in text:
        return ("linux" in text) != ("!=" in text) if "linux" in text else "!=" in text
    return text == "TYPE_CHECKING"
