"""The two timelines of a saved notebook: as it is written, and as its counts say it ran."""

from __future__ import annotations

from notelift.notebook.model import Notebook, Run, Timeline


def written_timeline(notebook: Notebook) -> Timeline:
    """Every Python code cell once, in document order: what *Restart & Run All* does."""
    return tuple([cell.run for cell in notebook.cells if cell.is_python])


def ran_timeline(notebook: Notebook) -> Timeline:
    """Cells that have an execution count, in the order of their counts.

    A saved notebook keeps only each cell's last count, so earlier runs of a cell are unknown.
    Equal counts (copied cells, several sessions) keep document order.
    """
    ran = [cell for cell in notebook.cells if cell.is_python and cell.execution_count is not None]
    ran.sort(key=lambda cell: (cell.execution_count or 0, cell.index))
    return tuple(Run(cell.index, cell.id, cell.source, cell.execution_count) for cell in ran)
