"""What the processes run: a confined Jupyter kernel, or a confined call of the module's function."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import runpy
import sys
import traceback
from typing import Any

from .guard import confine
from .summary import summarise


def main() -> None:
    """Run `kernel FOLDER ARGUMENT...` or `module FOLDER FILE NAME FUNCTION ANSWER` from the command line.

    FOLDER is where files may change. The import path is left as if neither this package nor `-c` were there.
    """
    sys.path[0] = ""
    what, folder, *rest = sys.argv[1:]
    confine([folder])
    if what == "kernel":
        sys.argv = ["ipykernel_launcher", *rest]
        runpy.run_module("ipykernel_launcher", run_name="__main__", alter_sys=True)
    else:
        file, name, function, answer = rest
        _write(answer, _call(file, name, function))


def report(name: str, answer: str, own: str) -> None:
    """Write the summary of what `name` holds in this kernel to the file `answer`."""
    namespace = _shell().user_ns
    if name in namespace:
        _write(answer, summarise(namespace[name], ("__main__", own)))
    else:
        _write(answer, {"error": f"nothing is bound to `{name}`"})


def watch() -> None:
    """Remember the figure that each following cell draws, and what has been displayed before."""
    shell = _shell()
    _watched.update(figure=None, before=set(shell.user_ns["Out"]))
    try:
        from matplotlib_inline.config import InlineBackend
    except ModuleNotFoundError:
        pass
    else:
        # The back end would forget the figures that it shows.
        InlineBackend.instance(parent=shell).close_figures = False
    shell.events.callbacks["post_execute"].insert(0, _keep_figure)


def report_display(answer: str, own: str) -> None:
    """Write the summaries of the figure and the value that the last cell displayed to the file `answer`."""
    out = _shell().user_ns["Out"]
    shown = [out[number] for number in sorted(set(out) - _watched["before"])]
    figure = _watched["figure"]
    names = ("__main__", own)
    _write(
        answer,
        {
            "figure": None if figure is None else summarise(figure, names),
            "value": summarise(shown[-1], names) if shown else None,
        },
    )


_watched: dict[str, Any] = {}


def _keep_figure() -> None:
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    _watched["figure"] = pyplot.gcf() if pyplot is not None and pyplot.get_fignums() else None


def _shell() -> Any:
    from IPython import get_ipython

    return get_ipython()


def _call(file: str, name: str, function: str) -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            spec.loader.exec_module(module)
            value = getattr(module, function)()
    except BaseException as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
        where = f" in line {frames[-1].lineno}" if frames else ""
        return {"error": f"{type(error).__name__}{where}: {error}"}
    return {**summarise(value, ("__main__", name)), "printed": printed.getvalue()}


def _write(answer: str, content: dict[str, Any]) -> None:
    with open(answer, "w", encoding="utf-8") as file:
        json.dump(content, file)
