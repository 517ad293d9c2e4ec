"""The analysis thread: what it does in which order, told by events and never by time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from notelift.lsp.worker import Worker

LIMIT = 10.0


@dataclass
class Driven:
    """A worker whose checks wait until they are let go."""

    done: list[str] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    entered: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.worker: Worker[int] = Worker(self._check)
        self.worker.start()

    def _check(self, key: str, item: int) -> None:
        self.entered.set()
        assert self.gate.wait(LIMIT)
        self.done.append(f"{key}{item}")

    def note(self, name: str) -> None:
        self.worker.submit(lambda: self.done.append(name))

    def settle(self) -> list[str]:
        """Let everything go on; return what was done when nothing is left."""
        self.gate.set()
        ended = threading.Event()

        def end() -> None:
            for key in "abc":
                self.worker.check_now(key)
            ended.set()

        self.worker.submit(end)
        assert ended.wait(LIMIT)
        return self.done


@pytest.fixture
def driven() -> Iterator[Driven]:
    driven = Driven()
    yield driven
    driven.gate.set()
    driven.worker.stop(LIMIT)


def busy(driven: Driven) -> None:
    """Have a check in work."""
    driven.worker.check("a", 0)
    assert driven.entered.wait(LIMIT)


def test_the_first_change_is_checked_at_once(driven: Driven) -> None:
    busy(driven)
    assert driven.settle() == ["a0"]


def test_of_a_burst_the_newest_is_checked(driven: Driven) -> None:
    busy(driven)
    for item in range(1, 50):
        driven.worker.check("a", item)
    assert driven.settle() == ["a0", "a49"]


def test_each_notebook_is_checked(driven: Driven) -> None:
    busy(driven)
    for item in range(3):
        driven.worker.check("b", item)
        driven.worker.check("c", item)
    assert driven.settle() == ["a0", "b2", "c2"]


def test_requests_come_before_checks_and_in_order(driven: Driven) -> None:
    busy(driven)
    driven.worker.check("b", 1)
    for name in ("one", "two", "three"):
        driven.note(name)
    assert driven.settle() == ["a0", "one", "two", "three", "b1"]


def test_a_job_can_have_a_check_before_it(driven: Driven) -> None:
    busy(driven)
    driven.worker.check("b", 1)
    driven.worker.check("c", 1)
    driven.worker.submit(lambda: (driven.worker.check_now("c"), driven.done.append("after c"))[0])
    assert driven.settle() == ["a0", "c1", "after c", "b1"]


def test_what_is_dropped_is_not_checked(driven: Driven) -> None:
    busy(driven)
    driven.worker.check("b", 1)
    driven.worker.drop("b")
    driven.worker.drop("never there")
    assert driven.settle() == ["a0"]


def test_a_fault_is_logged_and_the_thread_goes_on(driven: Driven, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ValueError("made to fail")

    with caplog.at_level(logging.ERROR):
        driven.worker.submit(fail)
        driven.note("next")
        assert driven.settle() == ["next"]
    assert "made to fail" in caplog.text


def test_stopping_ends_the_thread_and_leaves_what_waits(driven: Driven) -> None:
    busy(driven)
    driven.note("never")
    stopping = threading.Thread(target=driven.worker.stop, args=(LIMIT,))
    stopping.start()
    while not driven.worker.stopped:
        stopping.join(0.001)
    driven.gate.set()
    stopping.join(LIMIT)
    assert not stopping.is_alive()
    assert driven.done == ["a0"]
