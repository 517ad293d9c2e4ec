"""How long a server leaves a client waiting while it works, measured from outside."""

from __future__ import annotations

from collections.abc import Callable

from tests.harness.jsonrpc import METHOD_NOT_FOUND, Pending
from tests.harness.lsp import LanguageClient, ServerError

PING = "$/ping"
"""A method that no server knows: the event loop refuses it itself, as soon as it is free."""


def longest_wait(client: LanguageClient, start: Callable[[], Pending]) -> float:
    """The longest time, in seconds, that a question was left without an answer while the server worked.

    `start` makes the server work, and returns a request that is answered when the work is done. Questions are
    sent one after the other, from before the work starts until after it ended.
    """
    waits = [ping(client)]
    work = start()
    while True:
        done = work.answered is not None
        waits.append(ping(client))
        if done:
            work.result()
            return max(waits)


def ping(client: LanguageClient) -> float:
    """The time from a question that costs nothing to its answer, in seconds."""
    pending = client.start(PING)
    try:
        pending.result()
    except ServerError as error:
        if error.code != METHOD_NOT_FOUND:
            raise
    return pending.seconds
