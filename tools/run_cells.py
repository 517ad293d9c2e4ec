"""Executes cells in IPython for `tools.run_assists`: a job of JSON comes in, digests of values go out.

It runs on the Python that a corpus of notebooks needs, where Notelift need not be installed.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
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
    for number, source in enumerate(job["cells"], 1):
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            result: Any = run(source, store_history=bool(source.strip()))
        _close_figures()
        error = result.error_before_exec or result.error_in_exec
        if error:
            return {"error": f"cell {number}: {type(error).__name__}: {error}"[:500]}
    sys.path.append(job["root"])
    from tests.harness.values import describe, without_code

    digests = {}
    for name in job["names"]:
        if name in shell.user_ns:
            try:
                text = without_code(describe(shell.user_ns[name]))
            except Exception as failure:
                text = f"not described: {type(failure).__name__}"
            digests[name] = hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]
    return digests


def _close_figures() -> None:
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")


if __name__ == "__main__":
    main()
