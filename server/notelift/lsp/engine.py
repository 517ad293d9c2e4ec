"""What a server does once it is initialized: notebooks are kept, checked, and asked about."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcException, JsonRpcInvalidParams

from notelift.checks.model import Finding
from notelift.checks.registry import ENTRIES as RULES
from notelift.checks.registry import load_rule
from notelift.flow.analysis import Cancelled
from notelift.lsp.checking import Checker, State
from notelift.lsp.configuration import Configuration
from notelift.lsp.convert import Columns
from notelift.lsp.document import Document, Malformed
from notelift.lsp.garbage import Collector
from notelift.lsp.paths import name_of
from notelift.lsp.progress import Progress
from notelift.lsp.protocol import CANCELLED, INTERNAL_ERROR, NoteliftProtocol
from notelift.lsp.publish import Publisher
from notelift.lsp.request import Client, Question, Request
from notelift.lsp.requests import registry
from notelift.lsp.requests.registry import Entry
from notelift.lsp.settings import Settings, SettingsStore
from notelift.lsp.sync import Sync, View
from notelift.lsp.worker import Worker
from notelift.session import Snapshot, Workspace

_LOG = logging.getLogger(__name__)
Json = Any


@dataclass(slots=True)
class _Asked:
    """A request that is not answered yet."""

    number: int | str
    entry: Entry
    params: Json
    document: str
    view: View | None
    texts: Mapping[str, Document]
    begun: bool = False
    is_asking: bool = False
    cancelled: bool = False


class Engine:
    """The open notebooks of a client. Its methods are called on the main thread and are short.

    `set_level` is told what of the log the client gets.
    """

    def __init__(
        self,
        protocol: NoteliftProtocol,
        client: Client,
        encoding: str,
        settings: SettingsStore,
        set_level: Callable[[int], None],
    ) -> None:
        self.protocol = protocol
        self.client = client
        self.settings = settings
        self.notebooks = Workspace()
        self.sync = Sync(self.notebooks, Columns(encoding), self, settings.config_of)
        self.checker = Checker()
        self.publisher = Publisher(protocol.tell, _takes_versions(client), client.shares_files)
        self.worker: Worker[View] = Worker(self._check)
        self.configuration = Configuration(
            protocol, client.capabilities, settings, lambda: self.notebooks.uris, self._settings_taken
        )
        self._asked: dict[int | str, _Asked] = {}
        self._states: dict[str, State] = {}
        self._checked: dict[str, int] = {}
        self._handlers: Mapping[str, Callable[[Json], None]] = {
            types.NOTEBOOK_DOCUMENT_DID_OPEN: self.sync.notebook_opened,
            types.NOTEBOOK_DOCUMENT_DID_CHANGE: self.sync.notebook_changed,
            types.NOTEBOOK_DOCUMENT_DID_CLOSE: self.sync.notebook_closed,
            types.TEXT_DOCUMENT_DID_OPEN: self.sync.text_opened,
            types.TEXT_DOCUMENT_DID_CHANGE: self.sync.text_changed,
            types.TEXT_DOCUMENT_DID_CLOSE: self.sync.text_closed,
        }
        self._set_level = set_level
        set_level(settings.client.level)
        self.collector = Collector()
        self.worker.start()
        self.worker.submit(self._warm)

    def stop(self) -> None:
        """End the analysis, and refuse what waits for it."""
        self.worker.stop(2.0)
        for asked in list(self._asked.values()):
            if not asked.begun:
                self._drop(asked)

    def notified(self, method: str, params: Json) -> bool:
        """Take a notification; return False for one that is not about documents."""
        handler = self._handlers.get(method)
        if handler is None:
            return False
        try:
            handler(params)
        except Malformed as error:
            _LOG.warning("%s: %s", method, error)
        return True

    def requested(self, number: int | str, entry: Entry, params: Json) -> None:
        """Take a request, which is answered by the analysis thread from the notebook as it is now."""
        document = document_of(params)
        view = None if document is None else self.sync.view(document)
        asked = _Asked(number, entry, params, document or "", view, self.sync.texts())
        self._asked[number] = asked
        self.worker.submit(lambda: self._answer(asked))

    def cancel(self, number: Json) -> None:
        """Have a request answered with an error as soon as its work can end."""
        asked = self._asked.get(number) if isinstance(number, (int, str)) else None
        if asked is not None:
            asked.cancelled = True
            if not asked.begun and asked.is_asking:
                self._drop(asked)

    def opened(self, uri: str) -> None:
        """A notebook is opened."""
        self.configuration.opened(uri)

    def changed(self, uri: str) -> None:
        """A notebook is to be checked."""
        view = self.sync.view(uri)
        if view is not None:
            self.worker.check(uri, view)

    def closed(self, uri: str) -> None:
        """A notebook is closed: what was published for it goes."""
        self.configuration.closed(uri)
        self.worker.drop(uri)
        self.worker.submit(lambda: self._clear(uri))

    def _settings_taken(self, before: Mapping[str, Settings]) -> None:
        """Have done what follows from settings of the client that are others than `before`."""
        self._set_level(self.settings.client.level)
        now = {uri: self.settings.of(uri) for uri in before}
        others = [uri for uri, settings in now.items() if settings != before[uri]]
        self.sync.configure(others)
        for uri in others:
            if now[uri].checks != before[uri].checks:
                self.changed(uri)
        if any(now[uri].lenses != before[uri].lenses for uri in others):
            self.refresh_lenses()

    def _warm(self) -> None:
        """Import what the first notebook needs."""
        for rule in RULES:
            load_rule(rule.name)
        for entry in registry.ENTRIES:
            registry.load(entry.name)
        self.collector.settle()

    def _clear(self, uri: str) -> None:
        self.publisher.clear(uri)
        self.checker.forget(uri)
        self._states.pop(uri, None)
        self._checked.pop(uri, None)

    def _check(self, uri: str, view: View) -> None:
        """Check a notebook and publish what was found, unless it has changed meanwhile."""
        snapshot, first = view.snapshot, uri not in self._checked
        if not self.notebooks.is_newest(snapshot):
            return
        work = f"checking {name_of(uri)}"
        with Progress(self.protocol, self.client.capabilities, work) as progress:

            def cancelled() -> bool:
                progress.tick()
                return self.worker.stopped or not self.notebooks.is_newest(snapshot)

            try:
                findings = self._findings(view, cancelled)
            except Cancelled:
                return
            if not cancelled():
                self.publisher.publish(uri, findings, view.layout)
                self._checked[uri] = snapshot.revision
            if not cancelled():
                self._tell_state(view)
        if first and uri in self._checked:
            self.collector.settle()
        self.collector.tick()

    def _catch_up(self, snapshot: Snapshot, cancelled: Callable[[], bool]) -> None:
        """Check a notebook until what it was in a snapshot is published, or something newer."""
        uri = snapshot.uri
        while self._checked.get(uri, 0) < snapshot.revision and not (cancelled() or self.worker.stopped):
            if not self.worker.check_now(uri):
                break

    def _findings(self, view: View, cancelled: Callable[[], bool]) -> tuple[Finding, ...]:
        language = view.snapshot.notebook.language
        if not self.settings.of(view.snapshot.uri).checks or language != "python":
            return ()
        return self.checker.findings(view.snapshot, cancelled)

    def _tell_state(self, view: View) -> None:
        """Tell that the state of a notebook is another than was told last."""
        uri, state = view.snapshot.uri, State.of(view.snapshot)
        before = self._states.get(uri)
        if before != state:
            self._states[uri] = state
            self.protocol.tell(
                "notelift/stateChanged", {"uri": uri, "revision": view.snapshot.revision, **state.told()}
            )
            if before is not None:
                self.refresh_lenses()

    def refresh_lenses(self) -> None:
        """Have the client ask for code lenses again, which it does not do by itself where a cell has run."""
        workspace = self.client.capabilities.workspace
        if workspace and workspace.code_lens and workspace.code_lens.refresh_support:
            self.protocol.ask("workspace/codeLens/refresh", None, _nothing)

    def _answer(self, asked: _Asked) -> None:
        """Answer a request, whatever happens."""
        asked.begun = True
        try:
            if asked.cancelled:
                raise _cancelled()
            self.protocol.answer(asked.number, self._result(asked))
        except Cancelled:
            self._refuse(asked, _cancelled())
        except Question as question:
            self._ask(asked, question)
            return
        except JsonRpcException as error:
            self._refuse(asked, error)
        except Exception as error:
            _LOG.exception("%s failed", asked.entry.method)
            message = (
                f"{asked.entry.method} failed ({type(error).__name__}): the log of the server says where"
            )
            self.protocol.refuse(asked.number, INTERNAL_ERROR, message)
        self._asked.pop(asked.number, None)

    def _ask(self, asked: _Asked, question: Question) -> None:
        """Ask a person what a request depends on, and answer it when they have: nothing waits for that."""

        def chosen(answer: Json) -> None:
            if self._asked.get(asked.number) is not asked:
                return
            asked.is_asking = False
            title = answer.get("title") if isinstance(answer, Mapping) else None
            params = question.choices.get(title) if isinstance(title, str) else None
            if params is None:
                self._refuse(asked, question.otherwise)
                self._asked.pop(asked.number, None)
                return
            asked.params = params
            asked.view, asked.texts = self.sync.view(asked.document), self.sync.texts()
            self.worker.submit(lambda: self._answer(asked))

        asked.begun, asked.is_asking = False, True
        buttons = [{"title": title} for title in question.choices]
        self.protocol.ask(
            types.WINDOW_SHOW_MESSAGE_REQUEST,
            {"type": types.MessageType.Info.value, "message": question.text, "actions": buttons},
            chosen,
            lambda: chosen(None),
        )
        if asked.cancelled:
            self._drop(asked)

    def _drop(self, asked: _Asked) -> None:
        """Refuse a request that nobody works at, unless that is done already."""
        if self._asked.pop(asked.number, None) is not None:
            self._refuse(asked, _cancelled())

    def _refuse(self, asked: _Asked, error: JsonRpcException) -> None:
        self.protocol.refuse(asked.number, error.code, error.message, error.data)

    def _result(self, asked: _Asked) -> Any:
        entry, params = asked.entry, asked.params
        if not entry.is_own:
            params = self.protocol.structure(params, types.METHOD_TO_TYPES[entry.method][2])
        if asked.view is None:
            if entry.method.startswith("textDocument/"):
                return None
            raise _not_open(asked)
        snapshot = asked.view.snapshot
        if entry.after_checks:
            self._catch_up(snapshot, lambda: asked.cancelled)
        token = asked.params.get("workDoneToken")
        with Progress(self.protocol, self.client.capabilities, entry.work, token) as progress:

            def cancelled() -> bool:
                progress.tick()
                return asked.cancelled or self.worker.stopped

            snapshot.analyse(cancelled)
            return registry.load(entry.name)(self._request(asked, asked.view, cancelled), params)

    def _request(self, asked: _Asked, view: View, cancelled: Callable[[], bool]) -> Request:
        place = view.layout.place(asked.document, 0, 0)
        return Request(
            view.snapshot,
            view.layout,
            asked.document,
            None if place is None else place[0],
            self.client,
            self.settings.of(view.snapshot.uri),
            cancelled,
            lambda: cancelled() or self.worker.is_wanted,
            lambda: self.checker.findings(view.snapshot, cancelled),
            lambda: self.checker.context(view.snapshot, cancelled),
            self.sync.columns,
            asked.texts,
        )


def document_of(params: Json) -> str | None:
    """Return the document or notebook that the parameters of a request name."""
    if not isinstance(params, Mapping):
        return None
    for holder in (params, params.get("data")):
        if isinstance(holder, Mapping):
            for name in ("textDocument", "notebook", "notebookDocument"):
                named = holder.get(name)
                uri = named.get("uri") if isinstance(named, Mapping) else named
                if isinstance(uri, str):
                    return uri
    return None


def _takes_versions(client: Client) -> bool:
    document = client.capabilities.text_document
    published = document.publish_diagnostics if document else None
    return bool(published and published.version_support)


def _cancelled() -> JsonRpcException:
    return JsonRpcException("the request was cancelled", CANCELLED)


def _not_open(asked: _Asked) -> JsonRpcException:
    if not asked.document:
        return JsonRpcInvalidParams(
            "the parameters name no notebook: give `notebook` or `textDocument` with a `uri`"
        )
    if asked.entry.is_own:
        return JsonRpcInvalidParams(f"{asked.document} is not open, or no notebook")
    return JsonRpcContentModified(f"{asked.document} is not open any more")


def _nothing(answer: Json) -> None:
    """What follows from an answer that says nothing."""
