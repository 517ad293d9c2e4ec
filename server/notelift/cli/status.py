"""`notelift status`: how far the kernel is from Restart & Run All."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from notelift.cli.options import ExampleCommand, format_option, notebook_argument

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from notelift.notebook.model import Notebook
    from notelift.notebook.session import Session
    from notelift.queries.divergence import CellDifference, VariableDifference
    from notelift.queries.status import Status

_WORDS = {
    "differs": "differs",
    "missing_on_restart": "missing on restart",
    "missing_in_kernel": "missing in kernel",
    "unknown": "unknown",
    "edited": "edited",
    "outdated": "outdated",
    "never_run": "never run",
    "failed": "failed",
}


@click.command(
    "status",
    cls=ExampleCommand,
    short_help="Show what Restart & Run All would change.",
    examples=(
        "notelift status analysis.ipynb",
        "notelift status analysis.ipynb --session runs.jsonl --format json",
    ),
)
@notebook_argument
@click.option(
    "--session",
    "log",
    type=click.Path(path_type=Path),
    help="The log of what ran in the kernel (docs/sessions.md); without it the saved counts tell.",
)
@format_option()
def command(notebook: Path, log: Path | None, form: str) -> None:
    """Show which values would come out differently after Restart & Run All, and why.

    Nothing is executed.
    """
    from notelift.cli.loading import load_notebook
    from notelift.queries.status import status_of

    loaded = load_notebook(notebook, "written")
    status = status_of(_session(loaded.notebook, log), loaded.library)
    if form == "json":
        from notelift.cli.output import print_json
        from notelift.views.answers import status_json

        print_json(status_json(status))
    else:
        click.echo("\n".join(as_text(status)))


def _session(notebook: Notebook, log: Path | None) -> Session:
    from notelift.cli.errors import CommandError
    from notelift.notebook.model import NotebookError
    from notelift.notebook.session import Session
    from notelift.notebook.session_log import session_of_log

    if log is None:
        return Session.from_counts(notebook)
    try:
        return session_of_log(notebook, log.read_text(encoding="utf-8"), str(log))
    except NotebookError as error:
        raise CommandError(str(error)) from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{log}: is not UTF-8: {error.reason} at byte {error.start}") from error
    except OSError as error:
        raise CommandError(f"{log}: cannot be read: {error.strerror}") from error


def as_text(status: Status) -> Iterator[str]:
    """Yield the lines that a terminal shows."""
    difference = status.difference
    cells = [each for each in difference.cells if each.state != "fresh"]
    if difference.differing:
        yield from _table(("variable", "state", "why"), map(_variable_row, difference.differing))
        yield ""
    elif difference.cells:
        yield "nothing would change: each variable is as Restart & Run All would leave it"
    if difference.cells and cells:
        yield from _table(("cell", "state", "why"), map(_cell_row, cells))
        yield ""
    if status.runs:
        yield from _advice(status)
    for note in status.notes:
        yield f"note: {note}"


def _advice(status: Status) -> Iterator[str]:
    if status.restart:
        yield "restart the kernel and run all cells"
    else:
        yield f"run again, in this order: {', '.join(f'cell {cell}' for cell in status.runs)}"
    if any(each.state == "missing_on_restart" for each in status.difference.variables):
        yield "what is missing on restart stays in the kernel until it is restarted"


def _variable_row(difference: VariableDifference) -> tuple[str, str, str]:
    from notelift.queries.wording import explain_variable

    return difference.name, _WORDS[difference.state], explain_variable(difference)


def _cell_row(difference: CellDifference) -> tuple[str, str, str]:
    from notelift.queries.wording import explain_cell

    count = "" if difference.order is None else f" [{difference.order}]"
    return f"{difference.cell}{count}", _WORDS[difference.state], explain_cell(difference)


def _table(heading: tuple[str, str, str], lines: map[tuple[str, str, str]]) -> Iterator[str]:
    rows: Sequence[tuple[str, str, str]] = [heading, *lines]
    first = max(len(row[0]) for row in rows)
    second = max(len(row[1]) for row in rows)
    for row in rows:
        yield f"{row[0]:<{first}}  {row[1]:<{second}}  {row[2]}".rstrip()
