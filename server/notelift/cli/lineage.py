"""`notelift lineage`: what a value comes from and goes to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from notelift.cli.options import (
    ExampleCommand,
    complete_names,
    format_option,
    notebook_argument,
    timeline_option,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from notelift.flow.graph import Dataflow, Statement
    from notelift.queries.lineage import FileFlow, Lineage, Origin, Role

_HEADINGS: tuple[tuple[Role, str], ...] = (
    ("from", "comes from"),
    ("value", "is made and changed by"),
    ("to", "goes to"),
)


@click.command(
    "lineage",
    cls=ExampleCommand,
    short_help="Show what a value comes from and goes to.",
    examples=(
        "notelift lineage analysis.ipynb model",
        "notelift lineage analysis.ipynb model --format dot | dot -Tsvg > model.svg",
    ),
)
@notebook_argument
@click.argument("name", required=False, shell_complete=complete_names)
@timeline_option
@format_option("mermaid", "dot")
def command(notebook: Path, name: str | None, timeline: str | None, form: str) -> None:
    """Show what the value NAME comes from and goes to, or an overview of all values.

    Nothing is executed.
    """
    from notelift.cli.loading import dataflow_of, load_notebook

    dataflow = dataflow_of(load_notebook(notebook, timeline))
    if form == "text" and name is None:
        click.echo("\n".join(overview_as_text(dataflow)))
    else:
        click.echo(_rendered(_lineage(notebook, dataflow, name), form))


def _lineage(notebook: Path, dataflow: Dataflow, name: str | None) -> Lineage:
    from notelift.cli.errors import CommandError, nearest
    from notelift.queries.lineage import UnknownName, lineage

    try:
        return lineage(dataflow, name)
    except UnknownName as error:
        raise CommandError(
            f"{notebook}: no value is named `{error.name}` at the end{nearest(error.name, error.known)}"
        ) from error


def _rendered(lineage: Lineage, form: str) -> str:
    if form == "json":
        import json

        from notelift.views.answers import lineage_json

        return json.dumps(lineage_json(lineage), indent=2)
    if form == "text":
        return "\n".join(as_text(lineage))
    from notelift.views.graph import dot, mermaid

    return mermaid(lineage) if form == "mermaid" else dot(lineage)


def as_text(lineage: Lineage) -> Iterator[str]:
    """Yield the lines that a terminal shows of one value."""
    yield f"{lineage.name}: {lineage.type}" if lineage.type else str(lineage.name)
    for role, heading in _HEADINGS:
        statements = [step.statement for step in lineage.steps if step.role == role]
        if statements:
            yield f"\n{heading}"
            width = max(len(_place(statement)) for statement in statements)
            yield from (_line(statement, width, lineage.files) for statement in statements)


def _line(statement: Statement, width: int, files: Sequence[FileFlow]) -> str:
    from notelift.queries.reasons import first_line

    here = [file for file in files if file.site == statement.site]
    read = ", ".join(file.path for file in here if file.direction == "read")
    written = ", ".join(file.path for file in here if file.direction == "write")
    notes = [f"reads {read}"] * bool(read) + [f"writes {written}"] * bool(written)
    note = f"   # {', '.join(notes)}" if notes else ""
    return f"  {_place(statement):<{width}}  {first_line(statement.source)}{note}"


def overview_as_text(dataflow: Dataflow) -> Iterator[str]:
    """Yield a table of all values, with the places that make, change and read each."""
    from notelift.queries.lineage import overview

    rows = [("value", "type", "made in", "changed in", "read in"), *map(_row, overview(dataflow))]
    if len(rows) == 1:
        yield "no values: nothing is bound to a name"
        return
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        cells = [*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[-1]]
        yield "  ".join(cells).rstrip()
    yield "\nPlaces are CELL:LINE. `notelift lineage NOTEBOOK NAME` shows one value with its statements."


def _row(origin: Origin) -> tuple[str, str, str, str, str]:
    made, changed, read = (
        ", ".join(map(_place, each)) for each in (origin.made, origin.changed, origin.read)
    )
    return origin.name, origin.type or "?", made, changed, read


def _place(statement: Statement) -> str:
    return f"{statement.cell}:{statement.line}"
