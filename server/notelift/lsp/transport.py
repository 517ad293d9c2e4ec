"""Messages over a pair of byte streams, as the protocol frames them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

_LOG = logging.getLogger(__name__)
LARGEST = 1 << 30
"""Bytes of a body above which a length is taken to be none."""


def read_messages(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the bodies of messages until the stream ends."""
    while True:
        length: int | None = None
        while line := stream.readline():
            if not line.strip():
                break
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"content-length":
                length = int(value) if value.strip().isdigit() else None
        if not line:
            return
        if length is None or length > LARGEST:
            _LOG.error("a message without a length was left out")
            continue
        body = stream.read(length)
        if len(body) < length:
            return
        yield body


class MessageWriter:
    """Writes messages, from any thread. Once the client is gone nothing is written."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self.is_open = True

    def write(self, body: bytes) -> None:
        """Write a message."""
        with self._lock:
            if not self.is_open:
                return
            try:
                self._stream.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
                self._stream.flush()
            except (OSError, ValueError):
                self.is_open = False
                # What could not be written stays with the stream, which would try again when it is closed.
                with suppress(OSError):
                    self._stream.close()
