"""The test command: installs the project into `.venvs/` and runs every check, or one part of them.

    python tools/check.py                        all of it
    python tools/check.py --part lint            one part (may be given several times)
    python tools/check.py --here --part unit     with the Python that runs this, installing nothing
    python tools/check.py --part cases -- -k alias    what follows `--` goes to pytest

Needs Python 3.10 or newer and nothing else.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUITES = ("unit", "cases", "e2e", "properties")
PARTS = ("lint", *SUITES, "versions")
OTHER_VERSIONS = ("3.10", "3.13")
WORKERS = "2"


def run(title: str, command: Sequence[str | Path]) -> bool:
    """Run `command` in the project's root under a heading; return whether it succeeded."""
    print(f"\n== {title}", flush=True)
    started = time.monotonic()
    done = subprocess.run([str(part) for part in command], cwd=ROOT, check=False)
    print(
        f"-- {title}: {'ok' if done.returncode == 0 else 'FAILED'}, {time.monotonic() - started:.0f} s",
        flush=True,
    )
    return done.returncode == 0


def environment(python: Path, extra: str) -> Path:
    """Return the Python of a virtual environment made with `python` that holds the project and `extra`.

    It is kept between calls and installed again when pyproject.toml changes. Raises
    CalledProcessError when the installation fails.
    """
    version = subprocess.run(
        [python, "-c", "import platform; print(platform.python_version())"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    folder = ROOT / ".venvs" / f"{version}-{extra}"
    inside = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / "installed"
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + bytes(folder)).hexdigest()
    if not stamp.is_file() or stamp.read_text() != wanted:
        print(f"\n== install .[{extra}] for Python {version} into {folder.relative_to(ROOT)}", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        if python == Path(sys.executable):
            venv.create(folder, with_pip=True)
        else:
            subprocess.run([python, "-m", "venv", folder], check=True)
        subprocess.run([inside, "-m", "pip", "install", "--quiet", "-e", f".[{extra}]"], cwd=ROOT, check=True)
        stamp.write_text(wanted)
    return inside


def lint(python: Path) -> bool:
    """Run the linters, the type checker and the import contracts; return whether all pass."""
    checks: tuple[tuple[str, Sequence[str | Path]], ...] = (
        ("ruff check", [python, "-m", "ruff", "check"]),
        ("ruff format", [python, "-m", "ruff", "format", "--check"]),
        ("mypy --strict", [python, "-m", "mypy"]),
        ("import contracts", [python, "-c", "from importlinter.cli import lint_imports_command as c; c()"]),
    )
    results = [run(title, command) for title, command in checks]
    return all(results)


def tests(python: Path, suites: Sequence[str], title: str, options: Sequence[str]) -> bool:
    """Run the test folders named by `suites` with pytest; return whether all pass."""
    folders = [f"tests/{suite}" for suite in suites]
    missing = [folder for folder in folders if not (ROOT / folder).is_dir()]
    if missing:
        print(f"\nno such folder: {', '.join(missing)}")
        return False
    return run(
        title, [python, "-m", "pytest", "-q", "-n", WORKERS, "--dist", "loadgroup", *options, *folders]
    )


def interpreter(version: str) -> Path | None:
    """Return a Python of `version` ("3.10") on the PATH or under pyenv, None when there is none."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    on_path = shutil.which(f"python{version}")
    candidates = [Path(on_path)] if on_path else []
    candidates += sorted(pyenv.glob(f"{version}.*/bin/python{version}"))
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    for candidate in candidates:
        # A pyenv shim is on the PATH even where its version is not selected, and then fails.
        asked = subprocess.run([candidate, "-c", question], capture_output=True, text=True, check=False)
        if asked.stdout.strip() == version:
            return candidate
    return None


def versions(options: Sequence[str]) -> bool:
    """Run the unit tests on the other supported Pythons that this machine has; return whether all pass."""
    results = []
    for version in OTHER_VERSIONS:
        if platform.python_version().startswith(f"{version}."):
            print(f"\nunit tests on Python {version}: it is the Python of the main run")
        elif python := interpreter(version):
            title = f"unit tests on Python {version}"
            results.append(tests(environment(python, "test"), ["unit"], title, options))
        else:
            print(f"\nunit tests on Python {version}: skipped, this machine has no python{version}")
    return all(results)


def main() -> int:
    """Run what the command line asks for; return 0 when everything passes, else 1."""
    parser = argparse.ArgumentParser(description="Install the project and run its checks.")
    parser.add_argument("--part", action="append", choices=PARTS, help="only this part; may be repeated")
    parser.add_argument(
        "--here", action="store_true", help="use the running Python as it is, install nothing"
    )
    parser.add_argument("pytest", nargs="*", help="options for pytest, after --")
    arguments = parser.parse_args()
    parts: Sequence[str] = arguments.part or PARTS

    python = Path(sys.executable) if arguments.here else environment(Path(sys.executable), "dev")
    suites = [suite for suite in SUITES if suite in parts]
    steps: list[Callable[[], bool]] = []
    if "lint" in parts:
        steps.append(lambda: lint(python))
    if "versions" in parts:
        steps.append(lambda: versions(arguments.pytest))
    if suites:
        steps.append(lambda: tests(python, suites, f"pytest {' '.join(suites)}", arguments.pytest))
    results = [step() for step in steps]
    passed = all(results)
    print(f"\n{'All checks passed.' if passed else 'Some checks FAILED: see above.'}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
