"""The requests that are answered from a notebook: a line for each, whose module is imported when it comes.

What the client is told at the start is here, and not in the modules: they need the whole engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from lsprotocol import types

if TYPE_CHECKING:
    from notelift.lsp.request import Request

Answer: TypeAlias = "Callable[[Request, Any], Any]"


@dataclass(frozen=True, slots=True)
class Entry:
    """A request: its module below `requests`, its method, and what the client is told that can be asked.

    `work` says what is done, to a person who waits for it. One that comes `after_checks` is answered when all
    that changed before it is checked and published.
    """

    name: str
    method: str
    work: str
    options: Any = None
    after_checks: bool = False

    @property
    def is_own(self) -> bool:
        """Whether it is none of the protocol; its parameters are plain JSON."""
        return self.method.startswith("notelift/")


ENTRIES: tuple[Entry, ...] = (
    Entry(
        "code_action",
        types.TEXT_DOCUMENT_CODE_ACTION,
        "finding what can be done here",
        types.CodeActionOptions(
            code_action_kinds=["quickfix", "refactor.extract", "source.fixAll.notelift"],
            resolve_provider=True,
        ),
    ),
    Entry("code_action_resolve", types.CODE_ACTION_RESOLVE, "preparing the change"),
    Entry("resolve_change", "notelift/resolveChange", "preparing the change"),
    Entry(
        "code_lens",
        types.TEXT_DOCUMENT_CODE_LENS,
        "finding what cells read and make",
        types.CodeLensOptions(resolve_provider=False),
    ),
    Entry("definition", types.TEXT_DOCUMENT_DEFINITION, "finding what made the value"),
    Entry("document_highlight", types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, "finding what the value needs"),
    Entry(
        "document_symbol",
        types.TEXT_DOCUMENT_DOCUMENT_SYMBOL,
        "listing the names in the cells",
        types.DocumentSymbolOptions(label="Notelift"),
    ),
    Entry("hover", types.TEXT_DOCUMENT_HOVER, "finding what made the value"),
    Entry("references", types.TEXT_DOCUMENT_REFERENCES, "finding what reads the value"),
    Entry("lineage", "notelift/lineage", "following the values"),
    Entry("plan_extraction", "notelift/planExtraction", "planning the module"),
    Entry("slice", "notelift/slice", "finding what the value needs"),
    Entry("status", "notelift/status", "comparing the kernel with a restart", after_checks=True),
)


@cache
def by_method() -> Mapping[str, Entry]:
    """The requests by method."""
    return {entry.method: entry for entry in ENTRIES}


@cache
def load(name: str) -> Answer:
    """Return the function that answers a request."""
    answer: Answer = import_module(f"notelift.lsp.requests.{name}").answer
    return answer
