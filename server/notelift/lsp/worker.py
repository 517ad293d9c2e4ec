"""The one thread that analyses: requests in the order of their arrival first, then checks."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

_LOG = logging.getLogger(__name__)
_Item = TypeVar("_Item")


class Worker(Generic[_Item]):
    """Runs jobs, and `check` with the newest item of each key; of a burst of items only the last is checked.

    Whatever a job or a check raises is logged, and the thread goes on.
    """

    def __init__(self, check: Callable[[str, _Item], None]) -> None:
        self._check = check
        self._jobs: deque[Callable[[], None]] = deque()
        self._waiting: dict[str, _Item] = {}
        self._wake = threading.Condition()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="analysis", daemon=True)

    @property
    def stopped(self) -> bool:
        """Whether the work is to end; long work asks it."""
        return self._stopped

    @property
    def is_wanted(self) -> bool:
        """Whether something waits; work that may be left undone asks it."""
        return bool(self._jobs or self._waiting)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def submit(self, job: Callable[[], None]) -> None:
        """Run a job after those that were submitted before."""
        with self._wake:
            self._jobs.append(job)
            self._wake.notify()

    def check(self, key: str, item: _Item) -> None:
        """Check an item as soon as there are no jobs, in place of one with the same key that still waits."""
        with self._wake:
            self._waiting[key] = item
            self._wake.notify()

    def drop(self, key: str) -> None:
        """Do not check what waits under a key."""
        with self._wake:
            self._waiting.pop(key, None)

    def check_now(self, key: str) -> bool:
        """Check what waits under a key; return whether anything did. For jobs, which run on the thread."""
        with self._wake:
            item = self._waiting.pop(key, None)
        if item is not None:
            self._check(key, item)
        return item is not None

    def stop(self, seconds: float) -> None:
        """End the thread; jobs that still wait are not run. Waits for what is in work, for a while."""
        with self._wake:
            self._stopped = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _run(self) -> None:
        while (job := self._next()) is not None:
            try:
                job()
            except Exception:
                _LOG.exception("a fault of the server")

    def _next(self) -> Callable[[], None] | None:
        with self._wake:
            while not self._stopped:
                if self._jobs:
                    return self._jobs.popleft()
                if self._waiting:
                    key = next(iter(self._waiting))
                    item = self._waiting.pop(key)
                    return lambda: self._check(key, item)
                self._wake.wait()
        return None
