"""Imports of the module: which may go to its top, which are used, and how they are written and sorted."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from notelift.cells.code import read_cell
from notelift.export.pieces import Piece
from notelift.notebook.model import Notebook

# Imports of `__future__` that every supported Python has for good.
_SETTLED = frozenset(
    {
        "absolute_import",
        "division",
        "generators",
        "generator_stop",
        "nested_scopes",
        "print_function",
        "unicode_literals",
        "with_statement",
    }
)


@dataclass(frozen=True, slots=True)
class Alias:
    """One imported name. `module` has the dots of a relative import; `import module` has no `attribute`."""

    module: str
    attribute: str = ""
    asname: str = ""

    @property
    def bound(self) -> str:
        """The name that it binds; "*" for a star import."""
        return self.asname or self.attribute or self.module.split(".")[0]

    @property
    def is_star(self) -> bool:
        """Whether it is `from module import *`."""
        return self.attribute == "*"

    @property
    def value(self) -> str:
        """The dotted name of what is bound: aliases with equal values bind the same object."""
        if self.attribute:
            return f"{self.module}.{self.attribute}"
        return self.module if self.asname else self.module.split(".")[0]

    @property
    def code(self) -> str:
        """The statement that imports it alone."""
        renamed = f" as {self.asname}" if self.asname and self.asname != self.attribute else ""
        if self.attribute:
            return f"from {self.module} import {self.attribute}{renamed}"
        return f"import {self.module}{renamed}"


def future_imports(notebook: Notebook) -> list[Alias]:
    """Return what the notebook's cells import from `__future__`: it holds for all cells after."""
    return [
        alias
        for cell in notebook.cells
        if cell.is_python and "__future__" in cell.source
        for statement in read_cell(cell.source).statements
        for alias in imported(statement.node)
        if alias.module == "__future__"
    ]


def aliases_of(piece: Piece) -> tuple[Alias, ...]:
    """Return what an import statement imports; nothing for other statements."""
    return imported(piece.node)


def imported(node: ast.stmt) -> tuple[Alias, ...]:
    """Return what an import statement imports, without what `__future__` has given for good."""
    if isinstance(node, ast.Import):
        return tuple(Alias(each.name, "", each.asname or "") for each in node.names)
    if isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        return tuple(
            Alias(module, each.name, each.asname or "")
            for each in node.names
            if module != "__future__" or each.name not in _SETTLED
        )
    return ()


def agree(aliases: Iterable[Alias]) -> bool:
    """Whether imports that bind the same name bind the same object."""
    return len({alias.value for alias in aliases}) <= 1


def render_imports(aliases: Iterable[Alias]) -> str:
    """Return the import block: sections and order of isort, or the given order where there is a star import.

    After `from a import *` the order decides which module a name comes from.
    """
    unique = list(dict.fromkeys(aliases))
    future = [alias for alias in unique if alias.module == "__future__"]
    others = [alias for alias in unique if alias.module != "__future__"]
    blocks = ["\n".join(_lines(future))] if future else []
    if any(alias.is_star for alias in others):
        blocks.append("\n".join(alias.code for alias in others))
        return "\n\n".join(blocks)
    for section in ("standard", "third", "local"):
        members = [alias for alias in others if _section(alias.module) == section]
        if members:
            blocks.append("\n".join(_lines(members)))
    return "\n\n".join(blocks)


def _section(module: str) -> str:
    if module.startswith("."):
        return "local"
    return "standard" if module.split(".")[0] in sys.stdlib_module_names else "third"


def _lines(aliases: list[Alias]) -> Iterator[str]:
    plain = [alias for alias in aliases if not alias.attribute]
    for alias in sorted(plain, key=lambda each: (_natural(each.module), each.asname)):
        yield alias.code
    modules = sorted({alias.module for alias in aliases if alias.attribute}, key=_natural)
    for module in modules:
        members = [alias for alias in aliases if alias.attribute and alias.module == module]
        members.sort(key=lambda each: _member(each.attribute))
        renamed = [alias for alias in members if alias.asname and alias.asname != alias.attribute]
        bare = [alias.attribute for alias in members if alias not in renamed]
        if bare:
            yield f"from {module} import {', '.join(dict.fromkeys(bare))}"
        for alias in renamed:
            yield alias.code


def _natural(text: str) -> list[tuple[int, int | str]]:
    parts = re.split(r"(\d+)", text.lower())
    return [(0, int(part)) if part.isdigit() else (1, part) for part in parts]


def _member(name: str) -> tuple[int, list[tuple[int, int | str]]]:
    """Constants first, then classes, then the rest, as isort orders them by default."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, _natural(name)
