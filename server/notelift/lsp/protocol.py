"""JSON-RPC: messages come in as JSON, and only what answers them is made of the protocol's types.

pygls structures every object in a message, at every level, and keeps the documents itself; both are wrong for
notebooks in some cases. It is used for what the server tells the client that it can do, and to write types.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any

from cattrs.errors import BaseValidationError
from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.protocol import LanguageServerProtocol

from notelift.lsp.transport import MessageWriter

if TYPE_CHECKING:
    from cattrs import Converter

    from notelift.lsp.server import NoteliftServer

_LOG = logging.getLogger(__name__)
Json = Any

PARSE_ERROR = types.ErrorCodes.ParseError.value
INVALID_REQUEST = types.ErrorCodes.InvalidRequest.value
METHOD_NOT_FOUND = types.ErrorCodes.MethodNotFound.value
INVALID_PARAMS = types.ErrorCodes.InvalidParams.value
INTERNAL_ERROR = types.ErrorCodes.InternalError.value
NOT_INITIALIZED = types.ErrorCodes.ServerNotInitialized.value
REQUEST_FAILED = types.LSPErrorCodes.RequestFailed.value
CANCELLED = types.LSPErrorCodes.RequestCancelled.value


class NoteliftProtocol(LanguageServerProtocol):
    """The protocol of one client. Messages are received on the main thread, and sent from any."""

    def __init__(self, server: NoteliftServer, converter: Converter) -> None:
        super().__init__(server, converter)
        self._notelift = server
        self._output: MessageWriter | None = None
        self._asked: dict[Json, tuple[Callable[[Json], None], Callable[[], None] | None]] = {}
        self._numbers = count(1)
        self.initialized = False
        self.ended = False
        """Whether the client said `exit`."""

    @property
    def exit_code(self) -> int:
        """The exit code of the process: 0 after a `shutdown`."""
        return 0 if self._shutdown else 1

    def connect(self, output: MessageWriter) -> None:
        """Have what is sent written there."""
        self._output = output

    def receive(self, body: bytes) -> None:
        """Take a message. Whatever is wrong with it is answered or logged; nothing is raised."""
        try:
            message = json.loads(body)
        except (ValueError, RecursionError) as error:
            _LOG.error("a message that is not JSON: %s", error)
            self.refuse(None, PARSE_ERROR, f"not JSON: {error}")
            return
        try:
            self._take(message)
        except Exception:
            _LOG.exception("a fault of the server")
            if isinstance(message, dict) and "id" in message and "method" in message:
                self.refuse(message["id"], INTERNAL_ERROR, "a fault of the server; its log says where")

    def _take(self, message: Json) -> None:
        if not isinstance(message, dict) or message.get("jsonrpc") != self.VERSION:
            _LOG.error("a message that is none of JSON-RPC 2.0")
            self.refuse(_id_of(message), INVALID_REQUEST, "this is no message of JSON-RPC 2.0")
            return
        method, params = message.get("method"), message.get("params")
        if isinstance(method, str) and "id" not in message:
            self._notified(method, params)
        elif isinstance(method, str):
            number = _id_of(message)
            if number is None:
                self.refuse(None, INVALID_REQUEST, "the id of a request is a number or a text")
            else:
                self._requested(number, method, params)
        elif "id" in message:
            self._answered(message)
        else:
            _LOG.error("a message without a method")

    def _requested(self, number: int | str, method: str, params: Json) -> None:
        if self._shutdown:
            self.refuse(number, INVALID_REQUEST, "the server was told to shut down")
        elif method == types.INITIALIZE:
            self._initialize(number, params)
        elif not self.initialized:
            self.refuse(number, NOT_INITIALIZED, "the first request is `initialize`")
        elif method == types.SHUTDOWN:
            self._shutdown = True
            self._notelift.stop()
            self.answer(number, None)
        else:
            self._notelift.requested(number, method, params)

    def _notified(self, method: str, params: Json) -> None:
        if method == types.EXIT:
            self.ended = True
        elif self.initialized and not self._shutdown:
            self._notelift.notified(method, params)
        else:
            _LOG.info("%s came too early or too late, and is left out", method)

    def _initialize(self, number: int | str, params: Json) -> None:
        if self.initialized:
            self.refuse(number, INVALID_REQUEST, "the server is initialized already")
            return
        try:
            given = self.structure(params, types.InitializeParams)
        except JsonRpcException as error:
            self.refuse(number, error.code, error.message)
            return
        result = self._notelift.initialize(given)
        self.initialized = True
        self.answer(number, result)
        self._notelift.start()

    def structure(self, params: Json, kind: Any) -> Any:
        """Return parameters as a type of the protocol. Raises JsonRpcInvalidParams."""
        try:
            return self._converter.structure(params, kind)
        except (
            BaseValidationError,
            ArithmeticError,
            AttributeError,
            LookupError,
            TypeError,
            ValueError,
        ) as error:
            raise JsonRpcInvalidParams("the parameters are not those of the method") from error

    def _answered(self, message: Json) -> None:
        answered = self._asked.pop(_id_of(message), None)
        if answered is None:
            _LOG.warning("an answer to nothing that was asked")
        elif "error" in message:
            _LOG.warning("the client refused: %s", message["error"])
            if answered[1] is not None:
                answered[1]()
        else:
            answered[0](message.get("result"))

    def answer(self, number: int | str, result: Any) -> None:
        """Answer a request."""
        self.send({"jsonrpc": self.VERSION, "id": number, "result": result})

    def refuse(self, number: int | str | None, code: int, message: str, data: Json = None) -> None:
        """Answer a request with an error; its message is one line."""
        error = {"code": code, "message": " ".join(message.split()) or "no reason was given"}
        if data is not None:
            error["data"] = data
        self.send({"jsonrpc": self.VERSION, "id": number, "error": error})

    def ask(
        self,
        method: str,
        params: Any,
        answered: Callable[[Json], None],
        refused: Callable[[], None] | None = None,
    ) -> None:
        """Send a request; on the main thread, `answered` gets its result, or `refused` is called."""
        number = f"notelift-{next(self._numbers)}"
        self._asked[number] = (answered, refused)
        self.send({"jsonrpc": self.VERSION, "id": number, "method": method, "params": params})

    def tell(self, method: str, params: Any) -> None:
        """Send a notification."""
        self.send({"jsonrpc": self.VERSION, "method": method, "params": params})

    def send(self, message: Json) -> None:
        """Send a message, of JSON and of the protocol's types."""
        if self._output is not None:
            text = json.dumps(message, default=self._serialize_message, separators=(",", ":"))
            self._output.write(text.encode())


def _id_of(message: Json) -> int | str | None:
    number = message.get("id") if isinstance(message, dict) else None
    return number if isinstance(number, (int, str)) and not isinstance(number, bool) else None
