"""Small notebooks, and the command line called in this process."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from notelift.cli.main import run


def write_notebook(
    path: Path,
    cells: Sequence[str],
    counts: Sequence[int | None] | None = None,
    language: str | None = None,
    tags: Sequence[Sequence[str]] | None = None,
) -> Path:
    """Write an .ipynb with these code cells."""
    written = [
        {
            "cell_type": "code",
            "id": f"c{index}",
            "metadata": {"tags": list(tags[index])} if tags else {},
            "execution_count": counts[index] if counts else index + 1,
            "outputs": [],
            "source": source,
        }
        for index, source in enumerate(cells)
    ]
    metadata = (
        {"kernelspec": {"name": language, "language": language, "display_name": language}} if language else {}
    )
    path.write_text(json.dumps({"cells": written, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}))
    return path


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The JSON document on standard output."""
        return json.loads(self.out)


class Cli:
    """Calls the command line in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str | Path) -> Answer:
        """Run `notelift` with these arguments; a traceback is a failure whatever was asked."""
        self._capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        printed = self._capsys.readouterr()
        assert "Traceback" not in printed.err + printed.out
        assert "bug in Notelift" not in printed.err
        return Answer(code, printed.out, printed.err)
