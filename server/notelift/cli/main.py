"""The `notelift` command: a group that imports a command when it is asked for."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from notelift import __version__
from notelift.cli.errors import complain, report_bug, usage_message

_COMMANDS = ("extract", "slice", "lineage", "status", "verify", "check", "rules", "lsp", "completion")
_TARGETS = (
    ("name", "its last value"),
    ("name@CELL", "its value after that cell"),
    ("name@CELL:LINE", "its value after that statement"),
    ("cell:N", "what cell N displays"),
    ("file:PATH", "what is written there"),
)
_INTERRUPTED = 130


class LazyGroup(click.Group):
    """A group whose commands live in modules of their own names, imported on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands in the order in which one uses them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, or None."""
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"notelift.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the forms of a target, and an example."""
        with formatter.section("A TARGET is (cells count from 0, lines within a cell from 1)"):
            formatter.write_dl(_TARGETS)
        with formatter.section("Example"):
            formatter.write_text("notelift extract analysis.ipynb model --output src")


@click.group(
    cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Lift results out of Jupyter notebooks into production code, without running them."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line with `arguments` (those of the process by default) and return its exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Notebooks hold characters that a terminal's encoding may lack.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(args=arguments, prog_name="notelift", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.UsageError as error:
        complain(usage_message(error))
        return 2
    except click.ClickException as error:
        complain(error.format_message())
        return 2
    except (click.Abort, KeyboardInterrupt):
        complain("interrupted")
        return _INTERRUPTED
    except Exception as error:
        report_bug(error)
        return 2


def main() -> None:
    """Entry point of the `notelift` script."""
    sys.exit(run())
