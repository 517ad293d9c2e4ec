"""Notebooks as lists of cells, lifted and executed."""

from __future__ import annotations
import __future__

import contextlib
import io
import sys
import types
from collections.abc import Sequence
from typing import Any

from notelift.cells.code import read_cell
from notelift.effects.library import load_library
from notelift.export.module import Module, Options, build_module
from notelift.flow.graph import Site, Statement
from notelift.notebook.magics import translate
from notelift.notebook.model import Cell, Notebook
from notelift.notebook.timelines import written_timeline
from notelift.queries.slice import Slice, SlicedStatement
from notelift.queries.slicing import slice_targets
from notelift.queries.targets import parse_target

_FUTURE = __future__.annotations.compiler_flag


def notebook_of(
    cells: Sequence[str], tags: Sequence[tuple[str, ...]] = (), counted: bool = False
) -> Notebook:
    """A notebook with these code cells, as if run in their order where they are `counted`."""
    tagged = [*tags, *[()] * (len(cells) - len(tags))]
    made = (
        Cell(n, f"cell-{n}", "code", text, execution_count=n + 1 if counted else None, tags=tagged[n])
        for n, text in enumerate(cells)
    )
    return Notebook("work/report.ipynb", "ipynb", "python", tuple(made))


def everything(notebook: Notebook) -> Slice:
    """The slice that keeps all statements."""
    kept = []
    for number, run in enumerate(written_timeline(notebook)):
        for index, each in enumerate(read_cell(run.source).statements):
            place = (each.line, each.end_line, each.column, each.end_column)
            kept.append(
                SlicedStatement(Statement(Site(number, index), run.cell, *place, each.source), True, ())
            )
    return Slice(tuple(kept), len(kept))


def lift(notebook: Notebook, *targets: str, whole: bool = False, options: Options | None = None) -> Module:
    """The module of the targets, from all statements or from their slice."""
    parsed = [parse_target(target) for target in targets]
    kept = (
        everything(notebook) if whole else slice_targets(written_timeline(notebook), parsed, load_library())
    )
    return build_module(notebook, parsed, kept, options or Options())


def call(module: Module, **arguments: Any) -> Any:
    """The value of the module's function, in a new module object; what it prints is dropped."""
    made = types.ModuleType(module.module)
    sys.modules[module.module] = made
    sys.path_importer_cache.clear()
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(module.source, f"{module.module}.py", "exec", dont_inherit=True), made.__dict__)
            return getattr(made, module.function)(**arguments)
    finally:
        del sys.modules[module.module]


def run_cells(cells: Sequence[str]) -> dict[str, Any]:
    """The globals after the cells ran one after the other in the main module."""
    made, before = types.ModuleType("__main__"), sys.modules["__main__"]
    sys.modules["__main__"] = made
    sys.path_importer_cache.clear()
    flags = 0
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            for number, cell in enumerate(cells):
                code = compile(translate(cell).python, f"<cell {number}>", "exec", flags, dont_inherit=True)
                exec(code, made.__dict__)
                flags |= code.co_flags & _FUTURE
    finally:
        sys.modules["__main__"] = before
    return made.__dict__
