"""`notelift slice`: the statements that a value needs."""

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
    from collections.abc import Iterator

    from notelift.queries.slice import Slice
    from notelift.queries.targets import Target

_SHOWN_REASONS = 5


@click.command(
    "slice",
    cls=ExampleCommand,
    short_help="Print the statements that a value needs.",
    examples=(
        "notelift slice analysis.ipynb model --explain",
        "notelift slice analysis.ipynb df@7:2 --format json",
    ),
)
@notebook_argument
@click.argument("target", shell_complete=complete_names)
@click.option("--explain", is_flag=True, help="Say below each statement why it is there.")
@timeline_option
@format_option()
def command(notebook: Path, target: str, explain: bool, timeline: str | None, form: str) -> None:
    """Print the statements that TARGET needs, with their cells and lines.

    Those marked with ? are there because they may have an effect on it. Nothing is executed.
    """
    from notelift.cli.loading import load_notebook, parse_targets, slice_of
    from notelift.cli.output import print_json, print_warnings

    targets = parse_targets(notebook, [target])
    answer = slice_of(load_notebook(notebook, timeline), targets)
    print_warnings((*answer.opaque, *answer.unbound))
    if form == "json":
        from notelift.views.answers import slice_json

        print_json(slice_json(answer, targets))
    else:
        click.echo("\n".join(as_text(answer, targets, explain)))


def as_text(answer: Slice, targets: tuple[Target, ...], explained: bool) -> Iterator[str]:
    """Yield the lines that a terminal shows."""
    from notelift.cli.output import plural
    from notelift.queries.reasons import explain, merged

    cell = None
    for kept, reasons in zip(answer.statements, explain(answer, targets), strict=True):
        statement = kept.statement
        if statement.cell != cell:
            cell = statement.cell
            yield f"cell {cell}"
        mark = " " if kept.certain else "?"
        for offset, text in enumerate(statement.source.split("\n")):
            yield f"{mark}{statement.line + offset:4}  {text}".rstrip()
        if explained:
            yield from (f"        # {line}" for line in _first(merged(statement, reasons)))
    possible = sum(not kept.certain for kept in answer.statements)
    doubt = f"; ? marks {plural(possible, 'statement')} that may not be needed" if possible else ""
    yield f"\n{len(answer.statements)} of {plural(answer.total, 'statement')} kept{doubt}"


def _first(sentences: tuple[str, ...]) -> Iterator[str]:
    yield from sentences[:_SHOWN_REASONS]
    if len(sentences) > _SHOWN_REASONS:
        yield f"and {len(sentences) - _SHOWN_REASONS} more (--format json has all)"
