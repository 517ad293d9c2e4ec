"""Whatever is done to a notebook, the server publishes what one does that is given the state at the end."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from tests.harness.lsp import Cell, LanguageClient, NotebookHandle
from tests.properties.sequences import Step, cells, retold, steps, told


@pytest.fixture(scope="module")
def server() -> Iterator[LanguageClient]:
    with LanguageClient() as client:
        client.initialize()
        yield client


@given(first=cells, done=steps)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_published_is_what_the_state_says(
    server: LanguageClient, first: list[Cell], done: list[Step]
) -> None:
    story = told(server, first, done)
    again = retold(server, story)
    assert published(story.book) == published(again)
    story.book.close()
    again.close()


@given(first=cells, done=steps)
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=5)
def test_published_is_what_a_new_server_says(
    server: LanguageClient, first: list[Cell], done: list[Step]
) -> None:
    story = told(server, first, done)
    with LanguageClient() as other:
        other.initialize()
        assert published(story.book) == published(retold(other, story))
    story.book.close()


def published(book: NotebookHandle) -> list[list[str]]:
    """What was published last for each cell, with cells named by their places."""
    book.settled()
    return [sorted(_anonymous(item, book) for item in book.diagnostics(n)) for n in range(len(book.cells))]


def _anonymous(item: object, book: NotebookHandle) -> str:
    text = json.dumps(item, sort_keys=True)
    for number, uri in enumerate(book.uris):
        text = text.replace(json.dumps(uri), f'"cell {number}"')
    return text
