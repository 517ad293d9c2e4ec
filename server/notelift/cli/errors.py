"""What a command says when it cannot do what was asked."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

import click

TRACKER = "Notelift's issue tracker"


class CommandError(click.ClickException):
    """Input that a command cannot work with; the message is one clear line naming file and remedy."""

    exit_code = 2


def one_line(message: str) -> str:
    """Return `message` without line breaks."""
    return " ".join(message.split())


def complain(message: str, level: str = "error") -> None:
    """Write one line to standard error, in the form that all messages of the command have."""
    click.echo(f"notelift: {level}: {one_line(message)}", err=True)


def usage_message(error: click.UsageError) -> str:
    """Return what is wrong with the arguments, and which command shows what is right."""
    command = error.ctx.command_path if error.ctx else "notelift"
    return f"{error.format_message().rstrip('.')} (see {command} --help)"


def report_bug(error: BaseException) -> None:
    """Say in one line that Notelift itself failed; with NOTELIFT_DEBUG set, show the traceback before."""
    if os.environ.get("NOTELIFT_DEBUG"):
        sys.excepthook(type(error), error, error.__traceback__)
    complain(
        f"this is a bug in Notelift ({type(error).__name__}: {error}); please report it to {TRACKER}"
        " with the output that NOTELIFT_DEBUG=1 gives"
    )


def nearest(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean ...?` with the names that are most like `name`, or nothing."""
    import difflib

    close = difflib.get_close_matches(name, sorted(set(known)), n=3, cutoff=0.5)
    if not close:
        return ""
    names = [f"`{each}`" for each in close]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
    return f"; did you mean {listed}?"
