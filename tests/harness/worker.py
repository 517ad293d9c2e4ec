"""A process that executes notebooks: it loads the libraries once, then forks for every notebook.

Reads one JSON job a line from standard input and answers each with one JSON line. A job has `files` (name
and text), `steps` (code, execution count, whether an error is expected) and `observe`: pairs of a step and
what to describe after it (`name:x`, `output`, `file:path`).
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import os
import shutil
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

from tests.harness.values import describe

TIME_LIMIT = 20
_LIBRARIES = (
    "matplotlib.pyplot",
    "pandas",
    "scipy.stats",
    "seaborn",
    "sklearn.linear_model",
    "sklearn.model_selection",
    "sklearn.pipeline",
    "sklearn.preprocessing",
)


def main() -> None:
    """Serve jobs until standard input ends."""
    shell = _make_shell()
    gc.freeze()  # what is loaded stays shared with the children
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    sys.stdout.flush()
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(_forked(shell, json.loads(line)) + "\n")
        answers.flush()


def _make_shell() -> Any:
    for name in _LIBRARIES:
        importlib.import_module(name)
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    shell = InteractiveShell.instance(config=config)
    # Figures are read after each cell, as an inline back end would.
    vars(shell)["enable_matplotlib"] = lambda *_: (None, "agg")
    return shell


def _forked(shell: Any, job: dict[str, Any]) -> str:
    """Execute `job` in a child of its own, in a folder of its own."""
    folder = tempfile.mkdtemp(prefix="notelift-case-")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        status = 1
        try:
            signal.alarm(TIME_LIMIT)
            os.chdir(folder)
            answer = json.dumps(_execute(shell, job))
            with os.fdopen(writing, "w", encoding="utf-8") as pipe:
                pipe.write(answer)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    shutil.rmtree(folder, ignore_errors=True)
    return answer or json.dumps({"error": f"the process ended without an answer (limit {TIME_LIMIT} s)"})


def _execute(shell: Any, job: dict[str, Any]) -> dict[str, Any]:
    for name, text in job["files"]:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
    sys.path.insert(0, "")
    top = Path.cwd()
    values: list[str] = [""] * len(job["observe"])
    for number, step in enumerate(job["steps"]):
        output, error = _run(shell, step)
        if error and not step["raises"]:
            return {"error": f"step {number}: {error}\n{step['code']}"}
        for index, (after, what) in enumerate(job["observe"]):
            if after == number:
                values[index] = _observe(shell, what, output, top)
    return {"values": values}


def _run(shell: Any, step: dict[str, Any]) -> tuple[str, str]:
    """Run one step; return what it displays, and the error it ends with."""
    from IPython.utils.capture import capture_output
    from matplotlib import pyplot

    shell.execution_count = step["count"]
    display = io.StringIO()
    with capture_output() as captured, contextlib.redirect_stderr(display):
        result = shell.run_cell(step["code"], store_history=bool(step["code"].strip()))
    figures = [describe(pyplot.figure(number)) for number in pyplot.get_fignums()]
    pyplot.close("all")
    rich = [describe(output.data.get("text/plain")) for output in captured.outputs]
    error = result.error_before_exec or result.error_in_exec
    parts = [captured.stdout if not error else "", *rich, *figures]
    return "\n".join(parts), f"{type(error).__name__}: {error}" if error else ""


def _observe(shell: Any, what: str, output: str, top: Path) -> str:
    kind, _, value = what.partition(":")
    if kind == "output":
        return output
    if kind == "file":
        path = top / value
        return describe(path.read_bytes()) if path.exists() else "<no file>"
    if value not in shell.user_ns:
        return "<no such name>"
    return describe(shell.user_ns[value])


if __name__ == "__main__":
    main()
