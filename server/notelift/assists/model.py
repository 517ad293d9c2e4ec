"""What assists say: frozen values, from a place in a notebook to a change of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from notelift.checks.context import Context
from notelift.checks.model import Finding
from notelift.config import Config
from notelift.edits.change import NotebookChange
from notelift.queries.hidden import Kernel

Data = Mapping[str, str | int | bool | None]

Read = Callable[[str], str | None]


def nothing_there(path: str) -> str | None:
    """Return None: no file is there. What an Ask reads files with where it may read none."""
    return None


@dataclass(frozen=True, slots=True)
class Ask:
    """What a user points at: a selection in a cell, or a caret where start and end are the same.

    `context` is of the notebook exactly as it is typed. Lines count from 1, columns in characters from 0;
    `findings` are those that the client shows there. `changes_cells` says whether the client can insert,
    remove and move cells, `runs_cells` whether it runs cells when it is asked to, `no_modules` why no file of
    a module can be written. `read` gives the text of a
    file by its path (absolute, or relative to the notebook's folder), None where there is none: for `build`
    alone, listing reads no file.
    """

    context: Context
    config: Config
    cell: int
    line: int
    column: int
    end_line: int
    end_column: int
    findings: tuple[Finding, ...] = ()
    changes_cells: bool = True
    runs_cells: bool = True
    no_modules: str = ""
    read: Read = nothing_there

    @property
    def kernel(self) -> Kernel:
        """The notebook, what it does as it is written, and what its kernel did."""
        return self.context.kernel

    @property
    def is_caret(self) -> bool:
        """Whether nothing is selected."""
        return (self.line, self.column) == (self.end_line, self.end_column)


@dataclass(frozen=True, slots=True)
class Offer:
    """An action in a list. `data` is what `build` needs beside the notebook; plain JSON values.

    `refused` is the sentence why it cannot be done here, shown in place of doing it. `fixes` are the findings
    that go away by it. `preferred` marks the one that a user most likely wants of several.
    """

    title: str
    kind: str
    data: Data = field(default_factory=dict)
    refused: str = ""
    fixes: tuple[Finding, ...] = ()
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class RunCells:
    """Cells that the client is to run in its kernel, in this order; `restart` comes first where it is set."""

    cell_ids: tuple[str, ...]
    restart: bool = False


Built = NotebookChange | RunCells


class Refused(Exception):
    """An assist that cannot be built; the message is one sentence that names the cell and the remedy."""


class FileExists(Refused):
    """A module would be written where a file is.

    With `append` set in the data it is added to that file, with `module` to `free` it goes to a file of that
    name, of which there is none.
    """

    def __init__(self, path: str, free: str) -> None:
        super().__init__(f"{path} exists already: rename or move it, or add to it")
        self.path = path
        self.free = free


@dataclass(frozen=True, slots=True)
class Assist:
    """An assist as its file defines it in `ASSIST`.

    `kinds` are the kinds of code action that it offers. `offers` is cheap (it lists), `build` may take its
    time, and raises Refused.
    """

    name: str
    kinds: tuple[str, ...]
    offers: Callable[[Ask], Iterable[Offer]]
    build: Callable[[Ask, Data], Built]
