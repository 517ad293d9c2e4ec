"""The language server: from the start of a connection to its end."""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from notelift import __version__
from notelift.lsp.convert import UTF16
from notelift.lsp.logs import log_to_client
from notelift.lsp.protocol import METHOD_NOT_FOUND, NoteliftProtocol
from notelift.lsp.requests import registry
from notelift.lsp.transport import MessageWriter, read_messages

if TYPE_CHECKING:
    from notelift.lsp.engine import Engine
    from notelift.lsp.settings import SettingsStore
    from notelift.lsp.worker import Worker
    from notelift.session import Workspace

_LOG = logging.getLogger(__name__)
Json = Any
_TURN = 0.001

_SYNC = types.NotebookDocumentSyncOptions(
    notebook_selector=[
        types.NotebookDocumentFilterWithNotebook(notebook="jupyter-notebook"),
        types.NotebookDocumentFilterWithNotebook(
            notebook="*", cells=[types.NotebookCellLanguage(language="python")]
        ),
    ],
    save=False,
)


class NoteliftServer(LanguageServer):
    """A server for one client. The engine is imported when `initialize` has been answered.

    `shares_files` says whether the client can read the files of this machine.
    """

    protocol: NoteliftProtocol

    def __init__(self, shares_files: bool = True) -> None:
        super().__init__("notelift", __version__, notebook_document_sync=_SYNC, protocol_cls=NoteliftProtocol)
        for entry in registry.ENTRIES:
            if not entry.is_own:
                self.feature(entry.method, entry.options)(_answered_elsewhere)
        self.feature(types.TEXT_DOCUMENT_DID_SAVE, types.SaveOptions(include_text=False))(_answered_elsewhere)
        self.log = log_to_client(self.protocol.tell)
        self._shares_files = shares_files
        self._given: types.InitializeParams | None = None
        self._engine: Engine | None = None

    @property
    def engine(self) -> Engine:
        """What keeps the notebooks; there is none before the server is initialized."""
        assert self._engine is not None
        return self._engine

    @property
    def notebooks(self) -> Workspace:
        """The open notebooks."""
        return self.engine.notebooks

    @property
    def worker(self) -> Worker[Any]:
        """The thread that analyses."""
        return self.engine.worker

    @property
    def settings(self) -> SettingsStore:
        """The settings."""
        return self.engine.settings

    def serve(self, source: BinaryIO, target: BinaryIO) -> int:
        """Serve a client until it says `exit` or is gone; return the exit code of the process."""
        self.protocol.connect(MessageWriter(target))
        # The thread that reads gets its turn soon while the other one analyses.
        sys.setswitchinterval(_TURN)
        try:
            for body in read_messages(source):
                self.protocol.receive(body)
                if self.protocol.ended:
                    break
        except OSError as error:
            _LOG.error("the connection broke: %s", error)
        self.stop()
        return self.protocol.exit_code

    def initialize(self, given: types.InitializeParams) -> types.InitializeResult:
        """Return what the server can do for a client."""
        self._given = given
        general = given.capabilities.general
        if general is not None and general.position_encodings and UTF16 in general.position_encodings:
            # Every client knows it, and most count so themselves.
            general.position_encodings = [types.PositionEncodingKind.Utf16]
        steps = self.protocol.lsp_initialize(given)
        try:
            while True:
                next(steps)
        except StopIteration as end:
            result: types.InitializeResult = end.value
        return result

    def start(self) -> None:
        """Get ready to work, now that `initialize` is answered."""
        from notelift.lsp.engine import Engine
        from notelift.lsp.request import Client
        from notelift.lsp.settings import SettingsStore

        assert self._given is not None
        options = self._given.initialization_options
        declared = options if isinstance(options, Mapping) else {}
        client = Client(self._given.capabilities, declared, self._shares_files)
        settings = SettingsStore(self._complain, client.options.get("settings"))
        encoding = self.server_capabilities.position_encoding or UTF16
        name = str(getattr(encoding, "value", encoding))
        self._engine = Engine(self.protocol, client, name, settings, self.log.setLevel)

    def stop(self) -> None:
        """End the analysis; what is asked from now on is refused."""
        if self._engine is not None:
            self._engine.stop()

    def requested(self, number: int | str, method: str, params: Json) -> None:
        """Take a request."""
        entry = registry.by_method().get(method)
        if entry is None:
            self.protocol.refuse(number, METHOD_NOT_FOUND, f"{method} is not known")
        else:
            self.engine.requested(number, entry, params)

    def notified(self, method: str, params: Json) -> None:
        """Take a notification; one that is not known is left out."""
        if self.engine.notified(method, params):
            return
        if method == types.CANCEL_REQUEST:
            self.engine.cancel(params.get("id") if isinstance(params, Mapping) else None)
        elif method == types.INITIALIZED:
            self._register()
            self.engine.configuration.changed(None)
        elif method == types.WORKSPACE_DID_CHANGE_CONFIGURATION:
            given = params.get("settings") if isinstance(params, Mapping) else None
            self.engine.configuration.changed(given.get("notelift") if isinstance(given, Mapping) else None)
        elif method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES or (
            method == types.TEXT_DOCUMENT_DID_SAVE and _is_about_settings(params)
        ):
            self.settings.forget_files()
            self.engine.sync.configure(self.notebooks.uris)
        else:
            _LOG.debug("%s is left out", method)

    def _register(self) -> None:
        workspace = self.client_capabilities.workspace
        registrations = []
        files = workspace.did_change_watched_files if workspace else None
        if files and files.dynamic_registration:
            registrations.append(
                {
                    "id": "notelift-settings-files",
                    "method": types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                    "registerOptions": {"watchers": [{"globPattern": "**/pyproject.toml"}]},
                }
            )
        configuration = workspace.did_change_configuration if workspace else None
        if configuration and configuration.dynamic_registration:
            registrations.append(
                {
                    "id": "notelift-settings",
                    "method": types.WORKSPACE_DID_CHANGE_CONFIGURATION,
                    "registerOptions": {"section": "notelift"},
                }
            )
        if registrations:
            self.protocol.ask(types.CLIENT_REGISTER_CAPABILITY, {"registrations": registrations}, _registered)

    def _complain(self, problem: str) -> None:
        """Tell a person what is wrong in the settings."""
        _LOG.error("%s", problem)
        self.protocol.tell(types.WINDOW_SHOW_MESSAGE, {"type": 1, "message": f"Notelift: {problem}"})


def serve_stdio() -> int:
    """Serve the client at standard input and output; return the exit code."""
    # What a library prints must not come between the messages.
    target = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return NoteliftServer().serve(sys.stdin.buffer, target)


def serve_tcp(host: str, port: int) -> int:
    """Wait for one client at an address, and serve it; return the exit code. Raises OSError."""
    from ipaddress import ip_address

    with socket.create_server((host, port)) as listener:
        print(f"notelift: listening at {host}:{listener.getsockname()[1]}", file=sys.stderr, flush=True)
        connection, address = listener.accept()
    with connection, connection.makefile("rb") as source, connection.makefile("wb") as target:
        return NoteliftServer(ip_address(address[0]).is_loopback).serve(source, target)


def _is_about_settings(params: Json) -> bool:
    from notelift.lsp.engine import document_of
    from notelift.lsp.settings import is_settings_file

    document = document_of(params)
    return document is not None and is_settings_file(document)


def _registered(answer: Json) -> None:
    _LOG.debug("the client watches the settings")


def _answered_elsewhere(params: Any) -> None:
    raise JsonRpcException("requests are answered by the analysis thread")
