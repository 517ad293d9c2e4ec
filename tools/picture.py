"""Draws the picture of the README: a terminal that lifts a value out of a notebook, from a real run.

python tools/picture.py
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.syntax import Syntax

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "extract.svg"
COMMAND = "notelift extract messy.ipynb trips --output src"


def main() -> None:
    """Run the command on a copy of an example and draw what it prints and what it writes."""
    console = Console(record=True, width=100, file=sys.stderr, force_terminal=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "messy"
        shutil.copytree(ROOT / "examples" / "messy", folder)
        arguments = [sys.executable, "-m", "notelift.cli", *shlex.split(COMMAND)[1:]]
        done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, check=True)
        console.print(f"$ {COMMAND}", style="bold", highlight=False)
        console.print(done.stdout, highlight=False, markup=False, end="")
        for module in (folder / "src").glob("*.py"):
            console.print(f"\n$ cat src/{module.name}", style="bold", highlight=False)
            console.print(Syntax(module.read_text(), "python", theme="ansi_dark", background_color="default"))
    svg = console.export_svg(title="notelift")
    # A page that shows the picture loads no fonts from elsewhere.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
