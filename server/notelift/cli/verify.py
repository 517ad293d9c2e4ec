"""`notelift verify`: runs a notebook and the module made from it, and compares their values."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

    from notelift.cli.verification.verdict import Verdict

_EXIT_CODES = {"equal": 0, "different": 1, "cannot compare": 2}


@click.command(
    "verify",
    cls=ExampleCommand,
    short_help="Execute notebook and module, and compare their values.",
    examples=(
        "notelift verify analysis.ipynb model",
        "notelift verify analysis.ipynb scores --python .venv/bin/python --timeout 60",
    ),
)
@notebook_argument
@click.argument("target", shell_complete=complete_names)
@click.option(
    "--python",
    default=sys.executable,
    metavar="FILE",
    help="The Python that runs both; it needs ipykernel.  [default: the one that runs Notelift]",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=600,
    show_default=True,
    metavar="SECONDS",
    help="The time that all of it may take.",
)
@click.option(
    "--root",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="The folder that is copied; the notebook is in it.  [default: the notebook's folder]",
)
@click.option(
    "--copy-limit",
    type=click.IntRange(min=1),
    default=2048,
    show_default=True,
    metavar="MB",
    help="Refuse to copy more than that.",
)
@timeline_option
@format_option()
@click.pass_context
def command(
    ctx: click.Context,
    notebook: Path,
    target: str,
    python: str,
    timeout: float,
    root: Path | None,
    copy_limit: int,
    timeline: str | None,
    form: str,
) -> None:
    """Execute the notebook and the module that extract makes of TARGET, and compare the two values.

    This is the only command that executes the notebook's code. The notebook runs in a fresh kernel, the
    module in a fresh process, each in a throw-away copy of the notebook's folder; neither can change files
    outside it. Exits with 0 if the values are equal, 1 if they differ, 2 if that cannot be said.
    """
    from notelift.cli.loading import load_notebook, parse_targets
    from notelift.cli.output import print_json, print_warnings
    from notelift.cli.verification.child.guard import is_enforced
    from notelift.cli.verification.verdict import Settings, verify

    (asked,) = parse_targets(notebook, [target])
    loaded = load_notebook(notebook, timeline)
    click.echo(
        f"This executes the code of {notebook}, in throw-away copies, for at most {timeout:g} seconds.",
        err=True,
    )
    if not is_enforced():
        print_warnings(
            ["on this system, programs that the code starts are not kept from changing other files"]
        )
    verdict = verify(loaded, asked, Settings(python, timeout, root, copy_limit << 20))
    if form == "json":
        print_json(as_json(verdict))
    else:
        click.echo("\n".join(as_text(verdict)))
    ctx.exit(_EXIT_CODES[verdict.verdict])


def as_json(verdict: Verdict) -> dict[str, Any]:
    """Return the verdict as docs/json.md has it."""
    difference = verdict.difference
    return {
        "target": verdict.target,
        "verdict": verdict.verdict,
        "type": verdict.type,
        "difference": {
            "where": difference.where,
            "notebook": difference.notebook,
            "module": difference.module,
        }
        if difference
        else None,
        "reason": verdict.reason or None,
        "how": list(verdict.how),
    }


def as_text(verdict: Verdict) -> Iterator[str]:
    """Yield the lines that a terminal shows."""
    kind = f" ({verdict.type})" if verdict.type else ""
    yield f"{verdict.target}{kind}: {verdict.verdict}"
    if verdict.difference:
        yield f"  {verdict.difference}"
    if verdict.reason:
        yield f"  {verdict.reason}"
    for sentence in verdict.how:
        yield f"  {sentence}"
