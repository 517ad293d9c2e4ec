"""Arguments and options that commands share, and the form of their help."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class ExampleCommand(click.Command):
    """A command whose help ends in examples, printed as they are."""

    def __init__(self, *arguments: Any, examples: Sequence[str], **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.examples = tuple(examples)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        with formatter.section("Examples"):
            for example in self.examples:
                formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


def notebook_argument(function: Decorated) -> Decorated:
    """Add the NOTEBOOK argument: an .ipynb, a `# %%` script or a Databricks source notebook."""
    return click.argument("notebook", type=click.Path(path_type=Path))(function)


def complete_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of the notebook's values that start with what is typed, for the shell to offer."""
    from notelift.cli.errors import CommandError
    from notelift.cli.loading import dataflow_of, load_notebook

    notebook = ctx.params.get("notebook")
    if notebook is None:
        return []
    try:
        dataflow = dataflow_of(load_notebook(notebook, ctx.params.get("timeline")))
    except CommandError:
        return []
    return [name for name in dataflow.values if name.startswith(incomplete)]


def timeline_option(function: Decorated) -> Decorated:
    """Add `--timeline`; without it the setting in pyproject.toml decides."""
    return click.option(
        "--timeline",
        type=click.Choice(["written", "ran"]),
        help="Read the cells in document order, or in the order of their saved execution counts."
        "  [default: tool.notelift.timeline, or written]",
    )(function)


def format_option(*more: str) -> Callable[[Decorated], Decorated]:
    """Return the decorator that adds `--format text|json`, and the formats in `more`."""

    def decorate(function: Decorated) -> Decorated:
        return click.option(
            "--format",
            "form",
            type=click.Choice(["text", "json", *more]),
            default="text",
            show_default=True,
            help="The form of the answer; the JSON is a contract (docs/json.md).",
        )(function)

    return decorate
