"""What the README shows of a terminal is what a terminal shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TRANSCRIPT = re.compile(r"^```console\n(\$ .*?)^```$", re.MULTILINE | re.DOTALL)


def transcripts() -> list[str]:
    """The blocks of README.md that start with a prompt."""
    return TRANSCRIPT.findall((ROOT / "README.md").read_text(encoding="utf-8"))


def test_the_readme_has_transcripts() -> None:
    assert any("notelift extract" in text for text in transcripts())


@pytest.mark.parametrize("text", transcripts(), ids=lambda text: text.split("\n")[0][2:])
def test_a_transcript_is_what_the_commands_print(text: str, tmp_path: Path) -> None:
    shutil.copytree(
        ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("out", "out.json")
    )
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "COLUMNS": "100",
    }
    shown = ""
    for command in re.findall(r"^\$ (.*)$", text, re.MULTILINE):
        run = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        shown += f"$ {command}\n{run.stdout}"
    assert shown == text
