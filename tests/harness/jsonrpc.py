"""JSON-RPC with a process over its standard input and output: requests, notifications, and raw bytes."""

from __future__ import annotations

import json
import queue
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from tests.harness.incoming import Incoming

Json = Any
T = TypeVar("T")

TIMEOUT = 60.0
"""Seconds after which a wait is given up: far more than anything needs, for a machine may be busy."""

METHOD_NOT_FOUND = -32601

UNANSWERED = object()
"""What `serve` returns for a request that is never answered."""
_LOG_SHOWN = 4000


class ServerError(Exception):
    """A request was answered with an error."""

    def __init__(self, code: int, message: str, data: Json = None) -> None:
        super().__init__(f"{message} ({code})")
        self.code = code
        self.message = message
        self.data = data


class ServerEnded(Exception):
    """The process ended, or closed its output, while an answer was waited for."""


class Pending:
    """A request that was sent; `sent` and `answered` are of `time.perf_counter`."""

    def __init__(self, connection: Connection, number: int, method: str) -> None:
        self.id = number
        self.method = method
        self.sent = time.perf_counter()
        self.answered: float | None = None
        self.answer: Json = None
        self._connection = connection

    def result(self, timeout: float = TIMEOUT) -> Json:
        """Wait for the answer and return its result. Raises ServerError, ServerEnded and TimeoutError."""
        self._connection.wait_for(lambda: self.answered is not None, timeout, f"an answer to {self.method}")
        if "error" in self.answer:
            error = self.answer["error"]
            raise ServerError(error["code"], error["message"], error.get("data"))
        return self.answer.get("result")

    def cancel(self) -> None:
        """Tell the server that the answer is not needed."""
        self._connection.notify("$/cancelRequest", {"id": self.id})

    @property
    def seconds(self) -> float:
        """The time from sending the request to its answer, which must have come."""
        assert self.answered is not None
        return self.answered - self.sent


class Connection:
    """A process and its messages. Two threads of its own read and answer; all else is synchronous.

    `serve(method, params)` gives the result of what the process requests and raises ServerError to refuse.
    `receive(method, params, arrived)` is called for each notification. Both run on the thread that reads.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        serve: Callable[[str, Json], Json],
        receive: Callable[[str, Json, float], None],
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.changed = threading.Condition()
        self.strays: list[Json] = []
        """Answers to nothing that was asked through `start`."""
        # Appending: the process shares the place in the file, and `log` reads from the start.
        self._errors = tempfile.TemporaryFile("a+b")  # noqa: SIM115 (`close` closes it)
        self.process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=folder,
            env=environment,
        )
        assert self.process.stdout is not None
        self.incoming = Incoming(self.process.stdout)
        self._serve, self._receive = serve, receive
        self._pending: dict[Json, Pending] = {}
        self._last_id = 0
        self._ended = False
        self._failure: Exception | None = None
        self._writing = threading.Lock()
        self._answers: queue.SimpleQueue[Json] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=target, daemon=True) for target in (self._read, self._reply)]
        for thread in self._threads:
            thread.start()

    def start(self, method: str, params: Json = None) -> Pending:
        """Send a request without waiting for its answer."""
        with self.changed:
            self._last_id += 1
            pending = self._pending[self._last_id] = Pending(self, self._last_id, method)
        self.send({"jsonrpc": "2.0", "id": pending.id, "method": method, "params": params})
        return pending

    def notify(self, method: str, params: Json = None) -> None:
        """Send a notification."""
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def send(self, message: Json) -> None:
        """Send any value as a message."""
        self.send_body(json.dumps(message).encode())

    def send_body(self, body: bytes) -> None:
        """Send bytes as the body of a message. Raises ServerEnded where nobody reads any more."""
        self.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def send_bytes(self, data: bytes) -> None:
        """Send bytes as they are, without a header. Raises ServerEnded where nobody reads any more."""
        assert self.process.stdin is not None
        try:
            with self._writing:
                self.process.stdin.write(data)
                self.process.stdin.flush()
        except (BrokenPipeError, ValueError) as error:
            raise ServerEnded(f"the server does not read any more; it wrote:\n{self.log}") from error

    def wait_for(self, predicate: Callable[[], T], timeout: float = TIMEOUT, what: str = "a condition") -> T:
        """Return the first true value of `predicate`, which is asked again after each message.

        Raises TimeoutError, ServerEnded where the process ended before, and whatever `serve` or `receive`
        raised.
        """
        end = time.monotonic() + timeout
        with self.changed:
            while not (value := predicate()):
                if self._failure is not None:
                    raise self._failure
                if self._ended:
                    raise ServerEnded(f"the server ended before {what} came; it wrote:\n{self.log}")
                left = end - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"{what} did not come in {timeout:g} s; the server wrote:\n{self.log}")
                self.changed.wait(left)
        return value

    @property
    def log(self) -> str:
        """The end of what the process wrote to standard error."""
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace")[-_LOG_SHOWN:]

    def wait(self, timeout: float = TIMEOUT) -> int:
        """Wait until the process ended; return its exit code. Raises subprocess.TimeoutExpired."""
        code = self.process.wait(timeout)
        self._threads[0].join(timeout)
        return code

    def close(self) -> None:
        """End the process if it runs, and give back what the connection holds."""
        if self.process.poll() is None:
            self.process.kill()
        self.wait()
        self._answers.put(None)
        self._threads[1].join(TIMEOUT)
        for stream in (self.process.stdin, self.process.stdout, self._errors):
            assert stream is not None
            try:
                stream.close()
            except BrokenPipeError:
                continue  # what was not written yet is of no use to a process that ended

    def _read(self) -> None:
        try:
            for message, arrived in self.incoming.messages():
                self._take(message, arrived)
        except Exception as error:
            self._failure = error
        with self.changed:
            self._ended = True
            self.changed.notify_all()

    def _take(self, message: Json, arrived: float) -> None:
        if "method" in message and "id" in message:
            answer = self._served(message)
            if answer.get("result") is not UNANSWERED:
                self._answers.put(answer)
        with self.changed:
            if "method" not in message:
                pending = self._pending.pop(message.get("id"), None)
                if pending is None:
                    self.strays.append(message)
                else:
                    pending.answer, pending.answered = message, arrived
            elif "id" not in message:
                self._receive(message["method"], message.get("params"), arrived)
            self.changed.notify_all()

    def _served(self, message: Json) -> Json:
        answer = {"jsonrpc": "2.0", "id": message["id"]}
        try:
            return answer | {"result": self._serve(message["method"], message.get("params"))}
        except ServerError as error:
            return answer | {"error": {"code": error.code, "message": error.message}}

    def _reply(self) -> None:
        """Write the answers. The thread that reads must not: both ends might then wait for each other."""
        while (answer := self._answers.get()) is not None:
            try:
                self.send(answer)
            except ServerEnded:
                return
