"""What is there, after a call that stands for moved code, of what the code made."""

from __future__ import annotations

import ast
import re

from notelift.cells.code import read_cell
from notelift.flow.graph import Dataflow, Dependency, Site, Statement

ROOT = re.compile(r"[^\W\d]\w*")


class Served:
    """What statements find after the call in place of the statement `call`, which binds `names`."""

    def __init__(self, dataflow: Dataflow, names: frozenset[str], call: Site) -> None:
        self._dataflow = dataflow
        self._names = names
        self._call = call

    def is_there(self, reader: Site, read: Dependency, bindings: dict[str, list[Site]]) -> bool:
        """Return whether what is read is there after the call: a target's value, or its effect on the world.

        `bindings` tells who bound the names that the reader reads.
        """
        if reader < self._call:
            return False
        if read.kind in ("world", "file"):
            # How the notebook is compiled is not changed by what a module imports.
            return read.name != "future"
        if read.kind == "object" and not read.name and not self._dataflow.statement(read.source).changes:
            # An object without a name is reached through one: the edge of that name decides.
            return True
        if read.kind not in ("name", "object"):
            return False
        return self.is_new(read, bindings) or (read.kind == "object" and self._is_of_the_call(read.source))

    def _is_of_the_call(self, source: Site) -> bool:
        """Whether what a statement makes is reached by names of the call alone: it changes nothing else."""
        call = self._dataflow.statement(self._call)
        return source == self._call and not call.changes and self._names.issuperset(call.binds)

    def is_new(self, read: Dependency, bindings: dict[str, list[Site]]) -> bool:
        """Return whether what is read after the call, by the name of a target or by another, can only be new.

        An object may have no name, or that of a function's variable. It is new when all that the statement
        reads by names of the notebook is new or holds no objects.
        """
        if self.is_name_new(read.name, bindings):
            return True
        match = ROOT.match(read.name)
        if read.kind != "object" or (match is not None and match.group() in bindings):
            return False
        return all(
            self.is_name_new(name, bindings) or not any(map(self._may_hold, sources))
            for name, sources in bindings.items()
        )

    def is_name_new(self, name: str, bindings: dict[str, list[Site]]) -> bool:
        """Return whether `name`, as it is read after the call, is a target or was bound after the call."""
        match = ROOT.match(name)
        root = match.group() if match else name
        sources = bindings.get(root, [])
        return root in self._names or (bool(sources) and all(source > self._call for source in sources))

    def is_data(self, site: Site) -> bool:
        """Return whether an object that can change may come from the statement."""
        return makes_object(self._dataflow.statement(site))

    def _may_hold(self, site: Site) -> bool:
        """Whether what the statement makes may hold an object: defaults of a function do, imports do not."""
        return self.is_data(site) or any(
            self.is_data(read.source) for read in self._dataflow.statement(site).reads
        )


def makes_object(statement: Statement) -> bool:
    """Return whether an object that can change may come from it: no import, plain function or number."""
    return not all(
        isinstance(node, (ast.Import, ast.ImportFrom))
        or (isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not _has_objects(node))
        or (isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant))
        for node in (each.node for each in read_cell(statement.source).statements)
    )


def _has_objects(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function keeps objects from call to call: of a decorator, or changeable defaults."""
    defaults = [*node.args.defaults, *node.args.kw_defaults]
    return bool(node.decorator_list) or any(
        isinstance(default, (ast.Call, ast.Dict, ast.List, ast.Set)) for default in defaults
    )
