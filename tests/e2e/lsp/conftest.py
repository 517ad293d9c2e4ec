"""Servers for the tests: one for a module, which must survive all of its tests, or one for a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.harness.lsp import LanguageClient


@pytest.fixture(scope="module")
def server() -> Iterator[LanguageClient]:
    """A server that all tests of a module drive; each opens documents of its own."""
    with LanguageClient() as client:
        client.initialize()
        yield client
        assert client.stop() == 0


@pytest.fixture
def fresh() -> Iterator[LanguageClient]:
    """A server of one test, not yet initialized."""
    with LanguageClient() as client:
        yield client
