"""Messages as they come out of a pipe, each with the time at which it came."""

from __future__ import annotations

import json
import os
import re
import select
import time
from collections.abc import Iterator
from typing import IO, Any

Json = Any
_CHUNK = 1 << 16
_PAUSE = 0.002
"""Seconds without a byte, after which what came is read as messages although a text is watched for."""
_LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)


class Watch:
    """A text that is to come; `seen` is when it came, by `time.perf_counter`."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.seen: float | None = None


class Incoming:
    """The messages of a pipe.

    Reading messages takes a client in Python longer than some servers take to write them. While a `watch` is
    set, bytes are taken from the pipe without reading them as messages, so that its time is the server's.
    """

    def __init__(self, pipe: IO[bytes]) -> None:
        self.watch: Watch | None = None
        self._pipe = pipe.fileno()
        self._buffer = bytearray()

    def messages(self) -> Iterator[tuple[Json, float]]:
        """Yield messages until the pipe is closed. Raises ValueError for what is no message."""
        while came := self._fill():
            while (body := self._body()) is not None:
                yield json.loads(body), came

    def _fill(self) -> float:
        """Read what is there, waiting for the first byte; return when it came, 0 at the end of the pipe."""
        while chunk := os.read(self._pipe, _CHUNK):
            came = time.perf_counter()
            start = len(self._buffer)
            self._buffer += chunk
            watch = self.watch
            if watch is None or watch.seen is not None:
                return came
            # The text may have begun in the chunk before.
            if self._buffer.find(watch.text, max(0, start - len(watch.text))) >= 0:
                watch.seen = came
                return came
            if not select.select([self._pipe], [], [], _PAUSE)[0]:
                return came
        return 0.0

    def _body(self) -> bytes | None:
        """Take the body of the first message off what was read; None where it is not whole yet."""
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        length = _LENGTH.search(self._buffer, 0, end)
        if length is None:
            raise ValueError(f"a message without a length: {bytes(self._buffer[:end])!r}")
        start, size = end + 4, int(length.group(1))
        if len(self._buffer) < start + size:
            return None
        body = bytes(self._buffer[start : start + size])
        del self._buffer[: start + size]
        return body
