"""The server's log: to the client, and to a file."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = "notelift"
_FORMAT = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"
_TYPES = ((logging.ERROR, 1), (logging.WARNING, 2), (logging.INFO, 3))


class ClientLog(logging.Handler):
    """Tells the client, in one line for each record."""

    def __init__(self, tell: Callable[[str, Any], None]) -> None:
        super().__init__(logging.WARNING)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Send a record as `window/logMessage`."""
        message = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            message += f" ({type(error).__name__}: {error})"
        kind = next((number for level, number in _TYPES if record.levelno >= level), 4)
        self._tell("window/logMessage", {"type": kind, "message": " ".join(message.split())})


def log_to_file(path: Path, level: int) -> None:
    """Append the log to a file, with where errors come from. Raises OSError."""
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter(_FORMAT))
    handler.setLevel(level)
    logger = logging.getLogger(ROOT)
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)


def log_to_client(tell: Callable[[str, Any], None]) -> ClientLog:
    """Send the log to the client from now on."""
    handler = ClientLog(tell)
    logger = logging.getLogger(ROOT)
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    # pygls has whole messages in its log.
    logging.getLogger("pygls").setLevel(logging.ERROR)
    return handler
