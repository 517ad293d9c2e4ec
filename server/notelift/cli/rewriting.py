"""`extract --rewrite`: the notebook with a call of the module in place of the code that moved."""

from __future__ import annotations

import os
from pathlib import Path

from notelift.cli.errors import CommandError
from notelift.cli.loading import Loaded, dataflow_of
from notelift.edits.rewrite import call_source, rewritten_cells
from notelift.export.model import Module
from notelift.flow.graph import Dataflow
from notelift.notebook.model import NotebookError
from notelift.notebook.reading import parse_notebook, read_bytes
from notelift.notebook.writing import rewrite_notebook
from notelift.queries.moved import MoveError, plan_move
from notelift.queries.reordered import check_order
from notelift.queries.slice import Slice
from notelift.queries.targets import Target


def rewritten(
    loaded: Loaded, targets: tuple[Target, ...], kept: Slice, built: Module, folder: Path
) -> tuple[bytes, int]:
    """Return the bytes of the rewritten notebook, and how many statements it leaves out.

    `folder` is where the module will be. Raises CommandError where the notebook's other values could change.
    """
    dataflow = dataflow_of(loaded)
    try:
        move = plan_move(dataflow, kept, targets)
        check_order(dataflow, kept, move, loaded.library)
        _check_names(loaded, dataflow, built)
        cells = rewritten_cells(
            loaded.notebook,
            dataflow,
            move,
            import_source(loaded, dataflow, built, folder),
            call_source(built.function, targets),
        )
        data = read_bytes(loaded.path)
        if parse_notebook(data, str(loaded.path)) != loaded.notebook:
            raise CommandError(f"{loaded.path}: has changed while it was read: try again")
        changed = rewrite_notebook(data, str(loaded.path), cells)
        parse_notebook(changed, str(loaded.path))
    except (MoveError, NotebookError) as error:
        raise CommandError(f"{loaded.path}: it cannot be rewritten: {error}") from error
    return changed, len(move.removed)


def import_source(loaded: Loaded, dataflow: Dataflow, built: Module, folder: Path) -> str:
    """Return the code that imports the function in the notebook, from wherever the module is.

    Jupyter looks for modules in the notebook's folder, and in others when they are on the path.
    """
    home = Path(os.path.realpath(loaded.path)).parent
    place = Path(os.path.realpath(folder))
    moves = any(
        resource == "cwd" and effect not in ("use", "read")
        for statement in dataflow.statements()
        for effect, resource in statement.world
    )
    line = f"from {built.module} import {built.function}"
    if place == home and not moves:
        return line
    if moves or os.path.splitdrive(place)[0] != os.path.splitdrive(home)[0]:
        path = str(place)
    else:
        path = Path(os.path.relpath(place, home)).as_posix()
    return f"import sys\n\nsys.path.insert(0, {path!r})\n{line}"


def _check_names(loaded: Loaded, dataflow: Dataflow, built: Module) -> None:
    """Raise CommandError where the names that the new code binds are the notebook's own."""
    bound = {name for statement in dataflow.statements() for name in statement.binds}
    if built.function in bound:
        raise CommandError(
            f"{loaded.path}: it binds `{built.function}` itself: choose another name with --function"
        )
    others = {name for each in dataflow.statements() if not _imports(each.source) for name in each.binds}
    if "sys" in others:
        raise CommandError(f"{loaded.path}: it cannot be rewritten: `sys` is a name of its own")


def _imports(source: str) -> bool:
    return source.startswith(("import ", "from "))
