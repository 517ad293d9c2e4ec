"""`notelift completion`: the script that makes a shell complete commands, options and files."""

from __future__ import annotations

import click

from notelift.cli.options import ExampleCommand

_SHELLS = ("bash", "zsh", "fish")


@click.command(
    "completion",
    cls=ExampleCommand,
    short_help="Print the completion script of a shell.",
    examples=(
        "notelift completion bash > ~/.local/share/bash-completion/completions/notelift",
        "notelift completion zsh > ~/.zfunc/_notelift",
        "notelift completion fish > ~/.config/fish/completions/notelift.fish",
    ),
)
@click.argument("shell", type=click.Choice(_SHELLS))
def command(shell: str) -> None:
    """Print the script that makes SHELL complete commands, options and files."""
    from click.shell_completion import get_completion_class

    from notelift.cli.main import cli

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(cli, {}, "notelift", "_NOTELIFT_COMPLETE").source())
