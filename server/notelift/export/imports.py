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
    def is_future(self) -> bool:
        """Whether it changes how the module is compiled."""
        return self.module == "__future__" and self.attribute not in _SETTLED

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
        if alias.is_future
    ]


def aliases_of(piece: Piece) -> tuple[Alias, ...]:
    """Return what an import statement imports; nothing for other statements."""
    return imported(piece.node)


def imported(node: ast.stmt) -> tuple[Alias, ...]:
    """Return what an import statement imports."""
    if isinstance(node, ast.Import):
        return tuple(Alias(each.name, "", each.asname or "") for each in node.names)
    if isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        return tuple(Alias(module, each.name, each.asname or "") for each in node.names)
    return ()


def agree(aliases: Iterable[Alias]) -> bool:
    """Whether imports that bind the same name bind the same object."""
    return len({alias.value for alias in aliases}) <= 1


def render_imports(aliases: Iterable[Alias]) -> str:
    """Return the import block with the sections and order of isort.

    A star import keeps its place among the others: the order decides which module a name comes from.
    """
    groups: list[list[Alias]] = [[]]
    for alias in dict.fromkeys(aliases):
        if alias.module == "__future__":
            groups[0].insert(0, alias)
        elif alias.is_star:
            groups += [[alias], []]
        else:
            groups[-1].append(alias)
    blocks = []
    for section in ("future", "standard", "third", "local"):
        blocks.append([alias for alias in groups[0] if _section(alias.module) == section])
    for group in groups[1:]:
        blocks += [
            [alias for alias in group if _section(alias.module) == section]
            for section in ("standard", "third", "local")
        ]
    return "\n\n".join("\n".join(_lines(block)) for block in blocks if block)


def _section(module: str) -> str:
    if module.startswith("."):
        return "local"
    if module == "__future__":
        return "future"
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
