"""Asks the client for its settings: those of all notebooks, and those of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from notelift.lsp.settings import SECTION, Settings, SettingsStore

if TYPE_CHECKING:
    from notelift.lsp.protocol import NoteliftProtocol

Json = Any


class Configuration:
    """What keeps the settings of the client current.

    A notebook has the settings for all until the client has answered for it. `uris` are the open notebooks;
    `taken` is called with their settings as they were before others were taken.
    """

    def __init__(
        self,
        protocol: NoteliftProtocol,
        capabilities: types.ClientCapabilities,
        store: SettingsStore,
        uris: Callable[[], Iterable[str]],
        taken: Callable[[Mapping[str, Settings]], None],
    ) -> None:
        self._protocol = protocol
        workspace = capabilities.workspace
        self._answers = bool(workspace and workspace.configuration)
        self._store = store
        self._uris = uris
        self._taken = taken
        self._numbers = count(1)
        self._asked: dict[str | None, int] = {}
        """By notebook, None for all, the number of the question that was asked last."""

    def changed(self, section: Json) -> None:
        """Ask for all settings again, where the client can be asked; else take the `section` that it gave."""
        if self._answers:
            self._ask(None, *self._uris())
        elif section is not None:
            self._take({None: section})

    def opened(self, uri: str) -> None:
        """Ask for the settings of a notebook, where the client can be asked."""
        if self._answers:
            self._ask(uri)

    def closed(self, uri: str) -> None:
        """Forget the settings of a notebook."""
        self._asked.pop(uri, None)
        self._store.forget(uri)

    def _ask(self, *scopes: str | None) -> None:
        number = next(self._numbers)
        self._asked.update(dict.fromkeys(scopes, number))
        items = [{} if scope is None else {"scopeUri": scope} for scope in scopes]

        def answered(answer: Json) -> None:
            sections = answer if isinstance(answer, list) else []
            told = dict(zip(scopes, sections, strict=False))
            self._take({scope: told.get(scope) for scope in scopes if self._asked.get(scope) == number})

        params = {"items": [{**item, "section": SECTION} for item in items]}
        self._protocol.ask(types.WORKSPACE_CONFIGURATION, params, answered)

    def _take(self, sections: Mapping[str | None, Json]) -> None:
        before = {uri: self._store.of(uri) for uri in self._uris()}
        for scope, section in sections.items():
            self._store.set_client(section, scope)
        self._taken(before)
