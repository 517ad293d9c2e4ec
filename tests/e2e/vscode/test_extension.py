"""The extension in a real VS Code: the sessions of vscode-client/test, so that one command runs all tests.

A machine without npm, or on which VS Code and Chromium cannot be installed, skips them and says why; CI
does not.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CLIENT = Path(__file__).resolve().parents[3] / "vscode-client"
ARTEFACTS = CLIENT.parent / ".artefacts" / "vscode"
"""Where the pictures, logs and results of the sessions go, unless NOTELIFT_ARTEFACTS says otherwise."""
SESSIONS = [
    session["name"] for session in json.loads((CLIENT / "test" / "sessions.json").read_text())["sessions"]
]
# One worker: they share the build, and each has a window of its own that needs a core.
pytestmark = pytest.mark.xdist_group("vscode")


@pytest.fixture(scope="module")
def npm() -> str:
    """The path of npm, with what the client needs installed."""
    found = shutil.which("npm")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("npm is not there, and CI needs it")
        pytest.skip("npm is not there: the extension is not tested")
    lock = CLIENT / "package-lock.json"
    installed = CLIENT / "node_modules" / ".package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        run([found, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
    return found


def run(command: list[str]) -> str:
    """Run a command in the client's folder and return what it prints; fails with that where it fails."""
    environment = {"NOTELIFT_ARTEFACTS": str(ARTEFACTS), **os.environ, "NOTELIFT_PYTHON": sys.executable}
    done = subprocess.run(
        command,
        cwd=CLIENT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0:
        said = f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-8000:]}"
        pytest.fail(said, pytrace=False)
    return done.stdout


def test_types_and_style(npm: str) -> None:
    run([npm, "run", "--silent", "check"])


@pytest.mark.parametrize("session", SESSIONS)
def test_session(npm: str, session: str) -> None:
    output = run([npm, "test", "--silent", "--", "--session", session])
    if "SKIPPED" in output:
        pytest.skip(output.strip().splitlines()[-1])
    assert " passing " in output, output


def test_package_holds_what_it_needs_and_no_more(npm: str) -> None:
    run([npm, "run", "--silent", "package"])
    listed = run([str(CLIENT / "node_modules" / ".bin" / "vsce"), "ls", "--no-dependencies"]).split()
    folders = ("dist/", "media/", "l10n/", "bundled/notelift-")
    files = ("package.json", "package.nls.json", "README.md", "CHANGELOG.md", "LICENSE")
    assert [name for name in listed if not name.startswith(folders) and name not in files] == []
    assert {"dist/extension.js", "dist/main.js", "dist/graph.js", "media/icon.png"} <= set(listed)
    # The graph's library is in the page alone: the extension starts without it.
    scripts = [name for name in listed if name.endswith(".js")]
    loads = {name for name in scripts if "dagre" in (CLIENT / name).read_text("utf-8")}
    assert loads == {"dist/graph.js"}
    assert (CLIENT / "dist" / "notelift.vsix").stat().st_size < 15_000_000
