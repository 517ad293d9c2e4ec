"""Executes cells in IPython for `tools.run_assists`: a job of JSON comes in, digests of values go out.

With `outputs` in the job there is a digest of what each cell shows, too.

It runs on the Python that a corpus of notebooks needs, where Notelift need not be installed.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import sys
from typing import Any


def main() -> None:
    """Execute the job of standard input and print one line of JSON."""
    os.environ.update(MPLBACKEND="Agg", PYTHONHASHSEED="0", OMP_NUM_THREADS="1")
    job = json.load(sys.stdin)
    sys.path.insert(0, "")
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    result = _execute(job)
    answer.write("\n" + json.dumps(result))
    answer.close()
    os._exit(0)


def _execute(job: dict[str, Any]) -> dict[str, str]:
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    vars(shell)["enable_matplotlib"] = lambda *_: (None, "agg")
    vars(shell)["enable_gui"] = lambda *_: None
    run: Any = shell.run_cell
    outputs: dict[str, str] = {}
    for number, source in enumerate(job["cells"], 1):
        with _captured() as captured, contextlib.redirect_stderr(io.StringIO()):
            result: Any = run(source, store_history=bool(source.strip()))
        if job.get("outputs"):
            outputs[f"output of cell {number}"] = _shown(captured)
        _close_figures()
        error = result.error_before_exec or result.error_in_exec
        if error:
            return {"error": f"cell {number}: {type(error).__name__}: {error}"[:500]}
    sys.path.append(job["root"])
    from tests.harness.values import describe, without_code

    digests = outputs
    for name in job["names"]:
        if name in shell.user_ns:
            try:
                text = without_code(describe(shell.user_ns[name]))
            except Exception as failure:
                text = f"not described: {type(failure).__name__}"
            digests[name] = hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]
    return digests


def _captured() -> Any:
    from IPython.utils.capture import capture_output

    return capture_output()


def _shown(captured: Any) -> str:
    """A digest of what a cell printed, displayed and drew."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    figures = [pyplot.figure(number) for number in pyplot.get_fignums()] if pyplot is not None else []
    drawn = [[len(axes.get_children()) for axes in figure.axes] for figure in figures]
    texts = [str(output.data.get("text/plain")) for output in captured.outputs]
    text = "\n".join([captured.stdout, *texts, str(drawn)])
    # Neither places in memory nor the function that something was made in.
    text = re.sub(r"0x[0-9a-f]+|\w+\.<locals>\.", "", text)
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]


def _close_figures() -> None:
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")


if __name__ == "__main__":
    main()
