"""Brings README.md up to date: runs the commands of its transcripts, and draws its picture from a real run.

python -m tools.readme
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
PICTURE = ROOT / "docs" / "extract.svg"
PICTURED = "notelift extract messy.ipynb trips --output src"
TRANSCRIPT = re.compile(r"(?<=^```console\n)\$ .*?(?=^```$)", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.*)$", re.MULTILINE)


def transcripts() -> list[str]:
    """The blocks of README.md that start with a prompt."""
    return TRANSCRIPT.findall(README.read_text(encoding="utf-8"))


def replayed(transcript: str) -> str:
    """The transcript as its commands give it now, in a folder that holds a copy of `examples/`."""
    with tempfile.TemporaryDirectory() as name:
        copy_examples(Path(name) / "examples")
        shown = ""
        for command in COMMAND.findall(transcript):
            shown += f"$ {command}\n{output(command, Path(name))}"
        return shown


def copy_examples(folder: Path) -> None:
    """Copy the example notebooks and their data, without what a run of them left."""
    shutil.copytree(ROOT / "examples", folder, ignore=shutil.ignore_patterns("out", "out.json", "kmh.png"))


def output(command: str, folder: Path) -> str:
    """What a terminal shows of `command`, run in `folder`."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    run = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path, "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return run.stdout


def picture() -> str:
    """A terminal in which a value is lifted out of an example, as SVG."""
    from rich.console import Console
    from rich.syntax import Syntax

    with tempfile.TemporaryDirectory() as name, open(os.devnull, "w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=100, file=nowhere, force_terminal=True)
        folder = Path(name) / "examples"
        copy_examples(folder)
        console.print(f"$ {PICTURED}", style="bold", highlight=False)
        console.print(output(PICTURED, folder / "messy"), highlight=False, markup=False, end="")
        for module in (folder / "messy/src").glob("*.py"):
            console.print(f"\n$ cat src/{module.name}", style="bold", highlight=False)
            console.print(
                Syntax(
                    module.read_text(encoding="utf-8"),
                    "python",
                    theme="github-dark",
                    background_color="#292929",
                )
            )
    # A page that shows the picture loads no fonts from elsewhere.
    return re.sub(r"@font-face \{.*?\}\s*", "", console.export_svg(title="notelift"), flags=re.DOTALL)


def main() -> None:
    """Write README.md and its picture."""
    text = README.read_text(encoding="utf-8")
    README.write_text(TRANSCRIPT.sub(lambda match: replayed(match.group()), text), encoding="utf-8")
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(), encoding="utf-8")


if __name__ == "__main__":
    main()
