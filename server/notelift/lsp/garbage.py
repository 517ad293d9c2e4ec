"""When the collector of cyclic garbage runs: it holds all threads, for as long as there are objects."""

from __future__ import annotations

import gc

_EVERY = 500


class Collector:
    """Runs the collector now and then, over what is new only.

    An analysis leaves no cycles behind, and what it keeps is most of all that there is. So the collector is
    off, what is kept for long is put out of its sight, and the little rest (of imports, of jedi) is collected
    once in many checks.
    """

    def __init__(self) -> None:
        self._count = 0
        gc.disable()

    def settle(self) -> None:
        """Put all that there is now out of the collector's sight."""
        gc.freeze()

    def tick(self) -> None:
        """Count a check, and collect once in many."""
        self._count += 1
        if self._count % _EVERY == 0:
            gc.collect()
