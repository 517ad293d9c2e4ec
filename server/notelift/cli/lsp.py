"""`notelift lsp`: the language server."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from notelift.cli.errors import CommandError

_LEVELS = ("error", "warning", "info", "debug")


@click.command("lsp", short_help="Serve an editor.")
@click.option(
    "--tcp", metavar="HOST:PORT", help="Wait for one client at an address instead of serving standard input."
)
@click.option("--log-file", type=click.Path(dir_okay=False, path_type=Path), help="Append the log to a file.")
@click.option(
    "--log-level",
    type=click.Choice(_LEVELS),
    default="info",
    show_default=True,
    help="What goes to the file.",
)
@click.option(
    "--stdio", is_flag=True, hidden=True, help="Serve standard input and output, as is the default."
)
def command(tcp: str | None, log_file: Path | None, log_level: str, stdio: bool) -> int:
    """Serve an editor by the language server protocol, over standard input and output."""
    from notelift.lsp.logs import log_to_file
    from notelift.lsp.server import serve_stdio, serve_tcp

    try:
        if log_file is not None:
            log_to_file(log_file, logging.getLevelName(log_level.upper()))
        if tcp is None:
            return serve_stdio()
        host, _, port = tcp.rpartition(":")
        if not host or not port.isdigit() or int(port) > 65535:
            raise CommandError(f"--tcp {tcp}: write an address and a port, such as 127.0.0.1:5000")
        return serve_tcp(host, int(port))
    except OSError as error:
        raise CommandError(f"{error.filename or tcp or 'lsp'}: {error.strerror or error}") from error
