"""Types by jedi, where the analysis knows none: asked in a process of its own, never waited for long.

The process starts with the first question and ends with the server. It reads the code that it is given and
the libraries that are installed beside the server; it does not look into the notebook's folder, and executes
no code of the notebook. A plain process on a pipe, not a pool: a pool waits for its work when it is ended.
"""

from __future__ import annotations

import atexit
import logging
import multiprocessing
import os
import pickle
import shutil
import sys
import tempfile
import threading
from collections import OrderedDict
from multiprocessing.connection import Connection, wait
from typing import Any

PATIENCE = 0.004
"""How long a question waits for its answer, in seconds; later the answer is there for the next."""

_HELD = 512
_MOST_FAILURES = 3
_SLOWEST_ANSWER = 15.0
_SHOWN = 3
_LOG = logging.getLogger(__name__)


class TypesByJedi:
    """Answers from memory, or soon. `ask` may be called by one thread at a time."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, str] = OrderedDict()
        self._asked: str | None = None
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def ask(self, code: str, patience: float = PATIENCE) -> str:
        """Return the type of the expression in the last line of `code`; "" where it is not known (yet)."""
        with self._changed:
            known = self._known.get(code)
            if known is not None:
                self._known.move_to_end(code)
                return known
            if self._closed:
                return ""
            self._asked = code
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="jedi", daemon=True)
                self._thread.start()
            self._changed.notify_all()
            self._changed.wait_for(lambda: code in self._known or self._closed, patience)
            return self._known.get(code, "")

    def close(self) -> None:
        """End the process; later questions have no answer."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _work(self) -> None:
        helper: _Helper | None = None
        failures = 0
        try:
            while (code := self._next()) is not None:
                try:
                    helper = helper or _Helper()
                    answer = helper.ask(code)
                except (OSError, EOFError) as error:
                    _LOG.warning("jedi did not answer: %s", error or "its process ended")
                    if helper is not None:
                        helper.close()
                    helper, answer = None, ""
                    failures += 1
                    if failures == _MOST_FAILURES:
                        _LOG.warning("jedi is left out from now on")
                        self.close()
                self._remember(code, answer)
        finally:
            if helper is not None:
                helper.close()

    def _next(self) -> str | None:
        """The newest question; those before it are dropped. None when it is time to end."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._asked is not None)
            code, self._asked = self._asked, None
            return None if self._closed else code

    def _remember(self, code: str, answer: str) -> None:
        with self._changed:
            self._known[code] = answer
            if len(self._known) > _HELD:
                self._known.popitem(last=False)
            self._changed.notify_all()


class _Helper:
    """The process and the pipe to it."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), name="jedi", daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, code: str) -> str:
        """Return the answer. Raises OSError or EOFError where there is none."""
        self._pipe.send(code)
        if not self._pipe.poll(_SLOWEST_ANSWER):
            raise TimeoutError("it took too long")
        answer: str = self._pipe.recv()
        return answer

    def close(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._pipe.close()


def _serve(pipe: Connection) -> None:
    """Answer questions until the server is gone."""
    # What the server writes to its output is the protocol: nothing else may get there.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    sys.setrecursionlimit(3000)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            code = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(infer(code))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)


def infer(code: str) -> str:
    """Return the type of the expression in the last line of `code`, "" where jedi knows none.

    Nothing is raised: a fault of jedi is a type that is not known.
    """
    try:
        return _shown(_names(code))
    except (EOFError, pickle.UnpicklingError) as error:
        # jedi's programs share a folder of parsed files, and do not write it at one stroke: another one is
        # at it, or was killed.
        _LOG.debug("jedi's cache is broken: it gets one of its own", exc_info=error)
        _take_own_cache()
    except Exception as error:
        _LOG.debug("jedi failed", exc_info=error)
        return ""
    try:
        return _shown(_names(code))
    except Exception as error:
        _LOG.debug("jedi failed", exc_info=error)
        return ""


def _names(code: str) -> list[Any]:
    """What jedi finds for the end of the code. Raises whatever jedi raises."""
    import jedi

    jedi.settings.auto_import_modules = []
    # A folder that does not exist: the notebook's own modules are not looked for.
    project = jedi.Project(os.devnull, sys_path=[path for path in sys.path if path], smart_sys_path=False)
    lines = code.split("\n")
    script = jedi.Script(code, project=project, environment=jedi.InterpreterEnvironment())
    names: list[Any] = script.infer(len(lines), len(lines[-1]))
    return names


def _take_own_cache() -> None:
    """Let jedi keep parsed files in a folder of this process, which is removed when it ends."""
    import jedi

    folder = tempfile.mkdtemp(prefix="notelift-jedi-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    jedi.settings.cache_directory = folder


def _shown(names: list[Any]) -> str:
    found = []
    for name in names:
        full = name.full_name or name.name
        if name.type != "instance" or not full:
            continue
        found.append(full.removeprefix("builtins."))
    kept = sorted(dict.fromkeys(found), key=lambda name: name == "NoneType")
    return " | ".join(kept) if 0 < len(kept) <= _SHOWN else ""
