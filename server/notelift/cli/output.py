"""Answers on standard output."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import click

from notelift.cli.errors import complain


def print_json(answer: Any) -> None:
    """Write `answer` as one JSON document, in ASCII, so that no terminal or pipe changes it."""
    click.echo(json.dumps(answer, indent=2))


def print_warnings(sentences: Iterable[str]) -> None:
    """Write a line to standard error for each thing that one should know about the answer."""
    for sentence in sentences:
        complain(sentence, "warning")


def plural(count: int, noun: str) -> str:
    """Return `1 statement`, `2 statements`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
