"""Runs a notebook in a fresh kernel, and a module's function in a fresh process."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from notelift.cli.errors import CommandError
from notelift.queries.targets import Target

_PACKAGE = "notelift_verify_child"
_KERNEL = "notelift-verify"
_STARTS = 60
_BLOCKED = (
    "; verify lets nothing be changed outside its copy: write below the notebook's folder,"
    " or copy a larger folder with --root"
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """When all runs have to be over, on the clock of `time.monotonic`."""

    limit: float
    ends: float

    @staticmethod
    def after(seconds: float) -> Deadline:
        """Return the deadline that many seconds from now."""
        return Deadline(seconds, time.monotonic() + seconds)

    def left(self, doing: str) -> float:
        """Return the seconds that are left. Raises CommandError when none are."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise self.passed(doing)
        return left

    def passed(self, doing: str) -> CommandError:
        """Return the error that says what was not over in time."""
        return CommandError(
            f"{doing} is not over after {self.limit:g} seconds: give it more time with --timeout"
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A throw-away folder in which one run happens: `folder` is the copy of the notebook's folder."""

    python: str
    root: Path
    folder: Path

    @property
    def answer(self) -> Path:
        """The file that the run writes its value to."""
        return self.root / "answer.json"

    def command(self, what: str, *arguments: str) -> list[str]:
        """Return the command that runs `launch.main` of the child package."""
        tools = self.root / "tools"
        if not tools.exists():
            shutil.copytree(
                Path(__file__).parent / "child",
                tools / _PACKAGE,
                ignore=shutil.ignore_patterns("__pycache__"),
            )
        code = f"import sys; sys.path.insert(0, {str(tools)!r}); from {_PACKAGE} import launch; launch.main()"
        return [self.python, "-c", code, what, str(self.root), *arguments]

    def environment(self) -> dict[str, str]:
        """Return the environment of the run, with temporary and history files in `root`."""
        temporary = self.root / "tmp"
        temporary.mkdir(exist_ok=True)
        ours = {
            **dict.fromkeys(("TMPDIR", "TEMP", "TMP", "JOBLIB_TEMP_FOLDER", "IPYTHONDIR"), str(temporary)),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
            "PYTHONUTF8": "1",
        }
        return {**os.environ, **ours}


@dataclass(frozen=True, slots=True)
class Step:
    """A cell to run: whether the run goes on when it raises, and whether the value needs it."""

    cell: int
    source: str
    may_raise: bool
    needed: bool


def run_notebook(
    place: Place,
    steps: Sequence[Step],
    target: Target,
    own: str,
    deadline: Deadline,
    progress: Callable[[str], None],
) -> dict[str, Any]:
    """Run the cells in a fresh kernel and return the answer of the kernel about the target.

    For a name this is the summary of its value; for an output those of the `figure` and the `value` that the
    last cell shows, and what it has `printed`; for a file there is none. `own` is the name of the module.

    A cell that raises ends the run. Raises CommandError if the value needs that cell or one after it, if the
    kernel cannot be used, or if the time is over.
    """
    progress("starting a kernel")
    client = _client(place)
    stopped: list[str] = []
    try:
        with client.setup_kernel(cleanup_kc=True, env=place.environment(), stderr=subprocess.DEVNULL):
            for number, step in enumerate(steps):
                progress(f"running cell {step.cell} ({number + 1} of {len(steps)})")
                if target.kind == "output" and step is steps[-1]:
                    _execute(client, _child_code(place, "watch"))
                error = _run_cell(client, step, deadline)
                if error and any(later.needed for later in steps[number:]):
                    raise CommandError(error)
                if error:
                    stopped.append(f"{error}; the value is made before")
                    break
            client.timeout = int(deadline.left("the notebook")) + 1
            answer = _ask(client, place, target, own)
    except CommandError:
        raise
    except Exception as error:
        raise _kernel_error(error) from error
    return {**answer, "how": [*stopped, *answer.get("how", ())]}


def _ask(client: Any, place: Place, target: Target, own: str) -> dict[str, Any]:
    answer = str(place.answer)
    if target.kind == "name":
        _execute(client, _child_code(place, "report", target.value, answer, own))
        return _answer(place)
    if target.kind == "output":
        outputs = client.nb.cells[-1].outputs
        printed = "".join(
            each.text for each in outputs if each.output_type == "stream" and each.name == "stdout"
        )
        _execute(client, _child_code(place, "report_display", answer, own))
        return {**_answer(place), "printed": printed}
    return {}


def run_module(place: Place, file: Path, name: str, function: str, deadline: Deadline) -> dict[str, Any]:
    """Call the function in a fresh process and return the summary of its value, or `{"error": ...}`.

    Raises CommandError when the time is over or the process dies.
    """
    process = subprocess.Popen(
        place.command("module", str(file), name, function, str(place.answer)),
        cwd=place.folder,
        env={**place.environment(), "MPLBACKEND": "Agg"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        _, errors = process.communicate(timeout=deadline.left("the module"))
    except subprocess.TimeoutExpired:
        raise deadline.passed("the module") from None
    finally:
        _kill(process)
    if not place.answer.exists():
        last = errors.strip().rpartition("\n")[2]
        raise CommandError(f"the module's process ended with code {process.returncode}: {last}")
    return _answer(place)


def _kill(process: subprocess.Popen[str]) -> None:
    """End the process and all that it started."""
    try:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except ProcessLookupError:
        pass
    process.wait()


def _client(place: Place) -> Any:
    try:
        import nbclient
        from jupyter_client.kernelspec import KernelSpecManager
        from jupyter_client.manager import AsyncKernelManager
    except ModuleNotFoundError as error:
        raise CommandError(
            f"verify runs the notebook in a kernel, and {error.name} is not installed:"
            f" {sys.executable} -m pip install 'notelift[verify]'"
        ) from error
    from nbformat.v4 import new_notebook

    _check_kernel(place.python)
    kernels = place.root / "kernels"
    (kernels / _KERNEL).mkdir(parents=True)
    specification = {
        "argv": place.command("kernel", "-f", "{connection_file}"),
        "display_name": "Notelift verify",
        "language": "python",
    }
    (kernels / _KERNEL / "kernel.json").write_text(json.dumps(specification))
    manager = AsyncKernelManager(
        kernel_name=_KERNEL,
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(kernels)], ensure_native_kernel=False),
        connection_file=str(place.root / "connection.json"),
    )
    return nbclient.NotebookClient(
        new_notebook(),  # type: ignore[no-untyped-call]
        km=manager,
        resources={"metadata": {"path": str(place.folder)}},
        startup_timeout=_STARTS,
        allow_errors=False,
    )


def _check_kernel(python: str) -> None:
    code = "import sys, ipykernel; sys.exit(0 if sys.version_info >= (3, 10) else 3)"
    try:
        found = subprocess.run([python, "-c", code], capture_output=True, check=False)
    except OSError as error:
        raise CommandError(f"--python {python}: cannot be started: {error.strerror}") from error
    if found.returncode == 3:
        raise CommandError(f"--python {python}: verify needs Python 3.10 or newer")
    if found.returncode:
        raise CommandError(
            f"--python {python}: has no ipykernel, which runs the notebook: {python} -m pip install ipykernel"
        )


def _run_cell(client: Any, step: Step, deadline: Deadline) -> str:
    """Run one cell and return what it raises, in a sentence; "" if it is fine."""
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    client.timeout = int(deadline.left(f"cell {step.cell}")) + 1
    try:
        _execute(client, step.source, step.may_raise)
    except CellTimeoutError:
        raise deadline.passed(f"cell {step.cell}") from None
    except CellExecutionError as error:
        blocked = _BLOCKED if error.ename in ("PermissionError", "OSError") else ""
        return f"cell {step.cell} of the notebook raises {error.ename}: {error.evalue}{blocked}"
    return ""


def _execute(client: Any, source: str, may_raise: bool = False) -> None:
    from nbformat.v4 import new_code_cell

    tags = ["raises-exception"] if may_raise else []
    cell: Any = new_code_cell(source, metadata={"tags": tags})  # type: ignore[no-untyped-call]
    client.nb.cells.append(cell)
    client.execute_cell(cell, len(client.nb.cells) - 1)


def _kernel_error(error: Exception) -> CommandError:
    from nbclient.exceptions import DeadKernelError

    if isinstance(error, DeadKernelError):
        return CommandError("the kernel died while it ran the notebook")
    return CommandError(f"the kernel could not be used: {type(error).__name__}: {error}")


def _child_code(place: Place, function: str, *arguments: str) -> str:
    """Return code for the kernel that calls a function of `launch` and leaves no name behind."""
    code = (
        "import sys\n"
        "sys.path.insert(0, tools)\n"
        f"from {_PACKAGE} import launch\n"
        "sys.path.remove(tools)\n"
        f"launch.{function}(*arguments)\n"
    )
    return f"exec({code!r}, { ({'tools': str(place.root / 'tools'), 'arguments': arguments})!r})"


def _answer(place: Place) -> dict[str, Any]:
    answer = json.loads(place.answer.read_text(encoding="utf-8"))
    assert isinstance(answer, dict)
    return answer
