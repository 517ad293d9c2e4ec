"""`extract --rewrite`: the notebook with a call of the module in place of the code that moved."""

from __future__ import annotations

import os
from pathlib import Path

from notelift.cli.errors import CommandError
from notelift.cli.loading import Loaded, dataflow_of
from notelift.edits.rewrite import (
    call_source,
    changes_folder,
    check_free,
    import_source,
    rewritten_cells,
)
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
        check_free(dataflow, built.function)
        imported = import_source(built.module, [built.function], _path(loaded, dataflow, folder))
        cells = rewritten_cells(
            loaded.notebook, dataflow, move, imported, call_source(built.function, targets)
        )
        data = read_bytes(loaded.path)
        if parse_notebook(data, str(loaded.path)) != loaded.notebook:
            raise CommandError(f"{loaded.path}: has changed while it was read: try again")
        changed = rewrite_notebook(data, str(loaded.path), cells)
        parse_notebook(changed, str(loaded.path))
    except (MoveError, NotebookError) as error:
        raise CommandError(f"{loaded.path}: it cannot be rewritten: {error}") from error
    return changed, len(move.removed)


def _path(loaded: Loaded, dataflow: Dataflow, folder: Path) -> str:
    """Where the notebook finds the module; "" in its own folder, where Jupyter looks by itself."""
    home = Path(os.path.realpath(loaded.path)).parent
    place = Path(os.path.realpath(folder))
    moves = changes_folder(dataflow)
    if place == home and not moves:
        return ""
    if moves or os.path.splitdrive(place)[0] != os.path.splitdrive(home)[0]:
        return str(place)
    return Path(os.path.relpath(place, home)).as_posix()
