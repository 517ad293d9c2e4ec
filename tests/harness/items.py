"""What the pytest items of all Markdown cases have in common: they are read, placed and shown alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import pytest

from notelift.notebook.model import Cell, Notebook
from notelift.notebook.session import Session
from notelift.notebook.session_log import session_of_log
from tests.harness.markdown import CaseError, Fence

CELLS = frozenset({"cell", "markdown"})


class AnyCase(Protocol):
    """A case: it has a title, and stands on a line of a file."""

    @property
    def title(self) -> str: ...

    @property
    def line(self) -> int: ...


C = TypeVar("C", bound=AnyCase)


class WrongCase(AssertionError):
    """What differs from what a case expects, as it is shown to the reader."""


class CaseFile(pytest.File, Generic[C]):
    """A Markdown file of cases."""

    def read(self) -> Sequence[C]:
        """Return the cases of the file. Raises CaseError when one is not well formed."""
        raise NotImplementedError

    def items(self, case: C) -> Iterable[pytest.Item]:
        """Return the items of a case."""
        raise NotImplementedError

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the items of every case."""
        try:
            cases = self.read()
        except CaseError as error:
            raise self.CollectError(str(error)) from error
        for case in cases:
            yield from self.items(case)


class CaseItem(pytest.Item, Generic[C]):
    """A check of a case."""

    shown: tuple[type[BaseException], ...] = (WrongCase,)
    """The errors that say enough without a traceback through the harness."""

    def __init__(self, *, case: C, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.case = case

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the place of the case, for pytest."""
        return self.path, self.case.line - 1, self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what differs."""
        if isinstance(excinfo.value, self.shown):
            return f"{self.path}:{self.case.line}: {self.case.title}\n{excinfo.value}"
        return super().repr_failure(excinfo, style)


def cell_of(index: int, fence: Fence, source: str) -> Cell:
    """Return a fence as a cell: its words say the saved count, the tags, and whether it failed."""
    count, tags = fence.option("count"), fence.option("tags")
    return Cell(
        index,
        f"cell-{index}",
        "code" if fence.kind == "cell" else "markdown",
        source,
        execution_count=int(count) if count else None,
        failed="failed" in fence.info,
        tags=tuple(tags.split(",")) if tags else (),
    )


def session_of(notebook: Notebook, log: str, where: str) -> Session:
    """Return the session that a log tells, that of the saved counts without one."""
    return session_of_log(notebook, log, where) if log else Session.from_counts(notebook)


def text_of(fences: Iterable[Fence], kind: str) -> str:
    """Return the text of all fences of a kind."""
    return "\n".join(fence.text for fence in fences if fence.kind == kind)
