"""Progress that the client shows of work that takes long."""

from __future__ import annotations

import time
from itertools import count
from types import TracebackType
from typing import TYPE_CHECKING, Any

from lsprotocol import types

if TYPE_CHECKING:
    from notelift.lsp.protocol import NoteliftProtocol

_SHOWN_AFTER = 0.5
_numbers = count(1)


class Progress:
    """Shown once the work has taken half a second; `tick` is called while it goes on.

    `work` says in words what is done. With the `token` of a request the client has asked for it; else one is
    created where the client can, and used when the client has answered that it did.
    """

    def __init__(
        self,
        protocol: NoteliftProtocol,
        capabilities: types.ClientCapabilities,
        work: str,
        token: Any = None,
    ) -> None:
        self._protocol = protocol
        window = capabilities.window
        self._creates = bool(window and window.work_done_progress)
        self._work = work
        self._token = token if isinstance(token, (int, str)) else None
        self._is_there = self._token is not None
        self._since = time.perf_counter()
        self._shown = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._tell({"kind": "end"})

    def tick(self) -> None:
        """Show the work, if it has taken long by now."""
        if self._shown or time.perf_counter() - self._since < _SHOWN_AFTER:
            return
        if self._is_there:
            self._shown = True
            self._tell({"kind": "begin", "title": f"Notelift: {self._work}", "cancellable": False})
        elif self._creates and self._token is None:
            self._token = f"notelift-progress-{next(_numbers)}"
            self._protocol.ask(types.WINDOW_WORK_DONE_PROGRESS_CREATE, {"token": self._token}, self._created)

    def _created(self, answer: Any) -> None:
        """Note, on the main thread, that the token can be used: the thread that works does so."""
        self._is_there = True

    def _tell(self, value: dict[str, Any]) -> None:
        self._protocol.tell(types.PROGRESS, {"token": self._token, "value": value})
